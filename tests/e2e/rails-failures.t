#!/bin/sh
# What cannot be done: one clear message, a status that is not 0, and a database
# that is as it was.  Each scenario starts at `home`, which is on the branch
# `start` with two migrations that main lacks.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
mkdir "$TAP_DIR/tmp"
export TMPDIR="$TAP_DIR/tmp"

sql() { psql -X -q -A -t -d app_development -c "$1"; }

# Take the place of the server's answer for a database that is not there.
state() { picture 2>/dev/null || echo none; }

# stopped WHAT BRANCH PART...: switching to BRANCH fails with these words, and
# nothing else has happened.
stopped() {
	what=$1
	target=$2
	shift 2
	before=$(state)
	go git switch "$target"
	is "$what: the hook's status is git's" "$status" 1
	for part in "$@"; do has "$what: says '$part'" "$out" "$part"; done
	is "$what: one message" \
		"$(printf '%s\n' "$out" | grep -c '^ *migrate: ')" 1
	has "$what: says that git has done its part" "$out" \
		"git's switch itself is done"
	is "$what: and it has" "$(git branch --show-current)" "$target"
	is "$what: the database is as it was" "$(state)" "$before"
	is "$what: the work tree too" "$(git status --porcelain)" ''
	is "$what: no temporary files" "$(ls "$TMPDIR")" ''
}

unhooked switch -q main
branch start main
migration 20240301000001 older '  def change
    add_column :users, :older, :string
  end'
migration 20240301000002 newer '  def change
    create_table :newers
  end'
written
git switch -q main 2>/dev/null
git switch -q start 2>/dev/null
is 'the start has both' "$(versions)" \
	'20240101000001 20240101000002 20240301000001 20240301000002 '
home_is_here

# ---- the server and its databases --------------------------------------------
home
pg_stop
stopped 'a stopped server' main 'is it running?' '    hookrun sync'
is 'a stopped server: no boot' "$(boots)" 0
pg_run
go hookrun sync
is 'when it is back, sync catches up' "$status" 0
in_sync 'after the server came back'

home
dropdb -f app_development
stopped 'a missing database' main "'app_development' does not exist" \
	'bundle exec rake db:prepare'
is 'a missing database: it was not made in silence' \
	"$(psql -X -A -t -l | grep -c '^app_development|')" 0
createdb app_development
go hookrun sync
is 'an empty database gets everything' "$status" 0
in_sync 'an empty database'
is 'one boot for all that' "$(boots)" 1

home
sql 'DROP TABLE schema_migrations'
stopped 'tables without schema_migrations' main 'no schema_migrations'

home
sql 'ALTER DATABASE app_development SET default_transaction_read_only = on'
stopped 'a read-only database' main 'read-only'
is 'a read-only database: no boot' "$(boots)" 0

home
sql 'CREATE ROLE reader LOGIN' 2>/dev/null
sql 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader'
PGUSER=reader git switch main > "$TAP_DIR/out" 2>&1
is 'a role without rights: the hook fails' $? 1
is 'a role without rights: one message' \
	"$(grep -c '^ *migrate: ' "$TAP_DIR/out")" 1
has 'it says what the server said' "$(cat "$TAP_DIR/out")" \
	'must be owner of table'
has 'and the state' "$(cat "$TAP_DIR/out")" 'the database is as it was before'
is 'which is true' "$(versions)" \
	'20240101000001 20240101000002 20240301000001 20240301000002 '

home
sql 'ALTER ROLE reader CONNECTION LIMIT 0'
export PGUSER=reader
go git switch main
export PGUSER=postgres
is 'too many connections: the hook fails' "$status" 1
has 'too many connections: says so' "$out" 'too many connections'

# ---- what must never be migrated ---------------------------------------------
home
for name in RAILS_ENV RACK_ENV; do
	export $name=production
	stopped "$name=production" main \
		"refused: the environment is 'production'" 'nothing was changed'
	has "$name=production: what leads out" "$out" 'unset RAILS_ENV RACK_ENV'
	unset $name
	home
done
sql "UPDATE ar_internal_metadata SET value = 'production'
	WHERE key = 'environment'"
stopped 'a copy of the production database' main \
	"refused: 'app_development' belongs to the protected environment"
