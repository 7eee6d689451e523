#!/bin/sh
# Each parser has samples in at least three languages and three encodings, and says where they come from.
# slmgr.ini is always UTF-16 in reality: two encodings will do. Binary files have none.
set -eu
cd "$ACTDX_SOURCE/samples/evidence"
status=0
for parser in *; do
	[ -f "$parser/ORIGIN.md" ] || { echo "$parser: no ORIGIN.md" >&2; status=1; }
	languages=$(find "$parser" -mindepth 1 -maxdepth 1 ! -name '*.facts' ! -name ORIGIN.md |
		sed 's|.*/||; s|-.*||' | sort -u | wc -l)
	encodings=$(cat "$parser"/*.facts | grep -o 'encoding="[^"]*"' | sort -u | wc -l)
	wanted=3
	[ "$parser" != slmgr_ini ] || wanted=2
	[ "$parser" != event_log ] || wanted=0
	[ "$parser" != defender_history ] || wanted=0
	if [ "$languages" -lt 3 ] || [ "$encodings" -lt "$wanted" ]; then
		echo "$parser: $languages languages, $encodings encodings" >&2
		status=1
	fi
done
exit $status
