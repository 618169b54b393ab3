#!/bin/sh
# Ctrl-C, signals, timeouts and kills while a roll back is under way: the
# database is as before, nothing is left running, and the next event goes on.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
mkdir "$TAP_DIR/tmp"
export TMPDIR="$TAP_DIR/tmp"

sql() { psql -X -q -A -t -d app_development -c "$1"; }
sleeping() {
	[ "$(sql "SELECT count(*) FROM pg_stat_activity
		WHERE query LIKE '%pg_sleep(1000)%' AND pid <> pg_backend_pid()
		AND state = 'active'")" = 1 ]
}
no_backend() {
	[ "$(sql "SELECT count(*) FROM pg_stat_activity
		WHERE application_name LIKE 'hookrun%'")" = 0 ]
}
driver() { tail -n 1 "$HOOKRUN_TEST_BOOTS"; }
# Dead, or only waiting to be reaped by a parent of its own.
gone() {
	state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)
	case $state in '' | Z*) ;; *) return 1 ;; esac
}

git switch -q main 2>/dev/null
home_is_here
branch slow
migration 20240301000001 slow '  def up
    add_column :users, :slow, :string
    create_table :slows
  end
  def down
    drop_table :slows
    remove_column :users, :slow
    # In a rehearsal there is a transaction around ours.
    slow = File.exist?("tmp/slow") && !(File.exist?("tmp/step") && connection.open_transactions > 1)
    execute "SELECT pg_sleep(1000)" if slow
  end'
add 20240301000002 quick quick
written
git switch -q slow 2>/dev/null
home_is_here

# The hook as git calls it, in the background; returns when it hangs.
start() {
	home
	before=$(picture)
	: > tmp/slow
	unhooked switch -q main
	hookrun run post-checkout -- "$(git rev-parse slow)" \
		"$(git rev-parse main)" 1 > "$TAP_DIR/out" 2>&1 &
	pid=$!
	await sleeping
	result $? "$1: the roll back is under way"
}

# What holds after each end.
settled() {
	ok "$1: the driver is gone" await gone "$(driver)"
	ok "$1: and its session" await no_backend
	is "$1: the database is as before" "$(picture)" "$before"
	is "$1: git status is clean" "$(git status --porcelain)" ''
}
goes_on() {
	rm -f tmp/slow
	go git switch -c "next-$1"
	is "$1: no stale lock, the next event goes on" "$status" 0
	in_sync "$1: then"
	is "$1: no temporary files" "$(ls "$TMPDIR")" ''
}

for signal in INT TERM; do
	start $signal
	kill -$signal "$pid"
	wait "$pid" 2>/dev/null
	is "$signal: hookrun dies of it" "$(kill -l $? 2>/dev/null)" "$signal"
	has "$signal: it says so" "$(cat "$TAP_DIR/out")" 'migrate: interrupted'
	has "$signal: and the state" "$(cat "$TAP_DIR/out")" \
		'the database is as it was before'
	is "$signal: no temporary files at once" "$(ls "$TMPDIR")" ''
	settled $signal
	goes_on $signal
done

# Typed on a terminal, under git.
home
before=$(picture)
: > tmp/slow
mkfifo "$TAP_DIR/keys"
TERM=xterm script -qec 'git switch main' /dev/null \
	< "$TAP_DIR/keys" > "$TAP_DIR/out" 2>&1 &
pid=$!
exec 7> "$TAP_DIR/keys"
await sleeping
result $? 'Ctrl-C: the roll back is under way'
printf '\003' >&7
exec 7>&-
wait "$pid"
settled Ctrl-C
is 'Ctrl-C: the switch itself is done' "$(git branch --show-current)" main
goes_on Ctrl-C

# The driver alone.
start driver
kill -9 "$(driver)"
wait "$pid"
is 'driver: the hook fails' $? 1
has 'driver: it says what happened' "$(cat "$TAP_DIR/out")" \
	'Rails was killed by signal 9'
has 'driver: and the state' "$(cat "$TAP_DIR/out")" \
	'the database is as it was before'
has 'driver: and what to do' "$(cat "$TAP_DIR/out")" '    hookrun sync'
settled driver
goes_on driver

# hookrun itself cannot clean up then; its next run does.
start KILL
kill -9 "$pid"
wait "$pid" 2>/dev/null
settled KILL
goes_on KILL

# And of the step as well: where no signal tells the driver, it finds nobody to
# talk to at the end of its statement.
branch alone
migration 20240301000009 alone '  def up
    add_column :users, :alone, :string
  end
  def down
    remove_column :users, :alone
    File.write("tmp/alone", Process.ppid.to_s)
    sleep 0.02 until File.exist?("tmp/go")
  end'
