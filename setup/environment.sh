#!/bin/sh
# Creates the environment in the folder $1 from requirements.lock: exactly those packages, checked by their hashes.
# Needs Python 3.11 or newer; says so in one line where it cannot go on.
set -eu
venv=$1

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  for name in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11 python; do
    if is_new_enough "$name"; then echo "$name"; return; fi
  done
  echo "Python 3.11 or newer is needed, and none was found. Install it, or name it: PYTHON=/path/to/python make …" >&2
  exit 1
}

create() {
  "$1" -m venv "$venv" >/dev/null 2>&1 && return
  rm -rf "$venv" # a half-made one would look finished next time
  # Debian and Ubuntu keep venv in a package of its own.
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing python3-venv …" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; } >/dev/null 2>&1 || true
    "$1" -m venv "$venv" >/dev/null 2>&1 && return
    rm -rf "$venv"
  fi
  echo "“$1 -m venv” does not work here. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
  exit 1
}

python=$(find_python)
echo "Preparing the environment in $venv (a minute or two the first time) …" >&2
[ -d "$venv" ] || create "$python"
bin=$venv/bin
[ -d "$bin" ] || bin=$venv/Scripts
"$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
touch "$venv/ready"
