#!/bin/sh
# What db:migrate can do, a switch can, and what it says of the database's state
# is true: migrations that commit, that need others committed, that call tasks,
# that read files of their own branch.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab '        on_data_loss: ask'
mkdir "$TAP_DIR/tmp"
export TMPDIR="$TAP_DIR/tmp"

sql() { psql -X -q -A -t -d app_development -c "$1"; }

unhooked switch -q main
hookrun sync > /dev/null 2>&1
sql "INSERT INTO users (name, legacy, created_at, updated_at)
	VALUES ('ada', 'old', now(), now())"
home_is_here

# made NAME: commit what was written on this branch, migrate, and stay.
made() {
	written "$1"
	unhooked switch -q "$HOME_BRANCH"
	go git switch "$1"
	is "$1: the switch to it" "$status" 0
	[ "$status" = 0 ] || note "$out"
}

# ---- migrations that commit by themselves ---------------------------------------

home
branch commits main
migration 20240501000001 commits '  def up
    commit_db_transaction
    add_index :users, :name, algorithm: :concurrently
    begin_db_transaction
  end
  def down
    commit_db_transaction
    remove_index :users, :name, algorithm: :concurrently
    begin_db_transaction
  end'
add 20240501000002 add_nick nick
made commits
has 'a migration that commits: it is said' "$out" \
	'20240501000001_commits.rb commits by itself'
sql "UPDATE users SET nick = 'precious'"
before=$(picture)
go git switch main
is 'a down that commits: nothing is lost unasked' "$status" 1
has 'a down that commits: what would be' "$out" 'column users.nick (1 value)'
has 'a down that commits: and the state' "$out" \
	'the database is as it was before'
is 'a down that commits: which is true' "$(picture)" "$before"
typed y 'hookrun sync'
is 'a down that commits: after a yes' "$(versions)" \
	'20240101000001 20240101000002 '

home
branch partly main
add 20240502000001 first first
migration 20240502000002 commits_too '  def up
    execute "COMMIT"
    execute "CREATE INDEX CONCURRENTLY idx2 ON users (name)"
    execute "BEGIN"
  end
  def down; end'
migration 20240502000003 fails '  def up
    raise "no" unless ENV["REHEARSED"] || !File.exist?("tmp/tried")
    File.write("tmp/tried", "")
  end'
written
unhooked switch -q main
before=$(picture)
rm -f tmp/tried
touch tmp/tried
go git switch partly
is 'a failure that the rehearsal sees: the hook fails' "$status" 1
has 'it is named' "$out" "cannot migrate '20240502000003_fails.rb'"
has 'and the state told' "$out" 'the database is as it was before'
is 'which is true: what commits was not let' "$(picture)" "$before"
rm -f tmp/tried
go hookrun sync
is 'a failure after the rehearsal: the hook fails' "$status" 1
has 'what was done and stays: the first' "$out" '↑ 20240502000001_first.rb'
has 'and the one that commits' "$out" '↑ 20240502000002_commits_too.rb'
hasnt 'it does not claim that nothing was done' "$out" 'as it was before'
is 'and that is the state' "$(versions)" \
	'20240101000001 20240101000002 20240502000001 20240502000002 '

# left_alone BRANCH BODY: the migration ends its transaction in some way, then
# fails, and nothing of it stays.
left_alone() {
	home
	branch "$1" main
	migration 20240503000001 torn "  def up
    add_column :users, :torn, :string
    $2
    add_column :users, :torn_too, :string
    raise 'no'
  end"
	written
	unhooked switch -q main
	before=$(picture)
	go git switch "$1"
	is "$1, then a failure: the hook fails" "$status" 1
	has "$1: the state" "$out" 'the database is as it was before'
	is "$1: which is true" "$(picture)" "$before"
}
left_alone raw 'connection.raw_connection.exec("COMMIT")'
left_alone prepared 'c = connection.raw_connection; c.prepare("c", "COMMIT"); c.exec_prepared("c")'
left_alone several 'execute "SELECT 1; COMMIT; SELECT 2"'
left_alone begun 'execute "BEGIN; SELECT 1; COMMIT"'
left_alone ended 'execute "SELECT 1; END"'
left_alone remarked 'execute "SELECT 1; -- done\nCOMMIT"'
left_alone escaped "execute %q(SELECT E'\\''; COMMIT; SELECT '')"
left_alone quoted "execute %q(SELECT '; COMMIT' /* ; ROLLBACK */)"
left_alone terminated 'begin; execute "SELECT pg_terminate_backend(pg_backend_pid())"; rescue StandardError; end'
left_alone again 'connection.reconnect!'

left_alone reset 'connection.raw_connection.reset'
left_alone established 'ActiveRecord::Base.establish_connection'

# Past everything that looks at statements: then it is seen from the transaction,
# and not said that all was one.
home
branch past main
migration 20240503000009 past '  def up
    add_column :users, :past, :string
    PG::Connection.instance_method(:exec).bind(connection.raw_connection).call("COMMIT")
  end'
