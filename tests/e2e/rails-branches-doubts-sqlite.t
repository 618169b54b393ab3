#!/bin/sh
# Each branch its own database, on SQLite, where what hookrun knows is not what is
# so: a database that somebody has removed, a clone that was moved, a disk that is
# full, another file system.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_sqlite.sh"
. "$HERE/tests/helpers/rails_branches.sh"
rows() { q "$1"; }
branches_lab sqlite_lab
user on-a
git switch -q main > "$TAP_DIR/switch.out" 2>&1
user on-main
git switch -q feature-a > "$TAP_DIR/switch.out" 2>&1

# ---- removed by hand, and killed while that of a branch is brought back ----------
rm "$DB"
unhooked switch -q main
cp -a .git/hookrun "$TAP_DIR/known"
branches_fault
sync_killed 0
count=$(fault_count)
is 'brought back' "$(names)" 'on-main '
step=${HOOKRUN_TEST_POINTS:-4}
[ "${HOOKRUN_TEST_VARIANT:-}" != asan ] || step=$((step * 3))
at=$((1 + count % step))
wrong=
while [ "$at" -le "$count" ]; do
	rm -rf .git/hookrun "$DB"
	cp -a "$TAP_DIR/known" .git/hookrun
	sync_killed "$at"
	hookrun db list > "$TAP_DIR/list.out" 2>&1 || wrong="$wrong $at: list;"
	hookrun sync > "$TAP_DIR/sync.out" 2>&1 || wrong="$wrong $at: sync;"
	[ "$(names)" = 'on-main ' ] || wrong="$wrong $at: '$(names)';"
	fails "killed at $at of $count: nothing is open" \
		test -e .git/hookrun/db/unfinished
	at=$((at + step))
done
is 'killed anywhere, the rows are there' "$wrong" ''

# ---- moved -----------------------------------------------------------------------
rm -rf .git/hookrun
cp -a "$TAP_DIR/known" .git/hookrun
hookrun sync > "$TAP_DIR/sync.out" 2>&1
git switch -q -c topic > "$TAP_DIR/switch.out" 2>&1
user on-topic
git switch -q main > "$TAP_DIR/switch.out" 2>&1
mv "$TAP_DIR/app" "$TAP_DIR/moved"
cd "$TAP_DIR/moved" || exit 1
go git switch topic
has 'a clone that was moved finds what it had' "$out" "that of 'topic' brought back"
is 'with its rows' "$(names)" 'on-main on-topic '
go git switch main
is 'and on the way back' "$(names)" 'on-main '
go hookrun db list
has 'the list has it' "$out" 'topic  branch  '
cp -a . "$TAP_DIR/copied"
cd "$TAP_DIR/copied" || exit 1
go git switch topic
is 'a copied one: exit status' "$status" 0
cd "$TAP_DIR/moved" || exit 1
go git switch topic
has 'takes nothing away' "$out" "that of 'topic' brought back"
is 'of the rows' "$(names)" 'on-main on-topic '
finish
