#!/bin/sh
# The ways out of a refusal (rails-advice.t) where the cause is not in the
# migrations: gems, history that is missing, an end by signal, others at work, rows
# of a database that is not there.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
. "$HERE/tests/helpers/rails_advice.sh"
rails_lab
unhooked switch -q main
hookrun sync > /dev/null 2>&1
home_is_here

# ---- a gem that is missing --------------------------------------------------------
# It can be had: from a folder that stands for the gem server, into another one.
# The rest is where it always was.
gems=$TAP_DIR/gems
mkdir -p "$gems/gems"
cat > "$TAP_DIR/tiny.gemspec" <<'E2'
Gem::Specification.new do |s|
  s.name = "hookrun-tiny"
  s.version = "1.0.0"
  s.summary = "t"
  s.authors = ["a"]
  s.files = ["lib/hookrun-tiny.rb"]
end
E2
mkdir "$TAP_DIR/lib"
: > "$TAP_DIR/lib/hookrun-tiny.rb"
(cd "$TAP_DIR" && gem build -q tiny.gemspec \
	-o "$gems/gems/hookrun-tiny-1.0.0.gem" > /dev/null 2>&1)
gem generate_index -q -d "$gems" > /dev/null 2>&1
bundle config set --global mirror.https://rubygems.org "file://$gems" > /dev/null
GEM_PATH=$TAP_DIR/own-gems:$(gem env gempath)
GEM_HOME=$TAP_DIR/own-gems
export GEM_PATH GEM_HOME
branch tiny
sed -i 's/gem "pg"/&\ngem "hookrun-tiny"/' Gemfile
gem install -q --local "$gems/gems/hookrun-tiny-1.0.0.gem" > /dev/null 2>&1
bundle install --local --quiet
add 20240609000001 tiny tiny
written
provoke_gem() {
	rm -rf "$TAP_DIR/own-gems"
	sed -i '/uses: deps/d' lefthook.yml
	go git switch tiny
}
home
provoke_gem
is 'a missing gem: what installs it' "$(way 1)" '    bundle install
    hookrun sync'
refusal gem 2
has 'a missing gem: it was' "$(home; provoke_gem; type_in "$(way 1)"; bundle list)" \
	hookrun-tiny
unset GEM_PATH GEM_HOME

# ---- a history that is not there --------------------------------------------------
home
branch many
add 20240610000001 many many
add 20240610000002 more more
rails_migrate
written
home_was=$TAP_DIR/app
home_is_here
provoke_shallow() {
	cd "$home_was" || exit 1
	home
	rm -rf "$TAP_DIR/shallow"
	git clone -q --depth 1 --no-single-branch "file://$PWD" "$TAP_DIR/shallow"
	cd "$TAP_DIR/shallow" || exit 1
	migrate_options
	hookrun install > /dev/null
	go setsid -w git switch main
	is 'a shallow clone: no failure' "$status" 0
	has 'a shallow clone: it is told' "$out" 'a shallow clone cannot tell'
}
provoke_shallow
typed y "$(way 1)"
status=0
leads_out 'a shallow clone, on a terminal'
provoke_shallow
is 'a shallow clone: what brings the history' "$(way 2)" '    git fetch --unshallow
    hookrun sync'
type_in "$(way 2)"
leads_out 'a shallow clone, with its history'
is 'a shallow clone: there is no other way' "$(provoke_shallow > /dev/null; way 3)" ''
cd "$home_was" || exit 1
HOME_BRANCH=main
unhooked switch -q main
home
hookrun sync > /dev/null
home_is_here

# ---- an end by signal -------------------------------------------------------------
branch slow
migration 20240611000001 slow '  def up
    add_column :users, :slow, :string
    File.write("tmp/under-way", "")
    sleep 0.05 until File.exist?("tmp/mended")
  end'
written
unhooked switch -q main

# Returns when the migration of the branch is under way.
begin_slow() {
	rm -f tmp/under-way tmp/mended
	unhooked switch -q slow
	hookrun run post-checkout -- "$(git rev-parse main)" \
		"$(git rev-parse slow)" 1 > "$TAP_DIR/slow.out" 2>&1 &
	slow=$!
	await test -e tmp/under-way
	result $? "$1: it is under way"
}
ended_slow() {
	wait "$slow" && status=0 || status=$?
	out=$(cat "$TAP_DIR/slow.out")
	: > tmp/mended
}
for signal in INT TERM HUP; do
	home
	begin_slow $signal
	kill -$signal "$slow"
	ended_slow
	has "$signal: it says so" "$out" 'migrate: interrupted'
	is "$signal: there is one way" "$(way 2)" ''
	type_in "$(way 1)"
	leads_out "$signal"
done
home
begin_slow 'Rails is killed'
kill -9 "$(tail -n 1 "$HOOKRUN_TEST_BOOTS")"
ended_slow
has 'Rails is killed: it says so' "$out" 'Rails was killed by signal 9'
is 'Rails is killed: there is one way' "$(way 2)" ''
type_in "$(way 1)"
leads_out 'Rails is killed'

# ---- others at work ---------------------------------------------------------------
# The ten minutes that a hookrun waits for another one are over at once.
${CC:-cc} -shared -fPIC -O1 "$HERE/tests/helpers/hurry.c" -o "$TAP_DIR/hurry.so" ||
	exit 1
