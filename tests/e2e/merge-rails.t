#!/bin/sh
# The merge driver beside real Rails: a merge that is free of conflicts is what
# Rails dumps of a database that has both changes, for each two of many changes;
# and what no database takes together is a conflict.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/postgres.sh"
cleanup() { pg_stop; }
pg_start "$TAP_DIR/pg" || {
	echo 'Bail out! no PostgreSQL server'
	exit 1
}
createdb app

cd "$TAP_DIR" || exit 1
ruby "$HERE/tests/helpers/rails_merges.rb" app "$HOOKRUN_TEST_BIN" \
	> merges 2> errors
is 'each two of 24 changes are merged, both ways' "$(wc -l < merges)" 552
is 'without an error' "$(cat errors)" ''
# results WORD: the pairs with that result, each once.
results() {
	sed -n "s/^$1 //p" merges | while read -r one two; do
		printf '%s\n' "$one" "$two" | sort | tr '\n' ' '
		echo
	done | sort -u
}
is 'no merge is another text than that dump' "$(results other)" ''
is 'what no database takes is a conflict' "$(results blind)" ''
is 'and hookrun ends with 0 or 1' "$(results failed)" ''
is 'what both have changed, or one has made of what the other renamed, is one too' \
	"$(results conflict)" "$(printf '%s \n' 'age_big age_default' \
		'cats novels' 'cats tomes')"
is 'all others are merged' "$(grep -c '^same' merges)" \
	"$((552 - $(grep -c '^refused' merges) - 6))"
ok 'which are most of them' test "$(grep -c '^same' merges)" -gt 450
finish
