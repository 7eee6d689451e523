#!/bin/sh
# windows.sh [x86_64|i686]: actdx-collect.exe and actdx-analyze.exe for Windows 7 / Server 2008 R2 and later, built on
# Debian 12 from Debian's own source packages. They go to build/windows-ARCH/bin, with the licences of what is linked
# in. Static: nothing but Windows' own DLLs is needed. Two builds of one state give the same bytes.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=cmake/debian.sh
. cmake/debian.sh
arch=${1:-x86_64}
case $arch in x86_64 | i686) ;; *) echo "x86_64 or i686, not $arch" >&2; exit 2 ;; esac
root=${ACTDX_WINDOWS_ROOT:-$PWD/build}
[ -n "${ACTDX_WINDOWS_NO_INSTALL:-}" ] || install_packages build windows
sources=$root/windows-sources libraries=$root/windows-libraries-$arch out=$root/windows-$arch

# The machine's own Debian sources with deb-src in place of deb, in a state of their own; apt checks the signatures.
fetch_sources() {
	rm -rf "$sources"
	mkdir -p "$sources/apt/lists/partial" "$sources/apt/sources.list.d"
	for list in /etc/apt/sources.list.d/*.sources; do
		[ ! -e "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" >"$sources/apt/sources.list.d/${list##*/}"
	done
	for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ ! -s "$list" ] || sed -n 's/^deb /deb-src /p' "$list" >"$sources/apt/sources.list.d/${list##*/}.list"
	done
	set -- -o "Dir::Etc::SourceParts=$sources/apt/sources.list.d" -o Dir::Etc::SourceList=/dev/null \
		-o "Dir::State::Lists=$sources/apt/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
		-o APT::Sandbox::User=root
	quietly apt-get -qq "$@" update
	(cd "$sources" && quietly apt-get -qq "$@" source zlib libdeflate libsodium libarchive libxml2)
	rm -rf "$sources/apt"
	touch "$sources/complete"
}

[ -e "$sources/complete" ] || { say "fetching the libraries' sources"; fetch_sources; }
recipe=$(cat cmake/windows/libraries.sh cmake/windows/libarchive-config.h cmake/windows/toolchain.cmake | sha256sum)
if [ "$(cat "$libraries/recipe" 2>/dev/null)" != "$recipe" ]; then
	say "building the libraries for $arch"
	quietly sh cmake/windows/libraries.sh "$sources" "$libraries" "$arch"
	printf '%s\n' "$recipe" >"$libraries/recipe"
fi

say "building for Windows, $arch"
quietly cmake -G Ninja -S . -B "$out" -DCMAKE_TOOLCHAIN_FILE="$PWD/cmake/windows/toolchain.cmake" \
	-DACTDX_WINDOWS_ARCH="$arch" -DACTDX_WINDOWS_LIBRARIES="$libraries" -DCMAKE_BUILD_TYPE=MinSizeRel \
	-DACTDX_WERROR=ON -DBUILD_TESTING=OFF
quietly cmake --build "$out" -j 2
mkdir -p "$out/bin/licences"
cp "$out/collector/actdx-collect.exe" "$out/analyzer/actdx-analyze.exe" "$out/bin"
cp LICENSE "$out/bin/licences/actdx.txt"
for package in zlib libdeflate libsodium libarchive libxml2; do
	cp "$sources/$package"-[0-9]*/debian/copyright "$out/bin/licences/$package.txt"
done
(cd "$out/bin" && sha256sum ./*.exe && ls -l ./*.exe)
