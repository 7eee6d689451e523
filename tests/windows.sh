#!/bin/sh
# Builds the Windows programs (cmake/windows.sh), for 32 bits too, and tests them under Wine: tests/windows/*.sh, each of
# which exits 77 when Wine is not there. Takes about five minutes the first time. ACTDX_ANALYZE is an analyzer for
# this machine to compare with; default: the one of build/dev or build/release.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=cmake/debian.sh
. cmake/debian.sh
root=$PWD/build
for preset in release dev; do
	[ ! -x "build/$preset/analyzer/actdx-analyze" ] || analyze=$root/$preset/analyzer/actdx-analyze
done
ACTDX_ANALYZE=${ACTDX_ANALYZE:-${analyze:?no analyzer is built yet: run test.sh first}}

sh cmake/windows.sh x86_64
sh cmake/windows.sh i686
# Once more from scratch, elsewhere: only the sources are the same.
mkdir -p "$root/again"
rm -rf "$root/again/windows-libraries-x86_64" "$root/again/windows-x86_64"
[ -e "$root/again/windows-sources" ] || ln -s "$root/windows-sources" "$root/again/windows-sources"
ACTDX_WINDOWS_ROOT=$root/again sh cmake/windows.sh x86_64
x86_64-w64-mingw32-gcc-win32 -std=c17 -O1 -Wall -Wextra -Werror -static -s tests/windows/stand_in.c \
	-o "$root/windows-x86_64/stand_in.exe"
x86_64-w64-mingw32-gcc-win32 -std=c17 -O1 -Wall -Wextra -Werror -shared -static -s tests/windows/slc.c \
	-o "$root/windows-x86_64/slc.dll"

export ACTDX_ANALYZE ACTDX_SOURCE="$PWD" ACTDX_WINE="$root/wine" ACTDX_STAND_IN="$root/windows-x86_64/stand_in.exe" \
	ACTDX_SLC="$root/windows-x86_64/slc.dll" \
	ACTDX_PROGRAMS="$root/windows-x86_64/bin" ACTDX_AGAIN="$root/again/windows-x86_64/bin" LC_ALL=C.UTF-8
mkdir -p "$ACTDX_WINE"
failed=0
for test in programs faults diagnose; do
	say "under Wine: $test"
	status=0
	sh tests/windows/$test.sh || status=$?
	case $status in
	0) ;;
	77) [ -z "${ACTDX_NO_SKIPS:-}" ] || failed=1 ;;
	*) failed=1 ;;
	esac
done
exit $failed
