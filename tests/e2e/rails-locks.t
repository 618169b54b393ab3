#!/bin/sh
# Locks that others hold, data that a roll back would lose, migrations that
# cannot be one transaction, and a password that nobody sees.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
quickly='        lock_timeout: 1s'
rails_lab "$quickly"
. "$HERE/tests/helpers/sessions.sh"
mkdir "$TAP_DIR/tmp"
export TMPDIR="$TAP_DIR/tmp"
git switch -q main 2>/dev/null

home_is_here
branch data
migration 20240301000001 things '  def change
    create_table :things do |t|
      t.string :name
    end
    create_table :empties
    add_column :users, :filled, :string
    add_column :users, :only_null, :string
    add_column :users, :only_default, :string, default: "z"
    add_column :users, :beyond_default, :integer, default: 1
  end'
written
git switch -q data 2>/dev/null
home_is_here

# ---- a table that somebody holds ---------------------------------------------
session 'rails console' 'BEGIN; SELECT count(*) FROM users;'
before=$(picture)
go git switch main
is 'a lock on a table: the hook fails' "$status" 1
has 'it names the migration' "$out" \
	"cannot roll back '20240301000001_things.rb'"
has 'and why' "$out" 'lock timeout'
has 'who is in the way: the application' "$out" 'rails console'
has 'its process at the server' "$out" "$session"
has 'what it does' "$out" 'idle in transaction'
has 'what to do' "$out" '    hookrun sync'
has 'and that the switch is done' "$out" "git's switch itself is done"
is 'the database is as it was' "$(picture)" "$before"
session_ends
go hookrun sync
is 'when it has gone, sync catches up' "$status" 0
in_sync 'after the lock'

# On a terminal one sees it while one waits.
home
session 'rails console' 'BEGIN; SELECT count(*) FROM users;'
migrate_options '        lock_timeout: 60s'
mkfifo "$TAP_DIR/keys"
TERM=xterm script -qfec 'git switch main' "$TAP_DIR/typescript" \
	< "$TAP_DIR/keys" > /dev/null 2>&1 8>&- &
switching=$!
exec 7> "$TAP_DIR/keys"
ok 'a wait is told on the terminal' \
	await grep -q 'waits for a lock' "$TAP_DIR/typescript"
ok 'with who is in the way' await grep -q 'rails console' "$TAP_DIR/typescript"
ok 'and what ends him' await grep -q 'hookrun db unblock PID' "$TAP_DIR/typescript"
exec 8>&-
wait "$switching"
exec 7>&-
wait
in_sync 'after the wait'
migrate_options "$quickly"

# ---- Rails' own lock -----------------------------------------------------------
home
key=$(ruby -rzlib -e 'puts 2053462845 * Zlib.crc32("app_development")')
session 'rake db:migrate' "SELECT pg_advisory_lock($key);"
before=$(picture)
rm -f "$HOOKRUN_TEST_BOOTS"
go git switch main
is "Rails' lock: the hook fails" "$status" 1
has 'it names the holder' "$out" 'rake db:migrate'
has 'and its process' "$out" "$session"
has 'nothing was touched' "$out" 'nothing was changed'
is 'which is true' "$(picture)" "$before"
is 'and took no boot' "$(boots)" 0
session_ends
go hookrun sync
is 'when it is done, sync catches up' "$status" 0
in_sync 'after the other migration'

# ---- data ----------------------------------------------------------------------
migrate_options '        on_data_loss: ask'
home
sql "INSERT INTO things (name) VALUES ('a'), ('b')"
sql "INSERT INTO users (name, filled, beyond_default, created_at, updated_at)
	VALUES ('x', 'kept', 2, now(), now()), ('y', NULL, 1, now(), now())"
home_is_here
before=$(picture)
go git switch main
is 'data would be lost: the hook fails' "$status" 1
has 'the table and its rows' "$out" 'table things (2 rows)'
has 'the column and its values' "$out" 'column users.filled (1 value)'
has 'a value that is not the default' "$out" \
	'column users.beyond_default (1 value)'
hasnt 'an empty table is no loss' "$out" empties
hasnt 'nor a column of nulls' "$out" only_null
hasnt 'nor one of defaults' "$out" only_default
has 'the option is named' "$out" 'hookrun sync --set on_data_loss=allow'
has 'and the switch is done' "$out" "git's switch itself is done"
is 'the database is as it was' "$(picture)" "$before"
is 'one boot' "$(boots)" 1

