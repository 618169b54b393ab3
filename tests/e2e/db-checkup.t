#!/bin/sh
# `hookrun db checkup`: what a database will trip over, each of it made to be
# there on a real server; read only, and without starting Rails.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
. "$HERE/tests/helpers/sessions.sh"
rm -f "$HOOKRUN_TEST_BOOTS"

# ---- nothing ---------------------------------------------------------------------
before=$(picture)
go hookrun db checkup
is 'nothing: exit status 0' "$status" 0
is 'one screen' "$(echo "$out" | wc -l)" 4
has 'connections against the pool' "$out" 'the server allows '
has 'of each process' "$out" '; a process of the application takes up to 5'
has 'the schema' "$out" "tables, columns and indexes are those of 'db/schema.rb'"
has 'and what was not compared' "$out" '(types and options only Rails can compare)'
has 'the end' "$out" 'nothing needs a hand'

# ---- how many connections the application takes ----------------------------------
cat > Procfile <<'END'
# what runs here
web: bundle exec puma -C config/puma.rb
jobs: bundle exec sidekiq -c 5
release: bin/rails db:migrate
css: yarn build --watch
END
printf 'workers ENV.fetch("WEB_CONCURRENCY") { 2 }\nthreads 5, 5\n' > config/puma.rb
go hookrun db checkup
has 'processes of the Procfile, and workers of puma' "$out" \
	'up to 15, a pool of 5 in 3 processes (Procfile: web with 2 workers, jobs)'
WEB_CONCURRENCY=100 hookrun db checkup > "$TAP_DIR/many.out"
is 'too many: exit status 1' $? 1
has 'which is said' "$(cat "$TAP_DIR/many.out")" 'up to 505, a pool of 5 in 101 processes'
has 'as what it is' "$(cat "$TAP_DIR/many.out")" '), which is too many'
sql 'CREATE ROLE app LOGIN CONNECTION LIMIT 14'
sql 'GRANT pg_read_all_data TO app'
go env PGUSER=app hookrun db checkup
is 'the limit of a role: exit status 1' "$status" 1
has 'which is said too' "$out" '✗ the role app allows 14, '
session 'of root' 'SELECT 1;'
go env PGUSER=app hookrun db checkup
hasnt 'sessions of others count at the server' \
	"$(echo "$out" | grep 'the server')" ', 0 are taken'
session_ends
sql 'ALTER DATABASE app_development CONNECTION LIMIT 10'
go env PGUSER=app hookrun db checkup
has 'the limit of the database' "$out" '✗ the database allows 10, '
sql 'ALTER DATABASE app_development CONNECTION LIMIT -1'
cat > Procfile.dev <<'END'
web: env WEB_CONCURRENCY=4 bin/rails server
more: bundle exec puma -w 3
css: bin/rails tailwindcss:watch
END
go hookrun db checkup
has 'Procfile.dev goes first, and what a command says' "$out" \
	'in 7 processes (Procfile.dev: web with 4 workers, more with 3 workers)'
rm Procfile Procfile.dev
go hookrun db checkup
has 'puma alone' "$out" 'in 2 processes (config/puma.rb: 2 workers)'
rm config/puma.rb

# ---- long transactions -----------------------------------------------------------
session 'a console' 'BEGIN; SELECT 1;'
go hookrun db checkup
is 'a young transaction is none: exit status 0' "$status" 0
go hookrun db checkup --age 0
is 'a long one: exit status 1' "$status" 1
has 'who' "$out" "✗ pid $session (a console): idle in transaction, transaction begun "
has 'with what' "$out" "query: SELECT 'pid '"
has 'and what ends it' "$out" "mend: hookrun db unblock $session --terminate"
go env PGUSER=app hookrun db checkup --age 0
has 'who is not shown it is told so' "$out" \
	'what other users do is not shown to this user (see pg_read_all_stats)'
session_ends
ok 'it is gone' await says "SELECT count(*) FROM pg_stat_activity
	WHERE application_name = 'a console'" 0
go hookrun db checkup --age soon
has 'what is no number' "$out" "'soon' is no number of seconds"

