#!/bin/sh
# Installs packages of the system where that is allowed; else says in one line what to install.
set -e
install="apt-get install -y --no-install-recommends $*"
if ! command -v apt-get >/dev/null; then
  echo "livedeck needs these libraries or programs of the system: $*" >&2
  exit 1
elif [ "$(id -u)" = 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install
elif sudo -n true 2>/dev/null; then
  sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive $install
else
  echo "livedeck needs packages of the system; install them with: sudo $install" >&2
  exit 1
fi
