#!/bin/sh
# Installs Debian's Chromium if there is none, for the tests of pages (test/pages): with CI set they fail without it.
set -eu

[ -x "${CHROMIUM:-/usr/bin/chromium}" ] && exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
