#!/bin/sh
# `uses: migrations-check` on SQLite, in an application with two databases that is
# not at the top of the repository.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_sqlite.sh"
sqlite_lab
git switch -q main 2> /dev/null
rails_migrate

# Two databases, below shop/.
mkdir -p db/animals_migrate shop
cat > config/database.yml <<'YML'
development:
  primary:
    adapter: sqlite3
    database: tmp/development.sqlite3
  animals:
    adapter: sqlite3
    database: tmp/animals.sqlite3
    migrations_paths: db/animals_migrate
YML
cat > db/animals_migrate/20240101000003_create_dogs.rb <<'RB'
class CreateDogs < ActiveRecord::Migration[6.1]
  def change
    create_table(:dogs) { |t| t.string :name }
  end
end
RB
rails_migrate
git add -A
for each in app config db Gemfile Gemfile.lock Rakefile .gitignore; do
	git mv "$each" shop/ 2> /dev/null || mv "$each" shop/
done
mv tmp log shop/
cat > lefthook.yml <<'YML'
pre-commit:
  jobs:
    - uses: migrations-check
      with:
        root: shop
YML
hookrun install > /dev/null
git add -A
unhooked commit -qm shop
START=$(git rev-parse HEAD)
picture() { cat shop/tmp/*.sqlite3 | cksum; }
before=$(picture)

# both VERSION NAME BODY: a migration of shop; dog: of its animals.
both() { (cd shop && migration "$@"); }
dog() {
	both "$@"
	mv "shop/db/migrate/$1_$2.rb" shop/db/animals_migrate/
}
try() {
	rm -f "$HOOKRUN_TEST_BOOTS"
	git add -A
	go git commit -qm "$1"
}
anew() {
	unhooked reset -q --hard "$START"
	git clean -qfd
}

both 20240901000001 add_nick '  def change
    add_column :users, :nick, :string, default: "x", null: false
    add_index :users, :nick
  end'
dog 20240901000002 add_age '  def change
    add_column :dogs, :age, :integer
    add_check_constraint :dogs, "age > 0", name: "born"
  end'
both 20240901000003 rebuilt '  def up
    change_column :users, :nick, :text
    remove_column :users, :email
  end

  def down
    add_column :users, :email, :string
    add_index :users, :email, unique: true
    change_column :users, :nick, :string, default: "x", null: false
  end'
try good
is 'good ones pass, of both databases' "$status" 0
has 'and are told' "$out" '3 migrations went up, down and up again'
is 'in one start' "$(boots)" 1
is 'the databases are left alone, to the byte' "$(picture)" "$before"
is 'no folder stays' "$(find .git/hookrun/check -mindepth 1 | wc -l | tr -d ' ')" 0
hasnt 'what is dangerous for a server alone is not told' "$out" add_index
has 'what breaks servers that run on is' "$out" \
	"shop/db/migrate/20240901000003_rebuilt.rb:4: warning: servers that run on still read and write 'email'"

anew
both 20240901000001 forgets '  def up
    change_column :users, :name, :string, default: "y"
    add_check_constraint :users, "length(name) > 1", name: "long"
    change_column :users, :email, :text
  end

  def down
    change_column :users, :name, :string
    change_column :users, :email, :string
  end'
dog 20240901000002 no_way '  def change
    change_column_default :dogs, :name, "Rex"
  end'
both 20240901000003 fails '  def change
    add_column :nowhere, :a, :string
  end'
try bad
is 'bad ones do not' "$status" 1
has 'where the schema is another' "$out" \
	'shop/db/migrate/20240901000001_forgets.rb:8: after up and down the schema is not what it was [unequal]
    - column users.name varchar
    + column users.name varchar default '\''y'\''
    + text users CONSTRAINT long CHECK (length(name) > 1)
'
has 'in the other database' "$out" \
	'shop/db/animals_migrate/20240901000002_no_way.rb:3: it cannot be rolled back: change_column_default is only reversible if given a :from and :to option'
has 'up' "$out" 'shop/db/migrate/20240901000003_fails.rb:3: up: it fails'
is 'the databases are left alone' "$(picture)" "$before"

# What it connects to is the scratch database, or nothing.
anew
dog 20240901000002 fills '  class Dog < ActiveRecord::Base
  end

  def up
    Dog.create!(name: "x")
    attach
    SQLite3::Database.new("tmp/development.sqlite3").execute("DELETE FROM users")
  end

  def attach
    execute("ATTACH \"tmp/development.sqlite3\" AS other")
    execute("DELETE FROM other.users")
  rescue Exception => e
    File.write("tmp/said", e.message)
    by_path
  end

  def by_path
    SQLite3::Database.new(Rails.root.join("tmp/development.sqlite3")).execute("DELETE FROM users")
  rescue Exception => e
    File.write("tmp/path", e.message)
  end

  def down
  end'
try fills
is 'nor attached' "$(cat shop/tmp/said)" \
	"it says 'ATTACH', which is about another file, and refused in a trial"
has 'nor opened by a path' "$(cat shop/tmp/path)" 'of which there is no scratch database'
has 'a file that is another database is not reached' "$out" \
	"fills.rb:8: up: it cannot be tried: it connects to 'tmp/development.sqlite3'"
is 'and left alone' "$(picture)" "$before"

# Another number before it was pushed: HEAD's schema has its column already.
anew
both 20240901000007 early '  def change
    add_column :users, :early, :string
  end'
git add -A
unhooked commit -qm early
(cd shop && rails_migrate)
git add -A
unhooked commit -qm 'its schema'
git mv shop/db/migrate/20240901000007_early.rb shop/db/migrate/20240901000008_early.rb
try renumbered
is 'one with another number is tried on the schema without it' "$status" 0
has 'as one' "$out" '1 migration went up, down and up again'

# `git commit FILE`, with another one staged.
anew
both 20240901000009 staged '  def change
    remove_column :users, :legacy
  end'
git add -A
both 20240901000010 named '  def change
    add_column :users, :named, :string
  end'
git add -N shop/db/migrate/20240901000010_named.rb
rm -f "$HOOKRUN_TEST_BOOTS"
go git commit -qm named shop/db/migrate/20240901000010_named.rb
is 'only what is committed is tried' "$status" 0
has 'and that' "$out" '1 migration went up, down and up again'

# Libraries that are not there.
anew
both 20240901000011 one '  def change
    add_column :users, :one, :string
  end'
echo 'gem "there-is-no-such-gem"' >> shop/Gemfile
try gems
is 'without its gems it cannot be tried' "$status" 1
has 'and what to do' "$out" "libraries are missing; install them with 'bundle install'"

# Ended by a signal, and killed.
anew
mkfifo "$TAP_DIR/gate"
both 20240901000004 hangs "  def change
    File.write('$TAP_DIR/there', Process.pid)
    File.read('$TAP_DIR/gate')
  end"
git add -A
hang() {
	rm -f "$TAP_DIR/there"
	setsid git commit -qm hangs > "$TAP_DIR/hangs.out" 2>&1 &
	ok "$1: it is at work" await test -s "$TAP_DIR/there"
}
hang TERM
# Git's child is the hook file, which becomes hookrun.
kill -TERM "$(pgrep -P "$!")"
wait
fails 'ended: the program is gone' kill -0 "$(cat "$TAP_DIR/there")"
is 'with its folder' "$(find .git/hookrun/check -mindepth 1 | wc -l | tr -d ' ')" 0
is 'nothing was committed' "$(git rev-parse HEAD)" "$START"
hang KILL
kill -9 "$(cat "$TAP_DIR/there")"
wait
has 'killed: it is told' "$(cat "$TAP_DIR/hangs.out")" \
	'migrations-check: cannot try the migrations: Rails ended with status 137'
# All of it at once, as a power cut would.
hang ALL
hook=$(pgrep -P "$!")
kill -STOP "$hook"
kill -9 "$(pgrep -P "$hook")" "$(cat "$TAP_DIR/there")" "$hook" "$!"
wait 2> /dev/null
is 'killed all: its folder stays' "$(find .git/hookrun/check -name plan.json | wc -l | tr -d ' ')" 1
rm -f .git/index.lock
anew
both 20240901000005 next '  def change
    add_column :users, :next, :string
  end'
try next
is 'the next one passes' "$status" 0
is 'and leaves nothing' "$(find .git/hookrun/check -mindepth 1 | wc -l | tr -d ' ')" 0

# Only another file of the folder, and one that is no migration of Rails'.
anew
echo '# note' > shop/db/migrate/README.rb
try other
is 'another file in the folder is none' "$(boots)" 0
mkdir -p shop/lib/migrate
echo x > shop/lib/migrate/20240901000006_tool.rb
try stray
is 'one that Rails does not know' "$status" 0
has 'is named' "$out" \
	'migrations-check: shop/lib/migrate/20240901000006_tool.rb is in no folder of migrations that Rails knows: not tried'
finish
