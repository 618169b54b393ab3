#!/bin/sh
# A migration outside a transaction that was cut off, at each of its statements:
# the next command goes on there, and says so.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
sql() { psql -X -q -A -t -d app_development -c "$1"; }

unhooked switch -q main
hookrun sync > "$TAP_DIR/sync.out" 2>&1
sql "INSERT INTO users (name, created_at, updated_at) VALUES ('ada', now(), now())"
home_is_here
branch loose
migration 20240601000001 loose '  disable_ddl_transaction!

  def up
    add_column :users, :one, :string
    add_column :users, :count, :integer, default: 0
    execute "UPDATE users SET count = count + 1"
    add_index :users, :one, algorithm: :concurrently
    transaction { create_table(:inners) { |t| t.string :a } }
    add_column :users, :two, :string
  end

  def down
    remove_column :users, :two
    drop_table :inners
    remove_index :users, :one
    remove_column :users, :count
    remove_column :users, :one
  end'
written
go hookrun sync
is 'in one go' "$status" 0
hasnt 'nothing is said of a cut' "$out" 'cut off'
in_sync 'in one go'
ok 'nothing is remembered of it' test -z "$(ls .git/hookrun/db/halfway)"

# The driver dies before or after the statement that $CUT is a part of.
cat > "$TAP_DIR/cut.rb" <<'E2'
require "pg"
PG::Connection.prepend(Module.new do
  %i[exec async_exec exec_params].each do |name|
    define_method(name) do |sql, *rest, &block|
      hit = ENV["CUT"] && sql.include?(ENV["CUT"]) && transaction_status == PG::PQTRANS_IDLE
      Process.kill(:KILL, $$) if hit && ENV["WHEN"] == "before"
      result = super(sql, *rest, &block)
      Process.kill(:KILL, $$) if hit
      result
    end
  end
end)
E2
export RUBYOPT="-r$TAP_DIR/cut.rb"

# cut WHEN STATEMENT: what it comes to.
cut() {
	unhooked switch -q main
	home
	unhooked switch -q loose
	CUT=$2 WHEN=$1 go hookrun sync
	is "cut off $1 $2: the hook fails" "$status" 1
	has "cut off $1 $2: it is told" "$out" 'was killed by signal 9'
}
goes_on() {
	go hookrun sync
	is "$1: the next command succeeds" "$status" 0
	[ "$status" = 0 ] || note "$out"
	in_sync "$1: then"
	is "$1: rows were changed once" "$(sql 'SELECT count FROM users')" 1
}

for when in before after; do
	for statement in 'ADD "two"' 'CREATE INDEX CONCURRENTLY' 'ADD "one"'; do
		cut $when "$statement"
		goes_on "cut off $when $statement"
	done
done
cut after 'ADD "two"'
go hookrun sync
has 'it is said what is done already' "$out" \
	'20240601000001_loose.rb goes on where it was cut off: 5 of its statements are done'

cut after UPDATE
go hookrun sync
is 'rows that may have been changed: it is asked' "$status" 1
has 'with the statement' "$out" "cut off in 'UPDATE users SET count = count + 1', which may have been done"
typed y 'hookrun sync'
in_sync 'rows that may have been changed, after a yes'

# An index that could not be finished.
cut before 'CREATE INDEX CONCURRENTLY'
sql 'CREATE INDEX index_users_on_one ON users (one)'
sql "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'index_users_on_one'::regclass"
goes_on 'an invalid index'
is 'an invalid index: it is valid now' \
	"$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'index_users_on_one'::regclass")" t

# Somebody has mended it by hand.
cut before 'CREATE INDEX CONCURRENTLY'
sql 'ALTER TABLE users DROP one, DROP count'
goes_on 'mended by hand'

finish
