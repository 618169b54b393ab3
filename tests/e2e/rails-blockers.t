#!/bin/sh
# `hookrun db`: who holds the databases, before anybody waits and while somebody
# does; how they are ended; and a version without a file.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
. "$HERE/tests/helpers/sessions.sh"
rm -f "$HOOKRUN_TEST_BOOTS"
sql "INSERT INTO users (name, created_at, updated_at) VALUES ('a', now(), now())"

# ---- nobody --------------------------------------------------------------------
go hookrun db blockers
is 'nobody: exit status 0' "$status" 0
is 'one line' "$out" \
	'nobody waits for a lock, and no idle transaction holds one'

# ---- a console in sandbox mode, for which nobody waits yet -----------------------
mkdir -p bin
cat > bin/rails <<'END'
#!/usr/bin/env ruby
APP_PATH = File.expand_path("../config/application", __dir__)
require "bundler/setup"
require "rails/commands"
END
mkfifo "$TAP_DIR/console"
env -u HOOKRUN_TEST_BOOTS ruby bin/rails console --sandbox \
	< "$TAP_DIR/console" > "$TAP_DIR/console.out" 2>&1 &
console=$!
exec 7> "$TAP_DIR/console"
cat >&7 <<'END'
ActiveRecord::Base.connection.execute("UPDATE users SET name = 'tried'")
END
ok 'a console in sandbox mode has done something' \
	await says "SELECT 't' FROM pg_stat_activity
		WHERE state = 'idle in transaction' AND query LIKE 'UPDATE users%'" t
