# shellcheck shell=sh
# What shell tests share: every failure is counted and said, one failure fails the test. Sourced after `cd` into
# a folder of its own; ends with `finish`.
failures=0

fail() {
	echo "FAILED: $*" >&2
	failures=$((failures + 1))
}

# expect STATUS WORDS COMMAND...: runs it, output in the files out and err.
expect() {
	wanted=$1 what=$2
	shift 2
	"$@" >out 2>err </dev/null
	got=$?
	[ $got = "$wanted" ] || fail "$what: exit $got, not $wanted: $(head -c 300 err)"
}

says() {
	grep -qF -- "$2" "$1" || fail "$1 does not say: $2; it says: $(head -c 400 "$1")"
}

says_not() {
	! grep -qF -- "$2" "$1" || fail "$1 says: $2"
}

absent() {
	for name; do
		[ ! -e "$name" ] || fail "$name was left behind"
	done
}

finish() {
	[ $failures = 0 ] || echo "$failures failures" >&2
	exit $((failures != 0))
}
