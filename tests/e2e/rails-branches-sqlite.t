#!/bin/sh
# Each branch its own database, on SQLite.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_sqlite.sh"
. "$HERE/tests/helpers/rails_branches.sh"
DATABASE=tmp/development.sqlite3
rows() { q "$1"; }
databases() {
	set -- tmp/development.sqlite3 .git/hookrun/db/copies/*/*.sqlite3
	echo $#
}
branches_lab sqlite_lab
branches_to_and_fro
branches_new
branches_quiet
branches_modes
branches_limits

# ---- who has it open -----------------------------------------------------------------
mkfifo "$TAP_DIR/console"
sqlite3 -batch "$DB" < "$TAP_DIR/console" > "$TAP_DIR/console.out" 2>&1 &
console=$!
exec 7> "$TAP_DIR/console"
echo 'SELECT count(*) FROM users;' >&7
ok 'somebody has it open' await test -s "$TAP_DIR/console.out"
before=$(picture)
if [ "$(port)" = posix ]; then
	# He is idle, and so not seen; SQLite itself lets nobody write into a file
	# that was moved.
	main_has=$(names)
	go git switch feature-a
	has 'the exchange is made' "$out" "that of 'feature-a' brought back"
	echo "UPDATE users SET name = 'late';" >&7
	exec 7>&-
	wait "$console"
	has 'who had it open cannot write' "$(cat "$TAP_DIR/console.out")" readonly
	is 'not here' "$(names)" 'on-a '
	go git switch main
	is 'nor there' "$(names)" "$main_has"
	go git switch feature-a
	has 'to and fro as ever' "$out" "that of 'feature-a' brought back"
else
	go git switch feature-a
	is 'somebody has it open: exit status' "$status" 1
	has 'he is named' "$out" "is open in pid $console (sqlite3); close it there"
	has 'and what that means' "$out" "is still that of 'main', and nothing was migrated"
	is 'nothing has changed' "$(picture)" "$before"
	exec 7>&-
	wait "$console"
	go hookrun sync
	has 'when he has left, it is done' "$out" "that of 'feature-a' brought back"
fi

# ---- a second work tree has a database of its own --------------------------------------
git worktree add -q "$TAP_DIR/other" rebased > "$TAP_DIR/out" 2>&1
cp lefthook.yml "$TAP_DIR/other/"
cp "$DB" "$TAP_DIR/other/tmp/"
(
	cd "$TAP_DIR/other" || exit 1
	hookrun sync
	git switch -c own
	sqlite3 -batch tmp/development.sqlite3 "DELETE FROM users"
	git switch rebased
	git switch own
) > "$TAP_DIR/out" 2>&1
has 'in another work tree too' "$(cat "$TAP_DIR/out")" "that of 'own' brought back"
is 'this one knows nothing of it' "$(names)" 'on-a '
go git switch main
is 'and goes on' "$(names)" 'on-main '

# ---- a write-ahead log -----------------------------------------------------------------
q 'PRAGMA journal_mode = WAL' > "$TAP_DIR/out"
user in-the-log
go git switch feature-a
is 'with a log: exit status' "$status" 0
go git switch main
is 'its rows are there' "$(names)" 'in-the-log on-main '
finish
