#!/bin/sh
# Write requirements.lock and requirements-dev.lock from pyproject.toml: exact versions with the
# hashes of all their files, for every platform and Python >= 3.11.
set -eu
cd "$(dirname "$0")/.."

uv=build/lock/bin/uv
if [ ! -x "$uv" ]; then
    python=$(tools/python.sh)
    "$python" -m venv build/lock
    build/lock/bin/pip install --quiet 'uv>=0.9'
fi

compile() { # compile FILE OPTION...
    file=$1; shift
    "$uv" pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --custom-compile-command 'make lock' \
        --group build "$@" pyproject.toml --output-file "$file"
}
# The product's packages are taken from the developers' lock, so that both always agree.
compile requirements-dev.lock --group dev --upgrade
compile requirements.lock --constraint requirements-dev.lock --upgrade
