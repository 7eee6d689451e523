#!/bin/sh
# The logs that make_evtx writes are logs: two public readers, libevtx and python-evtx, read them without complaint
# and get out of them what the XML says.
set -u
: "${ACTDX_SOURCE:?}" "${ACTDX_BUILD:?}"
make=$ACTDX_BUILD/tests/make_evtx
oracles=$ACTDX_SOURCE/tests/evtx_oracles.py
command -v evtxexport >/dev/null || { echo "evtxexport (libevtx-utils) is not installed"; exit 77; }
/usr/bin/python3 -c 'import Evtx' 2>/dev/null || { echo "python3-evtx is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$ACTDX_SOURCE/tests/expect.sh"

# reads XML OPTIONS...: both public readers; reads_one READER XML OPTIONS...
reads_with() {
	readers=$1 xml=$2
	shift 2
	expect 0 "make_evtx $* of $xml" "$make" "$@" "$xml" log.evtx
	# shellcheck disable=SC2086 # a list of words
	expect 0 "$readers on $* of $xml" /usr/bin/python3 "$oracles" writer "$xml" log.evtx $readers
}

for name in classic manifest types; do
	xml=$ACTDX_SOURCE/tests/evtx/$name.xml
	reads_with "" "$xml"
	reads_with "" "$xml" --literal-providers
	reads_with "" "$xml" --bad-crc
	reads_with "" "$xml" --no-crc
	reads_with "" "$xml" --slack
	# Two events a chunk: each has its own templates.
	reads_with "" "$xml" --chunk-records 2
done
reads_with evtxexport "$ACTDX_SOURCE/tests/evtx/arrays.xml" # python-evtx knows arrays of strings only

# A few hundred events fill several chunks; a record that does not fit is taken back whole.
{
	echo "<Events>"
	i=0
	while [ $i -lt 60 ]; do
		sed -e 's/<?xml[^>]*>//; /<.*Events>/d' "$ACTDX_SOURCE/tests/evtx/classic.xml" \
			"$ACTDX_SOURCE/tests/evtx/manifest.xml"
		i=$((i + 1))
	done | awk '/<EventRecordID>/ { sub(/<EventRecordID>[0-9]*/, "<EventRecordID>" (70000 + NR)) } { print }'
	echo "</Events>"
} >many.xml
reads_with "" many.xml
[ "$(wc -c <log.evtx)" -ge $((4096 + 3 * 65536)) ] || fail "many events fit in less than three chunks"

# What cannot be written is said, never left out.
sed -e 's/<Execution /<Execution KernelTime="1" /' "$ACTDX_SOURCE/tests/evtx/classic.xml" >unknown.xml
expect 1 "an attribute that has no place" "$make" unknown.xml log.evtx
says err "KernelTime"
sed -e 's/actdx:type="int8">-128/actdx:type="int8">-300000/' "$ACTDX_SOURCE/tests/evtx/types.xml" >large.xml
expect 1 "a number that does not fit" "$make" large.xml log.evtx
says err "int8"
expect 2 "an unknown option" "$make" --no-such-thing a b

# The comparison can fail.
"$make" "$ACTDX_SOURCE/tests/evtx/types.xml" log.evtx
sed -e 's/3221549172/3221549173/' "$ACTDX_SOURCE/tests/evtx/types.xml" >other.xml
expect 1 "a value that differs" /usr/bin/python3 "$oracles" writer other.xml log.evtx
says err "3221549173"
finish
