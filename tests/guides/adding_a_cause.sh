#!/bin/sh
# docs/adding-a-cause.md does what it says.
set -eu
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
PATH=$(dirname "$ACTDX_ANALYZE"):$PATH
export PATH
sh "$ACTDX_SOURCE/tests/guide.sh" "$ACTDX_SOURCE/docs/adding-a-cause.md"
