#!/usr/bin/env bash
# Write the lock files anew. Usage: lock.sh BIN
set -euo pipefail
bin=$1
"$bin/python" -m pip install -q uv
common="--quiet --no-header --no-annotate --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --python-platform x86_64-manylinux_2_28"
printf 'setuptools>=80,<81\n' > requirements/build.in
# shellcheck disable=SC2086
"$bin/uv" pip compile $common pyproject.toml requirements/build.in -o requirements/text.txt
"$bin/uv" pip compile $common -c requirements/text.txt --extra voice --extra vision pyproject.toml requirements/build.in -o requirements/demo.txt
"$bin/uv" pip compile $common -c requirements/demo.txt --extra voice --extra vision --extra models --extra qdrant --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt
