#!/bin/sh
# actdx-collect as its user runs it. ACTDX_COLLECT is the program, ACTDX_SOURCE the source folder.
set -u
collect=${ACTDX_COLLECT:?} source=${ACTDX_SOURCE:?}
work=$(mktemp -d) || exit 1
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"

# --- evidence of many kinds and names
mkdir -p files/sub
printf '\r\nWindows IP Configuration\r\n\r\n' >files/ipconfig.txt
printf 'Active code page: 932\r\n' >files/code-page.txt
printf '127.0.0.1 localhost\r\n' >files/hosts
printf 'Name: Windows\r\n' >'files/slmgr dlv.log'
printf '\203\211\203C\203Z\203\223\203X\r\n' >'files/メモ.txt'
printf 'ElfFile\0' >files/sub/Application.evtx
printf 'Windows Registry Editor Version 5.00\r\n' >files/my.reg
: >files/empty.txt
printf 'x' >files/CON.txt
printf 'x' >files/con.TXT

# --- a complete bundle
expect 0 "pack" "$collect" --from files -o one.zip
says out one.zip
says out "fits in e-mail: yes"
says out "$(sha256sum one.zip | cut -d' ' -f1)"
says out slmgr-ao-list
unzip -tqq one.zip >/dev/null || fail "unzip -t: the bundle is damaged"
mkdir open && (cd open && unzip -qq ../one.zip)
[ "$(unzip -Z1 one.zip | tail -1)" = manifest.xml ] || fail "manifest.xml is not the last member"
[ -z "$(unzip -Z1 one.zip | LC_ALL=C tr -d '\012\040-\176')" ] || fail "a member's name is not ASCII"
cmp -s files/hosts open/network/hosts.txt || fail "hosts is not byte for byte"
cmp -s 'files/slmgr dlv.log' open/licensing/slmgr-dlv.txt || fail "slmgr-dlv is not byte for byte"
cmp -s 'files/メモ.txt' open/loose/_.txt || fail "a loose file is not byte for byte"
cmp -s files/sub/Application.evtx open/events/application.evtx || fail "the event log is misplaced"
[ -e open/loose/my.reg.txt ] || fail "a .reg file kept an ending that a double click runs"
for name in _CON.txt _con-2.TXT; do
	[ -e "open/loose/$name" ] || fail "device names: no $name"
done
says open/manifest.xml 'schema="actdx-bundle/1"'
says open/manifest.xml 'mode="from"'
says open/manifest.xml 'elevated="unknown" partial="no"'
says open/manifest.xml 'oem-code-page="932"'
says open/manifest.xml 'name-given="メモ.txt"'
says open/manifest.xml '<item id="slmgr-xpr" status="skipped" reason="not among the files"'
grep -q 'slmgr-ato' open/manifest.xml && fail "an item that is only run when asked for counts as missing"

# --- what the manifest says of each member is so, and it lists every member
sed -n 's/.*<member name="\([^"]*\)" bytes="\([0-9]*\)" sha256="\([0-9a-f]*\)".*/\3 \2 \1/p' \
	open/manifest.xml >listed
while read -r sum bytes name; do
	[ "$(sha256sum <"open/$name" | cut -d' ' -f1)" = "$sum" ] || fail "$name: wrong SHA-256"
	[ "$(wc -c <"open/$name")" -eq "$bytes" ] || fail "$name: wrong size"
done <listed
[ "$(wc -l <listed)" -eq 10 ] || fail "the manifest lists $(wc -l <listed) members, not 10"
[ "$(find open -type f | wc -l)" -eq 12 ] || fail "the bundle holds unlisted members"

# --- summary: both languages, the chosen one first; Notepad's line ends
says open/summary.txt 'Evidence about Windows activation'
says open/summary.txt 'Windows ライセンス認証の調査資料'
head -1 open/summary.txt | grep -q Evidence || fail "summary.txt does not begin in English"
[ "$(tr -cd '\r' <open/summary.txt | wc -c)" = "$(tr -cd '\n' <open/summary.txt | wc -c)" ] ||
	fail "summary.txt: line ends"
