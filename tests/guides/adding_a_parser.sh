#!/bin/sh
# docs/adding-a-parser.md does what it says, in a copy of the tree. Builds the programs anew: the slowest test.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$ACTDX_SOURCE"
tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$work"
cd "$work"
sh tests/guide.sh docs/adding-a-parser.md
