#!/bin/sh
# Japanese machines that do not activate: the collector runs under Wine with stand-ins that print what such a machine
# prints, and its bundle has to lead the analyzer to the cause, in Japanese. ACTDX_PROGRAMS: folder of the .exe files;
# ACTDX_ANALYZE: this machine's own analyzer.
set -u
source=${ACTDX_SOURCE:?} programs=${ACTDX_PROGRAMS:?} analyze=${ACTDX_ANALYZE:?}
# shellcheck source=tests/windows/wine.sh
. "$source/tests/windows/wine.sh"
work=$(mktemp -d) || exit 1
trap 'wine_stop; rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"
wine_ready

# tool_of ITEM: the tool that prints it, and the part of its arguments that tells it from others.
tool_of() {
	case $1 in
	slmgr-dlv) echo 'cscript slmgr.vbs /dlv' ;;
	slmgr-ato) echo 'cscript slmgr.vbs /ato' ;;
	ipconfig) echo 'ipconfig /all' ;;
	systeminfo) echo 'systeminfo *' ;;
	dns-srv) echo 'nslookup -type=SRV' ;;
	reg-spp) echo 'reg HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform' ;;
	sc-sppsvc) echo 'sc queryex sppsvc' ;;
	w32tm-status) echo 'w32tm /status' ;;
	*) echo "no stand-in is known for $1" >&2 && exit 1 ;;
	esac
}

every_item=$(wine "$programs/actdx-collect.exe" --list | awk 'NR > 1 { printf "%s%s", comma, $1; comma = "," }')

# diagnose CAUSE VARIANT
diagnose() {
	wine_copy "$work/$1"
	wine_tool cscript 'slmgr.vbs /dlv all' 'exit 0'
	for file in "$source/samples/cases/$1/$2"/*.txt; do
		item=${file##*/} && item=${item%.txt}
		wine_file "$item" "$file"
		tool=$(tool_of "$item") || fail "$1: $item"
		wine_tool "${tool%% *}" "${tool#* }" "print $item exit 0"
	done
	printf '[SC] QueryServiceConfig SUCCESS\r\n\r\nSERVICE_NAME: sppsvc\r\n%s\r\n' \
		'        START_TYPE         : 2   AUTO_START  (DELAYED)' >sc-qc
	wine_file sc-qc sc-qc
	wine_tool sc 'qc sppsvc' 'print sc-qc exit 0'
	for tool in cscript reg nslookup sc w32tm; do
		wine_tool $tool '*' 'exit 1'
	done
	# The machine under Wine has a DNS server of its own, which answers: it is not asked (--skip).
	: >"$wine_prefix/drive_c/windows/system32/slmgr.vbs" # is only asked whether it is there
	wine_locale=ja_JP.UTF-8 expect 1 "$1: collect" wine "$programs/actdx-collect.exe" -o "$1.zip" \
		--only "$every_item" --skip dns-srv-direct --domain example.invalid --no-pause --lang ja
	says out メール添付
	expect 0 "$1: verify" "$analyze" verify "$1.zip"
	expect 0 "$1: report" "$analyze" "$1.zip" --format json
	found=$(jq -r '.causes[0].id' out)
	[ "$found" = "$1" ] || fail "$1: the first cause is $found"
	expect 0 "$1: report in Japanese" "$analyze" "$1.zip" --lang ja
	says out "$(jq -r '.causes[] | select(.id == "'"$1"'") | .title' <<-JSON
	$("$analyze" "$1.zip" --lang ja --format json)
	JSON
	)"
	says out ライセンス認証の診断結果
	unzip -p "$1.zip" manifest.xml >listed.xml
	says listed.xml 'oem-code-page="932" ansi-code-page="932"'
	wine_stop
}

diagnose srv-missing found-ja
diagnose dns-unreachable found-ja
finish
