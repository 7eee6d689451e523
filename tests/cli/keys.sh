#!/bin/sh
# No full product key leaves the program, whatever it is asked to print.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
	printf 'C:\\Windows\\system32>cscript //nologo slmgr.vbs /ipk AAAAA-BBBBB-CCCCC-DDDDD-EEEEE\r\n'
	printf 'Installed product key AAAAA-BBBBB-CCCCC-DDDDD-EEEEE successfully.\r\n'
	printf 'C:\\>nslookup AAAAA-BBBBB-CCCCC-DDDDD-EEEEE.contoso.com\r\n'
	printf '*** dc01 can'"'"'t find AAAAA-BBBBB-CCCCC-DDDDD-EEEEE.contoso.com: Non-existent domain\r\n'
} >"$work/in.txt"
failed=0
for how in facts "report --format text" "report --format html" "report --format json" "report --format markdown"; do
	# shellcheck disable=SC2086 # words on purpose
	"$ACTDX_ANALYZE" $how "$work/in.txt" >"$work/out" || { echo "$how: exit $?"; failed=1; }
	if grep -q 'BBBBB\|CCCCC' "$work/out"; then
		echo "$how shows a product key:"
		grep 'BBBBB\|CCCCC' "$work/out" | head -n 3
		failed=1
	fi
done
exit $failed
