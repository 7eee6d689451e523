#!/bin/sh
# actdx-analyze explain: codes in every form, events by provider and number, causes, and what is not known.
set -u
analyze=${ACTDX_ANALYZE:?} source=${ACTDX_SOURCE:?}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# shellcheck source=tests/expect.sh
. "$source/tests/expect.sh"

explains() {
	status=$1 words=$2
	shift 2
	expect "$status" "explain $*" "$analyze" explain "$@"
	case $status in
	0) says out "$words" ;;
	*) says err "$words" ;;
	esac
}

# --- codes: one code in each form
for form in 0xC004F074 0xc004f074 C004F074 -1073418124 3221549172 0xFFFFFFFFC004F074; do
	explains 0 "0xC004F074 SL_E_VL_BINDING_SERVICE_UNAVAILABLE" "$form"
done
says out "-> srv-stale:"
for form in 1722 0x6BA 6BA 0x800706BA -2147023174 2147944122; do
	explains 0 "0x800706BA RPC_S_SERVER_UNAVAILABLE (-2147023174, Win32 1722)" "$form"
done
explains 0 "Active Directory" 80072030
explains 0 "not confirmed" 0x80070721
explains 0 "未確認" 0x80070721 --lang ja
# Error 1058 in a clause is 0x80070422 to whom it was told so.
explains 0 "-> sppsvc-disabled:" 0x80070422
explains 0 "success" 0
says_not out "->"

# Every code of the table, in both languages.
sed -n 's/^CODE(\(0x[0-9A-F]*\)u, .*/\1/p' "$source/analyzer/codes.def" >codes
[ "$(wc -l <codes)" -ge 180 ] || fail "fewer than 180 codes"
# shellcheck disable=SC2046
expect 0 "all codes" "$analyze" explain $(cat codes)
while read -r code; do
	says out "$code"
done <codes
# shellcheck disable=SC2046
expect 0 "all codes in Japanese" "$analyze" explain --lang ja $(cat codes)

# --- codes that the table does not have
explains 0 "licensing service" 0xC004F7FF
explains 0 "0xC004F074" C004F704
says out "Did you mean: 0xC004F074"
explains 0 "もしかして: 0xC004F074" C004F704 --lang ja
explains 0 "Win32 34952" 0x80078888
explains 0 "does not know" 0x8FFF0001
explains 2 "did you mean 0xC004F074?" 0xC004F0744
explains 2 "did you mean 0xC004F074?" 0x004F074
explains 2 "no error code, event or cause" 99999999999999999999
explains 2 "no error code, event or cause" 60001

# --- events
for form in SPP/12288 "SPP 12288" Microsoft-Windows-Security-SPP/12288 kmsrequests/12288 12288; do
	explains 0 "Microsoft-Windows-Security-SPP/12288" "$form"
done
says out "-> network-firewall:"
explains 0 "NETLOGON/5719" Netlogon 5719
says out "-> domain-trust-broken:"
explains 0 "イベント" 4004F041 --lang ja
explains 0 "ドメイン コントローラー" Netlogon/5719 --lang ja
explains 0 "Microsoft-Windows-GroupPolicy/1058" 1058
says out "Microsoft-Windows-Security-SPP/1058"
says out "ERROR_SERVICE_DISABLED"
explains 0 "7000: a service failed to start" "Service Control Manager"
says out "7045: "
explains 2 "did you mean NETLOGON?" Netlogn/5719
explains 2 "did you mean GroupPolicy?" grupolicy
explains 2 "no event of that number is known of this provider" SPP/1
explains 2 "did you mean 1054?" GroupPolicy/10544
explains 2 "no such provider" zzzzzzzz/1
sed -n 's/^EVENT(\([0-9]*\), .*/\1/p' "$source/analyzer/event_meanings.def" | sort -u >events
# shellcheck disable=SC2046
expect 0 "all events" "$analyze" explain $(cat events)
while read -r event; do
	says out "/$event"
done <events

# --- causes, and several things at once
for file in "$source"/analyzer/causes/*.xml; do
	basename "$file" .xml
done >causes
# shellcheck disable=SC2046
expect 0 "all causes" "$analyze" explain $(cat causes)
# shellcheck disable=SC2046
expect 0 "all causes in Japanese" "$analyze" explain --lang ja $(cat causes)
expect 2 "one of three is not known" "$analyze" explain 0xC004F06C srv-stal SPP/12293
says err "did you mean srv-stale?"
says out "SL_E_VL_INVALID_TIMESTAMP"
says out "SRV record"
explains 2 "explain takes" --lang en
explains 2 "--lang is en or ja" 0 --lang fr
finish
