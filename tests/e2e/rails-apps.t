#!/bin/sh
# Where the application and its databases are: environments, URLs, ERB, several
# databases, a subfolder, paths of migrations that only Rails knows.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
. "$HERE/tests/helpers/rails_advice.sh"
rails_lab
git switch -q main 2>/dev/null
home_is_here

# ---- which database ----------------------------------------------------------
home
before=$(picture)
createdb app_test
export RAILS_ENV=test
go hookrun migrate
is 'RAILS_ENV=test: an empty database is migrated' "$(schema app_test)" \
	"$(own_schema main)"
go git switch feature-a
is 'and follows a switch' "$(schema app_test)" "$(own_schema feature-a)"
export RAILS_ENV=production
go git switch main
is 'RAILS_ENV=production is refused' "$status" 1
has 'and named' "$out" "refused: the environment is 'production'"
unset RAILS_ENV
is 'the other database is as it was' "$(picture)" "$before"

home
createdb app_url
export DATABASE_URL=postgresql:///app_url
go hookrun migrate --plan
has 'DATABASE_URL decides' "$out" 'development: app_url (primary)'
go hookrun migrate
is 'DATABASE_URL: migrated' "$(schema app_url)" "$(own_schema main)"
unset DATABASE_URL
is 'the other database is as it was' "$(picture)" "$before"

home
createdb app_erb
branch erb
sed -i 's/database: app_development/database: <%= ENV["APP_DB"] || "app_development" %>/' \
	config/database.yml
written
go hookrun migrate --plan
has 'ERB with a default' "$out" 'development: app_development (primary)'
export APP_DB=app_erb
go hookrun migrate --plan
has 'ERB with a variable' "$out" 'development: app_erb (primary)'
unset APP_DB
is 'neither needs Rails' "$(boots)" 0
branch only-rails
sed -i 's/database: app_development/database: <%= Rails.application.class.name.downcase %>_development/' \
	config/database.yml
add 20240501000001 add_only_rails only_rails
written
go hookrun migrate --plan
has 'ERB that only Rails understands' "$out" 'only Rails can tell'
unhooked switch -q main
go git switch only-rails
in_sync 'Rails was asked'
is 'in the boot that migrates' "$(boots)" 1
git commit -q --allow-empty -m empty
go git switch -c only-rails-too
is 'and is not asked again' "$(boots)" 1
unhooked switch -q only-rails
psql -X -q -d app_development -c 'DROP TABLE users' \
	-c "DELETE FROM schema_migrations"
go git switch main
in_sync 'back where it can be told without Rails'
is 'whoever told of the database: one lock, one ledger' \
	"$(find .git/hookrun/db -type f | sed 's/\.lock$//' | sort -u | wc -l)" 1
is 'and one place for the texts' \
	"$(find .git/hookrun/migrations -name list | wc -l)" 1
branch lost only-rails
add 20240701000001 add_lost lost
written
go hookrun migrate
is 'of which nothing can be pushed' "$(git for-each-ref refs/hookrun)" ''
cat .git/hookrun/migrations/*/list | tr '\0' '\n' | while read -r id name; do
	git hash-object -w .git/hookrun/migrations/*/"$id" >/dev/null
	echo "100644 blob $id	$name"
done > "$TAP_DIR/tree"
git update-ref refs/hookrun/migrations/app_development-5c314ca0 \
	"$(git mktree < "$TAP_DIR/tree")"
rm -r .git/hookrun/migrations
rm .git/hookrun/migrate-answers # which 0.1.0 did not have
unhooked switch -q only-rails
git branch -q -D lost
git reflog expire --expire=now --all
git gc -q --prune=now
go hookrun migrate
in_sync 'texts kept under the name that 0.1.0 gave the database are found'
is 'and its ref goes' "$(git for-each-ref refs/hookrun)" ''

home
go env HOOKRUN=0 git switch feature-a
is 'HOOKRUN=0 switches everything off' "$out$(boots)" \
	"Switched to branch 'feature-a'0"

# ---- several databases -------------------------------------------------------
home
branch zoo
cat > config/database.yml <<'E2'
development:
  primary:
    adapter: postgresql
    database: app_development
  animals:
    adapter: postgresql
    database: app_animals
    migrations_paths: db/animals_migrate
E2
written
createdb app_animals
branch dogs zoo
add 20240502000001 add_dog dog
mkdir db/animals_migrate
cat > db/animals_migrate/20240502000001_create_dogs.rb <<'E2'
class CreateDogs < ActiveRecord::Migration[6.1]
  def change
    create_table :dogs
  end
end
E2
written
branch cats zoo
mkdir -p db/animals_migrate
cat > db/animals_migrate/20240502000002_create_cats.rb <<'E2'
class CreateCats < ActiveRecord::Migration[6.1]
  def change
    create_table :cats
  end
