#!/bin/sh
# Makes sure the browser tests have a Chromium, where the system's package manager can install one, and the
# library that the program driving it needs (a small system lacks it).
# Never fails: without a browser those tests are skipped, and this says so in one line. $1: the environment's bin.
set -u
bin=$1

has_chromium() {
  for name in "${RUNBOOK_CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && return 0
  done
  return 1
}

is_ready() { has_chromium && "$bin/playwright" --version >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_chromium() {
  if command -v apt-get >/dev/null; then
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium libatomic1
  elif command -v dnf >/dev/null; then as_root dnf install -y -q chromium libatomic
  elif command -v pacman >/dev/null; then as_root pacman -S --noconfirm chromium
  elif command -v apk >/dev/null; then as_root apk add --quiet chromium libatomic
  elif command -v brew >/dev/null; then brew install --quiet --cask chromium
  else return 1
  fi
}

is_ready && exit 0
echo "Installing Chromium for the browser tests …" >&2
install_chromium >/dev/null 2>&1
is_ready && exit 0
echo "No Chromium here, and it could not be installed: the browser tests will be skipped." >&2
echo "Install Chromium, or name one: RUNBOOK_CHROMIUM=/path/to/chromium make test" >&2
exit 0
