#!/bin/sh
# Installs what is missing of the system's programs and libraries, where that is allowed; else says
# in one line what to install. Each is named as PROGRAM:PACKAGE or as LIBRARY.so:PACKAGE.
set -e
missing=""
for wanted in "$@"; do
  name="${wanted%%:*}"
  case "$name" in
    *.so*) ldconfig -p 2>/dev/null | grep -q "$name" && continue ;;
    *) command -v "$name" >/dev/null && continue ;;
  esac
  missing="$missing ${wanted##*:}"
done
[ -n "$missing" ] || exit 0
install="apt-get install -y --no-install-recommends$missing"
if ! command -v apt-get >/dev/null; then
  echo "livedeck needs these libraries or programs of the system:$missing" >&2
  exit 1
elif [ "$(id -u)" = 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install
elif sudo -n true 2>/dev/null; then
  sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive $install
else
  echo "livedeck needs packages of the system; install them with: sudo $install" >&2
  exit 1
fi
