#!/bin/sh
# Rewrites what the documentation takes from the programs: the kinds of facts, the hit rates, the JSON
# example, the report in README.md.
#
#   docs/update.sh [--check] [BUILD]     BUILD is build/release when not given; --check only compares
set -eu
cd "$(dirname "$0")/.."
check=no
if [ "${1-}" = --check ]; then
	check=yes
	shift
fi
build=$(cd "${1:-build/release}" && pwd)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# replace FILE NAME: puts $made/NAME between the marks "<!-- begin: NAME... -->" and "<!-- end -->" of FILE.
replace() {
	awk -v begin="<!-- begin: $2" -v part="$made/part" '
		index($0, begin) == 1 {
			print
			while ((getline line < part) > 0)
				print line
			inside = found = 1
		}
		$0 == "<!-- end -->" { inside = 0 }
		!inside
		END { if (!found) exit 1 }
	' "$1" >"$made/whole"
	if cmp -s "$made/whole" "$1"; then
		return
	fi
	if [ "$check" = yes ]; then
		echo "$1: the part \"$2\" differs from what the program says; run docs/update.sh" >&2
		diff "$1" "$made/whole" | head -n 10 >&2
		exit 1
	fi
	cp "$made/whole" "$1"
}

"$build/analyzer/actdx-analyze" causes --kinds >"$made/part"
echo >>"$made/part"
replace docs/facts.md "actdx-analyze causes --kinds"

# The status tells of failing cases, which is not what is asked for here.
"$build/tests/scenarios" --table >"$made/table" 2>"$made/errors" || true
{ echo; cat "$made/table"; echo; } >"$made/part"
replace docs/causes.md "tests/scenarios --table"

{
	echo
	echo '```json'
	LC_ALL=C "$build/analyzer/actdx-analyze" --format json docs/example/console.txt |
		jq '.causes |= .[:1]'
	echo '```'
	echo
} >"$made/part"
replace docs/report-json.md "actdx-analyze --format json docs/example/console.txt"

# What demo.sh shows, as far as the steps of the fix.
host=$(pwd)/samples/cases/srv-stale/found
(
	cd "$made"
	"$build/collector/actdx-collect" --from "$host" -o bundle.zip --quiet >/dev/null
	{
		echo
		echo '```'
		echo '$ actdx-analyze bundle.zip'
		LC_ALL=C "$build/analyzer/actdx-analyze" bundle.zip | awk '/^  Check that it worked/ { exit } { print }'
		echo '[how to check it, how to undo it, what not to do, what was ruled out and why ...]'
		echo '```'
		echo
	} >part
)
replace README.md "actdx-analyze bundle.zip"