sql "UPDATE ar_internal_metadata SET value = 'staging'
	WHERE key = 'environment'"
unhooked switch -q start
stopped 'a database of another environment' main "'staging'" \
	'rake db:environment:set RAILS_ENV=development'
is 'none of that started Rails' "$(boots)" 0

# ---- the application does not start ------------------------------------------
home
branch no-syntax
mkdir config/initializers
echo 'def (' > config/initializers/broken.rb
written
branch no-variable start
mkdir config/initializers
printf '\n\nKEY = ENV.fetch("NO_SUCH_KEY")\n' > config/initializers/key.rb
written
branch too-early start
mkdir config/initializers
cat > config/initializers/early.rb <<'EOS'
require "active_record"
Rails.application.config.after_initialize do
  ActiveRecord::Base.connection.select_value("SELECT pending FROM users")
end
EOS
written
branch no-gem start
sed -i 's/gem "pg"/&\ngem "hookrun-no-such-gem"/' Gemfile
written
branch no-yaml start
printf 'development:\n  adapter: postgresql\n  database: [x\n' > config/database.yml
written
branch no-environment start
sed -i 's/^development/elsewhere/' config/database.yml
written
for name in no-syntax no-variable no-gem too-early; do
	unhooked checkout -qf $name
	git rm -q db/migrate/20240301000002_newer.rb
	add 20240401000001 pending pending
	written
done
home
stopped 'a syntax error in an initializer' no-syntax \
	'Rails does not start here: SyntaxError' 'config/initializers/broken.rb:1'
home
stopped 'a missing variable' no-variable 'KeyError' 'NO_SUCH_KEY' \
	'config/initializers/key.rb:3'
home
stopped 'a start that needs the migrations' too-early 'PG::UndefinedColumn' \
	'config/initializers/early.rb:3' 'what only the migrations bring'
home
stopped 'a missing gem' no-gem 'hookrun-no-such-gem' 'bundle install'
hasnt 'a missing gem: no list of calls' "$out" 'from /'
home
stopped 'a broken database.yml' no-yaml 'config/database.yml:3:15'
home
stopped 'a database.yml without the environment' no-environment \
	"'development'" 'database.yml'

# ---- migrations that fail ----------------------------------------------------
home
branch bad-up main
add 20240401000001 first_good good
migration 20240401000002 then_bad '  def change
    add_column :no_such_table, :x, :string
  end'
add 20240401000003 never_reached never
written
home
stopped 'a migration that fails in the middle' bad-up \
	"cannot migrate '20240401000002_then_bad.rb'" \
	'relation "no_such_table" does not exist' \
	'db/migrate/20240401000002_then_bad.rb:3' \
	'the database is as it was before' '    hookrun sync'
is 'a migration that fails in the middle: a single boot' "$(boots)" 1
sed -i 's/no_such_table/users/' db/migrate/20240401000002_then_bad.rb
commit mended
go hookrun sync
is 'mended, sync goes on' "$status" 0
in_sync 'after mending'

home
branch bad-down
migration 20240401000001 bad_down '  def up
    add_column :users, :bad, :string
  end
  def down
    remove_column :users, :never_there
  end'
add 20240401000002 good_down good
written
go git switch start
git switch -q bad-down 2>/dev/null
stopped 'a roll back that fails' start \
	"cannot roll back '20240401000001_bad_down.rb'" 'never_there'

home
branch one-way
migration 20240401000001 one_way '  def up
    add_column :users, :one_way, :string
  end
  def down
    raise ActiveRecord::IrreversibleMigration
  end'
add 20240401000002 after_it after_it
written
unhooked switch -q start
git switch -q one-way 2>/dev/null
stopped 'an irreversible one' main \
	"cannot roll back '20240401000001_one_way.rb'" 'IrreversibleMigration' \
	'or go back' 'hookrun sync --set irreversible=skip'
unhooked switch -q one-way
migrate_options '        irreversible: skip'
go git switch start
is 'irreversible: skip goes on' "$status" 0
has 'says what it left' "$out" '20240401000001'
has 'and why' "$out" 'irreversible'
is 'only what is younger has gone' "$(versions)" \
	'20240101000001 20240101000002 20240301000001 20240301000002 20240401000001 '
migrate_options

finish
