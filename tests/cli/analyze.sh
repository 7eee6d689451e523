#!/bin/sh
# actdx-analyze as its user runs it: every exit status, hostile inputs, what reports may hold.
# ACTDX_ANALYZE and ACTDX_COLLECT are the programs, ACTDX_SOURCE the source folder.
set -u
analyze=${ACTDX_ANALYZE:?} collect=${ACTDX_COLLECT:?} source=${ACTDX_SOURCE:?}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"

found=$source/samples/cases/srv-stale/found
healthy=$(find "$source/samples/cases/healthy" -mindepth 1 -maxdepth 1 -type d | sort | head -n 1)

# --- what it is for
expect 0 "a folder" "$analyze" "$found"
says out "Cause found"
expect 0 "the command by name" "$analyze" report "$found" --format text
expect 0 "a single file" "$analyze" "$found/dns-srv.txt"
expect 0 "in Japanese" "$analyze" "$found" --lang ja
says out "原因が判明しました"
"$analyze" - <"$found/slmgr-ato.txt" >out 2>err || fail "standard input: exit $?"
says out "0xC004F074"

# --- exit statuses
expect 2 "no input" "$analyze"
expect 2 "an unknown option" "$analyze" "$found" --formt json
says err "did you mean --format?"
expect 2 "an unknown format" "$analyze" "$found" --format pdf
expect 2 "a mistyped command" "$analyze" vrify
says err 'did you mean the command "verify"?'
expect 2 "output over input" "$analyze" "$found/dns-srv.txt" -o "$found/dns-srv.txt"
[ -s "$found/dns-srv.txt" ] || fail "the input was overwritten"
expect 3 "no such file" "$analyze" ./nothing.txt
says err "No such file"
expect 3 "one input of two" "$analyze" "$found" ./nothing.txt
says out "Cause found"
mkdir empty
expect 6 "an empty folder" "$analyze" empty
printf 'nothing known\n' >plain.txt
expect 6 "unknown text" "$analyze" plain.txt
says out "plain.txt"
expect 10 "a cause, asked for" "$analyze" "$found" --fail-on cause
expect 11 "no verdict, asked for" "$analyze" "$found/ipconfig.txt" --fail-on unknown
expect 0 "healthy" "$analyze" "$healthy" --fail-on cause
if [ -c /dev/full ]; then
	"$analyze" "$found" >/dev/full 2>err
	got=$?
	[ $got = 7 ] || fail "a full disk: exit $got, not 7"
	says err "cannot write standard output"
	expect 7 "a full disk as file" "$analyze" "$found" -o /dev/full
fi

# --- a Japanese report gives its reasons in Japanese, the JSON report in English
mkdir reasons
printf 'nothing known\n' >reasons/plain.txt
: >reasons/empty.txt
printf 'MZ\0\0' >reasons/program.exe
ln -s plain.txt reasons/link.txt
printf '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n<Rsop xmlns="http://www.microsoft.com/GroupPolicy/Rsop"><x>&a;</x></Rsop>\n' \
	>reasons/gp.xml
expect 5 "reasons in Japanese" "$analyze" reasons --lang ja --format markdown
for phrase in "not understood" "a program" "is a link" "refused" "nothing further"; do
	says_not out "$phrase"
done
says out "空のファイルです"
says out "リンクの先は読み取りません"
says out "行目: 文書型宣言または独自の実体参照があるため、読み取りません。以降は読み取っていません"
expect 5 "reasons in JSON" "$analyze" reasons --lang ja --format json
says out "is a link; links are not followed"

# --- integrity
"$collect" --from "$found" -o good.zip --quiet >/dev/null || fail "no bundle"
expect 0 "a bundle" "$analyze" good.zip
expect 0 "verify" "$analyze" verify good.zip
says out "members verify"
mkdir unpacked && (cd unpacked && unzip -q ../good.zip)
member=$(cd unpacked && find . -name 'dns-srv.txt' | head -n 1)
printf 'x' >>"unpacked/$member"
expect 4 "a changed member" "$analyze" unpacked
says out "differs from the checksum"
expect 4 "verify a changed member" "$analyze" verify unpacked
says out "BROKEN"
rm "unpacked/$member"
expect 4 "a lost member" "$analyze" unpacked
expect 3 "verify what is no bundle" "$analyze" verify "$found"
# A changed archive inside a bundle: neither it nor what is in it is used.
mkdir holder && (cd "$found" && zip -q "$work/holder/attached.zip" slmgr-ato.txt)
"$collect" --from holder -o outer.zip --quiet >/dev/null || fail "no bundle of an archive"
expect 0 "a bundle that holds an archive" "$analyze" outer.zip
says out "0xC004F074"
mkdir outer && (cd outer && unzip -q ../outer.zip)
inner=$(cd outer && find . -name '*.zip' | head -n 1)
(cd "$found" && zip -q "$work/outer/$inner" ipconfig.txt)
expect 4 "a changed archive in a bundle" "$analyze" outer
says_not out "0xC004F074"
expect 4 "verify a changed archive" "$analyze" verify outer
says out "BROKEN"
head -c 3000 good.zip >cut.zip
expect 4 "half a bundle" "$analyze" cut.zip
says out "cut off"
zip -q wrapped.zip good.zip
expect 0 "a bundle zipped once more" "$analyze" wrapped.zip
says out "Cause found"

