#!/bin/sh
# How often migrations are run for one switch: once where nothing can go or
# nothing does, twice where something does, since it is kept or asked about first.
# Whoever is in the way of looking is not in the way of the switch.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
. "$HERE/tests/helpers/sessions.sh"
export RUNS="$TAP_DIR/runs"
git switch -q main > /dev/null 2>&1
home_is_here

# counted VERSION NAME UP DOWN
counted() { migration "$1" "$2" "  def up; ran; $3; end
  def down; ran; $4; end

  def ran
    File.write(ENV['RUNS'], \"#{self.class} \", mode: 'a')
  end"; }
branch goes
counted 20240601000001 goes 'add_column :users, :goes, :string' 'remove_column :users, :goes'
written
# switched NAME BRANCH RUNS
switched() {
	rm -f "$RUNS"
	go git switch "$2"
	is "$1: it is done" "$status" 0
	is "$1: the migrations ran" "$(cat "$RUNS")" "$3"
	in_sync "$1"
}

git switch -q main
switched 'nothing goes' goes 'Goes '
sql "INSERT INTO users (name, created_at, updated_at) VALUES ('ada', now(), now())"
switched 'a column without values' main 'Goes '
is 'the row is there' "$(sql 'SELECT name FROM users')" ada
switched 'and back' goes 'Goes '
sql "UPDATE users SET goes = 'mine'"
switched 'a column with a value' main 'Goes Goes '
has 'which is kept' "$out" 'users.goes (1 value)'

# A value that only some rows have lost, in a table that no migration names.
branch indirect
counted 20240602000001 indirect 'nil' "execute('DELETE FROM ' + %w[us ers].join)"
written
switched 'nothing is done' indirect 'Indirect '
switched 'a row of a table that is not named' main 'Indirect Indirect '
has 'is kept' "$out" 'users (1 row'

# Named, but not touched: whoever holds it is left alone.
sql "INSERT INTO users (name, created_at, updated_at) VALUES ('bob', now(), now())"
branch names
counted 20240603000001 names 'create_table(:names, comment: "beside users") { }' 'drop_table :names'
written
session holder "BEGIN; LOCK TABLE users IN EXCLUSIVE MODE;"
rm -f "$RUNS"
go git switch names
is 'a table that somebody holds, and that is only named' "$status $(cat "$RUNS")" '0 Names '
rm -f "$RUNS"
go git switch main
is 'and back: it is not known before' "$status $(cat "$RUNS")" '0 Names Names '
session_ends

psql -X -q -d app_development <<'SQL'
CREATE ROLE tenant LOGIN;
ALTER SCHEMA public OWNER TO tenant;
ALTER DATABASE app_development OWNER TO tenant;
ALTER TABLE schema_migrations OWNER TO tenant;
ALTER TABLE ar_internal_metadata OWNER TO tenant;
SQL
rm -f "$RUNS"
go env PGUSER=tenant git switch names
is 'a table that may not be looked at' "$status $(cat "$RUNS")" '0 Names '
rm -f "$RUNS"
go env PGUSER=tenant git switch main
is 'nor on the way back' "$status $(cat "$RUNS")" '0 Names Names '
finish
