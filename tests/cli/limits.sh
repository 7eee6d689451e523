#!/bin/sh
# Reaching a limit is never silent: exit status 5, and a warning that says which and where.
set -eu
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

# expect INPUT WORDS: the report ends with 5 and has a limit warning with these words.
expect() {
	status=0
	"$ACTDX_ANALYZE" --format json "$1" >report 2>errors || status=$?
	[ "$status" -eq 5 ] || { echo "$1: exit $status, not 5: $(cat errors)"; failed=1; }
	jq -r '.warnings[] | select(.kind == "limit") | .detail' report >details
	grep -q "$2" details || { echo "$1: no warning of a limit with \"$2\": $(cat details)"; failed=1; }
}

cp "$ACTDX_SOURCE/docs/example/console.txt" .
deep=deep/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r
mkdir -p $deep
cp console.txt $deep/
cp console.txt deep/
expect deep "too deep"

awk 'BEGIN { for (i = 0; i < 2000010; i++) print "" }' >long.txt
expect long.txt "too many lines"

# 40 MB of blanks: packed about 1000 to 1.
awk 'BEGIN { blank = sprintf("%1000s", ""); for (i = 0; i < 40000; i++) print blank }' >blank.txt
cmake -E tar cf bomb.zip --format=zip blank.txt
expect bomb.zip "200 times"

# One that packs worse, and is only large.
awk 'BEGIN { srand(1); for (i = 0; i < 1500000; i++) print "line", i, rand() * 1e9 }' >large.txt
expect large.txt "too large"

# An archive three deep.
for outer in one two three; do
	cmake -E tar cf $outer.zip --format=zip "${inner:-console.txt}"
	inner=$outer.zip
done
expect three.zip "inside an archive"
exit $failed
