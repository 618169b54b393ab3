#!/bin/sh
# Where hookrun cannot know which database it is or where its migrations are, it
# asks Rails, once, and does not forget the answer.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
git switch -q main 2>/dev/null
home_is_here

applied_in() {
	psql -X -q -A -t -d "$1" -c \
		'SELECT version FROM schema_migrations ORDER BY 1' | tr '\n' ' '
}
MAIN='20240101000001 20240101000002 '

# A database for the application on main, under a name of its own.
own_database() {
	dropdb -f --if-exists "$1" 2>/dev/null
	createdb -T app_home "$1"
}
by_variable() {
	sed -i 's/database: app_development/database: <%= ENV.fetch("APP_DB", "app_development") %>/' \
		config/database.yml
}

# ---- variables that the application sets for itself ----------------------------
home
own_database app_mine
echo .env.local >> .git/info/exclude
echo APP_DB=app_mine > .env.local
branch loader
by_variable
cat >> config/application.rb <<'E2'
File.foreach(File.expand_path("../.env.local", __dir__)) do |line|
  name, value = line.strip.split("=", 2)
  ENV[name] ||= value
end
E2
written
branch loader-topic loader
add 20240801000001 add_mine mine
written
unhooked switch -q loader
before=$(picture)
go git switch loader-topic
is 'variables read by code of its own: the right database is migrated' \
	"$(applied_in app_mine)" "${MAIN}20240801000001 "
is 'in one start' "$(boots)" 1
go hookrun db checkup
has 'what Rails has said of its pool is known' "$out" \
	'a process of the application takes up to 5'
go git switch loader
is 'and rolled back' "$(applied_in app_mine)" "$MAIN"
is 'in one more' "$(boots)" 2
go hookrun status
has 'status is about that database' "$out" 'database app_mine: in sync'
git commit -q --allow-empty -m empty
go git switch -c loader-too
is 'a switch with nothing to do starts none' "$(boots)" 2
is 'the other database was left alone' "$(picture)" "$before"
psql -X -q -d app_mine -c "INSERT INTO schema_migrations VALUES ('20240801000001')" \
	-c 'ALTER TABLE users ADD mine varchar'
go git switch loader
is 'it is looked at without Rails: a change behind git is seen' \
	"$(applied_in app_mine)" "$MAIN"

# Another value is another database; the file is not tracked.
own_database app_other
echo APP_DB=app_other > .env.local
unhooked switch -q loader-topic
go hookrun status
has 'status claims nothing of a database that is not asked about' "$out" \
	'only Rails can tell'
go hookrun migrate --plan
has 'nor does the plan' "$out" 'what is to be done, only Rails can tell'
hasnt 'it does not say that there is nothing' "$out" 'nothing to do'
command=$(printf '%s\n' "$out" | sed -n '$s/^    //p')
is 'but has the command' "$command" 'hookrun sync'
go sh -c "$command"
is 'another value is noticed' "$(applied_in app_other)" "${MAIN}20240801000001 "
is 'and the one of before left alone' "$(applied_in app_mine)" "$MAIN"

# A work tree beside it, whose application uses the first one.
unhooked worktree add -q "$TAP_DIR/beside" -b beside loader-topic
cp lefthook.yml "$TAP_DIR/beside"
echo APP_DB=app_mine | tee .env.local > "$TAP_DIR/beside/.env.local"
(cd "$TAP_DIR/beside" && hookrun sync) > "$TAP_DIR/out" 2>&1
is 'a work tree beside it' "$(applied_in app_mine)" "${MAIN}20240801000001 "
go git switch loader
has 'what it has on disk is in use there' "$out" \
	"in use by the work tree '../beside'"
is 'and stays' "$(applied_in app_mine)" "${MAIN}20240801000001 "
unhooked worktree remove --force "$TAP_DIR/beside"
rm .env.local

# Hidden where nobody looks: in a library.
home
own_database app_hidden
branch hidden
by_variable
mkdir -p vendor/secret/lib
echo 'ENV["APP_DB"] = "app_hidden"' > vendor/secret/lib/secretly.rb
sed -i '1i $LOAD_PATH.unshift(File.expand_path("../vendor/secret/lib", __dir__))\
require "secretly"' config/application.rb
written
branch hidden-topic hidden
add 20240802000001 add_hidden hidden
written
unhooked switch -q hidden
before=$(picture)
go git switch hidden-topic
is 'a library sets it: the driver knows which database it is' \
	"$(applied_in app_hidden)" "${MAIN}20240802000001 "
