# shellcheck shell=sh disable=SC2034 # groups are looked up by name
# What demo.sh, test.sh and .ci/run share: saying little, and installing Debian packages that are missing.
# Sourced, from the project's folder.

say() {
	printf '%s\n' "== $*"
}

# Runs a command; its output is shown only when it fails.
quietly() {
	log=$(mktemp)
	if "$@" >"$log" 2>&1; then
		rm -f "$log"
	else
		status=$?
		cat "$log" >&2
		rm -f "$log"
		printf 'failed: %s\n' "$*" >&2
		exit "$status"
	fi
}

packages_build="gcc libc6-dev cmake ninja-build pkg-config libarchive-dev libxml2-dev zlib1g-dev libsodium-dev libdeflate-dev"
packages_test="check jq zip unzip mandoc shellcheck libxml2-utils libevtx-utils python3-evtx python3-jsonschema p7zip-full"
packages_windows="gcc-mingw-w64-x86-64-win32 gcc-mingw-w64-i686-win32 dpkg-dev"
packages_wine="wine64 locales"
packages_browser="chromium chromium-driver python3-selenium fonts-noto-cjk"
packages_npm="npm"
packages_ci="clang libclang-rt-14-dev clang-tidy clang-format git"

# install_packages build test: what is not there yet of these groups.
install_packages() {
	missing=
	for group in "$@"; do
		eval "packages=\$packages_$group"
		# shellcheck disable=SC2154 # set by eval
		for package in $packages; do
			dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
				missing="$missing $package"
		done
	done
	[ -n "$missing" ] || return 0
	as_root=
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || {
			printf 'These packages are missing, and there is neither root nor sudo to install them:%s\n' \
				"$missing" >&2
			exit 1
		}
		as_root="sudo"
	fi
	say "installing$missing"
	export DEBIAN_FRONTEND=noninteractive
	quietly $as_root apt-get update -q
	# shellcheck disable=SC2086 # a list of words
	quietly $as_root apt-get install -q -y --no-install-recommends $missing
}