# --- hostile archives and folders
mkdir odd && ln -s .. odd/loop && ln -s /etc/passwd odd/passwd && mkfifo odd/pipe
cp "$found/slmgr-ato.txt" odd/
expect 0 "links and pipes" timeout 20 "$analyze" odd
says out "0xC004F074"
says_not out "root:"
head -c 300000000 /dev/zero | tr '\0' 'A' >big.txt
zip -q bomb.zip big.txt "$found/slmgr-ato.txt" 2>/dev/null
rm big.txt
expect 5 "a zip bomb" timeout 60 "$analyze" bomb.zip
truncate -s 10G sparse.bin
expect 6 "10 GB of nothing" timeout 20 "$analyze" sparse.bin
rm sparse.bin

# --- what comes out is safe, whatever went in
# shellcheck disable=SC2016 # nothing is to be expanded
evil=$(printf 'Error: 0xC004F074 \033]0;owned\007 <script>alert(1)</script> \342\200\256 "quoted" `x`')
printf 'C:\\>cscript //nologo slmgr.vbs /ato\r\nActivating Windows(R), Enterprise edition (73111121-5638-40f6-bc11-f1d7b0d64300) ...\r\n%s\r\n' \
	"$evil" >"evil<img src=x>.txt"
for format in text html json markdown; do
	expect 0 "evil as $format" "$analyze" "evil<img src=x>.txt" --format "$format"
	says_not out "$(printf '\033')"
	says_not out "$(printf '\342\200\256')"
	[ "$format" != html ] || says_not out "<script>"
	[ "$format" != html ] || says_not out "<img src"
	cp out "evil.$format"
done
jq -e '.schema == "actdx-report/1"' evil.json >/dev/null || fail "the JSON does not parse"
xmllint --html --noout evil.html 2>err || true
says_not err "error : Tag script"

# --- HTML: one file, no script, nothing from outside
for case in "$source"/samples/cases/*/found*/; do
	for lang in en ja; do
		"$analyze" "$case" --format html --lang $lang >page.html 2>/dev/null
		size=$(wc -c <page.html)
		[ "$size" -le 204800 ] || fail "$case: the page has $size bytes"
		grep -q "default-src 'none'" page.html || fail "$case: no content security policy"
		! grep -qiE '<script|<iframe|<img|<link|javascript:|@import|url\(' page.html ||
			fail "$case: the page loads or runs something"
	done
done

# --- the same input gives the same bytes
mkdir elsewhere && cp good.zip elsewhere
for format in text html json markdown; do
	TZ=Asia/Tokyo "$analyze" good.zip --format $format --lang en >one
	(cd elsewhere && TZ=America/Lima LC_ALL=C "$analyze" good.zip --format $format --lang en >../two)
	cmp -s one two || fail "$format differs from run to run"
done

# --- 80 columns; only commands and addresses may be longer
for case in "$source"/samples/cases/*/found*/; do
	"$analyze" "$case" 2>/dev/null | grep -vE '^ +(>|- https)' | awk -v name="$case" \
		'length($0) > 80 && $0 !~ /[^ -~]/ { print name ": " $0; bad = 1 } END { exit bad }' ||
		fail "$case: a line is longer than 80 columns"
done

# --- the other commands
expect 0 "explain a code" "$analyze" explain 0xC004F074
says out "SL_E_VL_BINDING_SERVICE_UNAVAILABLE"
expect 0 "explain a signed code" "$analyze" explain -1073418124
says out "0xC004F074"
expect 0 "explain a cause" "$analyze" explain srv-stale --lang ja
expect 2 "explain what is not there" "$analyze" explain srv-stal
says err "did you mean srv-stale?"
expect 0 "causes" "$analyze" causes
says out "srv-stale"
expect 0 "facts" "$analyze" facts "$found"
xmllint --noout out || fail "the facts are no XML"
expect 0 "version" "$analyze" --version
for command in report facts verify explain causes; do
	expect 0 "$command --help" "$analyze" $command --help
	says out "Examples"
done

finish
