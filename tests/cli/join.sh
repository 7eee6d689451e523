#!/bin/sh
# The evidence of a client and of its KMS host given together: which of the four hand-overs failed.
set -u
analyze=${ACTDX_ANALYZE:?} source=${ACTDX_SOURCE:?} build=${ACTDX_BUILD:?}
[ -x /usr/bin/python3 ] || { echo "python3 is not installed"; exit 77; }
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"

# both WHAT WANTED: whatever the order, the newest request is told as WANTED, the case is about the client, and the
# host's own firewall is not blamed.
both() {
	/usr/bin/python3 -B "$source/tests/cli/join.py" "$1" "$1" || fail "join.py $1"
	expect 0 "client's log" "$build/tests/make_evtx" "$1/client.xml" "$1/client/application.evtx"
	expect 0 "host's log" "$build/tests/make_evtx" "$1/host.xml" "$1/host/kms.evtx"
	for order in "$1/client $1/host" "$1/host $1/client"; do
		# shellcheck disable=SC2086 # two words
		expect 0 "$1" "$analyze" --format json $order
		told=$(jq -r '.exchanges[] | [.sent, .arrived, .answered, .received, .failed_at // "-", .answer // "-"] | join(" ")' out)
		[ "$told" = "$2" ] || fail "$1: told: $told, not: $2"
		[ "$(jq -r .machine.computer out)" = PC-0412 ] || fail "$1: the case is about $(jq -r .machine.computer out)"
		jq -e '[.warnings[] | select(.kind == "several-machines")] | length == 0' out >line || fail "$1: several machines"
		jq -e '[.causes[] | select(.id == "client-firewall" and .role != "ruled-out")] | length == 0' out >line ||
			fail "$1: blames the client's firewall for a rule of the host"
		jq -c '[.verdict, [.causes[] | [.id, .role, .band]], .decider]' out >"verdict"
		[ ! -s before ] || cmp -s before verdict || fail "$1: another verdict in the other order"
		mv verdict before
	done
	rm -f before
}

both lost-there "yes no no no way-there -"
jq -e '[.causes[] | select(.role != "ruled-out") | .id] | index("network-firewall") != null' out >line ||
	fail "lost-there: no firewall is suspected"
expect 0 "the text" "$analyze" --format markdown --lang en lost-there/client lost-there/host
says out "Between this machine and the KMS host"
says out "The request was lost on the way to the host"
expect 0 "in Japanese" "$analyze" --format markdown --lang ja lost-there/client lost-there/host
says out "要求はホストに届く前に失われています"
both lost-back "yes yes yes no way-back 0x00000000"
both refused "yes yes yes yes host 0xC004F042"
both complete "yes yes yes yes none 0x00000000"
# The host's log begins after the last request: that it is not in there says nothing.
both not-covered "yes unknown unknown no - -"

# Without the host's log nothing is compared.
expect 0 "the client alone" "$analyze" --format json lost-there/client
[ "$(jq '.exchanges | length' out)" = 0 ] || fail "the client alone: exchanges"
# A host that has nothing to do with the client is not joined.
sed -e 's/KMS01/KMS77/g' lost-there/host/ipconfig.txt >x && mkdir other && mv x other/ipconfig.txt
cp lost-there/host/slmgr.txt other/
expect 0 "a stranger" "$analyze" --format json lost-there/client other
jq -e '[.warnings[] | select(.kind == "several-machines")] | length == 1' out >line || fail "a stranger was joined"
finish
