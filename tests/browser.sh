#!/bin/sh
# The HTML report in a real browser, without a network: nothing is requested, nothing runs, hostile evidence is shown
# harmless, and axe-core finds no serious fault for people who cannot see or use a mouse. Part of .ci/run.
#
#   tests/browser.sh [FOLDER]    FOLDER: keep screenshots of the reports there (desktop, phone, print)
#
# ACTDX_ANALYZE is the program; build/release/analyzer/actdx-analyze when it is not set. Installs what it needs.
set -eu
cd "$(dirname "$0")/.."
. cmake/debian.sh
pictures=${1-}
install_packages browser
command -v npm >/dev/null || install_packages npm
analyze=${ACTDX_ANALYZE:-$PWD/build/release/analyzer/actdx-analyze}
[ -x "$analyze" ] || { echo "$analyze is not built" >&2; exit 1; }

# axe-core comes from npm, in the version that is named here, and stays in the build folder.
version=4.10.2
axe=build/axe-core-$version/axe.min.js
if [ ! -s "$axe" ]; then
	mkdir -p "build/axe-core-$version"
	(cd "build/axe-core-$version" && quietly npm pack --silent "axe-core@$version")
	tar -xzf "build/axe-core-$version/axe-core-$version.tgz" -C "build/axe-core-$version" --strip-components=1 \
		package/axe.min.js
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/bin/python3 -B tests/browser/hostile.py "$work/hostile"
for case in samples/cases/srv-stale/found samples/cases/clock-skew/found-attempts \
	samples/cases/client-firewall/found-gpresult-de samples/cases/healthy/found-events-noise \
	samples/cases/kms-count-low/not-port-closed samples/cases/practice-security-left-open/found "$work/hostile"; do
	[ -d "$case" ] || continue
	name=$(echo "${case#samples/cases/}" | sed "s|^$work/||" | tr / -)
	for language in en ja; do
		for format in html text json markdown; do
			"$analyze" --format $format --lang $language "$case" >"$work/$name.$language.$format" || [ $? -le 6 ]
		done
	done
done
[ -z "$pictures" ] || mkdir -p "$pictures"
/usr/bin/python3 -B tests/browser/check.py "$axe" "$work" "$pictures"
