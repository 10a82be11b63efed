#!/bin/sh
# Print the path of a Python >= 3.11 that can make a virtual environment: the one that PYTHON
# names, else the first found. On Debian, as root, installs what a bare one lacks.
set -eu

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() { # the first Python >= 3.11 that can make an environment, else the first at all
    bare=
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        path=$(command -v "$name" 2>/dev/null) && new_enough "$path" || continue
        if has_venv "$path"; then echo "$path"; return; fi
        bare=${bare:-$path}
    done
    echo "$bare"
}

python=$(find_python)
if [ -z "$python" ]; then
    echo "Kelisim needs Python 3.11 or newer, and found none (tried ${PYTHON:-python3 and python3.11 to python3.14})." >&2
    echo "Install one, or name one: make setup PYTHON=/path/to/python3.12" >&2
    exit 1
fi
if ! has_venv "$python"; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package, which $python lacks ..." >&2
        { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "$package"; } >&2 || true
    fi
    if ! has_venv "$python"; then
        echo "$python cannot make a virtual environment: its modules venv and ensurepip are missing." >&2
        echo "Install them (Debian, Ubuntu: apt-get install $package) and say the same command again." >&2
        exit 1
    fi
fi
echo "$python"
