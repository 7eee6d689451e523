#!/bin/sh
# verify-report: every report agrees with what it was made of; one flipped byte in a cited range fails that citation.
set -u
analyze=${ACTDX_ANALYZE:?} collect=${ACTDX_COLLECT:?} source=${ACTDX_SOURCE:?}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"

# --- every case, and a bundle, agree with their own report
for case in "$source"/samples/cases/*/*/; do
	"$analyze" "$case" --format json >report.json 2>err
	expect 0 "$case" "$analyze" verify-report report.json "$case"
	[ "${got:?}" = 0 ] || head -n 8 out >&2
done
"$collect" --from "$source/samples/cases/srv-stale/found" -o good.zip --quiet >said || fail "no bundle"
"$analyze" good.zip --format json >report.json
expect 0 "a bundle" "$analyze" verify-report report.json good.zip
says out "10 of 10 files"
"$analyze" good.zip "$source/samples/cases/clock-skew/found" --format json >two.json
expect 0 "two inputs" "$analyze" verify-report two.json good.zip "$source/samples/cases/clock-skew/found"
expect 4 "in the wrong order" "$analyze" verify-report two.json "$source/samples/cases/clock-skew/found" good.zip

# --- a changed bundle: its checksum does not keep the other citations from being looked up
mkdir unpacked && (cd unpacked && unzip -q ../good.zip && sed -i 's/kmsold/kmsnew/' network/dns-srv.txt)
expect 4 "a changed bundle" "$analyze" verify-report report.json unpacked
says out "DIFFERS  network/dns-srv.txt:8"
says out "CHANGED  network/dns-srv.txt"
says out 'evidence: "svr hostname   = kmsnew.contoso.com"'
[ "$(grep -c '^DIFFERS\|^GONE' out)" = 1 ] || fail "more than one citation differs: $(cat out)"
rm unpacked/network/dns-srv.txt
expect 4 "a lost file" "$analyze" verify-report report.json unpacked
says out "MISSING  network/dns-srv.txt"

# --- a forged report
jq '.causes[0].evidence[0].quote = "never there"' report.json >forged.json
expect 4 "a forged quote" "$analyze" verify-report forged.json good.zip
says out 'report:   "never there"'

# --- what is no report
expect 2 "no input" "$analyze" verify-report report.json
expect 2 "too many inputs" "$analyze" verify-report report.json good.zip good.zip
expect 3 "no such report" "$analyze" verify-report ./none.json good.zip
echo '{"schema": "other/1", "input": [{}], "verdict": ""}' >other.json
expect 3 "another format" "$analyze" verify-report other.json good.zip
printf '[%.0s' $(seq 100000) >deep.json
expect 3 "a deep one" "$analyze" verify-report deep.json good.zip
head -c 2000 report.json >cut.json
"$analyze" verify-report cut.json good.zip >out 2>err || status=$?
[ "${status:-0}" -le 4 ] || fail "a cut report: exit $status"
expect 3 "no such input" "$analyze" verify-report report.json ./none.zip

# --- one flipped byte
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }
for case in srv-stale/found clock-skew/found-ja vm-clock-rollback/found client-firewall/found-ja-policy; do
	mkdir flip
	python3 "$source/tests/cli/verify_report.py" "$analyze" "$source/samples/cases/$case" flip || fail "$case"
	rm -r flip
done
finish
