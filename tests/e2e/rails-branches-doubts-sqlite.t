#!/bin/sh
# Each branch its own database, on SQLite, where what hookrun knows is not what is
# so: a database that somebody has removed, a clone that was moved,
# another file system, and no branch any more.
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

# ---- another file system ---------------------------------------------------------
git switch -q main > "$TAP_DIR/switch.out" 2>&1
shm=$(mktemp -d /dev/shm/hookrun-test.XXXXXX)
rm -rf "$TAP_DIR/copied"
mv tmp "$shm/tmp"
ln -s "$shm/tmp" tmp
hookrun sync > "$TAP_DIR/sync.out" 2>&1
go git switch -c elsewhere
is 'on another file system: exit status' "$status" 1
has 'it is said' "$out" 'is on another file system than the Git folder'
is 'the rows stay' "$(names)" 'on-main '
is 'no copy is left behind' \
	"$(find .git/hookrun/db/copies -path '*elsewhere*' | wc -l)" 0
rm tmp
mv "$shm/tmp" tmp
rmdir "$shm"
unhooked switch -q main

# ---- `shared` again ----------------------------------------------------------------
sed -i 's/database: per_branch/database: shared/' lefthook.yml
go hookrun status
has 'what is kept is said' "$out" \
	"was that of 'main' while each branch had its own; of others"
has 'and where' "$out" "('hookrun db list')"
finish
