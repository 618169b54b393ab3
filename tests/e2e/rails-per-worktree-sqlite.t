#!/bin/sh
# database: per_worktree on SQLite: the file that lies in a new work tree is its
# own, a copy of that of the tree it was made from.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_sqlite.sh"
sqlite_lab
cat > "$TAP_DIR/lefthook.yml" << 'E2'
post-checkout: &steps
  jobs:
    - uses: migrate
      with:
        database: per_worktree
        replay: false
post-merge: *steps
E2
: > "$TAP_DIR/ignore"
for branch in main feature-a feature-b; do
	unhooked switch -q "$branch"
	cp "$TAP_DIR/lefthook.yml" .
	git add -A && git commit -qm configured
done
unhooked switch -q feature-a
hookrun sync > /dev/null 2>&1
q "INSERT INTO users (name, created_at, updated_at) VALUES ('mine', 0, 0)"
common='20240101000001 20240101000002'
of_a="$common 20240201000001 20240201000002 "
of_b="$common 20240202000001 "
is 'the start' "$(versions)" "$of_a"
before=$(picture)

# DATABASE SQL
in_db() { sqlite3 -batch "$1" "$2" | tr '\n' ' '; }
applied_in() {
	in_db "$1/$DB" 'SELECT version FROM schema_migrations ORDER BY 1'
}

tree="$TAP_DIR/one"
go git worktree add "$tree" feature-b
is 'git worktree add succeeds' "$status" 0
has 'it says what the tree has' "$out" \
	"migrate: this work tree has '$DB', a copy of '$DB' of '../app'"
is 'the rows have come along' \
	"$(in_db "$tree/$DB" 'SELECT name FROM users')" 'mine '
is 'it is migrated to the branch of the tree' "$(applied_in "$tree")" "$of_b"
is 'the other one is as it was' "$(picture)" "$before"
is 'nothing else was left in the folder' "$(ls "$tree/tmp")" development.sqlite3
is 'git sees nothing new' "$(git -C "$tree" status --porcelain)" ''
go git switch -q main
is 'a switch here is of this one' "$(versions)" "$common "
is 'and of no other' "$(applied_in "$tree")" "$of_b"
go git switch -q feature-a

# One that is there is left alone.
git worktree add -q --no-checkout --detach "$TAP_DIR/two" feature-b
mkdir "$TAP_DIR/two/tmp"
cp "$tree/$DB" "$TAP_DIR/two/$DB"
in_db "$TAP_DIR/two/$DB" "UPDATE users SET name = 'own'"
go git -C "$TAP_DIR/two" checkout -q
is 'one that is there stays' \
	"$(in_db "$TAP_DIR/two/$DB" 'SELECT name FROM users')" 'own '

# It is asked about, or only told of, where the mode says so.
cp lefthook.yml "$TAP_DIR/auto.yml"
sed -i 's/replay: false/&, mode: ask/; s/^        \(.*\), mode/        \1\n        mode/' \
	lefthook.yml
git commit -qam ask
typed n "git worktree add --detach $TAP_DIR/asked"
has 'it is asked' "$out" \
	"migrate: this work tree gets a database of its own: '$DB', a copy of '$DB'"
is 'who says no has none' "$(ls "$TAP_DIR/asked/$DB" 2>/dev/null)" ''
has 'and the command' "$out" \
	"migrate: run 'hookrun sync' to give this work tree a database of its own"
typed y "git -C $TAP_DIR/asked switch -q --detach feature-a"
is 'who says yes has one' "$(applied_in "$TAP_DIR/asked")" "$of_a"
sed -i 's/mode: ask/mode: notify/' lefthook.yml
git commit -qam notify
go git worktree add --detach "$TAP_DIR/told"
has 'with notify it is told' "$out" \
	"migrate: run 'hookrun sync' to give this work tree a database of its own: '$DB'"
is 'and not made' "$(ls "$TAP_DIR/told/$DB" 2>/dev/null)" ''
(cd "$TAP_DIR/told" && hookrun migrate --plan) > "$TAP_DIR/plan" 2>&1
has 'the plan says so' "$(cat "$TAP_DIR/plan")" \
	"this work tree gets a database of its own first: '$DB', a copy of '$DB'"
cp "$TAP_DIR/auto.yml" lefthook.yml
git commit -qam auto

# Killed at every call that gives or takes a name in the tree: there is none, or
# all of it, and the next one has it whole.
before=$(picture)
n=1
while [ "$n" -le 40 ]; do
	tree="$TAP_DIR/kill$n"
	unhooked worktree add -q --detach "$tree" feature-a 2> /dev/null
	(cd "$tree" && ASAN_OPTIONS=detect_leaks=0 strace -f -qq \
		-o "$TAP_DIR/trace" -P "$tree/tmp" -P "$tree/$DB" \
		-P "$tree/tmp/hookrun-copy.sqlite3" \
		-e trace=rename,renameat,renameat2,link,linkat,unlink,unlinkat,openat \
		-e inject=rename,renameat,renameat2,link,linkat,unlink,unlinkat,openat:signal=KILL:when="$n" \
		hookrun sync) > "$TAP_DIR/killed" 2>&1
	grep -q 'killed by SIGKILL' "$TAP_DIR/trace" || break
	[ ! -e "$tree/$DB" ] ||
		is "killed at $n: what is there is whole" \
			"$(sqlite3 -batch "$tree/$DB" .dump | cksum)" "$before"
	(cd "$tree" && hookrun sync) > "$TAP_DIR/killed" 2>&1
	is "killed at $n: the next one has it" \
		"$(in_db "$tree/$DB" 'SELECT name FROM users') $(applied_in "$tree")" \
		"mine  $of_a"
	is "killed at $n: and nothing else" "$(ls "$tree/tmp")" \
		development.sqlite3
	git worktree remove --force "$tree"
	n=$((n + 1))
done
ok 'it was killed more than twice' test "$n" -gt 3
is 'the other one is as it was' "$(picture)" "$before"

finish