is 'and the other one is left alone' "$(picture)" "$before"
is 'one start' "$(boots)" 1
go git switch hidden
is 'learned: the way back' "$(applied_in app_hidden)" "$MAIN"
go hookrun status
has 'status too' "$out" 'database app_hidden: in sync'
echo '# changed' >> config/environment.rb
go hookrun sync
is 'what it rested on has changed: asked again, not guessed' "$(boots)" 3
go hookrun status
has 'and told of the right one' "$out" 'database app_hidden: in sync'

# By dotenv, from a file that is for one environment of one developer.
home
own_database app_mine
own_database app_other
echo '.env.development.local' >> .git/info/exclude
branch dotenv
by_variable
echo 'gem "dotenv"' >> Gemfile
sed -i '/active_record\/railtie/a require "dotenv/rails"' config/application.rb
bundle install --local --quiet
written
branch dotenv-topic dotenv
add 20240807000001 add_dotenv dotenv
written
unhooked switch -q dotenv
echo APP_DB=app_mine > .env.development.local
go git switch dotenv-topic
is 'a file of dotenv: migrated' "$(applied_in app_mine)" "${MAIN}20240807000001 "
git commit -q --allow-empty -m 'the same migrations'
before=$(boots)
go git switch -c dotenv-too
is 'nothing to do, nobody is asked' "$(boots)" "$before"
psql -X -q -d app_other -c "INSERT INTO schema_migrations VALUES ('20240807000002')" \
	-c "DELETE FROM schema_migrations WHERE version = '20240101000002'" \
	-c 'DROP INDEX index_users_on_email' -c 'ALTER TABLE users DROP email'
echo APP_DB=app_other > .env.development.local
go git switch dotenv-topic
is 'the file is another: its database is brought in line' \
	"$(applied_in app_other)" "${MAIN}20240807000001 20240807000002 "
is 'in one start' "$(boots)" $((before + 1))
rm .env.development.local

# What only the application can decipher.
home
own_database app_cred
branch cred
sed -i 's/database: app_development/database: <%= Rails.application.credentials.db || "app_cred" %>/' \
	config/database.yml
written
branch cred-topic cred
add 20240803000001 add_cred cred
written
unhooked switch -q cred
go git switch cred-topic
is 'credentials: migrated' "$(applied_in app_cred)" "${MAIN}20240803000001 "
go git switch cred
is 'and rolled back' "$(applied_in app_cred)" "$MAIN"
git commit -q --allow-empty -m empty
is 'a start each' "$(boots)" 2
go hookrun migrate
is 'and with nothing to do none' "$(boots)" 2

# ---- migrations in folders that nobody listed -----------------------------------
home
branch engine
mkdir -p engines/blog/lib engines/blog/db/migrate
cat > engines/blog/lib/blog.rb <<'E2'
module Blog
  class Engine < ::Rails::Engine
    config.root = File.expand_path("..", __dir__)
    initializer :append_migrations do |app|
      config.paths["db/migrate"].expanded.each { |path| app.config.paths["db/migrate"] << path }
    end
  end
end
E2
sed -i 's|^class App|require_relative "../engines/blog/lib/blog"\n&|' config/application.rb
in_engine() {
	migration "$1" "$2" "  def change
    create_table :$3
  end"
	mv "db/migrate/$1_$2.rb" engines/blog/db/migrate
}
in_engine 20240102000001 create_posts posts
written
branch engine-topic engine
in_engine 20240201000009 create_tags tags
written
unhooked switch -q engine
rails_migrate
git checkout -q -- .
go git switch engine-topic
is 'migrations of an engine in the repository are run' "$(versions)" \
	"20240101000001 20240101000002 20240102000001 20240201000009 "
hasnt 'nothing is nowhere' "$out" nowhere
is 'one start' "$(boots)" 1
go git switch engine
is 'and rolled back' "$(versions)" \
	'20240101000001 20240101000002 20240102000001 '
is 'one more' "$(boots)" 2
go git switch main
is 'on a branch without the engine its own go too' "$(versions)" "$MAIN"
go git switch engine
is 'and come again' "$(versions)" \
	'20240101000001 20240101000002 20240102000001 '
