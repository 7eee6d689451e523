#!/bin/sh
# actdx-analyze events: which events are printed, as people ask for them, and what is said of a wrong request.
set -u
: "${ACTDX_SOURCE:?}" "${ACTDX_BUILD:?}" "${ACTDX_ANALYZE:?}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$ACTDX_SOURCE/tests/expect.sh"

event() {
	echo "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='$2'/>
<EventID>$3</EventID><Version>0</Version><Level>4</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords>
<TimeCreated SystemTime='$4'/><EventRecordID>$1</EventRecordID><Channel>Application</Channel>
<Computer>pc042.contoso.com</Computer><Security/></System><EventData><Data>$1</Data></EventData></Event>"
}
{
	event 1 Microsoft-Windows-Security-SPP 12288 2026-11-23T23:59:59.9999999Z
	event 2 Microsoft-Windows-Security-SPP 12289 2026-11-24T00:00:00Z
	event 3 "Office Software Protection Platform Service" 12288 2026-11-24T09:15:00Z
	event 4 "Service Control Manager" 7036 2026-11-24T23:59:59.9999999Z
	event 5 Microsoft-Windows-Contoso 8198 2026-11-25T00:00:00Z
	event 6 Contoso 8233 2026-11-25T09:15:00Z
} >events.xml
expect 0 "make_evtx" "$ACTDX_BUILD/tests/make_evtx" events.xml log.evtx

# prints RECORDS OPTION...
prints() {
	expected=$1
	shift
	expect 0 "events $*" "$ACTDX_ANALYZE" events log.evtx "$@"
	records=$(sed 's/.*"EventRecordID":\([0-9]*\).*/\1/' out | tr '\n' ' ')
	[ "$records" = "${expected:+$expected }" ] || fail "events $*: prints $records, not $expected"
}

# refuses WORDS OPTION...
refuses() {
	words=$1
	shift
	expect 2 "events $*" "$ACTDX_ANALYZE" events log.evtx "$@"
	says err "$words"
	[ ! -s out ] || fail "events $*: printed something"
}

prints "1 2 3 4 5 6"
says_not err "no event matches"

# --- providers: Windows' names, those of Event Viewer, short forms; whole names are one provider each
prints "1 2" --provider Microsoft-Windows-Security-SPP
prints "1 2" --provider security-spp
prints "1 2 3" --provider SPP
prints "4" -p "service control manager"
prints "4" -p SCM
prints "5" --provider Microsoft-Windows-Contoso
prints "5 6" --provider Contoso
prints "" --provider Contos
says err "no event matches"
refuses "--provider is a provider's name" --provider ""

# --- ids
prints "1 3" --id 12288
prints "1 2 3" --id 12288,12289
prints "5 6" --id "8198 - 8233"
prints "4 5 6" --id "7036, 8198-8233"
prints "1" --provider Security-SPP --id 12288
for ids in "" x 5- -5 5-3 5,,6 1-2-3 4294967296 0x3000; do
	refuses "--id is a list" --id "$ids"
done

# --- times: the ends belong to it, a day alone is all of it
prints "2 3 4 5 6" --since 2026-11-24
prints "1 2 3 4" --until 2026-11-24
prints "2 3 4" --since 2026-11-24 --until 2026-11-24
prints "3" --since 2026-11-24T09:15:00Z --until "2026-11-24 09:15"
prints "3" --since 2026-11-24T18:15:00+09:00 --until 2026-11-24T10:15+01:00
prints "" --since 2027-01-01
says err "no event matches"
for time in "" yesterday 2026-13-01 2026-02-30 2026-11-25T25:00 25.11.2026 2026-11-25T; do
	refuses "--since and --until are times" --since "$time"
	refuses "--since and --until are times" --until "$time"
done
refuses "--since is later than --until" --since 2026-11-25 --until 2026-11-24

# --- threads and formats
for threads in 1 2 4 64; do
	prints "1 2 3 4 5 6" --threads $threads
	cp out "jsonl-$threads"
	cmp -s jsonl-1 "jsonl-$threads" || fail "$threads threads print something else"
done
for threads in 0 65 x -1 ""; do
	refuses "--threads is a number from 1 to 64" --threads "$threads"
done
refuses "--format is jsonl or xml" --format json
expect 0 "events --format xml" "$ACTDX_ANALYZE" events log.evtx --format xml --provider Contos
says out "</Events>"
says err "no event matches"
finish
