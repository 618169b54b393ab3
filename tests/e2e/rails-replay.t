#!/bin/sh
# What a switch did once is done again without Rails, and only then: where all
# that decides it is as it was, and no row is at stake.  How often Rails was
# started is counted.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
REPLAY=true
rails_lab
sql() { psql -X -q -A -t -d app_development -c "$1"; }
recordings() { find .git/hookrun/db/replay -name '*-*-*' ! -name 'inputs-*'; }

# No switch of these starts Ruby.
go git switch feature-b
is 'the first time Rails does it' "$(boots)" 1
has 'and says what' "$out" 'migrate: ↓2 AddNick, DropLegacy ↑1 CreateWidgets'
go git switch feature-a
is 'with other libraries it does it again' "$(boots)" 2
in_sync 'there and back by Rails'
for round in 1 2; do
	go git switch feature-b
	has "$round: there by replay" "$out" \
		'migrate: ↓2 AddNick, DropLegacy ↑1 CreateWidgets in 0.'
	has "$round: and it says so" "$out" '(replayed)'
	in_sync "$round: there"
	go git switch feature-a
	has "$round: back by replay" "$out" '(replayed)'
	in_sync "$round: back"
done
is 'Rails was not started again' "$(boots)" 2
traced() {
	strace -f -qq -e trace=execve -o "$TAP_DIR/trace" git switch "$1" 2>/dev/null
	grep -v ENOENT "$TAP_DIR/trace" | grep -c -E '"[^"]*/(ruby|bundle|rails)[^"/]*"'
}
is 'no Ruby process is started' "$(traced feature-b)" 0
go git switch feature-a

# What is said beforehand.
unhooked switch -q feature-b
go hookrun migrate --plan
has 'the plan says which way' "$out" 'create_widgets: replay'
go hookrun status
has 'status counts recordings' "$out" '6 recordings'
go hookrun migrate --set replay=false --plan
hasnt 'but not where it is switched off' "$out" "create_widgets:"
go hookrun sync --set replay=false
is 'switched off, Rails does it' "$(boots)" 3
in_sync 'switched off'

# The way back of what Rails did a first time is recorded ahead.
branch ahead main
migration 20240601000001 ahead '  def change
    create_table(:aheads) { |t| t.string :x, null: false, default: "a" }
    add_index :aheads, :x, unique: true
  end'
written
unhooked switch -q main
hookrun sync > /dev/null 2>&1
before=$(boots)
go git switch ahead
is 'the way there is by Rails' "$(boots)" $((before + 1))
go git switch main
is 'the first way back is not' "$(boots)" $((before + 1))
has 'it is a replay' "$out" '(replayed)'
in_sync 'the first way back'

# Rows.
go git switch ahead
sql "INSERT INTO aheads (x) VALUES ('mine')"
go hookrun migrate --plan
go git switch main
is 'with rows in the table Rails does it' "$(boots)" $((before + 2))
has 'and the row is kept' "$out" 'aheads (1 row)'
in_sync 'with rows'
go git switch feature-a
before=$(boots)
sql "INSERT INTO users (name, nick, created_at, updated_at) VALUES ('ada', 'countess', now(), now())"
unhooked switch -q feature-b
go hookrun sync
is 'with a value in the column too' "$(boots)" $((before + 1))
has 'and the value is kept' "$out" 'users.nick (1 value)'
go git switch feature-a
sql "UPDATE users SET nick = NULL"
before=$(boots)
go git switch feature-b
is 'a row without a value is no obstacle' "$(boots)" "$before"
is 'and stays' "$(sql 'SELECT name FROM users')" ada
in_sync 'a row without a value'
go git switch feature-a

# Another schema, other libraries, another configuration, another text.
not_replayed() {
	rails_before=$(boots)
	unhooked switch -q feature-b
	go hookrun migrate --plan
	has "$1: the plan says it" "$out" "$2"
	go hookrun sync
	is "$1: Rails does it" "$status $(boots)" "0 $((rails_before + 1))"
	hasnt "$1: nothing is replayed" "$out" replayed
}
back() { go git switch feature-a; }

sql 'ALTER TABLE users ADD by_hand integer'
not_replayed 'a column by hand' 'not recorded with this schema'
sql 'ALTER TABLE users DROP by_hand'
back
sql 'CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$'
not_replayed 'a function by hand' 'not recorded with this schema'
sql 'DROP FUNCTION f()'
back
sql "COMMENT ON TABLE users IS 'people'"
not_replayed 'a comment by hand' 'not recorded with this schema'
sql "COMMENT ON TABLE users IS NULL"
back
sql 'ALTER DATABASE app_development SET track_counts = off'
not_replayed 'a server that does not count' 'there are no counts of changed rows'
sql 'ALTER DATABASE app_development RESET track_counts'
back
echo '# other' >> .git/info/exclude
mkdir -p config/initializers
echo '# nothing' > config/initializers/zz.rb
not_replayed 'an initializer' 'nothing was recorded with these settings'
rm config/initializers/zz.rb
back
rm -r config/initializers
for file in $(recordings); do echo x >> "$file"; done
not_replayed 'damaged recordings' 'not recorded with this schema'
back
for file in $(recordings); do : > "$file"; done
not_replayed 'empty recordings' 'not recorded with this schema'
back
find .git/hookrun/db/replay -name 'inputs-*' -exec sh -c 'echo x >> "$1"' sh {} \;
not_replayed 'a damaged list of files' 'the list of its inputs is damaged'
back
# The digest is right, and what is recorded is wrong: the print after it tells.
for file in $(recordings); do
	tail -n +2 "$file" | sed 's/"statements":\[[^]]*\]/"statements":[]/' > "$TAP_DIR/body"
	{ sha1sum < "$TAP_DIR/body" | cut -d' ' -f1; cat "$TAP_DIR/body"; } > "$file"
