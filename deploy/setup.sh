#!/usr/bin/env bash
# Make or refresh the virtual environment. Usage: setup.sh PYTHON VENV text|demo|dev
set -euo pipefail
python=$1 venv=$2 set=$3
if [ "$(uname -s)-$(uname -m)" != "Linux-x86_64" ]; then
  echo "Samovar runs on Linux x86-64 (WSL2 included); this is $(uname -s) $(uname -m), for which some of its wheels do not exist." >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Samovar needs Python 3.11 or newer; say which with: make PYTHON=python3.12 ..." >&2
  exit 1
fi
case $set in
  text) echo "Installing Samovar into $venv: about 0.3 GB to download, 0.6 GB on disk (text models alone)." ;;
  demo) echo "Installing Samovar into $venv: about 0.5 GB to download, 1.2 GB on disk (text, voice and vision models included)." ;;
  dev) echo "Installing Samovar and its test tools into $venv: about 0.8 GB to download, 2.6 GB on disk (several more where torch comes with CUDA)." ;;
esac
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
if [ "$set" = dev ]; then
  # Not in the lock: its build depends on the machine (CPU, CUDA), and with it its hash.
  "$venv/bin/python" -m pip install -q --disable-pip-version-check torch==2.13.0
fi
"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "requirements/$set.txt"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --editable .