git commit -q --allow-empty -m empty
before=$(boots)
go git switch -c engine-too
go hookrun migrate
is 'with nothing to do nobody is asked' "$(boots)" "$before"

home
unhooked switch -q engine
go hookrun sync
is 'what was there before hookrun looked for the first time' "$(versions)" \
	'20240101000001 20240101000002 20240102000001 '
is 'one start' "$(boots)" 1
before=1
unhooked switch -q engine-too
go hookrun sync

# A numbered file that is no migration of this application.
branch numbered engine-too
mkdir -p other/db/migrate
add 20240901000001 add_other other
mv db/migrate/20240901000001_add_other.rb other/db/migrate
written
unhooked switch -q engine-too
go git switch numbered
is 'migrations of somebody else: Rails is asked' "$(boots)" $((before + 1))
hasnt 'and they are not run' "$(versions)" 20240901000001
go git switch engine-too
go git switch numbered
go hookrun sync
is 'once' "$(boots)" $((before + 1))

branch neighbour engine-too
mkdir -p other/db/migrate other/config
echo > other/config/environment.rb
add 20240902000001 add_neighbours neighbours
mv db/migrate/20240902000001_add_neighbours.rb other/db/migrate
written
unhooked switch -q engine-too
go git switch neighbour
is 'those of an application beside it are its own business' "$(boots)" \
	$((before + 1))

# Of a library that is in no repository of ours.
home
branch gem
sed -i "/load_defaults/a \\  paths[\"db/migrate\"] << \"$TAP_DIR/gem/db/migrate\"" \
	config/application.rb
written
mkdir -p "$TAP_DIR/gem/db/migrate"
add 20240808000001 add_gem gem
mv db/migrate/20240808000001_add_gem.rb "$TAP_DIR/gem/db/migrate"
go git switch main
go git switch gem
has 'migrations of a library are run' "$(versions)" 20240808000001
hasnt 'and are not nowhere' "$out" nowhere
before=$(boots)
go hookrun sync
hasnt 'nor afterwards' "$out" nowhere
is 'without another start' "$(boots)" "$before"
go git switch main
is 'where the library is not used they go, from what was kept' "$(versions)" \
	"$MAIN"

