#!/bin/sh
# actdx-analyze report --format jsonl: many inputs, a line each. And every format: the same bytes wherever it runs.
# ACTDX_ANALYZE and ACTDX_COLLECT are the programs, ACTDX_SOURCE the source folder.
set -u
analyze=${ACTDX_ANALYZE:?} collect=${ACTDX_COLLECT:?} source=${ACTDX_SOURCE:?}
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"

found=$source/samples/cases/srv-stale/found
healthy=$(find "$source/samples/cases/healthy" -mindepth 1 -maxdepth 1 -type d | sort | head -n 1)

# --- many inputs, some of them bad
"$collect" --from "$found" -o good.zip --quiet >out || fail "no bundle"
head -c 400 good.zip >cut.zip
printf 'nothing known\n' >plain.txt
expect 3 "bad ones among good ones" "$analyze" report --format jsonl good.zip ./nothing.zip cut.zip "$healthy" plain.txt
says err "nothing.zip: No such file"
jq -r '[.input[0].path, .verdict // .error, .status // 0] | map(tostring) | join(" | ")' out >lines || fail "no JSON"
[ "$(wc -l <lines)" = 5 ] || fail "five inputs, other lines: $(cat lines)"
sed -n 1p lines >line && says line "good.zip | found"
sed -n 2p lines >line && says line "nothing.zip | No such file or directory | 3"
sed -n 3p lines >line && says line "cut.zip | "
sed -n 4p lines >line && says line "| healthy"
sed -n 5p lines >line && says line "plain.txt | insufficient"

# --- exit status: the worst of all inputs, then what is asked for
expect 0 "good ones" "$analyze" --format jsonl "$found" "$healthy"
expect 6 "one with nothing" "$analyze" --format jsonl "$found" plain.txt
expect 10 "a cause in one" "$analyze" --format jsonl "$healthy" "$found" --fail-on cause
expect 0 "a cause in none" "$analyze" --format jsonl "$healthy" --fail-on cause
expect 11 "no verdict for one" "$analyze" --format jsonl "$found" "$found/ipconfig.txt" --fail-on unknown
expect 2 "no input" "$analyze" --format jsonl
expect 2 "no number of threads" "$analyze" --format jsonl --threads 0 "$found"
says err "--threads is a number"
expect 2 "threads for text" "$analyze" --threads 2 "$found"
says err "--threads is for"

# --- an encrypted one is told, not asked for
if command -v 7z >/dev/null; then
	7z a -tzip -ppassphrase -mem=AES256 secret.zip "$found/dns-srv.txt" >out || fail "7z"
	expect 6 "an encrypted one" "$analyze" --format jsonl secret.zip "$found"
	jq -es '(.[0].warnings | any(.kind == "refused" and (.detail | test("encrypted")))) and .[1].verdict == "found"' out >line ||
		fail "the encrypted one: $(head -c 300 out)"
	echo passphrase >word
	expect 0 "with its passphrase" "$analyze" --format jsonl secret.zip --passphrase-file word
fi

# --- by the name of the output
expect 0 "lines to a file" "$analyze" "$found" "$healthy" -o fleet.jsonl
[ "$(jq -r .verdict fleet.jsonl | tr '\n' ' ')" = "found healthy " ] || fail "fleet.jsonl: $(head -c 300 fleet.jsonl)"

# --- many more inputs than threads: in order, the same bytes
set --
while [ $# -lt 100 ]; do
	set -- "$@" "$found" ./nothing.zip "$healthy" plain.txt
done
for threads in 1 2 7; do
	expect 3 "$threads threads" "$analyze" --format jsonl --threads $threads "$@"
	mv out "of-$threads"
	mv err "err-$threads"
done
{ cmp of-1 of-2 && cmp of-1 of-7 && cmp err-1 err-7; } || fail "the number of threads shows"
[ "$(wc -l <of-1)" = 100 ] || fail "100 inputs, $(wc -l <of-1) lines"

# --- the same bytes in every time zone, language and folder
mkdir elsewhere
events=$source/samples/cases/clock-skew/found-attempts
for format in text html json markdown jsonl; do
	for language in en ja; do
		TZ=UTC LC_ALL=C "$analyze" --format $format --lang $language "$events" >first 2>err || fail "$format"
		for place in Asia/Tokyo=ja_JP.UTF-8 America/St_Johns=tr_TR.UTF-8 Pacific/Apia=C.UTF-8; do
			(cd elsewhere && TZ=${place%=*} LC_ALL=${place#*=} LANG=${place#*=} COLUMNS=40 \
				"$analyze" --format $format --lang $language "$events") >second 2>err
			cmp -s first second || fail "$format, $language: differs in $place"
		done
	done
done
finish
