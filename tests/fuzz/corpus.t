#!/bin/sh
# Every fuzz target over its corpus (tests/fuzz/corpus/TARGET/*).
set -eu
cd "$(dirname "$0")/../.."
: "${HOOKRUN_TEST_BIN:=build/release/hookrun}"
n=0
for source in tests/fuzz/*.c; do
	n=$((n + 1))
	name=$(basename "$source" .c)
	if timeout 60 "${HOOKRUN_TEST_BIN%/*}/fuzz/$name.replay" "tests/fuzz/corpus/$name"/* >&2; then
		echo "ok $n - $name over $(find "tests/fuzz/corpus/$name" -type f | wc -l) files"
	else
		echo "not ok $n - $name"
	fi
done
echo "1..$n"
