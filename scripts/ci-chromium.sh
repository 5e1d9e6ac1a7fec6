#!/bin/sh
# Installs a Chromium of Debian's for the tests of pages (test/pages), which fail without one if CI is set: the one without a window, which
# needs a third of the CPU, or else the usual one.
set -eu

[ -x "${CHROMIUM:-/usr/bin/chromium-headless-shell}" ] && exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
install() {
  $as_root apt-get install -y -qq --no-install-recommends "$1" fonts-dejavu-core >/dev/null
}

$as_root apt-get update -qq && install chromium-headless-shell && exit 0
[ -x /usr/bin/chromium ] || install chromium
