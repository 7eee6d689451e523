#!/bin/sh
# What goes wrong while collecting, played by stand-ins under Wine: in every case a whole bundle, and a manifest that says
# what is not in it. ACTDX_PROGRAMS: folder of the .exe files; ACTDX_ANALYZE: this machine's own analyzer.
set -u
source=${ACTDX_SOURCE:?} programs=${ACTDX_PROGRAMS:?} analyze=${ACTDX_ANALYZE:?}
# shellcheck source=tests/windows/wine.sh
. "$source/tests/windows/wine.sh"
work=$(mktemp -d) || exit 1
trap 'wine_stop; umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"
wine_ready
wine_copy "$work/prefix"

collect() {
	wine "$programs/actdx-collect.exe" --no-pause "$@"
}

# whole BUNDLE: opens, verifies, and its manifest is in the file listed.xml.
whole() {
	unzip -tqq "$1" >/dev/null || fail "$1: unzip finds it damaged"
	"$analyze" verify "$1" >verify.out 2>&1
	grep -q '^all [0-9]* members verify$' verify.out || fail "$1: $(tail -3 verify.out)"
	unzip -p "$1" manifest.xml >listed.xml || fail "$1 has no manifest"
	[ ! -e "$1.partial" ] || fail "$1.partial was left behind"
}

left_behind() {
	[ -z "$(find "$wine_prefix/drive_c/users" -name 'actdx-*')" ] || fail "a temporary folder was left behind"
}

# --- all that is planned has a row, in a bundle of a machine that gives nearly nothing
expect 1 "bare Wine" collect -o bare.zip
whole bare.zip
says out "fits in e-mail: yes"
says out "$(sha256sum bare.zip | cut -d' ' -f1)"
planned=$(collect --list | awk 'NR > 1 && $3 != "asked"' | wc -l)
rows=$(grep -c '<item id=' listed.xml)
[ "$planned" = "$rows" ] || fail "planned: $planned items, rows: $rows"
says listed.xml 'mode="live"'
says listed.xml 'id="systeminfo" status="failed" reason="exit code 0, and it printed nothing"'
says listed.xml 'id="route" status="missing-tool"'
says listed.xml '<tried way="wevtutil" status="failed" reason="it said that all went well and wrote no file"/>'
left_behind

# --- without WMI, slc.dll tells the licences; without netsh, the registry tells the firewall's rules
wine_slc
wine_without=wbemprox
wine_value 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules' actdx-test \
	'v2.30|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=1688|Name=No KMS|'
expect 0 "without WMI and netsh" collect -o poor.zip --only wmi-licensing,firewall-rules
whole poor.zip
says listed.xml '<tried way="native" status="denied" reason="WMI: 0x80070005"/>'
says listed.xml '<tried way="tool" status='
expect 0 "what they say" "$analyze" facts poor.zip
says out 'partial-key="2YT43" in-use="yes" status="notification"'
says out 'reason="0xC004F056"'
says out 'action="block"'
wine_without=

# --- tools that misbehave
wine_tool chcp '*' 'print nothing sleep 600000'
wine_tool ipconfig '*' 'grandchild print words exit 0'
wine_tool systeminfo '*' 'flood 200 exit 0'
wine_tool whoami '/groups' 'print words sleep 600000'
wine_tool whoami '/priv' 'exit 5'
printf 'Windows IP Configuration\r\n' >words
wine_file words words
began=$(date +%s)
expect 1 "misbehaving tools" collect -o faults.zip \
	--only code-page,ipconfig,systeminfo,whoami-groups,whoami-priv
took=$(($(date +%s) - began))
[ $took -lt 60 ] || fail "tools that hang held it up for $took s"
whole faults.zip
says listed.xml 'id="code-page" status="timeout" reason="it did not end within 10 seconds"'
says listed.xml 'id="whoami-groups" status="timeout"'
says listed.xml 'id="ipconfig" status="ok"'
says listed.xml 'id="systeminfo" status="ok" reason="it printed more than 8 MB; the rest was dropped"'
says listed.xml 'id="whoami-priv" status="failed" reason="exit code 5, and it printed nothing"'
grep 'id="systeminfo"' listed.xml | grep -q 'truncated="yes"' || fail "a cut is not marked"
unzip -p faults.zip system/systeminfo.txt | tail -c 1 | od -An -c | grep -q '\\n' || fail "it was not cut at a line's end"
unzip -p faults.zip access/whoami-groups.txt | cmp -s - words || fail "what a hanging tool had printed is lost"
! pgrep -f -- --hold-the-pipe >/dev/null || fail "a grandchild outlived its tool"
left_behind

