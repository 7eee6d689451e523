#!/bin/sh
# imports.sh PROGRAM.exe: "dll!function" for everything that it needs of Windows, sorted.
x86_64-w64-mingw32-objdump -p "$1" | awk '
	/DLL Name:/ { dll = tolower($3); next }
	dll != "" && NF == 0 { dll = "" }
	dll != "" && $1 ~ /^[0-9a-f]+$/ && NF >= 3 { print dll "!" $3 }' | LC_ALL=C sort -u
