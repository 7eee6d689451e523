#!/bin/sh
# libraries.sh SOURCES PREFIX ARCH: the libraries that the programs need on Windows, static, from the unpacked Debian
# source packages in SOURCES. Only what is used of each is compiled; where that is a few files, without the library's
# own configuration, which would take minutes.
set -eu
sources=$1 prefix=$2 arch=$3
here=$(cd "$(dirname "$0")" && pwd)
tool=$arch-w64-mingw32
built=$prefix/built
rm -rf "$prefix"
mkdir -p "$built" "$prefix/include" "$prefix/lib/pkgconfig"

windows7="-D_WIN32_WINNT=0x0601 -DWINVER=0x0601 -DNTDDI_VERSION=0x06010000 -D__USE_MINGW_ANSI_STDIO=1"
small="-Os -ffunction-sections -fdata-sections -fstack-protector-strong -ffile-prefix-map=$built=libraries"

# copy NAME: the source folder of a package, to be changed and built in.
copy() {
	cp -r "$sources/$1"-[0-9]* "$built/$1"
	cd "$built/$1"
}

# archive NAME VERSION FLAGS FILE...: compiles the files, two at a time, into libNAME.a.
archive() {
	name=$1 version=$2 flags=$3
	shift 3
	# shellcheck disable=SC2086 # lists of words
	printf '%s\n' "$@" | xargs -P 2 -I{} "$tool-gcc-win32" $windows7 $small $flags -w -c {} -o {}.o
	rm -f "$prefix/lib/lib$name.a"
	for file; do printf '%s.o\n' "$file"; done | xargs "$tool-gcc-ar-win32" rcsD "$prefix/lib/lib$name.a"
	describe "$name" "lib$name" "$version" "-l$name"
}

# describe NAME PACKAGE VERSION LIBS [CFLAGS]: for pkg-config.
describe() {
	printf 'Name: %s\nDescription: %s\nVersion: %s\nLibs: -L%s/lib %s\nCflags: -I%s/include %s\n' \
		"$1" "$1" "$3" "$prefix" "$4" "$prefix" "${5:-}" >"$prefix/lib/pkgconfig/$2.pc"
}

copy zlib
cp zlib.h zconf.h "$prefix/include"
archive z 1.2.13 "" adler32.c compress.c crc32.c deflate.c infback.c inffast.c inflate.c inftrees.c trees.c \
	uncompr.c zutil.c
describe z zlib 1.2.13 -lz

copy libdeflate
cp libdeflate.h "$prefix/include"
archive deflate 1.14 "-O2 -I." lib/crc32.c lib/adler32.c lib/utils.c lib/x86/cpu_features.c lib/deflate_compress.c \
	lib/deflate_decompress.c
describe deflate libdeflate 1.14 -ldeflate

# SHA-256 and the encodings of its result. What the rest is for, random numbers and locked memory, is never called.
copy libsodium
cd src/libsodium
cat >misuse.c <<'C'
#include <stdint.h>
#include <stdlib.h>
#include <stddef.h>
void sodium_misuse(void) { abort(); }
void randombytes_buf(void *buf, size_t size) { (void)buf; (void)size; abort(); }
C
mkdir -p "$prefix/include/sodium"
sed -e 's/@VERSION@/1.0.18/' -e 's/@SODIUM_LIBRARY_VERSION_M[A-Z]*@/10/' -e 's/@SODIUM_LIBRARY_MINIMAL_DEF@//' \
	include/sodium/version.h.in >include/sodium/version.h
cp include/sodium.h "$prefix/include"
cp include/sodium/*.h "$prefix/include/sodium"
archive sodium 1.0.18 "-DSODIUM_STATIC -Iinclude/sodium -Iinclude -DNATIVE_LITTLE_ENDIAN=1 -DCONFIGURED=1 -O2" \
	crypto_hash/sha256/hash_sha256.c crypto_hash/sha256/cp/hash_sha256_cp.c sodium/utils.c sodium/codecs.c misuse.c
describe sodium libsodium 1.0.18 -lsodium -DSODIUM_STATIC

# Windows 7 refuses the flag that lets one hash object be used again, and nothing here does.
copy libarchive
cd libarchive
cp "$here/libarchive-config.h" config.h
grep -q 'key_len, BCRYPT_HASH_REUSABLE_FLAG' archive_hmac.c
sed -i 's/key_len, BCRYPT_HASH_REUSABLE_FLAG/key_len, 0/' archive_hmac.c
# The file that this stands in for knows every format that can be written.
cat >one_format.c <<'C'
#include "archive_platform.h"
#include "archive.h"
#include "archive_entry.h"
#include "archive_private.h"
#include "archive_write_set_format_private.h"
void __archive_write_entry_filetype_unsupported(struct archive *a, struct archive_entry *entry, const char *format)
{
	(void)entry;
	archive_set_error(a, ARCHIVE_ERRNO_FILE_FORMAT, "%s archives cannot hold this", format);
}
C
cp archive.h archive_entry.h "$prefix/include"
archive archive 3.6.2 "-DHAVE_CONFIG_H -DLIBARCHIVE_STATIC -D__LIBARCHIVE_BUILD -I. -I$prefix/include" \
	archive_acl.c archive_check_magic.c archive_cryptor.c archive_digest.c archive_entry.c \
	archive_entry_sparse.c archive_entry_xattr.c archive_hmac.c archive_options.c archive_ppmd7.c \
	archive_ppmd8.c archive_random.c archive_rb.c archive_read.c archive_read_add_passphrase.c \
	archive_read_open_memory.c archive_read_set_options.c \
	archive_read_support_format_zip.c archive_string.c archive_string_sprintf.c archive_util.c \
	archive_version_details.c archive_virtual.c archive_windows.c archive_write.c \
	archive_write_set_format_zip.c archive_write_set_options.c archive_write_set_passphrase.c one_format.c
describe archive libarchive 3.6.2 "-larchive -lz -lbcrypt" -DLIBARCHIVE_STATIC

copy libxml2
set -- -DLIBXML2_WITH_READER=ON -DLIBXML2_WITH_HTML=ON -DLIBXML2_WITH_PUSH=ON -DLIBXML2_WITH_TREE=ON -DLIBXML2_WITH_SAX1=ON
for part in C14N CATALOG DEBUG DOCB FTP HTTP ICONV ICU ISO8859X LEGACY LZMA MODULES OUTPUT PATTERN PROGRAMS \
	PYTHON REGEXPS SCHEMAS SCHEMATRON TESTS THREADS VALID WRITER XINCLUDE XPATH XPTR ZLIB; do
	set -- "$@" -DLIBXML2_WITH_$part=OFF
done
cmake -G Ninja -S . -B out -DCMAKE_TOOLCHAIN_FILE="$here/toolchain.cmake" -DACTDX_WINDOWS_ARCH="$arch" \
	-DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE="$small -w" -DCMAKE_INSTALL_PREFIX="$prefix" \
	-DBUILD_SHARED_LIBS=OFF -DHAVE_PTHREAD_H=0 "$@"
cmake --build out -j 2
cmake --install out
[ -e "$prefix/lib/libxml2.a" ] || mv "$prefix/lib/libxml2s.a" "$prefix/lib/libxml2.a"
describe xml2 libxml-2.0 2.9.14 "-lxml2 -lws2_32" "-I$prefix/include/libxml2 -DLIBXML_STATIC"
rm -rf "$built"
