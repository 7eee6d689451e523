#!/bin/sh
# Every field of docs/report-json.md, with its type, in the reports of all cases; and the same bytes twice.
set -eu
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/contract.jq" <<'JQ'
def need(cond; what): if cond then empty else what end;
def is(name; types): . as $o | need(($o | has(name)) and ([types[] == ($o[name] | type)] | any); "\(name): \($o[name] | type)");
def all_of(name; types): is(name; ["array"]), (.[name][]? | . as $e | need([types[] == ($e | type)] | any; "\(name)[]: \($e | type)"));
def only(names): need((keys - names) == []; "undocumented: \(keys - names)");
def word(name; words): . as $o | need([words[] == $o[name]] | any; "\(name) is \($o[name])");
def place: is("source"; ["string"]), need((.line // .record | type) == "number"; "line or record"), is("quote"; ["string"]),
	need((has("last_line") | not) or (.last_line > .line); "last_line"),
	need((.quote | utf8bytelength) <= 400; "quote is long");
def place_names: ["source", "line", "last_line", "record", "input", "quote"];
def step: only(["says", "run", "where", "admin", "recorded"]), is("says"; ["string"]), is("run"; ["string", "null"]),
	word("where"; ["client", "kms-host", "dns", "domain", "network"]), is("admin"; ["boolean"]), is("recorded"; ["boolean"]);
def cause: only(["id", "title", "role", "strength", "band", "evidence", "unchecked", "missing", "chain", "fix", "verify",
		"undo", "avoid", "prevent", "see"]),
	is("id"; ["string"]), is("title"; ["string"]), word("role"; ["root", "contributing", "candidate", "ruled-out"]),
	word("strength"; [0, 1, 2, 3]), word("band"; ["none", "weak", "fair", "strong"]),
	need(["none", "weak", "fair", "strong"][.strength] == .band; "band and strength"),
	need((.strength > 0) == (.role == "root" or .role == "contributing"); "strength and role"),
	all_of("evidence"; ["object"]), all_of("unchecked"; ["string"]), all_of("missing"; ["string"]),
	all_of("chain"; ["object"]), all_of("fix"; ["object"]), all_of("verify"; ["object"]), all_of("undo"; ["object"]),
	all_of("avoid"; ["string"]), all_of("prevent"; ["string"]), all_of("see"; ["string"]),
	(.evidence[] | only(place_names + ["says", "weight", "text"]), word("says"; ["for", "against"]),
		word("weight"; ["weak", "fair", "strong", "decisive"]), is("text"; ["string"]), place),
	(.chain[] | only(["id", "title", "observed"]), is("id"; ["string"]), is("title"; ["string"]), is("observed"; ["boolean"])),
	(.fix[], .verify[], .undo[] | step);
def report: only(["schema", "tool", "language", "input", "machine", "symptom", "verdict", "observed", "causes", "decider", "missing",
		"contradictions", "warnings", "exchanges", "timeline", "timeline_left_out", "coverage", "not_understood", "collected", "not_collected"]),
	word("schema"; ["actdx-report/1"]), is("tool"; ["string"]), word("language"; ["en", "ja"]),
	all_of("input"; ["object"]), is("machine"; ["object"]), all_of("symptom"; ["object"]),
	word("verdict"; ["healthy", "found", "uncertain", "insufficient"]), all_of("causes"; ["object"]),
	is("decider"; ["string", "null"]), all_of("missing"; ["object"]), all_of("contradictions"; ["object"]),
	all_of("warnings"; ["object"]), all_of("timeline"; ["object"]), all_of("coverage"; ["object"]),
	is("timeline_left_out"; ["number"]), all_of("collected"; ["object"]), all_of("not_collected"; ["object"]),
	all_of("not_understood"; ["object"]), all_of("exchanges"; ["object"]),
	(.exchanges[] | only(["time", "host", "sent", "arrived", "answered", "received", "failed_at", "answer", "evidence"]),
		word("sent"; ["yes", "no", "unknown"]), word("arrived"; ["yes", "no", "unknown"]),
		word("answered"; ["yes", "no", "unknown"]), word("received"; ["yes", "no", "unknown"]),
		word("failed_at"; ["none", "send", "way-there", "host", "way-back", null]),
		all_of("evidence"; ["object"]), (.evidence[] | only(place_names), place)),
	need((.verdict == "found") == ([.causes[] | select(.role == "root")] | length == 1); "verdict and root"),
	need((.missing | length) <= 8; "more than 8 missing"),
	(.input[] | only(["path", "kind", "members", "understood", "manifest"]), is("path"; ["string"]),
		word("kind"; ["bundle", "archive", "folder", "file"]), is("members"; ["number"]), is("understood"; ["number"])),
	(.machine | only(["computer", "product", "method", "days_left"]), is("computer"; ["string", "null"]),
		is("product"; ["string", "null"]), is("method"; ["string", "null"]), is("days_left"; ["number", "null"])),
	(.symptom[] | only(place_names + ["code", "symbol", "says"]), need(.code | test("^0x[0-9A-F]{8}$"); "code"),
		is("symbol"; ["string", "null"]), is("says"; ["string", "null"]), place),
	all_of("observed"; ["object"]),
	(.observed[] | only(["id", "title", "evidence"]), is("id"; ["string"]), is("title"; ["string"]),
		all_of("evidence"; ["object"]), (.evidence[] | only(place_names), place)),
	(.causes[] | cause),
	(.missing[] | only(["item", "says", "cause"]), is("item"; ["string"]), is("says"; ["string"]), is("cause"; ["string", "null"])),
	(.contradictions[] | only(["fact", "field", "values"]), is("fact"; ["string"]), is("field"; ["string"]),
		need(.values | length == 2; "values"), (.values[] | only(place_names + ["value"]), is("value"; ["string"]), place)),
	(.warnings[] | only(["kind", "about", "detail", "evidence"]), is("kind"; ["string"]), is("about"; ["string", "null"]),
		is("detail"; ["string", "null"]), all_of("evidence"; ["object"]), (.evidence[] | only(place_names), place)),
	(.timeline[] | only(place_names + ["time", "until", "count", "kind", "event", "says", "about", "computer", "code", "failed"]),
		word("kind"; ["attempt", "policy", "clock", "block", "service", "licence"]), is("time"; ["string"]), is("until"; ["string"]),
		need(.time <= .until; "time runs backwards"), is("count"; ["number"]), is("says"; ["string"]), place),
	need(([.timeline[].time] | . == sort); "the timeline is not in order"),
	(.coverage[] | only(place_names + ["log", "computer", "from", "to", "whole", "cleared", "left_out"]), is("from"; ["string"]), is("to"; ["string"]),
		is("whole"; ["boolean"]), is("cleared"; ["boolean"]), is("left_out"; ["number"]), place),
	(.collected[] | only(["source", "input", "bytes", "sha256", "encoding", "state", "facts"]), is("source"; ["string"]),
		is("bytes"; ["number"]), is("sha256"; ["string", "null"]), is("encoding"; ["string", "null"]), is("facts"; ["number"]),
		word("state"; ["ok", "cut", "damaged", "refused", "changed"])),
	(.not_collected[] | only(["item", "input", "status", "reason"]), is("item"; ["string"]), is("reason"; ["string", "null"]),
		word("status"; ["failed", "timeout", "denied", "skipped", "missing-tool"])),
	(.not_understood[] | only(["source", "why"]), is("source"; ["string"]), is("why"; ["string"]));
(.input?[0]?.path? // "") as $path | [report] | unique[] | "\($path): \(.)"
JQ

# A test that cannot fail proves nothing: a broken report must be noticed.
echo '{"schema": "actdx-report/1", "verdict": "found", "causes": [{"id": 7}]}' >"$work/broken"
[ -n "$(jq -r -f "$work/contract.jq" "$work/broken" 2>&1)" ] || { echo "the contract accepts anything"; exit 1; }

failed=0
count=0
check() {
	status=0
	"$ACTDX_ANALYZE" --format json "$@" >"$work/report" 2>"$work/errors" || status=$?
	case $status in 0 | 4 | 5 | 6) ;; *)
		echo "$*: exit $status"
		cat "$work/errors"
		failed=1
		return
		;;
	esac
	wrong=$(jq -r -f "$work/contract.jq" "$work/report" 2>&1) || true
	if [ -n "$wrong" ]; then
		printf '%s:\n%s\n' "$*" "$wrong"
		failed=1
	fi
	"$ACTDX_ANALYZE" --format json "$@" 2>/dev/null | cmp -s - "$work/report" || {
		echo "$*: another report the second time"
		failed=1
	}
	count=$((count + 1))
}

# All cases, a line each; the same bytes whatever the number of threads.
"$ACTDX_ANALYZE" --format jsonl --threads 1 "$ACTDX_SOURCE"/samples/cases/*/*/ >"$work/lines" 2>"$work/errors" || [ $? -le 6 ]
"$ACTDX_ANALYZE" --format jsonl --threads 3 "$ACTDX_SOURCE"/samples/cases/*/*/ 2>/dev/null | cmp - "$work/lines" || failed=1
wrong=$(jq -r -f "$work/contract.jq" "$work/lines" 2>&1) || true
if [ -n "$wrong" ]; then
	printf '%s\n' "$wrong"
	failed=1
fi
count=$(wc -l <"$work/lines")
cases=$(find "$ACTDX_SOURCE/samples/cases" -mindepth 2 -maxdepth 2 -type d | wc -l)
[ "$count" = "$cases" ] || { echo "$count lines for $cases cases"; failed=1; }

# A line is the report that the input has alone.
for case in srv-stale/found clock-skew/found-events; do
	check "$ACTDX_SOURCE/samples/cases/$case/"
	jq -cS . "$work/report" >"$work/alone"
	grep -F "/$case/\"" "$work/lines" | jq -cS . | cmp - "$work/alone" || failed=1
done
check "$ACTDX_SOURCE/docs/example/console.txt"
check --lang ja "$ACTDX_SOURCE/docs/example/console.txt"
check "$ACTDX_SOURCE/docs/example/console.txt" "$ACTDX_SOURCE/docs/example"

# Evidence that tries to break out of a string.
printf 'C:\\>nslookup a\r\n*** "\\\033[2J\302\233\342\200\256\360\237\277\276\377\001 find a"b.contoso.com: Non-existent domain\r\n' >"$work/hostile.txt"
check "$work/hostile.txt"
: >"$work/empty.txt"
check "$work/empty.txt"
exit $failed
