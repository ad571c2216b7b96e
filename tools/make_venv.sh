#!/bin/sh
# make_venv.sh PYTHON DIRECTORY: a virtual environment with a pip that knows dependency groups.
set -eu

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Debian leaves out of its Python what venv needs.
if ! "$1" -c 'import ensurepip' 2>/dev/null; then
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    as_root apt-get -qq update
    as_root apt-get -qq install --yes --no-install-recommends "python$version-venv" >/dev/null
fi
[ -x "$2/bin/python" ] || "$1" -m venv "$2"
"$2/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
