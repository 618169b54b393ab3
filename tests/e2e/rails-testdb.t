#!/bin/sh
# The database of the tests, which a switch leaves with the schema of the other
# branch: told of, or loaded anew.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
git switch -q main 2>/dev/null
rails_migrate
git diff --quiet || git commit -qam 'the schema of main'
branch strict main
migration 20240901000001 add_strict '  def change
    add_column :users, :strict, :string, null: false
  end'
rails_migrate
written
unhooked switch -q main
psql -X -q -d app_development -c 'ALTER TABLE users DROP strict' \
	-c "DELETE FROM schema_migrations WHERE version = '20240901000001'"
home_is_here
HINT="load it with 'bundle exec rake db:test:prepare'"

in_test() {
	psql -X -q -A -t -d app_test -c "SELECT count(*) FROM information_schema.columns
	 WHERE table_schema = 'public' AND column_name = 'strict'"
}

home
go git switch strict
hasnt 'no database for tests: no word of it' "$out" 'test database'
createdb app_test
rails_task db:test:prepare
go git switch main
has 'it has the schema of the other branch: told' "$out" \
	"migrate: the test database 'app_test' has another schema than this tree; $HINT"
is 'and left' "$(in_test)" 1
go hookrun status
has 'status says so too' "$out" "the test database 'app_test' has another schema"
git commit -q --allow-empty -m empty
go git switch -c main-too
is 'once' "$out" "Switched to a new branch 'main-too'"
(eval "$(printf '%s\n' "$HINT" | sed "s/.*'\(.*\)'/env -u HOOKRUN_TEST_BOOTS \1/")")
is 'the command that was named loads it' "$(in_test)" 0
go hookrun status
hasnt 'and status is content' "$out" 'test database'
is 'the work tree is clean' "$(git status --porcelain)" ''

# Migrated, not loaded: there is no digest, the versions tell.
psql -X -q -d app_test -c "DELETE FROM ar_internal_metadata WHERE key = 'schema_sha1'"
go hookrun status
hasnt 'a migrated one that agrees' "$out" 'test database'
psql -X -q -d app_test -c "INSERT INTO schema_migrations VALUES ('20240901000001')"
go hookrun sync
has 'and one that does not' "$out" "the test database 'app_test' has another schema"

migrate_options '        test_database: off'
go hookrun sync
hasnt 'off: not a word' "$out" 'test database'

# ---- reload ------------------------------------------------------------------
rails_task db:test:prepare
migrate_options '        test_database: reload'
go git switch strict
has 'reload: migrated' "$out" '↑1 AddStrict'
has 'and loaded' "$out" "loaded this tree's schema into 'app_test'"
is 'it has the column' "$(in_test)" 1
go git switch main
is 'and back' "$(in_test)" 0
unhooked switch -q strict
psql -X -q -d app_development -c "INSERT INTO schema_migrations VALUES ('20240901000001')"
before=$(boots)
go git switch -c strict-too
is 'with nothing to do for the database of development' "$(in_test)" 1
is 'one start' "$(boots)" $((before + 1))
go git switch strict
is 'and none where both agree' "$(boots)" $((before + 1))
is 'the work tree is clean' "$(git status --porcelain)" ''

psql -X -q -d app_test -c "UPDATE ar_internal_metadata SET value = '' WHERE key = 'schema_sha1'"
psql -X -q -d app_test -c 'SELECT pg_sleep(600)' > /dev/null 2>&1 &
sleeper=$!
until [ "$(psql -X -q -A -t -d app_test -c "SELECT count(*) FROM pg_stat_activity
	WHERE query = 'SELECT pg_sleep(600)'")" = 1 ]; do :; done
go hookrun sync
is 'one that is in use cannot be loaded: it fails' "$status" 1
has 'and says why' "$out" "cannot load the schema into 'app_test'"
has 'as the server has it' "$out" 'being accessed by other users'
kill "$sleeper"

finish
