#!/bin/sh
# A request there and back: what the analyzer asks for, the collector understands. ACTDX_ANALYZE and ACTDX_COLLECT are the
# programs, ACTDX_SOURCE the source folder.
set -u
analyze=${ACTDX_ANALYZE:?} collect=${ACTDX_COLLECT:?} source=${ACTDX_SOURCE:?}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"

asked=0
for case in srv-missing/found clock-skew/found-ja kms-count-low/found; do
	evidence=$source/samples/cases/$case
	expect 0 "$case: request" "$analyze" request "$evidence" -o ask.txt --lang ja
	[ -e ask.txt ] || continue # nothing would say more
	says ask.txt "actdx-request 1"
	expect 0 "$case: what it asks for" "$collect" --request ask.txt --dry-run
	[ "$(grep -c '^item ' ask.txt)" = "$(grep -c '^[a-z]' out)" ] || fail "$case: planned: $(cat out)"
	"$analyze" "$evidence" --format json >report.json
	jq -r '.missing[], .decider // empty | if type == "object" then .item // .id else . end' report.json | sort -u >wanted
	sed -n 's/^item //p' ask.txt | tr -d '\r' | sort -u >named
	cmp -s wanted named || fail "$case: the report misses $(tr '\n' ' ' <wanted), the request $(tr '\n' ' ' <named)"
	asked=$((asked + 1))
	rm -f ask.txt
done
[ $asked -gt 0 ] || fail "no case asks for anything"

# A bundle is named by its checksum; two bundles together, as first and second delivery, are one case.
"$collect" --from "$source/samples/cases/srv-missing/found" -o first.zip --quiet >/dev/null
expect 0 "of a bundle" "$analyze" request first.zip -o ask.txt
says ask.txt "parent $(sha256sum first.zip | cut -d' ' -f1)"
expect 0 "of two inputs" "$analyze" request first.zip "$source/samples/cases/srv-missing/found/ipconfig.txt" -o two.txt
says_not two.txt parent

# The output never takes the place of an input.
cp first.zip before.zip
expect 2 "over its input" "$analyze" request first.zip -o first.zip
cmp -s first.zip before.zip || fail "the input was overwritten"
expect 2 "no input" "$analyze" request
expect 3 "no such input" "$analyze" request nosuch.zip
finish
