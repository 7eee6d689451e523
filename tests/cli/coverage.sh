#!/bin/sh
# Each row of docs/coverage-of-the-article.md names an item, a parser, a cause and a scenario that exist, and the
# scenario's verdict is that cause.
set -eu
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
cd "$ACTDX_SOURCE"
failed=0 rows=0
wrong() {
	echo "docs/coverage-of-the-article.md: $*" >&2
	failed=1
}
rows_of=$(mktemp)
trap 'rm -f "$rows_of"' EXIT
sed -n 's/^| //; /| hand-\|| gen-/p' docs/coverage-of-the-article.md | awk -F ' *[|] *' '{ print $2, $3, $4, $5 }' >"$rows_of"
while read -r item parser cause scenario; do
	rows=$((rows + 1))
	grep -q "ITEM(\"$item\"" collector/items.def || wrong "no item $item"
	grep -q "PARSER($parser)" parsers/parsers.def || wrong "no parser $parser"
	[ -f "analyzer/causes/$cause.xml" ] || wrong "no cause $cause"
	[ -d "samples/scenarios/$scenario" ] || { wrong "no scenario $scenario"; continue; }
	"$ACTDX_ANALYZE" --format json "samples/scenarios/$scenario" | jq -e --arg id "$cause" '
		any(.causes[]; .id == $id and .role == "root") or
		any(.warnings[]; .kind == "practice" and .about == $id)' >/dev/null ||
		wrong "the verdict of $scenario is not $cause"
done <"$rows_of"
[ "$rows" -ge 20 ] || wrong "only $rows rows were found"
exit $failed
