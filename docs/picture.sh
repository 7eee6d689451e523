#!/bin/sh
# Makes the picture in README.md anew: the report that demo.sh writes, as a browser shows its first screen.
#
#   docs/picture.sh [BUILD]     BUILD is build/release when not given
set -eu
cd "$(dirname "$0")/.."
. cmake/debian.sh
install_packages browser
build=$(cd "${1:-build/release}" && pwd)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$build/collector/actdx-collect" --from samples/cases/srv-stale/found -o "$made/bundle.zip" --quiet >"$made/said"
"$build/analyzer/actdx-analyze" "$made/bundle.zip" --lang en -o "$made/report.html"
quietly chromium --headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
	--disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$made/profile" \
	--window-size=940,905 --screenshot="$PWD/docs/picture/report.png" "file://$made/report.html"
