#!/bin/sh
# The sample logs and the seeds for fuzzing are what tests/evtx/samples/make.sh makes out of XML.
set -u
: "${ACTDX_SOURCE:?}" "${ACTDX_BUILD:?}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$ACTDX_SOURCE/tests/expect.sh"
mkdir samples seeds
expect 0 "making them" sh "$ACTDX_SOURCE/tests/evtx/samples/make.sh" "$ACTDX_BUILD/tests/make_evtx" samples seeds
for made in samples/* seeds/*; do
	kept=$ACTDX_SOURCE/samples/evidence/event_log/${made#*/}
	[ "${made%%/*}" = samples ] || kept=$ACTDX_SOURCE/tests/fuzz/corpus/evtx/${made#*/}
	cmp -s "$made" "$kept" || fail "$kept is not what its XML makes"
done
for kept in "$ACTDX_SOURCE"/samples/evidence/event_log/*.evtx; do
	[ -e "samples/${kept##*/}" ] || fail "nothing makes $kept"
done
finish
