#!/bin/sh
# The Windows programs as files, and as far as Wine runs them: what they import, how large they are, that two builds give
# the same bytes, and that the analyzer says under Wine, byte for byte, what it says here. ACTDX_PROGRAMS: folder of the
# .exe files; ACTDX_AGAIN: of those of a second build in another folder; ACTDX_ANALYZE: this machine's own analyzer.
set -u
source=${ACTDX_SOURCE:?} programs=${ACTDX_PROGRAMS:?} again=${ACTDX_AGAIN:?} analyze=${ACTDX_ANALYZE:?}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"

# --- imports.txt is reviewed: every function in it is in Windows 7 and Server 2008 R2
for program in actdx-collect actdx-analyze; do
	sh "$source/tests/windows/imports.sh" "$programs/$program.exe" >imports
	[ -s imports ] || fail "$program: no imports found"
	LC_ALL=C comm -23 imports "$source/tests/windows/imports.txt" >new
	[ ! -s new ] || fail "$program imports what imports.txt does not have: $(tr '\n' ' ' <new)"
	x86_64-w64-mingw32-objdump -p "$programs/$program.exe" >header
	for what in 'MajorSubsystemVersion.*6' 'MinorSubsystemVersion.*1' 'Windows CUI' HIGH_ENTROPY_VA DYNAMIC_BASE NX_COMPAT; do
		grep -q "$what" header || fail "$program: its header lacks $what"
	done
	grep -q 'asInvoker' "$programs/$program.exe" || fail "$program has no manifest"
	cmp "$programs/$program.exe" "$again/$program.exe" || fail "$program: a second build differs"
done
size=$(wc -c <"$programs/actdx-collect.exe")
[ "$size" -le 1048576 ] || fail "actdx-collect.exe has $size bytes, over 1 MB"

# shellcheck source=tests/windows/wine.sh
. "$source/tests/windows/wine.sh"
trap 'wine_stop; rm -rf "$work"' EXIT
wine_ready

expect 0 "--version" wine "$programs/actdx-collect.exe" --version
says out "actdx-collect "
expect 2 "an unknown option" wine "$programs/actdx-analyze.exe" --no-such-option

# --- the analyzer under Wine, on cases of several languages, folders and bundles, with names no code page has
mkdir 実験
for case in srv-missing/found-ja clock-skew/found-ja kms-count-low/found-ja avma/found-ja; do
	evidence=$source/samples/cases/$case
	expect 0 "$case: pack" wine "$programs/actdx-collect.exe" --from "$evidence" -o "実験/é-${case%/*}.zip" --quiet
	for input in "$evidence" "実験/é-${case%/*}.zip"; do
		for format in text json html; do
			"$analyze" "$input" --lang ja --format $format >here
			expect $? "$case: under Wine" wine "$programs/actdx-analyze.exe" "$input" --lang ja --format $format
			cmp -s out here || fail "$input, $format: Wine's report differs"
		done
	done
	expect 0 "$case: verify" wine "$programs/actdx-analyze.exe" verify "実験/é-${case%/*}.zip"
done

# --- names are shown as they are, whatever the code page
wine_locale=ja_JP.UTF-8 expect 3 "no such file" wine "$programs/actdx-analyze.exe" "実験/無い.zip"
says err 無い.zip
finish