end
E2
written
animals() {
	psql -X -q -A -t -d app_animals -c \
		"SELECT relname FROM pg_class WHERE relname IN ('dogs', 'cats')"
}
unhooked switch -q zoo
go git switch dogs
has 'two databases, one version in both' "$out" '↑2'
is 'the one' "$(versions)" '20240101000001 20240101000002 20240502000001 '
is 'and the other' "$(animals)" dogs
is 'in one boot' "$(boots)" 1
go hookrun status
has 'status names both' "$out" 'database app_animals: in sync with HEAD'
go git switch cats
has 'work in both, down' "$out" '↓2 AddDog, CreateDogs'
has 'work in both, up' "$out" '↑1 CreateCats'
is 'the one is rolled back' "$(versions)" '20240101000001 20240101000002 '
is 'the other too, and migrated' "$(animals)" cats
is 'git status is clean' "$(git status --porcelain)" ''
is 'one boot more' "$(boots)" 2
go git switch -c more-cats
is 'with nothing to do none' "$(boots)" 2

# One of them is a copy of another environment's.
unhooked switch -q zoo
psql -X -q -d app_animals -c "UPDATE ar_internal_metadata
	SET value = 'staging' WHERE key = 'environment'"
go git switch dogs
is "another environment's among them: the hook fails" "$status" 1
has "another environment's among them: which" "$out" \
	"'app_animals' belongs to the environment 'staging'"
type_in "$(way 1)"
is "another environment's among them: what is printed works" "$status" 0
[ "$status" = 0 ] || note "$out"
is "another environment's among them: it is followed" "$(animals)" dogs
is "another environment's among them: the work tree is clean" \
	"$(git status --porcelain)" ''

# PostgreSQL, and beside it a file of SQLite's.
home
branch mixed
cat > config/database.yml <<'E2'
development:
  primary:
    adapter: postgresql
    database: app_development
  cache:
    adapter: sqlite3
    database: tmp/cache.sqlite3
    migrations_paths: db/cache_migrate
E2
echo 'gem "sqlite3"' >> Gemfile
bundle install --local --quiet
written
sqlite3 tmp/cache.sqlite3 'CREATE TABLE t (id int); DROP TABLE t'
branch mixed-topic mixed
add 20240505000001 add_mixed mixed
mkdir db/cache_migrate
cat > db/cache_migrate/20240505000002_create_entries.rb <<'E2'
class CreateEntries < ActiveRecord::Migration[6.1]
  def change
    create_table :entries
  end
end
E2
written
unhooked switch -q mixed
go git switch mixed-topic
has 'a server and a file: both are migrated' "$out" '↑2'
is 'the one' "$(versions)" '20240101000001 20240101000002 20240505000001 '
is 'and the other' "$(sqlite3 tmp/cache.sqlite3 \
	'SELECT version FROM schema_migrations')" 20240505000002
go git switch mixed
has 'and rolled back' "$out" '↓2'
is 'the one' "$(versions)" '20240101000001 20240101000002 '
is 'and the other' "$(sqlite3 tmp/cache.sqlite3 \
	'SELECT version FROM schema_migrations')" ''
is 'one boot each' "$(boots)" 2
go git switch -c mixed-too
is 'with nothing to do none' "$(boots)" 2

# ---- folders -----------------------------------------------------------------
home
branch mono
mkdir backend
git mv Gemfile Gemfile.lock Rakefile app config db backend/
mkdir backend/log backend/tmp
echo docs > README
written
branch mono-topic mono
cd backend || exit 1
add 20240503000001 add_mono mono
cd .. || exit 1
written
migrate_options '        root: backend'
unhooked switch -q mono
before=$(schema app_development)
go git switch mono-topic
has 'an application in a subfolder' "$out" '↑1'
has 'migrated' "$(schema app_development)" users.mono
go git switch mono
is 'and rolled back' "$(schema app_development)" "$before"
is 'git status is clean' "$(git status --porcelain)" ''
is 'a boot each' "$(boots)" 2
migrate_options

home
branch more-paths
sed -i '/load_defaults/a \  paths["db/migrate"] << "db/more"' config/application.rb
mkdir db/more
written
branch more-of-it more-paths
migration 20240504000001 add_more '  def change
    add_column :users, :more, :string
  end'
mkdir -p db/more
git mv -f db/migrate/20240504000001_add_more.rb db/more/ 2>/dev/null ||
	mv db/migrate/20240504000001_add_more.rb db/more/
written
unhooked switch -q more-paths
go git switch more-of-it
has 'a path that only the application names' "$(versions)" 20240504000001
go git switch more-paths
hasnt 'is rolled back from as well' "$(versions)" 20240504000001
in_sync 'and nothing else'

home
branch other-file
echo note > note
written
unhooked switch -q main
echo '# mine' >> db/schema.rb
go git switch other-file
is 'a schema.rb that somebody works on is left alone' "$(tail -n 1 db/schema.rb)" \
	'# mine'

finish
