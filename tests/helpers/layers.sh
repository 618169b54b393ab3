#!/bin/sh
# Fail where a file includes a layer above its own, or a library's header
# outside the one layer that may include it.
set -eu
layers='base proc config git files runner db steps cli'
bad=0

complain() {
	echo "layers: $1" >&2
	bad=1
}

rank() {
	n=0
	for layer in $layers; do
		n=$((n + 1))
		[ "$layer" != "$1" ] || { echo "$n"; return; }
	done
	echo 0
}

for file in $(find src include/hookrun -name '*.[ch]' | sort); do
	own=$(echo "$file" | sed -E 's,^(src|include/hookrun)/([a-z]+)/.*,\2,')
	mine=$(rank "$own")
	[ "$mine" != 0 ] || { complain "$file: no such layer '$own'"; continue; }
	for used in $(sed -nE 's,^#include "hookrun/([a-z]+)/.*,\1,p' "$file" | sort -u); do
		[ "$(rank "$used")" -le "$mine" ] ||
			complain "$file: layer '$own' may not include layer '$used'"
	done
	for pair in pcre2:base dlfcn:base yaml:config git2:git magic:files \
		libpq-fe:db sqlite3:db; do
		header=${pair%%:*} owner=${pair##*:}
		if grep -q "^#include <$header\.h>" "$file" && [ "$own" != "$owner" ]; then
			complain "$file: only layer '$owner' may include <$header.h>"
		fi
	done
	if [ "$own" != cli ] && grep -nE '(^|[^_a-z])exit\(' "$file" >/dev/null; then
		complain "$file: only layer 'cli' may call exit()"
	fi
done
exit "$bad"
