#!/bin/sh
# Build each fuzz target with libFuzzer and run it for TIME seconds over a copy
# of its corpus.  A finding is left in build/fuzz/ and fails the target.  With KEEP
# the corpus gets what reaches code that nothing in it does, each file small.
set -eu
out=build/fuzz
flags='-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all'
bad=0
mkdir -p "$out"

echo "  CC      the sources, once for all targets"
for source in $SRCS; do
	object=$out/$(echo "$source" | tr / _).o
	printf '%s\0' "$CC $flags -fsanitize=fuzzer-no-link $STD -Ibuild/gen -c $source -o $object"
done | xargs -0 -P "$(nproc)" -I '{}' sh -c '{}'

for target; do
	name=$(basename "$target" .c)
	echo "  FUZZ    $name, $TIME s"
	# shellcheck disable=SC2046,SC2086 # lists of words
	$CC $flags -fsanitize=fuzzer $STD -Ibuild/gen "$target" \
		$(for source in $SRCS; do echo "$out/$(echo "$source" | tr / _).o"; done) \
		$LIBS -ldl -o "$out/$name"
	rm -rf "$out/corpus-$name"
	cp -r "tests/fuzz/corpus/$name" "$out/corpus-$name"
	"$out/$name" -max_total_time="$TIME" -max_len=65536 -timeout=10 \
		-rss_limit_mb=2048 -artifact_prefix="$out/$name-" \
		-verbosity=0 "$out/corpus-$name" || bad=1
	[ -z "${KEEP-}" ] || "$out/$name" -set_cover_merge=1 -use_counters=0 \
		-max_len=1024 "tests/fuzz/corpus/$name" "$out/corpus-$name"
done
exit "$bad"
