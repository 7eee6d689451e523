#!/bin/sh
# From nothing to a verdict: installs what is needed (Debian; root or sudo), builds, packs the evidence of a
# sample host into a bundle as its user would, analyzes it, and writes report.html.
set -eu
cd "$(dirname "$0")"
. cmake/debian.sh
install_packages build

say "building"
quietly cmake --preset release -DBUILD_TESTING=OFF
quietly cmake --build --preset release --target actdx-collect actdx-analyze

host=samples/cases/srv-stale/found
bundle=demo-bundle.zip
rm -f "$bundle"
say "collecting: actdx-collect --from $host -o $bundle"
build/release/collector/actdx-collect --from "$host" -o "$bundle" --quiet

say "analyzing: actdx-analyze $bundle"
build/release/analyzer/actdx-analyze "$bundle"
build/release/analyzer/actdx-analyze "$bundle" -o report.html
say "the same as a page: $(pwd)/report.html"
