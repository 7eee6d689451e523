#!/bin/sh
# The manual pages are sound, name the options that --help names and no others, and their examples run.
set -eu
command -v mandoc >/dev/null || { echo "mandoc is not installed"; exit 77; }
command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

complain() {
	echo "$@"
	failed=1
}

# Long and short options of help texts, and of the tagged lists of a page.
help_options() {
	grep -oE '^ +(-[A-Za-z], )?--[a-z-]+' | grep -oE -- '--?[A-Za-z][a-z-]*' | sort -u
}
page_options() {
	grep -E '^\.It Fl ' "$1" | grep -oE 'Fl -?[A-Za-z][a-z-]*' | sed 's/^Fl /-/' | sort -u
}

check_page() {
	page=$1
	mandoc -T lint -W warning "$page" >"$work/lint" || true
	[ -s "$work/lint" ] && complain "$(cat "$work/lint")"
	page_options "$page" >"$work/page"
	diff "$work/help" "$work/page" >"$work/diff" ||
		complain "$(basename "$page"): options differ (< --help, > page):
$(cat "$work/diff")"
	return 0
}

PATH=$(dirname "$ACTDX_ANALYZE"):$PATH
export PATH
{
	for command in report facts events verify explain causes; do
		actdx-analyze $command --help
	done
	# These stand before any command, and in no table.
	actdx-analyze --version >/dev/null && actdx-analyze -V >/dev/null && echo "  -V, --version"
} | help_options >"$work/help"
check_page "$ACTDX_SOURCE/docs/man/actdx-analyze.1"

# Every command of the overview stands in the page.
actdx-analyze --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p' >"$work/commands"
[ -s "$work/commands" ] || complain "--help lists no commands"
while read -r command; do
	grep -q "^\.It Cm $command\$" "$ACTDX_SOURCE/docs/man/actdx-analyze.1" ||
		complain "the page does not describe the command $command"
done <"$work/commands"

page=$ACTDX_SOURCE/docs/man/actdx-collect.1
if [ -e "$page" ] && [ -n "${ACTDX_COLLECT-}" ]; then
	"$ACTDX_COLLECT" --help | help_options >"$work/help"
	check_page "$page"
fi

# The examples, on a bundle and a console of that name.
cd "$work"
cp "$ACTDX_SOURCE/docs/example/console.txt" console.txt
cmake -E tar cf bundle.zip --format=zip console.txt
sed -n 's/^\.Dl \$ //p' "$ACTDX_SOURCE/docs/man/actdx-analyze.1" >examples
[ "$(wc -l <examples)" -ge 5 ] || complain "the page has lost its examples"
while read -r example; do
	status=0
	sh -c "$example" >printed 2>errors </dev/null || status=$?
	[ "$status" -eq 0 ] || complain "$example: exit $status: $(cat errors)"
	case $example in
	*-o\ report.html) [ -s report.html ] || complain "$example: wrote nothing" ;;
	*) [ -s printed ] || complain "$example: printed nothing" ;;
	esac
done <examples
exit $failed
