#!/bin/sh
# Two work trees that share one database: neither takes away what the other one
# has on disk, and both may switch at the same moment.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
mkdir "$TAP_DIR/tmp"
export TMPDIR="$TAP_DIR/tmp"
other="$TAP_DIR/other"

branch free-a main
add 20240301000001 free_a free_a
written
branch free-b main
add 20240301000002 free_b free_b
written
git switch -q main 2>/dev/null

go git worktree add "$other" feature-b
is 'git worktree add succeeds' "$status" 0
cp lefthook.yml "$other"
applied='20240101000001 20240101000002'
is 'a new work tree migrates nothing' "$(versions)" "$applied "

go git -C "$other" switch -c other-b
go git -C "$other" commit -q --allow-empty -m more
(cd "$other" && hookrun sync) > "$TAP_DIR/out" 2>&1
is 'its own migrations come with a sync' "$(versions)" \
	"$applied 20240202000001 "

# What the other one has on disk stays, and its work tree is named.
go git switch free-a
is 'switching beside it' "$status" 0
has 'names what it leaves' "$out" 'left applied: 20240202000001'
has 'and whose it is' "$out" "in use by the work tree '../other'"
is 'its table is there, ours has come' "$(versions)" \
	"$applied 20240202000001 20240301000001 "
go git switch main
is 'what only we had goes again' "$(versions)" "$applied 20240202000001 "
go git -C "$other" switch free-a
is 'the other one rolls its own back' "$status" 0
is 'since nobody else has it' "$(versions)" "$applied 20240301000001 "

# A file that is in no commit counts as well.
add 20240302000001 unsaved unsaved
hookrun sync > /dev/null 2>&1
go git -C "$other" switch free-b
is 'an uncommitted migration of the other one: no failure' "$status" 0
has 'it is left' "$out" '20240302000001'
has 'by name' "$out" "'../app'"
is 'and applied still' "$(versions)" \
	"$applied 20240301000002 20240302000001 "
git clean -qfd db
hookrun sync > /dev/null 2>&1
is 'deleted, it goes' "$(versions)" "$applied 20240301000002 "

# ---- both at once --------------------------------------------------------------
git switch -q free-a 2>/dev/null
git -C "$other" switch -q main 2>/dev/null
is 'the start' "$(versions)" "$applied 20240301000001 "
for round in 1 2; do
	git switch --detach main > "$TAP_DIR/one" 2>&1 &
	one=$!
	git -C "$other" switch free-b > "$TAP_DIR/two" 2>&1 &
	two=$!
	wait "$one"
	is "at once $round: the first succeeds" $? 0
	wait "$two"
	is "at once $round: the second too" $? 0
	is "at once $round: the database has what both have" "$(versions)" \
		"$applied 20240301000002 "
	git switch free-a > "$TAP_DIR/one" 2>&1 &
	one=$!
	git -C "$other" switch main > "$TAP_DIR/two" 2>&1 &
	two=$!
	wait "$one"
	is "and back $round: the first succeeds" $? 0
	wait "$two"
	is "and back $round: the second too" $? 0
	is "and back $round: the database has what both have" "$(versions)" \
		"$applied 20240301000001 "
done
is 'both are clean' \
	"$(git status --porcelain)$(git -C "$other" status --porcelain)" \
	''

# ---- a work tree that has gone ---------------------------------------------------
git -C "$other" switch -q free-b 2>/dev/null
git worktree remove --force "$other"
go git switch main
is 'removed, its migrations belong to nobody' "$status" 0
in_sync 'after the work tree was removed'
is 'no temporary files are left' "$(ls "$TMPDIR")" ''

finish