written
unhooked switch -q main
go git switch past
is 'a way past the fence: the hook fails' "$status" 1
has 'a way past the fence: it is seen' "$out" 'was ended from within'
has 'a way past the fence: and the state' "$out" \
	'and the database is not as it was before'

# The same with rows only, of which no print tells, and an error after it.
home
rows=$(sql 'SELECT count(*) FROM users')
[ "$rows" -gt 0 ] || sql "INSERT INTO users (name, created_at, updated_at) VALUES ('ada', now(), now())"
branch past-rows main
migration 20240503000010 past_rows '  def up
    raw = connection.raw_connection
    PG::Connection.instance_method(:exec).bind(raw).call("DELETE FROM users; COMMIT; BEGIN")
    raise "stop"
  end'
written
unhooked switch -q main
go git switch past-rows
is 'rows past the fence: the hook fails' "$status" 1
hasnt 'rows past the fence: nothing false is said' "$out" \
	'the database is as it was before'

# ---- what another connection does is no rehearsal --------------------------------

# elsewhere BRANCH BODY: it deletes the users over a connection of its own.
elsewhere() {
	home
	branch "$1" main
	migration 20240503000002 elsewhere "  class Other < ActiveRecord::Base
    self.abstract_class = true
  end

  def up
    $2
    add_column :users, :elsewhere, :string
  end
  def down
    remove_column :users, :elsewhere
  end"
	written
	unhooked switch -q main
	before=$(picture)
	go git switch "$1"
	is "$1: the hook stops" "$status" 1
	has "$1: and says why" "$out" 'it writes over another connection'
	has "$1: the state" "$out" 'the database is as it was before'
	is "$1: which is true" "$(picture)" "$before"
	has "$1: and the way out" "$out" 'hookrun sync --set on_data_loss=allow'
	typed y 'hookrun sync'
	is "$1: after a yes it is done" "$(versions)" \
		'20240101000001 20240101000002 20240503000002 '
	is "$1: once, and for good" "$(sql 'SELECT count(*) FROM users')" 0
}
config='ActiveRecord::Base.connection_db_config.configuration_hash'
elsewhere raw-connection 'PG.connect(dbname: "app_development").exec("DELETE FROM users")'
elsewhere model "Other.establish_connection($config); Other.connection.execute('DELETE FROM users')"
elsewhere own-thread 'Thread.new { ActiveRecord::Base.connection.execute("DELETE FROM users") }.join'

# ---- one transaction is an offer ----------------------------------------------------

home
branch enum main
migration 20240505000001 moods "  def up
    execute \"CREATE TYPE mood AS ENUM ('good')\"
    execute \"ALTER TABLE users ADD mood mood\"
  end
  def down
    execute 'ALTER TABLE users DROP mood'
    execute 'DROP TYPE mood'
  end"
made enum
branch great enum
migration 20240505000002 great "  def up; execute \"ALTER TYPE mood ADD VALUE 'great'\"; end
  def down; end"
migration 20240505000003 all_great "  def up; execute \"UPDATE users SET mood = 'great'\"; end
  def down; end"
unhooked add -A
unhooked commit -qm great
unhooked switch -q enum
go git switch great
is 'a new enum value that is used at once' "$status" 0
has 'it is said in one line' "$out" \
	'not in one transaction: 20240505000003_all_great.rb needs what is before it to be committed (PG::UnsafeNewEnumValueUsage)'
is 'and done' "$(sql 'SELECT mood FROM users')" great
hasnt 'and not called atomic' "$out" '(atomic)'

home
branch pending main
migration 20240506000001 boxes '  def change
    create_table(:boxes) { |t| t.references :user }
    execute "ALTER TABLE boxes ADD FOREIGN KEY (user_id) REFERENCES users DEFERRABLE INITIALLY DEFERRED"
  end'
migration 20240506000002 fill '  def up; execute "INSERT INTO boxes (user_id) SELECT id FROM users"; end
  def down; end'
migration 20240506000003 alter '  def change; add_column :boxes, :label, :string; end'
made pending
has 'pending trigger events: said' "$out" 'PG::ObjectInUse'

home
branch vacuum main
migration 20240507000001 vacuum '  disable_ddl_transaction!
  def up; execute "VACUUM users"; end
  def down; end'
written
unhooked switch -q main
go git switch vacuum
is 'what cannot be tried at all is asked about' "$status" 1
has 'what cannot be tried: why' "$out" \
	'20240507000001_vacuum.rb cannot be tried in a transaction'
typed y 'hookrun sync'
has 'what cannot be tried: after a yes' "$out" '↑1'

# ---- what db:migrate has around it ------------------------------------------------------

home
branch task main
mkdir -p lib/tasks
cat > lib/tasks/data.rake <<'RB'
namespace :data do
  task(backfill: :environment) { User.update_all(name: "by a task") }
end
RB
cat > app/models/user.rb <<'RB'
class User < ApplicationRecord; end
RB
migration 20240508000001 run_backfill '  def up; Rake::Task["data:backfill"].invoke; end
  def down; end'
migrate_options '        on_data_loss: allow'
made task
is 'a task is run' "$(sql 'SELECT name FROM users')" 'by a task'
migrate_options '        on_data_loss: ask'