hurried=$HOOKRUN_TEST_BIN
[ ! -x "${hurried%/*}/dynamic/hookrun" ] ||
	hurried=${hurried%/*}/dynamic/hookrun
provoke_other() {
	begin_slow 'another hookrun'
	go env ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 \
		LD_PRELOAD="$TAP_DIR/hurry.so" \
		"$hurried" run post-checkout -- "$(git rev-parse main)" \
		"$(git rev-parse slow)" 1
	has 'another hookrun: it says so' "$out" 'another hookrun has been at work'
}
mended_other() {
	: > tmp/mended
	wait "$slow"
	is 'another hookrun: it has ended' $? 0
}
refusal other 2

key=$(ruby -rzlib -e 'puts 2053462845 * Zlib.crc32("app_development")')
provoke_rails() {
	: > tmp/mended
	migrate_options '        lock_timeout: 200ms'
	rm -f "$TAP_DIR/session"
	mkfifo "$TAP_DIR/session"
	psql -X -q -A -t -d app_development < "$TAP_DIR/session" \
		> "$TAP_DIR/psql" 2>&1 &
	exec 7> "$TAP_DIR/session"
	echo "SELECT pg_advisory_lock($key); SELECT 'locked';" >&7
	ok "Rails' lock: another session has it" await grep -q locked "$TAP_DIR/psql"
	go git switch slow
	has "Rails' lock: it says so" "$out" 'being migrated by pid'
}
mended_rails() {
	exec 7>&-
	wait
}
refusal rails 1

# ---- a start that needs what only the migrations bring ------------------------------
home
branch early
add 20240612000001 early early
mkdir -p config/initializers
cat > config/initializers/early.rb <<'E2'
require "active_record"
unless File.exist?("tmp/mended")
  Rails.application.config.after_initialize do
    ActiveRecord::Base.connection.select_value("SELECT early FROM users")
  end
end
E2
written
provoke_early() {
	rm -f tmp/mended
	go git switch early
	has 'a start that is too early: it says so' "$out" \
		'what only the migrations bring'
}
mended_early() { [ "$1" != 1 ] || : > tmp/mended; }
refusal early 2

# ---- one number, another text -----------------------------------------------------
home
branch red
add 20240613000001 add_colour red
written
branch blue main
add 20240613000001 add_colour blue
written
branch shade main
add 20240613000001 add_shade shade
written
provoke_changed() {
	unhooked switch -q red
	hookrun sync > /dev/null 2>&1
	go git switch "$1"
	is "$1 for red: no failure" "$status" 0
}
for other in blue shade; do
	home
	provoke_changed $other
	is "$other for red: there is one way" "$(way 2)" ''
	type_in "$(way 1)"
	leads_out "$other for red"
	is "$other for red: its column is there" "$(sql "SELECT column_name
		FROM information_schema.columns WHERE column_name IN
		('red', 'blue', 'shade')")" $other
done

# ---- rows of a database of another environment ------------------------------------
home
branch things
migration 20240614000000 create_things '  def change
    create_table(:things) { |t| t.string :name }
  end'
written
unhooked switch -q main
git switch -q things 2> /dev/null
sql "INSERT INTO things (name) VALUES ('lamp')"
git switch -q main 2> /dev/null
id=$(hookrun db list | sed -n '1s/ .*//p')
git switch -q things 2> /dev/null
sql "UPDATE ar_internal_metadata SET value = 'staging' WHERE key = 'environment'"
go hookrun db restore "$id"
is 'rows for another environment: nothing is brought back' \
	"$status $(sql 'SELECT count(*) FROM things')" '1 0'
has 'rows for another environment: why' "$out" \
	"the database belongs to the environment 'staging', this is 'development'"
is 'rows for another environment: there is one way' "$(way 2)" ''
type_in "$(way 1)"
leads_out 'rows for another environment'
is 'rows for another environment: they are back' "$(sql 'SELECT name FROM things')" lamp

# ---- rows of a database that is not there -----------------------------------------
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
mkdir db/animals_migrate
cat > db/animals_migrate/20240614000001_create_dogs.rb <<'E2'
class CreateDogs < ActiveRecord::Migration[6.1]
  def change
    create_table(:dogs) { |t| t.string :name }
  end
end
E2
written
unhooked switch -q zoo
dogs() { psql -X -q -A -t -d app_animals -c "$1"; }
git switch -q dogs 2> /dev/null
dogs "INSERT INTO dogs (name) VALUES ('rex')"
go git switch zoo
id=$(hookrun db list | sed -n '1s/ .*//p')
has 'what a switch takes is kept: how it comes back' "$out" \
	"'hookrun db restore $id' brings it back"
git switch -q main 2> /dev/null
go hookrun db restore "$id"
is 'a database that is not there: nothing is brought back' "$status" 1
has 'a database that is not there: which' "$out" \
	"Rails knows no database 'animals' in this environment"
is 'a database that is not there: there is one way' "$(way 2)" ''
commands=$(way 1)
git switch -q dogs 2> /dev/null
type_in "$commands"
is 'a database that is not there: where it is, it works' "$status" 0
is 'a database that is not there: the row is back' \
	"$(dogs 'SELECT name FROM dogs')" rex
is 'a database that is not there: the work tree is clean' \
	"$(git status --porcelain)" ''

finish
