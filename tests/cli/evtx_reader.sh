#!/bin/sh
# Our reader of event logs against two public ones, libevtx and python-evtx: over logs that make_evtx writes, regular
# and irregular, and over the public logs in ../shared/samples where those lie beside the project. Every record that a
# log's structure shows is found, none is made up, and values agree.
#   ACTDX_ORACLE_SECONDS   for python-evtx, which is slow: 40
set -u
: "${ACTDX_SOURCE:?}" "${ACTDX_BUILD:?}" "${ACTDX_ANALYZE:?}"
make=$ACTDX_BUILD/tests/make_evtx
oracles=$ACTDX_SOURCE/tests/evtx_oracles.py
command -v evtxexport >/dev/null || { echo "evtxexport (libevtx-utils) is not installed"; exit 77; }
/usr/bin/python3 -c 'import Evtx' 2>/dev/null || { echo "python3-evtx is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$ACTDX_SOURCE/tests/expect.sh"

# What the XML says is what comes out, whatever is wrong with the log around it.
for name in classic manifest types arrays tokens; do
	xml=$ACTDX_SOURCE/tests/evtx/$name.xml
	for form in "" --literal-providers --bad-crc --no-crc --dirty --slack --short --bare \
		"--chunk-records 1" "--dirty --chunk-records 1" "--empty-chunk --chunk-records 2" "--short --slack"; do
		# shellcheck disable=SC2086 # options are words
		expect 0 "make_evtx $form of $name" "$make" $form "$xml" log.evtx
		expect 0 "$form of $name" /usr/bin/python3 "$oracles" source "$ACTDX_ANALYZE" "$xml" log.evtx
	done
done

# Records without templates hold strings only; those are the same.
for name in classic manifest; do
	xml=$ACTDX_SOURCE/tests/evtx/$name.xml
	expect 0 "make_evtx --no-template of $name" "$make" --no-template "$xml" log.evtx
	expect 0 "--no-template of $name" /usr/bin/python3 "$oracles" source "$ACTDX_ANALYZE" "$xml" log.evtx
done

# Logs of several chunks, whole and damaged: records as their structure shows them, values as others read them.
mkdir made
many() {
	out=made/$1.evtx
	shift
	expect 0 "make_evtx $*" "$make" "$@" "$out"
}
for name in classic manifest types; do
	xml=$ACTDX_SOURCE/tests/evtx/$name.xml
	many "$name" --repeat 9 "$xml"
	many "$name-wrapped" --repeat 40 --chunk-records 40 --first-record 5000 --wrap 2 "$xml"
	many "$name-dirty" --repeat 40 --chunk-records 50 --dirty "$xml"
	many "$name-cut" --repeat 40 --chunk-records 50 --cut 47000 "$xml"
	many "$name-torn" --repeat 9 --zero-last "$xml"
	many "$name-empty-chunk" --repeat 20 --chunk-records 20 --empty-chunk "$xml"
	many "$name-bad-magic" --repeat 20 --chunk-records 20 --bad-magic "$xml"
	many "$name-bad-crc" --repeat 20 --chunk-records 20 --bad-crc "$xml"
	many "$name-loops" --repeat 9 --loops "$xml"
	many "$name-slack" --repeat 20 --chunk-records 20 --slack "$xml"
	many "$name-plain" --repeat 9 --no-template "$xml"
done
expect 0 "logs made here" /usr/bin/python3 "$oracles" reader "$ACTDX_ANALYZE" made/*.evtx
cat out err

public=$ACTDX_SOURCE/../shared/samples
if [ -d "$public/evtx" ]; then
	expect 0 "public logs" /usr/bin/python3 "$oracles" reader "$ACTDX_ANALYZE" \
		"$public"/evtx/*.evtx "$public"/defender/*.evtx
	cat out err
fi
finish
