#!/usr/bin/env bash
# Debian packages that only the tests use: Chromium for the page, PostgreSQL for the second database.
# Installed where we may; where not, the tests that need them say so and are skipped.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing for the tests from Debian: ${missing[*]}"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } \
    || echo "Could not install ${missing[*]}; their tests will be skipped and say so." >&2
else
  echo "Not installed: ${missing[*]}; their tests will be skipped and say so (sudo apt-get install ${missing[*]})." >&2
fi
