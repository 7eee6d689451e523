#!/bin/sh
# Installs what is needed (Debian; root or sudo), builds with sanitizers, and runs every test.
#
#   ./test.sh            the whole suite
#   ./test.sh -R NAME    only tests whose name matches; ctest gets the arguments
set -eu
cd "$(dirname "$0")"
. cmake/debian.sh
install_packages build test

preset=${ACTDX_PRESET:-dev}
say "building ($preset)"
quietly cmake --preset "$preset" -DBUILD_TESTING=ON
quietly cmake --build --preset "$preset"

say "testing"
log=build/$preset/test.log
status=0
ctest --preset "$preset" "$@" >"$log" 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
	cat "$log"
else
	sed -n '/tests passed/,$p' "$log"
fi
exit "$status"
