# shellcheck shell=sh
# Wine for the tests: an environment of its own, a prefix made once, copies of it with stand-ins for Windows' tools.
# Sourced, with ACTDX_WINE naming a folder to keep the prefix in.
wine_folder=${ACTDX_WINE:?}
wine_program=/usr/lib/wine/wine64 wine_server=/usr/lib/wine/wineserver
wine_prefix=$wine_folder/prefix
wine_without= # names of DLLs that are not to be found
wine_native= # names of programs for which a stand-in goes before Wine's own: "cscript.exe,reg.exe"

[ -x $wine_program ] || {
	echo "skipped: no wine64 (Debian package wine64)"
	exit 77
}

wine_env() {
	env -i PATH=/usr/bin:/bin HOME="$wine_folder" USER=user LANG=C.UTF-8 LOCPATH="$wine_folder/locale" \
		LC_ALL="${wine_locale:-C.UTF-8}" TERM=dumb WINEPREFIX="$wine_prefix" WINEDEBUG=-all \
		WINEDLLOVERRIDES="winedbg.exe=d;mscoree=;mshtml=;winemenubuilder.exe=${wine_native:+;$wine_native=n}${wine_without:+;$wine_without=}" \
		"$@"
}

# wine PROGRAM ARGUMENTS...; with wine_locale=ja_JP.UTF-8 both code pages are 932.
wine() {
	wine_env $wine_program "$@"
}

# Stops what still runs in the prefix.
wine_stop() {
	wine_env $wine_server -k 2>/dev/null
	return 0
}

# Makes the prefix once; keeps its server for a while, which saves half a second a start.
wine_ready() {
	if [ ! -e "$wine_folder/prefix/.ready" ]; then
		rm -rf "$wine_folder/prefix"
		mkdir -p "$wine_folder/locale"
		localedef -i ja_JP -f UTF-8 "$wine_folder/locale/ja_JP.UTF-8" || exit 1
		wine wineboot -i >/dev/null 2>&1
		wine_env $wine_server -w
		: >"$wine_folder/prefix/.ready"
	fi
	wine_env $wine_server -p 60
}

# wine_copy FOLDER: from now on a copy of the prefix, for stand-ins. Its files are links to the first one's: replace a
# file, never write into it.
wine_copy() {
	rm -rf "$1"
	cp -al "$wine_folder/prefix" "$1"
	for file in system.reg user.reg userdef.reg; do
		cp --remove-destination "$wine_folder/prefix/$file" "$1/$file"
	done
	wine_prefix=$1
	wine_native=
}

# wine_stand_in NAME EXE: over system32\NAME.exe.
wine_stand_in() {
	rm -f "$wine_prefix/drive_c/windows/system32/$1.exe"
	cp "$2" "$wine_prefix/drive_c/windows/system32/$1.exe"
	wine_native=${wine_native:+$wine_native,}$1.exe
}

# wine_tool NAME PART ACTIONS: the stand-in over a tool; lines add up, the first that fits counts. See stand_in.c.
wine_tool() {
	mkdir -p "$wine_prefix/drive_c/stand-in"
	[ -e "$wine_prefix/drive_c/stand-in/$1.txt" ] || wine_stand_in "$1" "${ACTDX_STAND_IN:?}"
	printf '%s\t%s\n' "$2" "$3" >>"$wine_prefix/drive_c/stand-in/$1.txt"
}

# wine_file NAME FILE: a file that stand-ins print.
wine_file() {
	mkdir -p "$wine_prefix/drive_c/stand-in"
	cp "$2" "$wine_prefix/drive_c/stand-in/$1"
}

# wine_value KEY NAME DATA: a string in the registry.
wine_value() {
	wine reg add "$1" /v "$2" /t REG_SZ /d "$3" /f >/dev/null
}

# wine_slc: a licensing service with one KMS client, in notification.
wine_slc() {
	rm -f "$wine_prefix/drive_c/windows/system32/slc.dll"
	cp "${ACTDX_SLC:?}" "$wine_prefix/drive_c/windows/system32/slc.dll"
	wine_native=${wine_native:+$wine_native,}slc
}
