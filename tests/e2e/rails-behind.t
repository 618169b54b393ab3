#!/bin/sh
# What changes in a database behind git's back is noticed at the next event.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab '        ledger_max_age: 1h'
home_is_here
git switch -q -c same 2>/dev/null
git commit -q --allow-empty -m empty
git switch -q feature-a 2>/dev/null
is 'nothing to do so far' "$(git switch same 2>&1)" "Switched to branch 'same'"

forget_last() {
	psql -X -q -d app_development -c 'ALTER TABLE users DROP nick' \
		-c "DELETE FROM schema_migrations WHERE version = '20240201000002'"
}

# ---- on a socket, where a look costs next to nothing --------------------------
rails_task db:rollback > "$TAP_DIR/rollback.out"
git checkout -q -- db/schema.rb 2>/dev/null
go git switch feature-a
has 'a roll back by hand' "$out" 'migrate: ↑1'
in_sync 'after a roll back by hand'

unhooked switch -q main
rails_task db:rollback > "$TAP_DIR/rollback.out"
git checkout -q -- .
unhooked switch -q feature-a
dropdb -f app_development
createdb -T app_home app_development
psql -X -q -d app_development -c "DROP TABLE users" \
	-c 'DELETE FROM schema_migrations'
go git switch same
has 'a dump of an earlier day' "$out" 'migrate: ↑4'
in_sync 'after a dump of an earlier day'

dropdb -f app_development
createdb app_development
go git switch feature-a
has 'a database made anew' "$out" 'migrate: ↑4'
in_sync 'after a database made anew'

dropdb -f app_development
go git switch same
is 'a database that is gone: the switch says so' "$status" 1
has 'and what to do' "$out" '    bundle exec rake db:prepare'
createdb -T app_home app_development
go hookrun sync

# ---- where a look is dear: by age, and by what tasks write --------------------
# With options for the server a socket is no plain one.
export PGOPTIONS='-c statement_timeout=0'
go git switch feature-a
go git switch same
forget_last
go git switch feature-a
is 'believed for a while' "$out" "Switched to branch 'feature-a'"
echo '# what a task writes' >> db/schema.rb
go git switch same
has 'but not where the schema was written' "$out" 'migrate: ↑1'
git checkout -q -- db/schema.rb
go hookrun sync
forget_last
migrate_options '        ledger_max_age: 0s'
go git switch feature-a
has 'and no longer than ledger_max_age' "$out" 'migrate: ↑1'
in_sync 'after that'
pg_stop
go git switch same
is 'a server that is away hinders no switch that has no work' "$status" 0
is 'and is not talked about' "$out" "Switched to branch 'same'"
pg_run

finish
