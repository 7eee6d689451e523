#!/bin/sh
# Events give the same facts whether they come as XML or as a binary log.
set -u
: "${ACTDX_SOURCE:?}" "${ACTDX_BUILD:?}" "${ACTDX_ANALYZE:?}"
make=$ACTDX_BUILD/tests/make_evtx
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$ACTDX_SOURCE/tests/expect.sh"

# The facts of a file, without where they stand and what only a whole log can say.
facts() {
	expect 0 "facts of $1" "$ACTDX_ANALYZE" facts "$1"
	sed -e '/<event-log /d; /^ *<\/*\(facts\|member\|evidence\)[ >]/d' \
		-e 's/ \(line\|in-record\)="[^"]*"//g' out
}

found=0
for xml in "$ACTDX_SOURCE"/tests/evtx/samples/*.xml "$ACTDX_SOURCE"/tests/evtx/*.xml; do
	cp "$xml" events.xml
	expect 0 "make_evtx of $xml" "$make" "$xml" events.evtx
	facts events.xml >from-xml
	facts events.evtx >from-evtx
	cmp -s from-xml from-evtx ||
		fail "$xml: $(diff from-xml from-evtx | head -n 4 | cut -c 1-400)"
	found=$((found + $(grep -c . from-evtx)))
done
if grep -q '^EVENTS(' "$ACTDX_SOURCE/parsers/events.def"; then
	[ $found -ge 5 ] || fail "only $found facts came of all events"
fi
finish
