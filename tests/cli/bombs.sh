#!/bin/sh
# Markup made to hurt is refused: within seconds, in 256 MiB, and the user is told what was wrong and where.
set -eu
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

# Memory is limited where the program has no sanitizer in it, which takes terabytes of addresses.
memory=262144
if nm "$ACTDX_ANALYZE" 2>/dev/null | grep -q __asan_init; then
	memory=unlimited
fi

# expect FILE WORDS: reading it ends with 5, and the member has a problem with these words.
expect() {
	status=0
	# shellcheck disable=SC3045,SC2094 # dash has it
	(ulimit -v $memory && exec timeout 20 "$ACTDX_ANALYZE" facts "$1") >facts 2>errors || status=$?
	[ "$status" -eq 5 ] || { echo "$1: exit $status: $(head -c 300 errors)"; failed=1; }
	grep -q "<member name=\"$1\".* problem=\"[^\"]*$2" facts ||
		{ echo "$1: not told \"$2\": $(grep -o '<member [^>]*' facts)"; failed=1; }
}

# many NAME BEGIN PIECE COUNT END: a file that holds PIECE so many times.
many() {
	awk -v begin="$2" -v piece="$3" -v count="$4" -v end="$5" \
		'BEGIN { printf "%s", begin; for (i = 0; i < count; i++) printf "%s", piece; printf "%s", end }' >"$1"
}

# attributes NAME BEGIN END: one element with 500,000 of them.
attributes() {
	awk -v begin="$2" -v end="$3" \
		'BEGIN { printf "%s", begin; for (i = 0; i < 500000; i++) printf " a%d=\"\"", i; print end }' >"$1"
}

html='<html gpmc_reportInitialized="false">\n<head>\n</head>\n<body><table><tr><td class="rsopheader">R</td></tr></table>'
html="$html"'<div class="rsopsettings">\n'
rsop='<Rsop xmlns="http://www.microsoft.com/GroupPolicy/Rsop">\n'
applocker='<AppLockerPolicy Version="1">\n'
clixml='#< CLIXML\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n'
clixml="$clixml"'<Obj RefId="0"><TN RefId="0"><T>MSFT_MpPreference</T></TN><Props>\n'
json='{\n"EnableControlledFolderAccess": 0,\n"DisableRealtimeMonitoring": '
a=$(printf '%01000d' 0)

deep="nest deeper than"
many deep.html "$html" '<div>' 100000 ''
expect deep.html "line [0-9]*: elements $deep 256"
many deep-rsop.xml "$rsop" '<a>' 100000 ''
expect deep-rsop.xml "line [0-9]*: elements $deep 64"
many deep-applocker.xml "$applocker" '<a>' 100000 ''
expect deep-applocker.xml "line [0-9]*: elements $deep 64"
many deep-clixml.xml "$clixml" '<Obj><LST>' 100000 ''
expect deep-clixml.xml "line [0-9]*: elements $deep 64"
many deep.json "$json" '[' 100000 ''
expect deep.json "line [0-9]*: objects $deep 24"

# What lies behind the first 32 MB of a member is not even read.
long="an attribute is longer than 1 MiB"
many long.html "$html<td class=\"" "$a" 2000 '">x</td>'
expect long.html "line [0-9]*: $long"
many long-rsop.xml "$rsop<a b=\"" "$a" 2000 '"/></Rsop>'
expect long-rsop.xml "line [0-9]*: $long"
many long-applocker.xml "$applocker<a b=\"" "$a" 2000 '"/></AppLockerPolicy>'
expect long-applocker.xml "line [0-9]*: $long"
many long-clixml.xml "$clixml<S N=\"" "$a" 2000 '">x</S></Props></Obj></Objs>'
expect long-clixml.xml "line [0-9]*: $long"
many huge-rsop.xml "$rsop<a b=\"" "$a" 1000000 '"/></Rsop>'
expect huge-rsop.xml "too large: only its first part was read"

flood="an element has more than 128 attributes"
attributes flood.html "$html<td" ">"
expect flood.html "line [0-9]*: $flood"
attributes flood-rsop.xml "$rsop<ComputerResults" "/></Rsop>"
expect flood-rsop.xml "line [0-9]*: $flood"
attributes flood-applocker.xml "$applocker<RuleCollection" "/></AppLockerPolicy>"
expect flood-applocker.xml "line [0-9]*: $flood"
attributes flood-clixml.xml "$clixml<S" ">x</S></Props></Obj></Objs>"
expect flood-clixml.xml "line [0-9]*: $flood"

# Entities that grow: the document type is refused, wherever it stands.
types='<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
entity="line [0-9]*: a document type or an entity of its own; refused"
many entity-rsop.xml "$rsop" "$types<a>&c;</a>" 1 ''
expect entity-rsop.xml "$entity"
many entity-applocker.xml "$applocker" "$types<a>&c;</a>" 1 ''
expect entity-applocker.xml "$entity"
many entity-clixml.xml "$clixml" "$types<a>&c;</a>" 1 ''
expect entity-clixml.xml "$entity"

# The report says so, too, and ends with the status of a limit.
status=0
"$ACTDX_ANALYZE" --format json deep-rsop.xml >report 2>errors || status=$?
[ "$status" -eq 5 ] || { echo "report: exit $status"; failed=1; }
jq -e '.warnings[] | select(.kind == "limit" and (.detail | contains("nest deeper")))' report >found ||
	{ echo "report: no warning"; failed=1; }
exit $failed