# --- Ctrl-C: what there is, marked as partial
wine_tool nltest '*' 'print words sleep 4000 touch begun sleep 600000'
collect -o stopped.zip --only ipconfig,nltest-dc --domain example.invalid >out 2>err </dev/null &
run=$!
for _ in $(seq 100); do
	[ ! -e "$wine_prefix/drive_c/stand-in/begun" ] || break
	sleep 0.1
done
pkill -INT -f 'actdx-collect[.]exe.* -o stopped[.]zip'
wait $run
status=$?
[ $status = 130 ] || fail "after Ctrl-C: exit $status: $(tail -3 err)"
whole stopped.zip
says listed.xml 'partial="yes"'
says listed.xml 'id="ipconfig" status="ok"'
unzip -p stopped.zip system/nltest-dc.txt | cmp -s - words || fail "what an interrupted tool had printed is lost"
[ "$(grep -c 'id="nltest-dc" status="skipped" reason="interrupted"' listed.xml)" -ge 1 ] ||
	fail "what was interrupted is not marked: $(grep nltest listed.xml)"
left_behind

# --- size: the oldest events go first; what cannot be shortened is left out and said
head -c 900000 /dev/urandom >big.evtx
head -c 20000 /dev/urandom >small.evtx
wine_file big.evtx big.evtx
wine_file small.evtx small.evtx
wine_tool wevtutil 'epl "System" ' 'write big.evtx exit 0'
wine_tool wevtutil 'TimeCreated' 'write small.evtx exit 0'
wine_tool wevtutil '*' 'write big.evtx exit 0'
expect 1 "--max-size" collect -o small.zip --max-size 512K --only ipconfig,events-kms,events-system
whole small.zip
[ "$(wc -c <small.zip)" -le 524288 ] || fail "--max-size 512K gave $(wc -c <small.zip) bytes"
grep 'id="events-kms"' listed.xml | grep -q 'status="ok" reason="only events since .* truncated="yes"' ||
	fail "a shortened log is not marked: $(grep events-kms listed.xml)"
says listed.xml 'id="events-system" status="skipped" reason="with it the bundle would be larger than --max-size"'
expect 0 "--since" collect -o since.zip --since 3d --only events-kms
whole since.zip
says listed.xml ' since="'
unzip -p since.zip events/kms.evtx | cmp -s - small.evtx || fail "--since did not reach the query"

# --- never over another file; no room
cp small.zip before
expect 3 "an existing file" collect -o small.zip --only ipconfig
cmp -s before small.zip || fail "an existing file was changed"
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=64k none small 2>/dev/null; then
	expect 0 "a disk that is nearly full" collect -o small/a.zip --only ipconfig,events-kms
	whole small/a.zip
	says listed.xml 'id="ipconfig" status="ok"'
	grep 'id="events-kms"' listed.xml | grep -q 'reason="only events since .*truncated="yes"' ||
		fail "a log was not shortened for the disk: $(grep events-kms listed.xml)"
	rm small/a.zip
	head -c 32000 /dev/zero >small/filled
	expect 1 "a disk with less room than the newest events need" collect -o small/a.zip --only ipconfig,events-kms
	whole small/a.zip
	says listed.xml 'id="events-kms" status="skipped" reason="no room for it on the disk that the bundle is on"'
	rm small/a.zip
	head -c 100000 /dev/zero >small/filled 2>/dev/null
	expect 3 "a full disk" collect -o small/a.zip --only ipconfig,events-kms
	says err "small/a.zip"
	absent small/a.zip small/a.zip.partial
fi

# --- encrypted there, read here; and the other way round
printf 'correct horse\n' >secret
printf 'wrong\n' >wrong
expect 0 "--passphrase-file" collect -o locked.zip --only ipconfig --passphrase-file secret
grep -q 'IP Configuration' locked.zip && fail "an encrypted bundle holds plain text"
expect 0 "read here" "$analyze" verify locked.zip --passphrase-file secret
says out "all 1 members verify"
expect 0 "read under Wine" wine "$programs/actdx-analyze.exe" verify locked.zip --passphrase-file secret
expect 3 "a wrong passphrase" wine "$programs/actdx-analyze.exe" verify locked.zip --passphrase-file wrong
says err "the passphrase does not fit"

# --- wrong usage, before anything is run
for wrong in "--domain -x" "--domain a&b" "--path a|b" "--max-size 5" "--max-size 10K" "--since 3x" "--encrypt"; do
	# shellcheck disable=SC2086 # two words
	expect 2 "$wrong" collect $wrong
done
finish