written
git switch -q alone 2>/dev/null
before=$(picture)
unhooked switch -q main
hookrun run post-checkout -- "$(git rev-parse alone)" "$(git rev-parse main)" 1 \
	> "$TAP_DIR/out" 2>&1 &
pid=$!
await test -s tmp/alone
kill -9 "$pid" "$(cat tmp/alone)"
wait "$pid" 2>/dev/null
: > tmp/go
settled 'KILL of all'
rm -r tmp/alone "$TMPDIR"/hookrun-migrate.* # who would have done that is dead
goes_on KILL-of-all

# Ctrl-C at the question about data.
migrate_options '        on_data_loss: ask'
home
sql 'INSERT INTO slows DEFAULT VALUES'
before=$(picture)
TERM=xterm script -qfec 'git switch main' "$TAP_DIR/typescript" \
	< "$TAP_DIR/keys" > /dev/null 2>&1 &
pid=$!
exec 7> "$TAP_DIR/keys"
await grep -q 'Go on?' "$TAP_DIR/typescript"
result $? 'question: it is asked'
printf '\003' >&7
wait "$pid" # an end of what is typed would be an answer
exec 7>&-
has 'question: it is no answer' "$(cat "$TAP_DIR/typescript")" \
	'migrate: interrupted'
settled question
is 'question: no temporary files' "$(ls "$TMPDIR")" ''

# ---- in the moment of the commit ------------------------------------------------

# at_commit NAME RUBY: a roll back that takes a row away, in a driver that runs
# RUBY when the server has committed what was kept.
at_commit() {
	cat > "$TAP_DIR/late.rb" <<E2
require "pg"
PG::Connection.prepend(Module.new do
  %i[exec async_exec].each do |name|
    define_method(name) do |sql, *rest, &block|
      result = super(sql, *rest, &block)
      if sql == "COMMIT" && !Dir[".git/hookrun/db/kept/*.kept"].empty?
        $2
      end
      result
    end
  end
end)
E2
	home
	migrate_options
	rm -rf .git/hookrun/db/kept
	sql "INSERT INTO slows DEFAULT VALUES"
	RUBYOPT="-r$TAP_DIR/late.rb" go git switch main
	is "$1: the database is rolled back" "$(versions)" \
		'20240101000001 20240101000002 '
	id=$(hookrun db list | sed -n '1s/ .*//p')
	ok "$1: and the row is kept" grep -q slows ".git/hookrun/db/kept/$id.kept"
	has "$1: where it is, is said" "$out" "hookrun db restore $id"
	has "$1: and what was done" "$out" '↓ 20240301000001_slow.rb'
	hasnt "$1: and nothing that is not true" "$out" 'as it was before'
	go hookrun sync
	in_sync "$1: then"
}
at_commit 'Ctrl-C at the commit' 'Process.kill(:INT, Process.pid)'
at_commit 'TERM at the commit' 'Process.kill(:TERM, Process.pid)'
at_commit 'a connection lost at the commit' \
	'close; raise PG::ConnectionBad, "server closed the connection"'

# A timeout of the job, long enough for Rails to start on a busy machine.
home
before=$(picture)
: > tmp/slow
sed -i 's/^    - name: migrate/&\n      timeout: 12s/' lefthook.yml
go git switch main
is 'timeout: the hook fails' "$status" 1
has 'timeout: it says so' "$out" 'timeout (12s)'
has 'timeout: and the state' "$out" 'the database is as it was before'
has 'timeout: and that the switch is done' "$out" "git's switch itself is done"
settled timeout
migrate_options
goes_on timeout

# Killed where there is no transaction: what is done stays, and is told.
home
migrate_options '        atomic: false'
branch steps
add 20240301000003 last last
written
git switch -q steps 2>/dev/null
: > tmp/slow
: > tmp/step
unhooked switch -q main
hookrun run post-checkout -- "$(git rev-parse steps)" "$(git rev-parse main)" 1 \
	> "$TAP_DIR/out" 2>&1 &
pid=$!
await sleeping
result $? 'steps: the roll back is under way'
kill -9 "$(driver)"
wait "$pid"
is 'steps: the hook fails' $? 1
has 'steps: it says what was done' "$(cat "$TAP_DIR/out")" \
	'done before that, and kept:'
has 'steps: the last one' "$(cat "$TAP_DIR/out")" '↓ 20240301000003_last.rb'
ok 'steps: the session is gone' await no_backend
is 'steps: the slow one is still applied' "$(versions)" \
	'20240101000001 20240101000002 20240301000001 '
goes_on steps

finish
