#!/bin/sh
# clang-tidy and clang-format over every source; fails on the first finding.
set -eu
cd "$(dirname "$0")/.."
sources=$(git ls-files '*.c')
headers=$(git ls-files "*.h")
# shellcheck disable=SC2086 # a list of words
clang-format --dry-run -Werror $sources $headers
# What is for Windows only is not in this build's list of commands.
# shellcheck disable=SC2086
printf '%s\n' $sources | grep -v -e '_win32\.c$' -e '^tests/windows/' | xargs -P "$(nproc)" -n 8 clang-tidy --quiet -p build/clang --warnings-as-errors='*'
