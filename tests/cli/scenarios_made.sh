#!/bin/sh
# The generated scenarios are what their generator makes.
set -eu
[ -x /usr/bin/python3 ] || { echo "python3 is not installed"; exit 77; }
/usr/bin/python3 "$ACTDX_SOURCE/tests/corpus/make.py" --check
