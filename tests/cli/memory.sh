#!/bin/sh
# How much memory an event log takes does not depend on how large it is: of one twice as long, the same. Run only
# without sanitizers, which take memory of their own.
set -u
: "${ACTDX_SOURCE:?}" "${ACTDX_BUILD:?}" "${ACTDX_ANALYZE:?}"
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$ACTDX_SOURCE/tests/expect.sh"

# The log of 1 GiB in docs/performance.md is made with these lines, too, with --repeat 38000.
samples=$ACTDX_SOURCE/tests/evtx/samples
cat "$samples"/*.xml >kept.xml
grep -E '>(900|902|903)</EventID>' kept.xml >noise.xml
{
	cat kept.xml
	for _ in 1 2 3 4 5 6 7 8 9 10; do cat noise.xml; done
} >base.xml
for repeat in 400 800; do
	expect 0 "make_evtx" "$ACTDX_BUILD/tests/make_evtx" --repeat $repeat --first-record 1 base.xml log-$repeat.evtx
done

# peak ARGUMENT...: the most memory that the program had, in KiB, in the file `peak`.
peak() {
	python3 - "$ACTDX_ANALYZE" "$@" >peak <<'END'
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if done.returncode == 0 else -1)
END
	cat peak
}

most=24576 growth=1024
for command in report facts "events --format xml" events; do
	# shellcheck disable=SC2086 # options are words
	once=$(peak $command log-400.evtx)
	# shellcheck disable=SC2086
	twice=$(peak $command log-800.evtx)
	echo "$command: $once KiB, $twice KiB for twice as much"
	[ "$once" -gt 0 ] || fail "$command: did not run"
	[ "$twice" -gt 0 ] || fail "$command: did not run"
	[ "$twice" -le $((once + growth)) ] || fail "$command: $once KiB, but $twice KiB for a log twice as long"
	[ "$twice" -le $most ] || fail "$command: $twice KiB, more than $most"
done

# What was not looked at is counted and said.
expect 0 "report" "$ACTDX_ANALYZE" report --format json log-800.evtx
says out '"left_out": '
says_not out '"left_out": 0'
expect 0 "facts" "$ACTDX_ANALYZE" facts log-800.evtx
says out '<event-surplus provider="Microsoft-Windows-Security-SPP" id="12288" last-id="12290"'
finish