expect 0 "Japanese" "$collect" --from files -o ja.zip --lang ja
unzip -p ja.zip summary.txt | head -1 | grep -q 調査資料 || fail "summary.txt does not begin in Japanese"
says out メール添付

# --- never over another file, never half a file
cp one.zip before
expect 3 "existing file" "$collect" --from files -o one.zip
says err one.zip
cmp -s one.zip before || fail "an existing file was changed"
expect 3 "no such folder" "$collect" --from files -o nowhere/a.zip
says err nowhere/a.zip
: >busy.zip.partial
expect 3 "partial file of another run" "$collect" --from files -o busy.zip
says err busy.zip.partial
absent busy.zip nowhere

# --- default names, folders
mkdir dest
expect 0 "folder as output" "$collect" --from files -o dest --quiet
grep -q '^dest/actdx-[0-9]\{8\}-[0-9]\{6\}\.zip$' out || fail "default name: $(cat out)"
[ -f "$(cat out)" ] || fail "--quiet prints: $(cat out)"

# --- what cannot be packed is said, and changes the exit status
cp -r files gaps
ln -s /etc/passwd gaps/link.txt
mkfifo gaps/pipe.txt
truncate -s 40M gaps/huge.txt
expect 1 "files that cannot be packed" "$collect" --from gaps -o gaps.zip
says out link.txt
says out pipe.txt
says out "huge.txt: larger than 32 MB"
unzip -p gaps.zip manifest.xml >gaps.xml
says gaps.xml 'reason="is a link; links are not followed" name-given="link.txt"'
says gaps.xml 'status="skipped" reason="larger than 32 MB" name-given="huge.txt"'
unzip -p gaps.zip | grep -q root:x && fail "a link was followed"
if [ "$(id -u)" != 0 ]; then
	chmod 0 gaps/hosts
	expect 1 "a file without permission" "$collect" --from gaps -o denied.zip
	unzip -p denied.zip manifest.xml >denied.xml
	says denied.xml 'id="hosts" status="denied"'
fi

# --- nothing to pack
mkdir nothing
expect 3 "empty folder" "$collect" --from nothing -o empty.zip
expect 3 "no such folder" "$collect" --from nosuch -o empty.zip
expect 3 "a file for a folder" "$collect" --from one.zip -o empty.zip
says err "it is a file"
absent empty.zip empty.zip.partial

# --- only, skip, dry run
expect 0 "--only" "$collect" --from files -o only.zip --only hosts,ipconfig
[ "$(unzip -Z1 only.zip | sort | tr '\n' ' ')" = "manifest.xml network/hosts.txt network/ipconfig.txt summary.txt " ] ||
	fail "--only packed: $(unzip -Z1 only.zip)"
says out "8 file(s) left out"
expect 0 "--skip" "$collect" --from files -o skip.zip --skip loose --skip hosts
unzip -Z1 skip.zip | grep -q 'loose\|hosts' && fail "--skip packed: $(unzip -Z1 skip.zip)"
expect 0 "--dry-run" "$collect" --from files --dry-run -o dry.zip
says out "hosts  ->  network/hosts.txt"
absent dry.zip dry.zip.partial

# --- wrong usage
for words in --fomat "--from" "stray" "--only nosuch" "--lang fr" "--request x" "" \
	"--from files --path x" "--from files --script" "--only=" "--script --domain a&b" \
	"--script --path ü" "--script -o x"; do
	# shellcheck disable=SC2086 # words are words
	expect 2 "usage: $words" "$collect" $words
	[ -s err ] || fail "usage: $words: says nothing"
	[ ! -s out ] || fail "usage: $words: prints to standard output"
done
expect 2 "a quote in a path" "$collect" --script --path 'a"b'
expect 2 "near option" "$collect" --fron files
says err "did you mean --from?"
expect 2 "near item" "$collect" --list --only slmgr-dlx
says err "did you mean slmgr-dl"
expect 2 "live" "$collect"
says err --script
says err --from

