#!/bin/sh
# What the application read when it was started for a recording: variables,
# files, folders, gems that lie outside.  Where one of them is another one,
# Rails might send something else, and so it is asked again.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
REPLAY=true
rails_lab

# An application that makes its strings as long as all of them say.
unhooked switch -q main
mkdir -p config/initializers/deep lib/core "$TAP_DIR/gem/lib"
cat > "$TAP_DIR/gem/patchy.gemspec" <<'RUBY'
Gem::Specification.new do |s|
  s.name = "patchy"
  s.version = "1.0"
  s.summary = "patches"
  s.authors = ["me"]
  s.files = ["lib/patchy.rb"]
end
RUBY
echo '# nothing' > "$TAP_DIR/gem/lib/patchy.rb"
printf 'gem "patchy", path: "%s"\n' "$TAP_DIR/gem" >> Gemfile
bundle install --local --quiet
sed -i '/require "rails"/a require "patchy"' config/application.rb
cat > config/initializers/long.rb <<'RUBY'
require "active_record/connection_adapters/postgresql_adapter"
limit = ENV["LONG"].to_i
limit += 1 if ENV.key?("LONGER")
limit += 2 if ENV.to_h.any? { |name, _| name == "LONGEST" }
load Rails.root.join("lib/mine.rb") if File.exist?(Rails.root.join("lib/mine.rb"))
Dir[Rails.root.join("lib/core/*.rb")].sort.each { |file| require file }
1001.times { |i| File.exist?("lib/#{i}") } if ENV["MANY"]
if limit > 0
  ActiveRecord::ConnectionAdapters::PostgreSQLAdapter::NATIVE_DATABASE_TYPES[:string][:limit] = limit
end
RUBY
pg='require "active_record/connection_adapters/postgresql_adapter"'
longer='ActiveRecord::ConnectionAdapters::PostgreSQLAdapter::NATIVE_DATABASE_TYPES[:string][:limit]'
echo '# nothing' > config/initializers/deep/er.rb
echo '# nothing' > lib/core/one.rb
printf '%s\n' /lib/mine.rb /lib/core/two.rb >> .git/info/exclude
written 'an application of many parts'
branch words main
migration 20240601000001 words '  def change
    create_table(:words) { |t| t.string :a }
  end'
written
unhooked switch -q main
hookrun sync > /dev/null 2>&1

long() {
	psql -X -q -A -t -d app_development -c "SELECT coalesce(character_maximum_length, 0)
		FROM information_schema.columns WHERE table_name = 'words' AND column_name = 'a'"
}

# replayed NAME LIMIT [VARIABLE=...]: there and back by replay.
replayed() {
	name=$1 limit=$2
	shift 2
	before=$(boots)
	go env "$@" git switch words
	has "$name: it is a replay" "$out" '(replayed)'
	is "$name: and right" "$(long)" "$limit"
	go env "$@" git switch main
	is "$name: without Rails" "$(boots)" "$before"
}

# by_rails NAME WHY LIMIT [VARIABLE=...]: Rails does it, and the next time it
# need not.
by_rails() {
	name=$1 why=$2 limit=$3
	shift 3
	before=$(boots)
	unhooked switch -q words
	go env "$@" hookrun migrate --plan
	has "$name: the plan says why" "$out" "$why"
	go env "$@" hookrun sync
	is "$name: Rails does it" "$status $(boots)" "0 $((before + 1))"
	is "$name: and it is right" "$(long)" "$limit"
	go env "$@" git switch main
	replayed "$name, again" "$limit" "$@"
}

git switch words > /dev/null 2>&1
git switch main > /dev/null 2>&1
replayed 'nothing has changed' 0

by_rails 'a variable that is read' "the variable 'LONG' is not what it was" 40 LONG=40
replayed 'the first value again' 40 LONG=40
replayed 'and without it' 0
by_rails 'a variable that is asked for' "the variable 'LONG' is not what it was" 1 LONGER=
by_rails 'a variable among all' 'the environment is not what it was' 3 LONGER= LONGEST=1
replayed 'one that changes with the terminal' 0 TERM=other COLUMNS=99 SHLVL=7 PWD=/

core() { printf '%s\n%s = %s\n' "$pg" "$longer" "$1"; }
core 50 > config/initializers/deep/er.rb
by_rails 'a file in a folder of initializers' 'is not what it was' 50
core 51 > lib/mine.rb
by_rails 'a file that was not there' "'lib/mine.rb' is not what it was" 51
core 52 > lib/core/two.rb
by_rails 'a file in a folder that is listed' "the folder 'lib/core' is not what it was" 52
rm lib/mine.rb lib/core/two.rb
unhooked checkout -q config
replayed 'all of it as it was' 0
{
	echo 'ActiveSupport.on_load(:active_record) do'
	core 53
	echo end
} > "$TAP_DIR/gem/lib/patchy.rb"
by_rails 'a gem that lies outside' 'is not what it was' 53
echo '# nothing' > "$TAP_DIR/gem/lib/patchy.rb"
replayed 'the gem as it was' 0

# More than is worth comparing each time.
rm -rf .git/hookrun/db/replay
go env MANY=1 git switch words
go env MANY=1 git switch main
hasnt 'too many files: nothing is replayed' "$out" '(replayed)'
unhooked switch -q words
go env MANY=1 hookrun migrate --plan
has 'and the plan says why' "$out" 'more files at its start than are compared'
go env MANY=1 hookrun sync
unhooked switch -q main
hookrun sync > /dev/null 2>&1

# Another Gemfile has a lock of its own.
cp Gemfile "$TAP_DIR/app/Gemfile.next"
cp Gemfile.lock "$TAP_DIR/app/Gemfile.next.lock"
printf '%s\n' '/Gemfile.next*' >> .git/info/exclude
export BUNDLE_GEMFILE="$TAP_DIR/app/Gemfile.next"
by_rails 'another Gemfile' 'nothing was recorded with these settings' 0
echo >> Gemfile.next.lock
by_rails 'whose lock is another one' 'nothing was recorded with these settings' 0
finish