home
branch latin main
printf '# encoding: iso-8859-1\nclass Latin < ActiveRecord::Migration[6.1]\n  def change\n    add_column :users, :latin, :string, default: "\344"\n  end\nend\n' \
	> db/migrate/20240509000001_latin.rb
made latin
in_sync 'another encoding'
go git switch main
is 'another encoding: and back' "$status" 0

home
branch linked main
git mv db/migrate migrations
ln -s ../migrations db/migrate
migration 20240510000001 linked '  def change; add_column :users, :linked, :string; end'
made linked
in_sync 'db/migrate is a link'
go git switch main
is 'db/migrate is a link: and back' "$status" 0
[ "$status" = 0 ] || note "$out"
in_sync 'db/migrate was a link'

home
branch named main
mkdir -p config/initializers
echo 'ActiveRecord::Base.schema_migrations_table_name = "applied"' \
	> config/initializers/names.rb
written
sql 'ALTER TABLE schema_migrations RENAME TO applied'
add 20240511000001 named named
written
go hookrun sync
is 'another table of versions' "$(sql 'SELECT count(*) FROM applied')" 3

# ---- files of their own branch ----------------------------------------------------------

home
branch beside main
mkdir -p db/functions db/migrate/sql lib
echo "CREATE TABLE ones (id int)" > db/functions/one_up.sql
echo "DROP TABLE ones" > db/functions/one_down.sql
echo "CREATE TABLE twos (id int)" > db/migrate/sql/two_up.sql
echo "DROP TABLE twos" > db/migrate/sql/two_down.sql
echo 'module TableName; NAME = "threes"; end' > lib/threes.rb
migration 20240512000001 add_nick '  def change; add_column :users, :nick, :string; end'
migration 20240512000002 ones '  def up; execute Rails.root.join("db/functions/one_up.sql").read; end
  def down; execute Rails.root.join("db/functions/one_down.sql").read; end'
migration 20240512000003 twos '  def up; execute File.read(File.join(__dir__, "sql/two_up.sql")); end
  def down; execute File.read(File.join(__dir__, "sql/two_down.sql")); end'
cat > db/migrate/20240512000004_no_nick.rb <<'RB'
require_relative "20240512000001_add_nick"
class NoNick < ActiveRecord::Migration[6.1]
  def change; revert AddNick; end
end
RB
migration 20240512000005 threes '  def up; require Rails.root.join("lib/threes"); execute "CREATE TABLE threes (id int)"; end
  def down; require "threes"; execute "DROP TABLE #{TableName::NAME}"; end'
migration 20240512000006 relative '  def up; execute "CREATE TABLE fours (id int)"; end
  def down; execute "DROP TABLE fours" if File.exist?("db/functions/one_down.sql") && File.exist?("config/database.yml"); end'
# As scenic lays its versions out, of which the other branch has none, and what
# `update_view` and its way back do with them.
mkdir db/views
echo 'SELECT id FROM users' > db/views/seen_v01.sql
echo 'SELECT id, name FROM users' > db/views/seen_v02.sql
migration 20240512000007 see '  def view(version); Rails.root.join("db", "views", "seen_v#{version}.sql").read; end
  def up; execute "CREATE VIEW seen AS #{view("01")}"; end
  def down; execute "DROP VIEW seen"; end'
migration 20240512000008 see_more '  def view(version); Rails.root.join("db", "views", "seen_v#{version}.sql").read; end
  def show(version); execute "DROP VIEW seen"; execute "CREATE VIEW seen AS #{view(version)}"; end
  def up; show("02"); end
  def down; show("01"); end'
made beside
go git switch main
is 'old files find what stood beside them' "$status" 0
[ "$status" = 0 ] || note "$out"
in_sync 'files of their own branch'
is 'nothing is left in the temporary folder' "$(ls "$TMPDIR")" ''

home
branch newer main
migration 20240513000001 newer '  def change; add_column :users, :newer, :string; end'
made newer
sed -i 's/6.1/7.0/' db/migrate/20240513000001_newer.rb
unhooked commit -qam 'Rails 7'
go git switch main
is 'written for a newer Rails: rolled back' "$status" 0
in_sync 'written for a newer Rails'

home
branch unknown main
migration 20240514000001 unknown '  def up; add_column :users, :unknown, :string; end
  def down; remove_it_as_rails_seven_does; end'
made unknown
sed -i 's/6.1/7.1/' db/migrate/20240514000001_unknown.rb
unhooked commit -qam 'Rails 7.1'
before=$(picture)
go git switch main
is 'what this Rails does not know: refused' "$status" 1
has 'with words' "$out" 'it is written for Rails 7.1, and this is 6.1'
is 'and nothing was done' "$(picture)" "$before"

# ---- every line of an error ------------------------------------------------------------

home
branch viewed main
add 20240515000001 viewed viewed
made viewed
sql 'CREATE VIEW hand_made AS SELECT viewed FROM users'
go git switch main
is 'a view in the way: the hook fails' "$status" 1
has "PostgreSQL's DETAIL names it" "$out" 'view hand_made depends on'
has 'and its HINT is there' "$out" 'HINT:'

finish