# --- requests: ids, domains and paths, and nothing else
sum=$(sha256sum <one.zip | cut -d' ' -f1)
printf '\357\273\277actdx-request 1\r\nparent %s\r\n# why\r\nitem dns-srv\r\nitem icacls-path\r\n' "$sum" >ask
printf 'domain contoso.com\r\npath C:\\Program Files\\x\r\n' >>ask
expect 0 "a request" "$collect" --request ask --dry-run
[ "$(grep -c '^[a-z]' out)" = 2 ] || fail "a request for two items plans: $(cat out)"
expect 0 "a request as a script" "$collect" --request ask --script
says out 'set "NAME_IN=contoso.com"'
says out 'set "ITEMPATH=C:\Program Files\x"'
for line in 'item nosuch' 'run cmd /c calc' 'domain a&b' 'path a|b' 'parent 12' 'item' 'item dns-srv x'; do
	printf 'actdx-request 1\nitem ipconfig\n%s\n' "$line" >bad
	expect 2 "a request with $line" "$collect" --request bad --dry-run
	[ ! -s out ] || fail "a bad request ($line) was planned"
done
printf 'actdx-request 2\nitem ipconfig\n' >bad
expect 2 "a later request" "$collect" --request bad --dry-run
says err "is no request"
expect 2 "no such request" "$collect" --request nosuch --dry-run
expect 2 "request and --only" "$collect" --request ask --only hosts --dry-run
expect 2 "request and --from" "$collect" --request ask --from files

# --- help, version, list; a full standard output is an error
expect 0 "--help" "$collect" --help
[ "$(grep -n Examples out | cut -d: -f1)" -lt "$(grep -n Options out | cut -d: -f1)" ] ||
	fail "help: examples do not come first"
expect 0 "/?" "$collect" '/?'
expect 0 "--version" "$collect" --version
expect 0 "--list" "$collect" --list
awk 'NR > 1 && ($2 !~ /^[a-z]+\/[a-z0-9.-]+$/ || $3 !~ /^(user|admin|asked)$/ || NF < 4)' out | grep . &&
	fail "--list: columns"
awk 'NR > 1 { print $1 }' out >ids
[ "$(wc -l <ids)" -gt 50 ] || fail "--list: only $(wc -l <ids) items"
if [ -w /dev/full ]; then
	for option in --list --script --help; do
		"$collect" $option >/dev/full 2>err
		[ $? = 3 ] || fail "$option to a full disk: exit not 3"
	done
fi

# --- encrypted: names stay readable, content does not; other tools open it
printf 'correct horse\r\nsecond line\n' >secret
printf 'wrong\n' >wrong
: >blank
expect 0 "--passphrase-file" "$collect" --from files -o locked.zip --passphrase-file secret
7z t -pwrong locked.zip >/dev/null 2>&1 && fail "a wrong passphrase opens it"
7z t '-pcorrect horse' locked.zip >/dev/null || fail "7z does not open it with the passphrase"
grep -q 'Active code page' locked.zip && fail "an encrypted bundle holds plain text"
if [ -n "${ACTDX_ANALYZE:-}" ]; then
	expect 0 "verify an encrypted bundle" "$ACTDX_ANALYZE" verify locked.zip --passphrase-file secret
	says out "all 10 members verify"
	expect 3 "a wrong passphrase" "$ACTDX_ANALYZE" verify locked.zip --passphrase-file wrong
	says err "the passphrase does not fit"
	"$ACTDX_ANALYZE" facts locked.zip >out 2>err
	says out "is encrypted; give its passphrase with --passphrase-file"
fi
for name in blank nosuch; do
	expect 2 "no passphrase: $name" "$collect" --from files -o not.zip --passphrase-file $name
	absent not.zip
done
expect 2 "nobody to ask" "$collect" --from files -o not.zip --encrypt

