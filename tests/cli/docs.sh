#!/bin/sh
# What the documentation takes from the programs is what they say now.
set -eu
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
[ -x "$ACTDX_BUILD/tests/scenarios" ] || { echo "tests/scenarios is not built"; exit 77; }
exec sh "$ACTDX_SOURCE/docs/update.sh" --check "$ACTDX_BUILD"
