#!/bin/sh
# Markup made to hurt is refused: within seconds, in 256 MiB, and the user is told what was wrong and where.
set -u
: "${ACTDX_SOURCE:?}" "${ACTDX_ANALYZE:?}"
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$ACTDX_SOURCE/tests/expect.sh"

# Memory is limited where the program has no sanitizer in it, which takes terabytes of addresses.
memory=262144
if nm "$ACTDX_ANALYZE" 2>/dev/null | grep -q __asan_init; then
	memory=unlimited
fi

# limited COMMAND...: with little memory, and not for long.
limited() {
	# shellcheck disable=SC3045,SC2317 # dash has it; it is called through `expect`
	(ulimit -v "$memory" && exec timeout 20 "$@")
}

# refused FILE WORDS: reading it ends with 5, and the member has a problem with these words.
refused() {
	expect 5 "$1" limited "$ACTDX_ANALYZE" facts "$1"
	grep -q "<member name=\"$1\".* problem=\"[^\"]*$2" out ||
		fail "$1: not told \"$2\": $(grep -o '<member [^>]*' out)"
}

# many BEGIN PIECE COUNT END: a file that holds PIECE so many times.
many() {
	awk -v begin="$1" -v piece="$2" -v count="$3" -v end="$4" \
		'BEGIN { printf "%s", begin; for (i = 0; i < count; i++) printf "%s", piece; printf "%s", end }'
}

# How each form begins; an element that may stand in it, as far as its attributes; and how it ends.
form() {
	name=$1 begin=$2 element=$3 end=$4
}
forms="html rsop applocker clixml"
choose() {
	case $1 in
	html) form "$1.html" '<html gpmc_reportInitialized="false">\n<head>\n</head>\n<body><table><tr><td class="rsopheader">R</td></tr></table>\n<div class="rsopsettings">\n' \
		'<td' '</div></body></html>\n' ;;
	rsop) form "$1.xml" '<Rsop xmlns="http://www.microsoft.com/GroupPolicy/Rsop">\n' \
		'<ComputerResults' '</Rsop>\n' ;;
	applocker) form "$1.xml" '<AppLockerPolicy Version="1">\n' \
		'<RuleCollection' '</AppLockerPolicy>\n' ;;
	clixml) form "$1.xml" '#< CLIXML\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n<Obj RefId="0"><TN RefId="0"><T>MSFT_MpPreference</T></TN><Props>\n' \
		'<S' '</Props></Obj></Objs>\n' ;;
	esac
}

types='<!DOCTYPE a [\n<!ENTITY a "aaaaaaaaaa">\n<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">\n<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">\n]>\n'
entity="line [0-9]*: a document type or an entity of its own; refused"
a=$(printf '%01000d' 0)
flood=$(awk 'BEGIN { for (i = 0; i < 500000; i++) printf " a%d=\"\"", i }')
for one in $forms; do
	choose "$one"
	most=64
	[ "$one" != html ] || most=256
	many "$begin" "$([ "$one" != clixml ] && echo '<div>' || echo '<Obj><LST>')" 100000 '' >"deep-$name"
	refused "deep-$name" "line [0-9]*: elements nest deeper than $most"
	many "$begin$element b=\"" "$a" 2000 "\">x</a>$end" >"long-$name"
	refused "long-$name" "line [0-9]*: an attribute is longer than 1 MiB"
	{ many "$begin$element" '' 0 '' && printf '%s>%b' "$flood" "$end"; } >"flood-$name"
	refused "flood-$name" "line [0-9]*: an element has more than 128 attributes"
	# Entities that grow: the document type is refused, wherever it stands; without it, what refers to it.
	many "$begin$types$element>&c;" '' 0 "$end" >"entity-$name"
	refused "entity-$name" "$entity"
	many "$types$begin$element>&c;" '' 0 "$end" >"entity-first-$name"
	refused "entity-first-$name" "$entity"
done

many '{\n"EnableControlledFolderAccess": 0,\n"DisableRealtimeMonitoring": ' '[' 100000 '' >deep.json
refused deep.json "line [0-9]*: objects nest deeper than 24"

# What lies behind the first 32 MB of a member is not even read.
choose rsop
many "$begin$element b=\"" "$a" 1000000 "\"/>$end" >huge.xml
refused huge.xml "too large: only its first part was read"

# event VALUE [INSIDE]: one event. An evil one takes none of its neighbours along.
event() {
	printf '%b' "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>${2-}<System>" \
		"<Provider Name='Microsoft-Windows-Security-SPP'/><EventID Qualifiers='49152'>8198</EventID>" \
		"<TimeCreated SystemTime='2026-11-25T09:15:00Z'/><Channel>Application</Channel><Computer>pc</Computer>" \
		"</System><EventData><Data>$1</Data></EventData></Event>\n"
}
neighbours() {
	refused "$1" "line $2: $3; what stands around it was read"
	[ "$(grep -c '<activation-event .* code="0x80072EE[27]"' out)" = 2 ] || fail "$1: its neighbours were not read"
}
{ event hr=0x80072EE2 && event '&c;' "$types" && event hr=0x80072EE7; } >entity-events.xml
neighbours entity-events.xml 2 "a document type or an entity of its own; refused"
{ printf '%b' "$types" && event hr=0x80072EE2 && event '&c;' && event hr=0x80072EE7; } >entity-first-events.xml
neighbours entity-first-events.xml 7 "a document type or an entity of its own; refused"
deep=$(many '' '<a>' 10000 '')
{ event hr=0x80072EE2 && event "$deep" && event hr=0x80072EE7; } >deep-events.xml
neighbours deep-events.xml 2 "elements nest deeper than 64"

# The report says so, too, and ends with the status of a limit.
for file in deep-rsop.xml:'nest deeper' entity-events.xml:'document type' entity-html.html:'document type'; do
	expect 5 "report of ${file%:*}" "$ACTDX_ANALYZE" --format json "${file%:*}"
	jq -e --arg name "${file%:*}" --arg words "${file#*:}" '.warnings[] |
		select(.kind == "limit" and .about == $name and (.detail | contains($words)))' out >found ||
		fail "report of ${file%:*}: no warning: $(jq -c .warnings out)"
done
finish
