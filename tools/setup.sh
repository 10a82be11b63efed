#!/bin/sh
# Make .venv with the `kelisim` command from the locked packages: `tools/setup.sh [dev]`.
# Quick when nothing changed: a stamp in .venv remembers what it was made from.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-run}
case $kind in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) echo "tools/setup.sh: unknown kind '$kind'; say nothing or 'dev'." >&2; exit 2 ;;
esac

# The stamp holds the folder too: a moved tree has a .venv that points to its old place.
state() { echo "$PWD"; cksum requirements.lock requirements-dev.lock pyproject.toml; }
fits() { [ -f ".venv/stamp-$1" ] && [ "$(state)" = "$(cat ".venv/stamp-$1")" ]; }

if .venv/bin/python -c '' 2>/dev/null && [ -x .venv/bin/kelisim ]; then
    # The developers' packages include those that run the product.
    if fits dev || { [ "$kind" = run ] && fits run; }; then exit 0; fi
else
    rm -rf .venv
fi

if [ ! -d .venv ]; then
    python=$(tools/python.sh)
    echo "Making .venv with $("$python" --version) ..." >&2
    "$python" -m venv .venv
fi
rm -f .venv/stamp-*
echo "Installing the packages of $lock ..." >&2
pip() { .venv/bin/python -m pip --disable-pip-version-check --quiet "$@"; }
pip install --require-hashes --requirement "$lock"
# The lock holds the builder as well, so that nothing unlocked is fetched here.
pip install --no-deps --no-build-isolation --no-index --editable .
state > ".venv/stamp-$kind"
