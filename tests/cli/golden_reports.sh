#!/bin/sh
# The reports of five cases, in text, HTML, JSON and Markdown, in both languages, are those in samples/reports.
#
#   golden_reports.sh            compares
#   golden_reports.sh --update   writes them anew: read the difference before it is committed
#
# ACTDX_ANALYZE is the program, ACTDX_SOURCE the source folder.
set -u
analyze=${ACTDX_ANALYZE:?} source=${ACTDX_SOURCE:?}
golden=$source/samples/reports
made=$(mktemp -d) || exit 1
trap 'rm -rf "$made"' EXIT
cd "$source/samples/cases" || exit 1

cases='srv-stale/found clock-skew/found-attempts client-firewall/found-gpresult-de
	healthy/found-events-noise kms-count-low/not-port-closed'
for language in en ja; do
	for case in $cases; do
		name=$(echo "$case" | tr / -).$language
		for format in text=txt html=html json=json markdown=md; do
			"$analyze" --format "${format%=*}" --lang $language "$case" >"$made/$name.${format#*=}" ||
				{ echo "$case: exit $?"; exit 1; }
		done
	done
done

if [ "${1-}" = --update ]; then
	find "$golden" -type f ! -name ORIGIN.md -delete
	cp "$made"/* "$golden/"
	exit 0
fi
diff -r -x ORIGIN.md "$golden" "$made" >"$made.diff" && { rm -f "$made.diff"; exit 0; }
head -c 4000 "$made.diff"
rm -f "$made.diff"
echo "reports differ from samples/reports; after reading the difference: tests/cli/golden_reports.sh --update"
exit 1
