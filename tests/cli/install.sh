#!/bin/sh
# cmake --install puts programs, manual pages and documentation where they belong, and they work from there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$ACTDX_BUILD" --prefix "$work/to" >"$work/log" 2>&1 || {
	cat "$work/log"
	echo "cmake --install failed (were all targets built?)"
	exit 1
}
failed=0
for file in bin/actdx-analyze share/man/man1/actdx-analyze.1 share/doc/actdx/overview.md \
	share/doc/actdx/causes.md share/doc/actdx/facts.md share/doc/actdx/report-json.md \
	share/doc/actdx/LICENSE share/doc/actdx/CHANGELOG.md; do
	[ -s "$work/to/$file" ] || { echo "$file is not installed"; failed=1; }
done
if [ -n "${ACTDX_COLLECT-}" ]; then
	[ -x "$work/to/bin/actdx-collect" ] || { echo "bin/actdx-collect is not installed"; failed=1; }
fi
[ "$("$work/to/bin/actdx-analyze" --version)" = "$("$ACTDX_ANALYZE" --version)" ] || {
	echo "the installed program is another"
	failed=1
}
# The knowledge base is inside: no file of the source tree is needed.
(cd / && "$work/to/bin/actdx-analyze" explain 0xC004F074) >"$work/out"
grep -q 0xC004F074 "$work/out" || { echo "explain says nothing"; failed=1; }
# Links from one page to another lead somewhere.
for page in "$work"/to/share/doc/actdx/*.md; do
	grep -oE '\]\([A-Za-z0-9./_-]+\.md\)' "$page" | sed 's/^](//; s/)$//' | while read -r link; do
		[ -e "$(dirname "$page")/$link" ] || echo "$(basename "$page"): $link leads nowhere"
	done
done >"$work/links"
if [ -s "$work/links" ]; then
	cat "$work/links"
	failed=1
fi
exit $failed