# Outside of the application.
home
branch shared
mkdir -p apps/backend shared/migrate
git mv Gemfile Gemfile.lock Rakefile app config db apps/backend/
mkdir apps/backend/log apps/backend/tmp
git mv apps/backend/db/migrate/*.rb shared/migrate/
sed -i '/load_defaults/a \  paths["db/migrate"] = "../../shared/migrate"' \
	apps/backend/config/application.rb
written
branch shared-topic shared
add 20240804000001 add_shared shared
mv db/migrate/*.rb shared/migrate/
rm -rf db
written
migrate_options '        root: apps/backend'
unhooked switch -q shared
before=$(schema app_development)
go git switch shared-topic
has 'a folder outside of root: migrated' "$(versions)" 20240804000001
is 'one start' "$(boots)" 1
go git switch shared
is 'and rolled back' "$(schema app_development)" "$before"
is 'one more' "$(boots)" 2
go hookrun migrate
is 'with nothing to do none' "$(boots)" 2
migrate_options

# An engine whose application is the one it is tested with.
home
branch dummy
mkdir -p test/dummy lib
git mv Rakefile app config db test/dummy/
git rm -q --cached -r test/dummy/db && rm -rf test/dummy/db
mkdir -p test/dummy/log test/dummy/tmp db/migrate
cat > lib/shop.rb <<'E2'
module Shop
  class Engine < ::Rails::Engine
    config.root = File.expand_path("..", __dir__)
  end
end
E2
sed -i 's|^class App|require_relative "../../../lib/shop"\n&|
	/load_defaults/a \  paths["db/migrate"] = File.expand_path("../../../db/migrate", __dir__)' \
	test/dummy/config/application.rb
git show main:db/migrate/20240101000001_create_users.rb > db/migrate/20240101000001_create_users.rb
git show main:db/migrate/20240101000002_add_email_to_users.rb > db/migrate/20240101000002_add_email_to_users.rb
written
branch dummy-topic dummy
add 20240805000001 add_dummy dummy
written
migrate_options '        root: test/dummy'
unhooked switch -q dummy
go git switch dummy-topic
has 'test/dummy without a db folder: the engine is migrated' "$(versions)" \
	20240805000001
go git switch dummy
is 'and rolled back' "$(versions)" "$MAIN"
is 'a start each' "$(boots)" 2

# ---- what is known, and what is not ----------------------------------------------
home
migrate_options
branch partly
add 20240815000001 add_known known
mkdir -p engines/side/db/migrate
sed 's/AddKnown/AddSide/; s/known/side/' db/migrate/20240815000001_add_known.rb \
	> engines/side/db/migrate/20240815000002_add_side.rb
written
go hookrun migrate --plan
has 'a folder that nobody named: what is known is in the plan' "$out" \
	'↑ 20240815000001 add_known'
has 'with what is not' "$out" "whether that is all, only Rails can tell"
hasnt 'which does not say that there is nothing' "$out" 'nothing to do'
command=$(printf '%s\n' "$out" | sed -n '$s/^    //p')
go sh -c "$command"
is 'the command that it ends with has it asked' "$status" 0
go hookrun migrate --plan
has 'then it is known' "$out" 'nothing to do'
hasnt 'without a doubt' "$out" 'only Rails can tell'

# ---- tenants --------------------------------------------------------------------
home
branch tenants
written
for schema in acme globex other_app; do
	psql -X -q -d app_development -c "CREATE SCHEMA $schema" \
		-c "CREATE TABLE $schema.users AS SELECT * FROM users" \
		-c "CREATE TABLE $schema.schema_migrations AS SELECT * FROM schema_migrations"
done
psql -X -q -d app_development -c "UPDATE other_app.schema_migrations SET version = '9' || version"
branch tenants-topic tenants
add 20240806000001 add_tenant tenant
written
unhooked switch -q tenants
go hookrun status
has 'tenants that agree are no matter' "$out" 'in sync with HEAD'
hasnt 'nor is another application in the database' "$out" tenants
go git switch tenants-topic
has 'tenants that are left behind are named' "$out" 'the tenants acme, globex of'
is 'once' "$(printf '%s\n' "$out" | grep -c 'the tenants ')" 1
has 'with what is to be done' "$out" "in line with the application's own tasks"
hasnt 'another application is not' "$out" other_app
go git switch tenants
hasnt 'gone back: they agree again' "$out" tenants' acme'
for schema in acme globex; do
	psql -X -q -d app_development -c \
		"INSERT INTO $schema.schema_migrations VALUES ('20240806000001')"
done
go hookrun status
has 'a tenant that is ahead: status does not say that all is well' "$out" \
	'but the tenants acme, globex have other migrations'
go hookrun sync
has 'nor does sync' "$out" 'the tenants acme, globex of'

# The gem is in no package of Debian's: another one of its name, with its task.
home
unhooked switch -q tenants
mkdir vendor
cat > vendor/ros-apartment.gemspec <<'E2'
Gem::Specification.new { |s| s.name = "ros-apartment"; s.version = "1.0"
  s.summary = "t"; s.authors = ["a"]; s.files = [] }
E2
mkdir vendor/lib
: > vendor/lib/ros-apartment.rb
echo 'gem "ros-apartment", path: "vendor"' >> Gemfile
cat >> Rakefile <<'E2'
task "apartment:migrate" => :environment do
  %w[acme globex].each do |schema|
    ActiveRecord::Base.connection.schema_search_path = schema
    ActiveRecord::Base.connection.migration_context.migrate
  end
end
E2
bundle install --local --quiet
written 'a task for tenants'
unhooked switch -q tenants-topic
unhooked rebase -q tenants
for schema in acme globex; do
	psql -X -q -d app_development -c "CREATE SCHEMA $schema" \
		-c "CREATE TABLE $schema.users AS SELECT * FROM users" \
		-c "CREATE TABLE $schema.schema_migrations AS SELECT * FROM schema_migrations"
done
unhooked switch -q tenants
go git switch tenants-topic
is 'tenants with a task: told once' "$(printf '%s\n' "$out" | grep -c 'the tenants ')" 1
command=$(printf '%s\n' "$out" | sed -n "s/.*what they lack, '\([^']*\)' brings.*/\1/p")
is 'tenants with a task: it is named' "$command" \
	'bundle exec rake apartment:migrate'
ok 'tenants with a task: it can be typed' sh -c "$command"
go hookrun status
hasnt 'tenants with a task: it leads out' "$out" tenants

finish
