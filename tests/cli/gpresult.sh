#!/bin/sh
# Reports made to hurt are refused or bounded within seconds; a large honest one is read in little memory. Reports of
# other people, where there are some beside the project, are recognised by their content.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# facts FILE SECONDS: reads it in time, and does not crash.
facts() {
	status=0
	timeout "$2" "$ACTDX_ANALYZE" facts "$1" >"$work/facts" 2>"$work/errors" || status=$?
	case $status in
	0 | 4 | 5 | 6) ;;
	*)
		echo "${1##*/}: exit $status: $(head -c 300 "$work/errors")"
		failed=1
		;;
	esac
}

head='<html gpmc_reportInitialized="false">\n<head>\n</head>\n<body><table><tr><td class="rsopheader">R</td></tr></table>'
head="$head"'<div class="rsopsettings">\n'
root='<Rsop xmlns="http://www.microsoft.com/GroupPolicy/Rsop">'

# many NAME BEGIN PIECE COUNT END: a file that holds PIECE so many times.
many() {
	awk -v begin="$2" -v piece="$3" -v count="$4" -v end="$5" \
		'BEGIN { printf "%s", begin; for (i = 0; i < count; i++) printf "%s", piece; printf "%s", end }' >"$work/$1"
}

a=$(printf '%01000d' 0)
many deep.html "$head" '<div>' 100000 ''
many ends.html "$head" '<b></i>' 1000000 ''
many tables.html "$head" '<table><tr><td>' 300000 ''
many attribute.html "$head<td class=\"" "$a" 30000 '">x</td>'
many open.html "$head<td class=\"" "$a" 30000 ''
many comment.html "$head<!--" "$a" 30000 ''
many heads.html "$head" '</head>\n' 1000000 ''
many deep.xml "$root" '<a>' 100000 ''
many attribute.xml "$root<a b=\"" "$a" 15000 '"/></Rsop>'
many large.xml "$root<a b=\"" "$a" 30000 '"/></Rsop>'
many leaves.xml "$root<ComputerResults><GPO>" '<Name>a</Name>' 300000 '</GPO></ComputerResults></Rsop>'
awk -v begin="$root" 'BEGIN { printf "%s<ComputerResults", begin; for (i = 0; i < 500000; i++) printf " a%d=\"\"", i
	print "/></Rsop>" }' >"$work/attributes.xml"
awk -v begin="$head" 'BEGIN { printf "%s<td", begin; for (i = 0; i < 500000; i++) printf " a%d", i; print ">" }' \
	>"$work/attributes.html"
{
	echo '<?xml version="1.0"?><!DOCTYPE Rsop [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
	printf '%s<ComputerResults><Name>&b;</Name></ComputerResults></Rsop>\n' "$root"
} >"$work/entities.xml"

for file in "$work"/*.html "$work"/*.xml; do
	facts "$file" 20
done
facts "$work/entities.xml" 20
! grep -q aaaaaaaaaaaa "$work/facts" || { echo "entities.xml: an entity was expanded"; failed=1; }

# 3,000 settings with their explanations, 4 MB.
awk -v begin="$head" 'BEGIN {
	section = "<div class=\"he1\"><span class=\"sectionTitle\">x</span></div>\n<div class=\"container\">"
	printf "%s%s%s</div>%s</div>%s%s%s", begin, section, section, section, section, section, section
	for (i = 0; i < 400; i++) text = text "explained "
	print "<table class=\"info3\">"
	for (i = 0; i < 1000; i++)
		printf "<tr><td><span gpmc_settingName=\"s\" gpmc_settingDescription=\"%s\">Setting %d</span></td>" \
			"<td>Enabled</td><td>Baseline</td></tr>\n", text, i
	print "</table></div></div></div></div></div>\n</body></html>" }' >"$work/settings.htm"
facts "$work/settings.htm" 20
[ "$(grep -c '<policy-setting .*gpo="Baseline"' "$work/facts")" = 1000 ] || { echo "settings.htm: not all settings"; failed=1; }

others=$ACTDX_SOURCE/../shared/samples/gpresult
[ -d "$others" ] || exit $failed
for file in "$others"/*.htm "$others"/*.html "$others"/*.xml "$others"/*.txt; do
	[ -f "$file" ] || continue
	facts "$file" 20
	grep -q '<policy-report ' "$work/facts" || { echo "${file##*/}: no report"; failed=1; }
done
exit $failed
