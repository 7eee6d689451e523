#!/bin/sh
# The report of every case is as docs/report.schema.json says, without a field that the schema does not know.
set -eu
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }
python3 -c 'import jsonschema' 2>/dev/null || { echo "python3-jsonschema is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
schema=$ACTDX_SOURCE/docs/report.schema.json
validate() {
	python3 "$ACTDX_SOURCE/tests/cli/schema.py" "$schema" "$1"
}

# A line for each case, and one for an input that cannot be read.
"$ACTDX_ANALYZE" --format jsonl "$ACTDX_SOURCE"/samples/cases/*/*/ "$work/not-there" >"$work/lines" 2>"$work/errors" || [ $? -le 6 ]
split -l 1 -a 4 "$work/lines" "$work/line."
ls "$work"/line.* >"$work/list"
"$ACTDX_COLLECT" --from "$ACTDX_SOURCE/samples/cases/srv-stale/found" -o "$work/bundle.zip" --quiet >"$work/said"
printf 'C:\\>nslookup a\r\n*** "\\\033[2J\302\233\342\200\256\001 find a"b.contoso.com: Non-existent domain\r\n' \
	>"$work/hostile.txt"
: >"$work/empty.txt"
for input in bundle.zip hostile.txt empty.txt; do
	"$ACTDX_ANALYZE" --format json --lang ja "$work/$input" >"$work/$input.json" 2>"$work/errors" || [ $? -le 6 ]
	echo "$work/$input.json" >>"$work/list"
done
"$ACTDX_ANALYZE" --format json "$work/bundle.zip" "$work/hostile.txt" >"$work/two.json"
echo "$work/two.json" >>"$work/list"
[ "$(wc -l <"$work/list")" -ge 10 ] || { echo "there are no cases"; exit 1; }
validate STRICT <"$work/list"

# A test that cannot fail proves nothing.
jq '.causes[0].role = "guilty"' "$work/bundle.zip.json" >"$work/word.json"
jq 'del(.collected[0].bytes)' "$work/bundle.zip.json" >"$work/lacks.json"
jq '.symptom[0].new = 1' "$work/bundle.zip.json" >"$work/new.json"
for broken in word lacks new; do
	! echo "$work/$broken.json" | validate STRICT >"$work/said" || { echo "accepts $broken.json"; exit 1; }
done
# What a later version adds does not stop a reader.
echo "$work/new.json" | validate OPEN