pid=$(sql "SELECT pid FROM pg_stat_activity WHERE query LIKE 'UPDATE users%'
	AND state = 'idle in transaction'")
go hookrun db blockers
is 'it is told of: exit status 1' "$status" 1
has 'its database' "$out" 'app_development:'
has 'its process at the server, and its name' "$out" "pid $pid (bin/rails):"
has 'that it does nothing' "$out" 'idle in transaction for '
has 'since when' "$out" ', transaction begun '
has 'its lock' "$out" 'holds RowExclusiveLock on users'
has 'its query' "$out" "last query: UPDATE users SET name = 'tried'"
hasnt 'nobody waits' "$out" 'keeps waiting'
echo exit >&7
exec 7>&-
wait "$console"
go hookrun db blockers
is 'when it is left, nobody is' "$status" 0

# ---- somebody waits --------------------------------------------------------------
session holder 'BEGIN; LOCK TABLE users IN SHARE MODE;'
holder=$session
PGAPPNAME=writer psql -X -q -d app_development -c \
	"UPDATE users SET name = 'waited'" > "$TAP_DIR/writer.out" 2>&1 8>&- &
writer_psql=$!
ok 'somebody waits' await says "SELECT 't' FROM pg_stat_activity
	WHERE application_name = 'writer' AND wait_event_type = 'Lock'" t
writer=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'writer'")
go hookrun db blockers
is 'who waits: exit status 1' "$status" 1
has 'who holds comes first' "$out" "app_development:
pid $holder (holder): idle in transaction"
has 'with the lock' "$out" 'holds ShareLock on users'
has 'and who waits for it' "$out" "keeps waiting: $writer"
has 'then who waits' "$out" "pid $writer (writer): waiting for "
has 'what for' "$out" 'wants RowExclusiveLock on users'
has 'for whom' "$out" "blocked by $holder"
has 'with what' "$out" "query: UPDATE users SET name = 'waited'"

# ---- what other users do ---------------------------------------------------------
sql 'CREATE ROLE guest LOGIN'
go env PGUSER=guest hookrun db blockers
has 'a user who is shown little: who waits for whom' "$out" "blocked by $holder"
has 'what is not shown is said' "$out" "sessions of other users do is not shown"
sql 'DROP ROLE guest'

# ---- an end ----------------------------------------------------------------------
go hookrun db unblock "$writer"
is 'a query is cancelled: exit status 0' "$status" 0
has 'what it was is shown' "$out" "query: UPDATE users SET name = 'waited'"
has 'what became of it' "$out" "pid $writer: that query has ended"
wait "$writer_psql"
has 'which is true' "$(cat "$TAP_DIR/writer.out")" 'canceling statement'
there() { sql "SELECT count(*) FROM pg_stat_activity WHERE pid = $1"; }
go hookrun db unblock "$holder"
is 'where no query runs: exit status 1' "$status" 1
has 'that is said' "$out" "pid $holder runs no query"
has 'and what helps' "$out" "'hookrun db unblock $holder --terminate'"
go hookrun db unblock "$holder" --terminate
is 'nobody can be asked: exit status 1' "$status" 1
has 'what that means' "$out" 'nothing was ended'
typed n "hookrun db unblock $holder --terminate"
has 'it asks' "$out" 'end this session'
has 'n' "$out" 'nothing was ended'
is 'the session is there still' "$(there "$holder")" 1
typed y "hookrun db unblock $holder --terminate"
has 'y: what became of it' "$out" "pid $holder: the session has ended"
is 'which is true' "$(there "$holder")" 0
session_ends
go hookrun db unblock "$holder" --terminate --yes
is 'it is not there any more: exit status 1' "$status" 1
has 'which is said' "$out" "no session of the databases"

session stopped 'BEGIN; LOCK TABLE users;'
kill -STOP "$session"
go hookrun db unblock "$session" --terminate --yes
is 'one that does not end: exit status 1' "$status" 1
has 'which is said' "$out" 'was told to end, and had not after 10 s'
is 'it is there' "$(there "$session")" 1
kill -CONT "$session"
ok 'later it is not' await says \
	"SELECT count(*) FROM pg_stat_activity WHERE pid = $session" 0
session_ends

createdb other
session elsewhere 'BEGIN;' other
go hookrun db unblock "$session" --terminate --yes
is "another database's: exit status 1" "$status" 1
has 'it is none of ours' "$out" 'no session of the databases'
is 'and left alone' "$(there "$session")" 1
session_ends
for word in x 0x1 99999999999; do
	go hookrun db unblock "$word"
	has "'$word' is no pid" "$out" "'$word' is no pid"
done
go hookrun db list --terminate
is 'an option of another part is an error' "$status" 2

# ---- Rails' own lock -------------------------------------------------------------
key=$(ruby -rzlib -e 'puts 2053462845 * Zlib.crc32("app_development")')
session 'rake db:migrate' "SELECT pg_advisory_lock($key);"
go hookrun db blockers
is "Rails' lock: exit status 1" "$status" 1
has 'who has it' "$out" "being migrated by pid $session (rake db:migrate)"
session_ends

# ---- a file ----------------------------------------------------------------------
file_holder() {
	rm -f "$TAP_DIR/file.out"
	ruby -rsqlite3 -e 'db = SQLite3::Database.new("tmp/x.sqlite3")
		db.execute("CREATE TABLE IF NOT EXISTS a (b)")
		db.execute(ARGV[0]); db.execute("SELECT * FROM a").to_a
		puts "ready"; $stdout.flush; $stdin.read' "$1" \
		< "$TAP_DIR/file" > "$TAP_DIR/file.out" 8>&- &
	exec 7> "$TAP_DIR/file"
	await grep -q ready "$TAP_DIR/file.out"
}
mkfifo "$TAP_DIR/file"
for begin in 'BEGIN IMMEDIATE' 'BEGIN'; do
	file_holder "$begin"
	go env DATABASE_URL=sqlite3:tmp/x.sqlite3 hookrun db blockers
	is "a file, $begin: exit status 1" "$status" 1
	has "$begin: who has it" "$out" "pid $! (ruby"
	has "$begin: which" "$out" ": has 'tmp/x.sqlite3' locked"
	exec 7>&-
	wait
	go env DATABASE_URL=sqlite3:tmp/x.sqlite3 hookrun db blockers
	is "$begin: then nobody" "$status" 0
done

# ---- where nothing can be told ---------------------------------------------------
go env DATABASE_URL=postgresql:///absent_one hookrun db blockers
is 'no such database: exit status 1' "$status" 1
has 'which is said' "$out" "'absent_one'"
go hookrun db blockers now
is 'an argument is an error' "$status" 2
go hookrun db hold
has 'what there is, is said' "$out" 'db knows blockers'

# ---- the databases alone ---------------------------------------------------------
go hookrun db status
is 'status: exit status 0' "$status" 0
has 'it has the database' "$out" 'database app_development: '
is 'Rails was not started for any of it' "$(boots)" 0

# ---- a version without a file ----------------------------------------------------
rows() { sql "SELECT count(*) FROM schema_migrations WHERE version = '$1'"; }
lost=20200101000000
sql "INSERT INTO schema_migrations VALUES ('$lost')"
go hookrun db forget $lost --yes
has 'where Rails was not asked: what to do' "$out" "'hookrun sync' asks it"
is 'the row stays' "$(rows $lost)" 1
go hookrun sync
go hookrun db forget $lost
is 'nobody can be asked: exit status 1' "$status" 1
has 'what it is' "$out" "$lost is applied to 'app_development' and has no file"
has 'nothing is done' "$out" 'nothing was forgotten'
is 'the row stays again' "$(rows $lost)" 1
typed y "hookrun db forget $lost"
has 'y: what was done' "$out" "'app_development' has no row of $lost any more"
is 'which is true' "$(rows $lost)" 0
go hookrun db forget $lost --yes
has 'once more: it is not applied' "$out" "$lost is not applied"
go hookrun db forget 20240201000002 --yes
has 'a version with a file' "$out" \
	"has the file 'db/migrate/20240201000002_add_nick.rb'"
is 'stays' "$(rows 20240201000002)" 1
unhooked worktree add -q ../beside feature-b
sql "INSERT INTO schema_migrations VALUES ('20240202000001')"
go hookrun db forget 20240202000001 --yes
has 'a version with a file in another work tree' "$out" \
	'20240202000001 has a file in the work tree'
is 'stays too' "$(rows 20240202000001)" 1
go hookrun db forget x
has 'what is no version' "$out" "'x' is no version"
finish