# --- the script: ASCII, CR LF, every item, nothing from outside unquoted
# shellcheck disable=SC1003 # a path that ends in a backslash
"$collect" --script --path 'C:\50% (a) & b' --path 'D:\' --domain fabrikam.com >all.cmd || fail "--script"
[ -z "$(LC_ALL=C tr -d '\r\n\040-\176' <all.cmd)" ] || fail "the script is not ASCII"
[ "$(grep -c '' all.cmd)" = "$(grep -c "$(printf '\r')\$" all.cmd)" ] || fail "the script's line ends"
while read -r id; do
	grep -q "[ -]${id}[ \"]\|^rem $id " all.cmd || fail "the script has no $id"
done <ids
says all.cmd 'set "ITEMPATH=C:\50%% (a) & b"'
says all.cmd 'set "ITEMPATH=D:\."'
says all.cmd 'set "NAME_IN=fabrikam.com"'
says all.cmd 'gpresult /h "%FILE%" /f'
grep -q '{' all.cmd && fail "a fill-in was left in the script"
grep -q '^cscript.*/ato' all.cmd && fail "the script would try to activate without being asked"
"$collect" --script --only slmgr-ato >ato.cmd
grep -q '^cscript.*/ato' ato.cmd || fail "--only slmgr-ato does not run it"
# Each label that is called or jumped to exists.
tr -d '\r' <all.cmd >all.txt
sed -n 's/^.*\(call\|goto\) :\([a-z0-9-]*\).*/\2/p' all.txt | sort -u >labels
while read -r label; do
	grep -q "^:$label\$" all.txt || fail "the script jumps to $label, which is not there"
done <labels

# --- no room: a limit on the size of files, then a full disk
mkdir big
i=0
while [ $i -lt 24 ]; do
	head -c 1048576 /dev/urandom >big/random-$i.bin
	i=$((i + 1))
done
(
	trap '' XFSZ
	ulimit -f 100
	"$collect" --from big -o limited.zip >out 2>err
)
[ $? = 3 ] || fail "file too large: exit not 3"
says err limited.zip
absent limited.zip limited.zip.partial
mkdir small
if mount -t tmpfs -o size=1m none small 2>/dev/null; then
	expect 3 "full disk" "$collect" --from big -o small/full.zip
	says err "small/full.zip"
	says err "24.0 MB needed"
	absent small/full.zip small/full.zip.partial
	umount small
else
	echo "skipped: a full disk (a tmpfs cannot be mounted here)"
fi

# --- Ctrl-C while it writes: what there is gets sealed
"$collect" --from big -o stopped.zip >out 2>err &
pid=$!
while [ ! -e stopped.zip.partial ] && kill -0 $pid 2>/dev/null; do
	sleep 0.01
done
kill -INT $pid
wait $pid
status=$?
[ $status = 130 ] || fail "Ctrl-C: exit $status, not 130"
unzip -tqq stopped.zip >/dev/null || fail "Ctrl-C: the bundle is damaged"
unzip -p stopped.zip manifest.xml >stopped.xml
says stopped.xml 'partial="yes"'
says stopped.xml 'interrupted before it was packed'
says out Interrupted
absent stopped.zip.partial
# Twice in a row: it leaves at once, or had just finished sealing; no half file either way.
"$collect" --from big -o twice.zip >out 2>err &
pid=$!
while [ ! -e twice.zip.partial ] && kill -0 $pid 2>/dev/null; do
	sleep 0.01
done
kill -INT $pid
kill -INT $pid 2>/dev/null
wait $pid
[ $? = 130 ] || fail "Ctrl-C twice: exit not 130"
absent twice.zip.partial

# --- the samples of the parsers, all of them: each packs, none is changed
if [ -d "$source/samples/evidence" ]; then
	expect 0 "samples" "$collect" --from "$source/samples/evidence" -o samples.zip
	unzip -tqq samples.zip >/dev/null || fail "samples: the bundle is damaged"
	[ "$(unzip -Z1 samples.zip | wc -l)" -eq \
		$(($(find "$source/samples/evidence" -type f | wc -l) + 2)) ] || fail "samples: not all are there"
fi

finish
