#!/usr/bin/env bash
# What only the tests use: Chromium and emoji for the page, PostgreSQL for the second database, Node.js and
# telegraf for a bot of another language. Installed where we may; where not, the tests that need
# them say so and are skipped.
set -euo pipefail
bots=$(dirname "$0")/../tests/bots
missing=()
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
compgen -G '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf' >/dev/null || missing+=(fonts-noto-color-emoji)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing for the tests from Debian: ${missing[*]}"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } \
      || echo "Could not install ${missing[*]}; their tests will be skipped and say so." >&2
  else
    echo "Not installed: ${missing[*]}; their tests will be skipped and say so (sudo apt-get install ${missing[*]})." >&2
  fi
fi
if command -v npm >/dev/null && [ ! "$bots/node_modules/.package-lock.json" -nt "$bots/package-lock.json" ]; then
  npm ci --prefix "$bots" --silent --ignore-scripts --no-audit --no-fund \
    || echo "Could not install telegraf from npm; its test will be skipped and say so." >&2
fi