home
typed n 'git switch main'
has 'on a terminal it asks' "$out" 'Go on?'
has 'with the losses' "$out" 'table things (2 rows)'
is 'n leaves everything' "$(picture)" "$before"
home
typed y 'git switch main'
has 'y goes on' "$out" '↓1'
in_sync 'after a yes'

home
migrate_options '        on_data_loss: stop'
typed y 'git switch main'
hasnt 'on_data_loss: stop does not ask' "$out" 'Go on?'
has 'but says what' "$out" 'table things (2 rows)'
is 'and leaves everything' "$(picture)" "$before"
home
migrate_options '        on_data_loss: allow'
go git switch main
is 'on_data_loss: allow goes on' "$status" 0
in_sync 'on_data_loss: allow'
migrate_options

# ---- outside a transaction -------------------------------------------------------
home
git switch -q main 2>/dev/null
sql 'TRUNCATE users'
dropdb -f app_development && createdb app_development
git switch -q data 2>/dev/null
hookrun sync > /dev/null
home_is_here
branch concurrent main
migration 20240302000001 concurrently '  disable_ddl_transaction!
  def change
    add_index :users, :name, algorithm: :concurrently
  end'
written
unhooked switch -q data
go git switch concurrent
is 'an index made concurrently' "$status" 0
has 'it is announced' "$out" 'not in one transaction'
has 'with the reason' "$out" \
	'20240302000001_concurrently.rb says disable_ddl_transaction!'
hasnt 'and not called atomic' "$out" '(atomic)'
in_sync 'concurrently'
go git switch main
is 'and back' "$status" 0
in_sync 'concurrently and back'

home
branch half main
add 20240302000001 first_step first_step
migration 20240302000002 half_way '  disable_ddl_transaction!
  def up
    add_column :users, :half, :string
    execute "SELECT no_such_function()" unless connection.transaction_open?
  end
  def down
    remove_column :users, :half
  end'
written
unhooked switch -q data
go git switch half
is 'failing half way: the hook fails' "$status" 1
has 'it names the migration' "$out" \
	"cannot migrate '20240302000002_half_way.rb'"
has 'what was done and stays: the roll back' "$out" \
	'↓ 20240301000001_things.rb'
has 'and the first of them' "$out" '↑ 20240302000001_first_step.rb'
hasnt 'it does not claim that nothing was done' "$out" 'as it was before'
has 'it warns of what the failed one left' "$out" \
	"'20240302000002_half_way.rb' itself may have been done in part"
is 'and that is the state' "$(versions)" \
	'20240101000001 20240101000002 20240302000001 '

home
migrate_options '        atomic: false'
go git switch main
is 'atomic: false' "$status" 0
has 'is said' "$out" 'not in one transaction: atomic: false'
in_sync 'atomic: false'
migrate_options

# ---- a password --------------------------------------------------------------------
home
branch secret
sed -i 's/pool: 5/&\n  password: "hush-hush"/' config/database.yml
written
unhooked switch -q secret
mkdir "$TAP_DIR/spy"
cat > "$TAP_DIR/spy/ruby" <<'EOS'
#!/bin/sh
[ -n "${HOOKRUN_PLAN:-}" ] || exec /usr/bin/env PATH="${PATH#*:}" ruby "$@"
tr '\0' '\n' < /proc/$$/cmdline > "$SPY/argv"
env > "$SPY/env"
cat "$HOOKRUN_PLAN" > "$SPY/plan"
exec /usr/bin/env PATH="${PATH#*:}" ruby "$@"
EOS
chmod +x "$TAP_DIR/spy/ruby"
add 20240303000001 with_secret with_secret
written
git switch -q -c before-secret HEAD~1 2>/dev/null
SPY="$TAP_DIR/spy" PATH="$TAP_DIR/spy:$PATH" HOOKRUN_VERBOSE=1 \
	git switch secret > "$TAP_DIR/spy/out" 2>&1
is 'with a password in database.yml' $? 0
hookrun migrate --plan > "$TAP_DIR/spy/dry" 2>&1
hookrun status > "$TAP_DIR/spy/status" 2>&1
ok 'the spy saw the driver' grep -q rails_driver "$TAP_DIR/spy/argv"
ok 'and its plan' grep -q '"databases"' "$TAP_DIR/spy/plan"
is 'the password is in none of output, plan, arguments, environment' \
	"$(grep -rl hush "$TAP_DIR/spy")" ''
is 'nor in what hookrun remembers' "$(grep -rl hush .git/hookrun)" ''
pg_stop
go hookrun sync
hasnt 'nor in a failure to connect' "$out" hush
is 'no temporary files are left' "$(ls "$TMPDIR")" ''

finish
