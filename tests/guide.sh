#!/bin/sh
# Runs the blocks of a guide as they stand, in the current folder:
#
#   guide.sh GUIDE.md
#
#   ```LANG file=PATH   is written to PATH
#   ```sh run           is run; its output, errors too, is kept
#   ```output           must be what the block before printed
#
# A block whose status is not 0 is an error, unless its output is shown.
set -eu
guide=$1
plan=$(mktemp -d)
trap 'rm -rf "$plan"' EXIT

# One file per block, N.kind, in order; for files the path stands in N.path.
awk -v plan="$plan" '
	/^```/ && !inside {
		inside = 1
		kind = ""
		if (match($0, /file=[^ ]+/)) {
			kind = "file"
			path = substr($0, RSTART + 5, RLENGTH - 5)
		} else if ($0 == "```sh run")
			kind = "run"
		else if ($0 == "```output")
			kind = "output"
		if (kind != "") {
			to = sprintf("%s/%03d.%s", plan, ++n, kind)
			printf "" >to
			if (kind == "file")
				print path >sprintf("%s/%03d.path", plan, n)
		}
		next
	}
	/^```/ { inside = 0; if (kind != "") close(to); next }
	inside && kind != "" { print >to }
' "$guide"

checked=0
status=0
for block in "$plan"/*.file "$plan"/*.run "$plan"/*.output; do
	[ -e "$block" ] && basename "$block"
done | sort >"$plan/order"
while read -r block <&3; do
	case $block in
	*.file)
		path=$(cat "$plan/${block%.file}.path")
		mkdir -p "$(dirname "$path")"
		cp "$plan/$block" "$path"
		;;
	*.run)
		if [ "$status" -ne 0 ]; then
			echo "$guide: a block failed with $status, and shows no output:"
			cat "$plan/printed"
			exit 1
		fi
		sh -eu "$plan/$block" >"$plan/printed" 2>&1 || status=$?
		;;
	*.output)
		if ! diff -u "$plan/$block" "$plan/printed" >"$plan/diff"; then
			echo "$guide: another output than it shows:"
			cat "$plan/diff"
			exit 1
		fi
		status=0
		checked=$((checked + 1))
		;;
	esac
done 3<"$plan/order"
if [ "$status" -ne 0 ] || [ "$checked" -eq 0 ]; then
	echo "$guide: the last block failed, or nothing was checked"
	exit 1
fi
