#!/bin/sh
# Lock files that Bundler would write into when Rails starts: one that was made
# on a Mac, one that the Gemfile does not fit.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_sqlite.sh"
sqlite_lab
git switch -q main 2>/dev/null
home_is_here

untouched() {
	is "$1: git status is clean" "$(git status --porcelain)" ''
	is "$1: the lock file is the branch's, byte for byte" \
		"$(git hash-object Gemfile.lock)" "$(git rev-parse HEAD:Gemfile.lock)"
}
platform=$(ruby -e 'puts Gem::Platform.local')

branch mac
sed -i "s/^  $platform$/  x86_64-darwin-20/" Gemfile.lock
add 20240601000001 add_mac mac
written
branch unlocked
echo 'gem "multi_json"' >> Gemfile
add 20240602000001 add_unlocked unlocked
written
branch broken mac
echo 'raise "no"' > config/environment.rb
written
# Stands for a user in another terminal, once Rails is up.
branch elsewhere
migration 20240604000001 write_lock '  def up
    File.write("Gemfile.lock", "\n", mode: "a")
  end
  def down
  end'
written
unhooked switch -q main

go git switch mac
is 'a lock file made on a Mac: the switch succeeds' "$status" 0
has 'and migrates' "$out" 'migrate: ↑1'
untouched 'a Mac'
has 'one line says who wrote it and what to do' "$out" \
	"Gemfile.lock: undone what the start of Rails wrote into it (its version: .git/hookrun/undone/Gemfile.lock); to keep that, run 'bundle lock --add-platform $platform' and commit it"
ok 'what Bundler made of it is kept' \
	grep -q "^  $platform\$" .git/hookrun/undone/Gemfile.lock
go git switch main
is 'the way back is free' "$status" 0
has 'and migrates' "$out" 'migrate: ↓1'
untouched 'back'
go git switch mac
advice=$(printf '%s\n' "$out" | sed -n "s/.*, run '\(bundle lock [^']*\)'.*/\1/p")
# Here without the network; tests/e2e/deps.t follows it to the letter.
ok 'the advice can be followed' sh -c "$advice --local"
unhooked commit -qam 'this platform too'
go git switch main
go git switch mac
has 'once followed, it migrates' "$out" 'migrate: ↑1'
hasnt 'and no line is said any more' "$out" 'undone'
untouched 'followed'
go git switch main

go git switch unlocked
is 'a Gemfile that the lock does not fit: the switch succeeds' "$status" 0
has 'it migrates' "$out" 'migrate: ↑1'
untouched 'unlocked'
has 'what to do is said' "$out" "to keep that, run 'bundle install' and commit it"
go git switch main
is 'back' "$status" 0

unhooked switch -q broken
go hookrun sync
is 'Rails that does not start: the step fails' "$status" 1
untouched 'not started'
unhooked switch -q main
go git switch elsewhere
has 'what is written once Rails is up' "$out" 'migrate: ↑1'
is 'is not ours to undo' "$(git status --porcelain)" ' M Gemfile.lock'
hasnt 'nor to speak of' "$out" 'Gemfile.lock'
git checkout -q Gemfile.lock
go git switch main

sed -i "s/^  $platform$/  x86_64-darwin-20/" Gemfile.lock
cp Gemfile.lock "$TAP_DIR/mine"
add 20240603000001 add_more more
go hookrun sync
has 'an edited lock file: migrated' "$out" 'migrate: ↑1'
ok 'it stays as the user left it' cmp Gemfile.lock "$TAP_DIR/mine"

finish