done
unhooked switch -q feature-b
before=$(boots)
go hookrun sync
is 'a recording that lies is undone' "$status $(boots)" "0 $((before + 1))"
in_sync 'a recording that lies'
rm -rf .git/hookrun/db/replay
go git switch feature-a
go git switch feature-b
go git switch feature-a
unhooked switch -q feature-b
printf '\n' >> Gemfile.lock
before=$(boots)
go hookrun migrate --plan
has 'another lock file: the plan says it' "$out" \
	'nothing was recorded with these settings'
go hookrun sync
is 'another lock file: Rails does it' "$(boots)" $((before + 1))
unhooked checkout -q Gemfile.lock
go git switch feature-a

# A migration that is not pure is never one of them.
branch impure main
migration 20240701000001 impure '  def up
    add_column :users, :stamp, :string, default: Time.now.year.to_s
  end

  def down
    remove_column :users, :stamp
  end'
written
unhooked checkout -q main
hookrun sync > /dev/null 2>&1
for way in impure main impure; do
	before=$(boots)
	go git switch "$way"
	is "impure, to $way: Rails" "$(boots)" $((before + 1))
done
unhooked switch -q main
go hookrun migrate --plan
has 'and why is said' "$out" "Rails, since it asks 'Time' something"
hookrun sync > /dev/null 2>&1

# Killed at any moment: at what it sends, hookrun or the process with the
# library, whose work Rails then does.  The database is at one of the two trees,
# and the next command ends it.
git switch -q feature-a > /dev/null 2>&1
hookrun sync > /dev/null 2>&1
at_a=$(versions)
git switch -q feature-b > /dev/null 2>&1
at_b=$(versions)
for moment in 1 3 6 9 12 15 18 21 24; do
	git switch -q feature-a > /dev/null 2>&1
	hookrun sync > /dev/null 2>&1
	is "killed at $moment: from the beginning" "$(versions)" "$at_a"
	strace -qq -f -o "$TAP_DIR/trace" -e trace=sendto,sendmsg \
		-e "inject=sendto,sendmsg:signal=KILL:when=$moment" \
		git switch -q feature-b > /dev/null 2>&1
	case $(versions) in
	"$at_a" | "$at_b") ok "killed at $moment: one of the two" true ;;
	*) is "killed at $moment: one of the two" "$(versions)" "$at_b" ;;
	esac
	go hookrun sync
	is "killed at $moment: the next command ends it" "$status $(versions)" "0 $at_b"
done
in_sync 'after all of that'

# What a function does to rows that nothing was asked about.
branch caller main
migration 20260101000001 callers '  def up
    create_table(:wiped) { |t| t.string :a }
    create_table(:calling) { |t| t.string :a }
    execute "CREATE FUNCTION wipe() RETURNS integer LANGUAGE sql AS $$ DELETE FROM wiped; SELECT 1 $$"
  end

  def down
    execute "DROP FUNCTION wipe()"
    drop_table :calling
    drop_table :wiped
  end'
written
branch called caller
migration 20260101000002 called '  def up
    execute "ALTER TABLE calling ADD CONSTRAINT calls CHECK (wipe() = 1)"
  end

  def down
    execute "ALTER TABLE calling DROP CONSTRAINT calls"
  end'
written
unhooked switch -q caller
hookrun sync > /dev/null 2>&1
git switch -q called > /dev/null 2>&1
go git switch caller
go git switch called
has 'a function that finds no rows is called by replay' "$out" '(replayed)'
go git switch caller
sql "INSERT INTO calling (a) VALUES ('calls')"
sql "INSERT INTO wiped (a) VALUES ('mine')"
go git switch called
hasnt 'where it deletes one, Rails does it' "$out" '(replayed)'
has 'and the row is kept' "$out" 'table wiped (1 row deleted)'

# Rows that the policy of a table hides from its owner are rows.
unhooked switch -q main
hookrun sync > /dev/null 2>&1
psql -X -q -d app_development <<'SQL'
CREATE ROLE tenant LOGIN;
ALTER SCHEMA public OWNER TO tenant;
ALTER DATABASE app_development OWNER TO tenant;
ALTER TABLE users OWNER TO tenant;
ALTER TABLE schema_migrations OWNER TO tenant;
ALTER TABLE ar_internal_metadata OWNER TO tenant;
SQL
branch hidden main
migration 20260101000003 secrets '  def up
    create_table(:secrets) { |t| t.string :a }
    execute "ALTER TABLE secrets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
  end

  def down
    drop_table :secrets
  end'
written
unhooked switch -q main
as_tenant() { go env PGUSER=tenant "$@"; }
as_tenant git switch hidden
as_tenant git switch main
has 'a table with a policy goes by replay as its owner' "$out" '(replayed)'
as_tenant git switch hidden
sql "INSERT INTO secrets (a) VALUES ('mine')"
as_tenant git switch main
has 'rows that it may hide are asked about' "$out" \
	'table secrets (whose policy may hide rows from here)'
is 'and the row is there' "$(sql 'SELECT a FROM secrets')" mine
finish