# ---- what is in the database -----------------------------------------------------
sql "CREATE TABLE pairs (a integer, b integer)"
sql "CREATE TABLE pairs_users (pair_id integer, user_id integer)"
sql "CREATE TABLE keyed (a integer NOT NULL UNIQUE)"
sql "INSERT INTO pairs VALUES (1, 1), (1, 2)"
sql "CREATE UNIQUE INDEX CONCURRENTLY twice ON pairs (a)" 2> /dev/null
sql "ALTER TABLE pairs ADD CONSTRAINT positive CHECK (b > 0) NOT VALID"
sql "CREATE SEQUENCE big"
sql "CREATE TABLE counted (id integer PRIMARY KEY DEFAULT nextval('big'))"
sql "SELECT setval('big', 2000000000)" > /dev/null
sql "SELECT setval('users_id_seq', 9000000000000000000)" > /dev/null
go hookrun db checkup
is 'things in the database: exit status 1' "$status" 1
has 'an index that is not valid' "$out" '✗ twice on pairs is not valid: no query uses it
      mend: REINDEX INDEX CONCURRENTLY twice'
has 'a constraint that is not validated' "$out" \
	'✗ positive of pairs is not validated: rows of before may break it
      mend: ALTER TABLE pairs VALIDATE CONSTRAINT positive'
has 'an integer column behind a larger sequence' "$out" \
	'✗ big is at 2000000000 of 2147483647 (93 %), the most that counted.id (integer) can take
      mend: in a migration: change_column :counted, :id, :bigint'
has 'a sequence near its end' "$out" \
	'✗ users_id_seq is at 9000000000000000000 of 9223372036854775807 (98 %)'
has 'a table without a key' "$out" \
	'✗ pairs has no primary key: its rows cannot be told apart'
has 'one with a unique index is only named' "$out" \
	'  keyed has no primary key, but a unique index'
has 'and so is one that Rails makes without' "$out" \
	'  pairs_users has no primary key, and only joins two tables'
has 'tables that the file has not' "$out" "✗ counted: a table that 'db/schema.rb' has not"
has 'how many things' "$out" '9 things need a hand'
mend=$(echo "$out" | sed -n 's/^ *mend: ALTER/ALTER/p')
sql "$mend"
sql 'DELETE FROM pairs WHERE b = 2'
sql "$(echo "$out" | sed -n 's/^ *mend: REINDEX/REINDEX/p')"
go hookrun db checkup
hasnt 'what it says mends the constraint' "$out" 'is not validated'
hasnt 'and the index' "$out" 'is not valid:'

go hookrun db checkup --json
is 'as JSON: exit status 1' "$status" 1
echo "$out" > "$TAP_DIR/json"
is 'each finding has its kind, subject and cure' "$(ruby -rjson -e '
	one = JSON.parse(STDIN.read)[0]
	puts one["database"], one["adapter"]
	found = one["findings"].find { |f| f["subject"] == "big" }
	puts found["kind"], found["fault"], found["mend"]' < "$TAP_DIR/json")" \
	'app_development
postgresql
sequence
true
in a migration: change_column :counted, :id, :bigint'
sql 'DROP TABLE pairs, pairs_users, keyed, counted; DROP SEQUENCE big'
sql "SELECT setval('users_id_seq', 1, false)" > /dev/null
is 'nothing was changed by all of it' "$(picture)" "$before"

# ---- the schema ------------------------------------------------------------------
sql 'ALTER TABLE users ADD extra integer'
sql 'DROP INDEX index_users_on_email'
sql 'CREATE INDEX by_hand ON users (email)'
go hookrun db checkup
is 'a schema that has drifted: exit status 1' "$status" 1
has 'a column too many' "$out" \
	"✗ users: the database has columns that 'db/schema.rb' has not: extra"
has 'an index that is gone' "$out" \
	"✗ users: 'db/schema.rb' has indexes that the database has not: index_users_on_email"
has 'one too many' "$out" \
	"✗ users: the database has indexes that 'db/schema.rb' has not: by_hand"
sql 'DROP INDEX by_hand'
sql 'CREATE UNIQUE INDEX index_users_on_email ON users (email)'
sql 'ALTER TABLE users DROP extra, DROP email, ADD email varchar'
sql 'CREATE UNIQUE INDEX index_users_on_email ON users (email)'
go hookrun db checkup
is 'another order is none: exit status 0' "$status" 0
has 'and said' "$out" "; columns stand in another order in users (types"
sql "INSERT INTO schema_migrations VALUES ('20990101000000')"
go hookrun db checkup
has 'another version' "$out" "✗ 'db/schema.rb' is of version 20240201000002, the last one \
applied to the database is 20990101000000
      mend: hookrun sync"
hasnt 'of which nothing else is said' "$out" 'users'
touch db/migrate/20990101000000_undumped.rb
go hookrun db checkup
has 'where its file is here, the schema was not dumped' "$out" \
	'mend: bin/rails db:schema:dump'
rm db/migrate/20990101000000_undumped.rb
sql "DELETE FROM schema_migrations WHERE version = '20990101000000'"

# What Rails 6.1 makes of a table with a type that it does not know.
sql "CREATE TABLE strange (id bigint PRIMARY KEY, a pg_lsn)"
sed -i 's/^end$/# Could not dump table "strange" because of following StandardError\
#   Unknown type '"'pg_lsn'"' for column '"'a'"'\
\
end/' db/schema.rb
go hookrun db checkup
is 'a table that Rails could not dump is no drift' "$status" 0
sql 'CREATE UNLOGGED TABLE fast (id bigint PRIMARY KEY)'
sql 'CREATE TABLE heirs (more text, PRIMARY KEY (id)) INHERITS (users)'
pg_dump -s -x -O app_development > db/structure.sql
cat >> db/structure.sql <<'END'
INSERT INTO "schema_migrations" (version) VALUES
('20240201000002'),
('20240101000001');
END
rm db/schema.rb
go hookrun db checkup
is 'structure.sql: exit status 0' "$status" 0
has 'it is compared' "$out" "are those of 'db/structure.sql' ("
sql 'ALTER TABLE users DROP email'
sql 'CREATE TABLE odd (id bigint PRIMARY KEY)'
go hookrun db checkup
has 'structure.sql: a column that is gone' "$out" \
	"✗ users: 'db/structure.sql' has columns that the database has not: email"
has 'a table too many' "$out" "✗ odd: a table that 'db/structure.sql' has not"
rm db/structure.sql
go hookrun db checkup
has 'no schema file' "$out" \
	"neither 'db/schema.rb' nor 'db/structure.sql' is there to compare it with"

# ---- a file ----------------------------------------------------------------------
export DATABASE_URL=sqlite3:tmp/x.sqlite3
ruby -rsqlite3 -e 'db = SQLite3::Database.new("tmp/x.sqlite3")
	db.execute_batch("CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
		INSERT INTO schema_migrations VALUES (20240201000002);
		CREATE TABLE users (id integer PRIMARY KEY, name varchar);
		CREATE TABLE notes (user_id integer REFERENCES users (id), text varchar);
		INSERT INTO notes VALUES (7, 1);
		CREATE INDEX on_text ON notes (text)")'
cat > db/schema.rb <<'END'
ActiveRecord::Schema.define(version: 2024_02_01_000002) do
  create_table "users", force: :cascade do |t|
    t.string "name"
  end
end
END
go hookrun db checkup
is 'a file: exit status 1' "$status" 1
has 'a reference that leads nowhere' "$out" \
	'✗ 1 rows of notes refer to rows of users that are not there'
has 'a table without a key' "$out" '✗ notes has no primary key'
has 'one that the file has not' "$out" "✗ notes: a table that 'db/schema.rb' has not"
unset DATABASE_URL

# ---- where nothing can be told ---------------------------------------------------
go env DATABASE_URL=postgresql:///absent_one hookrun db checkup
is 'no such database: exit status 1' "$status" 1
has 'which is said' "$out" 'absent_one'
go env DATABASE_URL=postgresql:///absent_one hookrun db checkup --json
has 'in JSON as well' "$out" '"error": '
go hookrun db status --json
is 'an option of another part is an error' "$status" 2
is 'Rails was not started for any of it' "$(boots)" 0
finish
