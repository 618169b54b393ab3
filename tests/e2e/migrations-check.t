#!/bin/sh
# `uses: migrations-check` through real commits and pushes, on PostgreSQL: what
# is new goes up, down and up on a database that nobody else has.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
git switch -q main 2>/dev/null
rails_migrate
git diff --quiet || unhooked commit -qam 'the schema of main'
git init -q --bare "$TAP_DIR/remote.git"
git remote add origin "$TAP_DIR/remote.git"
unhooked push -q origin main 2>/dev/null

# options ["more options, six blanks before each"]
options() {
	cat > lefthook.yml <<YML
pre-commit:
  isolate: false
  jobs:
    - uses: migrations-check
      with:
        root: .
${1:-}
pre-push:
  jobs:
    - uses: migrations-check
YML
	hookrun install > /dev/null
}
options

scratches() {
	psql -X -q -A -t -d postgres -c "SELECT datname FROM pg_database
	 WHERE datname LIKE 'hookrun%'"
}

# try NAME: all that is there is committed; $out, $status, $boots.
try() {
	before=$(boots)
	git add -A
	go git commit -qm "$1"
	started=$(($(boots) - before))
}

# Back to what the remote has.
anew() {
	unhooked reset -q --hard origin/main
	git clean -qfd
	rm -f "$HOOKRUN_TEST_BOOTS"
}

# ---- nothing new -------------------------------------------------------------

echo more > README
git add README
programs git commit -qm readme > "$TAP_DIR/programs"
is 'without a new migration nothing is started' \
	"$(grep -c -e ruby -e bundle -e psql "$TAP_DIR/programs")" 0
is 'and no process made' "$(hookrun_forks | wc -l | tr -d ' ')" 0
programs git push -q origin main > "$TAP_DIR/programs"
is 'nor by a push' "$(grep -c -e ruby -e bundle "$TAP_DIR/programs")" 0
is 'the push was made' "$(git rev-parse origin/main)" "$(git rev-parse main)"

# ---- good and bad ------------------------------------------------------------

picture=$(picture)
migration 20240901000001 add_nick '  def change
    add_column :users, :nick, :string
  end'
try nick
is 'a good one passes' "$status" 0
is 'in one start of Rails' "$started" 1
has 'which is told' "$out" 'migrations-check: 1 migration went up, down and up again'
is 'the scratch database is gone' "$(scratches)" ''
is 'and its folder' "$(find .git/hookrun/check -mindepth 1 | wc -l | tr -d ' ')" 0
is 'the database of development was left alone' "$(picture)" "$picture"
is 'and the work tree' "$(git status --porcelain)" ''

anew
migration 20240901000001 no_way_back '  def up
    add_column :users, :a, :string
  end'
migration 20240901000002 not_told '  def change
    remove_column :users, :legacy
  end'
migration 20240901000003 raises '  def up
    add_column :users, :c, :string
  end

  def down
    raise ActiveRecord::IrreversibleMigration, "the rows are gone"
  end'
migration 20240901000004 breaks '  def up
    add_column :users, :d, :string
  end

  def down
    remove_column :users, :dd
  end'
migration 20240901000005 leaves '  def up
    change_column :users, :email, :string, null: false, default: ""
    add_index :users, :name, if_not_exists: true
  end

  def down
    change_column :users, :email, :string
  end'
migration 20240901000006 once '  def up
    add_column :users, :e, :string
    raise "twice" if defined?(@@ran)
    @@ran = true
  end

  def down
    remove_column :users, :e
  end'
migration 20240901000007 after '  def change
    add_column :users, :f, :string
  end'
try bad
is 'bad ones do not pass' "$status" 1
is 'all in one start' "$started" 1
said() { has "$1" "$out" "db/migrate/202409010000$2"; }
said 'no down' "01_no_way_back.rb:2: it has no 'down'"
said 'one that Rails cannot turn round, at its line' \
	'02_not_told.rb:3: it cannot be rolled back: remove_column is only reversible if given a type'
said 'one that says so' \
	'03_raises.rb:7: it cannot be rolled back: the rows are gone'
said 'a down that fails, at its line' '04_breaks.rb:7: down: it fails: PG::UndefinedColumn'
said 'a down that leaves something' \
	'05_leaves.rb:7: after up and down the schema is not what it was [unequal]'
has 'what it lacks' "$out" '    - column users.email character varying
'
has 'what is too much' "$out" '    + CREATE INDEX index_users_on_name ON public.users USING btree (name)'
said 'one that goes up once' '06_once.rb:4: up: after down it fails: RuntimeError: twice [again]'
has 'what comes after it was not tried' "$out" \
	'07_after.rb was not tried: 20240901000006_once.rb comes before it'
is 'nothing was committed' "$(git rev-parse HEAD)" "$(git rev-parse origin/main)"
is 'the database was left alone' "$(picture)" "$picture"
is 'the scratch database is gone too' "$(scratches)" ''

# ---- what is staged ----------------------------------------------------------

anew
migration 20240901000001 add_nick '  def change
    remove_column :users, :legacy
  end'
git add -A
migration 20240901000001 add_nick '  def change
    add_column :users, :nick, :string
  end'
go git commit -qm staged
is 'what is staged counts, not what was mended since' "$status" 1
git add -A
migration 20240901000001 add_nick '  def change
    add_column :users, :nick :string
  end'
go git commit -qm staged
is 'and not what was broken since' "$status" 0
git checkout -q .

# Changed again before it is pushed, in a commit of its own and in the same.
migration 20240901000001 add_nick '  def change
    remove_column :users, :legacy
  end'
try changed
is 'one that was committed but not pushed is new still' "$status" 1
migration 20240901000001 add_nick '  def change
    remove_column :users, :legacy, :string
  end'
go git commit -qa --amend -m amended
is 'by amend and -a too' "$status" 0
has 'is tried' "$out" '1 migration went up, down and up again'

# ---- a push ------------------------------------------------------------------

before=$(boots)
go git push -q origin main
is 'a push tries what is new' "$(boots)" $((before + 1))
has 'all of it' "$out" '1 migration went up, down and up again'
is 'and is made' "$(git rev-parse origin/main)" "$(git rev-parse main)"
git switch -qc topic origin/main~1 2> /dev/null
migration 20240901000009 add_topic '  def change
    add_column :users, :topic, :string
  end'
echo topic > README
git add -A
unhooked commit -qm topic
unhooked merge -q main > /dev/null
before=$(boots)
go git push -q origin topic
has 'what came by a merge is on the remote already' "$out" \
	'1 migration went up, down and up again'
git tag here
before=$(boots)
go git push -q origin here
is 'nothing new by a tag: nothing is started' "$(boots)" "$before"
migration 20240901000010 drop_topic '  def change
    remove_column :users, :topic
  end'
git add -A
unhooked commit -qm 'past the hook'
was=$(git rev-parse origin/topic)
go git push -q origin topic
has 'what slipped past the commit is found' "$out" \
	'db/migrate/20240901000010_drop_topic.rb:3: it cannot be rolled back'
is 'and not pushed' "$(git rev-parse origin/topic)" "$was"

# To an address, of which nothing is remembered: git says what is there.
git config log.follow true
git init -q --bare "$TAP_DIR/other.git"
unhooked push -q "$TAP_DIR/other.git" main 2> /dev/null
git remote rename origin away
git update-ref -d refs/remotes/away/main
git update-ref -d refs/remotes/away/topic
git switch -q main 2> /dev/null
migration 20240901000011 by_address '  def change
    add_column :users, :addressed, :string
  end'
git add -A
unhooked commit -qm 'by address'
go git push -q "$TAP_DIR/other.git" main
has 'what is at an address is not new' "$out" '1 migration went up, down and up again'
unhooked reset -q --hard main~1
git remote rename away origin
git fetch -q origin
git config --unset log.follow
git push -q --delete origin topic here 2> /dev/null
git branch -qD topic

# ---- a merge that is committed by hand ---------------------------------------

anew
git switch -qc theirs 2> /dev/null
migration 20240902000001 of_theirs '  def change
    remove_column :users, :email
  end'
echo theirs > README
git add -A
unhooked commit -qm theirs
git switch -q main 2> /dev/null
migration 20240902000002 of_ours '  def change
    add_column :users, :ours, :string
  end'
echo ours > README
git add -A
unhooked commit -qm ours
unhooked merge -q theirs > /dev/null 2>&1
echo both > README
before=$(boots)
go git commit -qam merged
is 'what a merge brings is for its own author to mend' "$status" 0
is 'and nothing is started for it' "$(boots)" "$before"
anew
git branch -qD theirs

# ---- what may pass -----------------------------------------------------------

migration 20240901000011 silenced '  # hookrun:safe irreversible -- nobody has used it for a year
  def change
    remove_column :users, :email # hookrun:safe remove_column -- no server reads it
    # hookrun:safe add_index -- forty rows
    # at most
    add_index :users, :name
  end'
try silenced
is 'with a reason it passes' "$status" 0
hasnt 'without a word about it' "$out" 20240901000011_silenced.rb
has 'but not as if it had gone back' "$out" '0 of 1 migration went up, down and up again'
anew
migration 20240901000011 unreasoned '  def change
    add_index :users, :name # hookrun:safe add_index
    remove_index :users, :email # hookrun:safe remove_idx -- why
    remove_index :users, :name #hookrun:safe remove_index, down: nobody asks it
  end'
try unreasoned
is 'without a reason not' "$status" 1
said 'and it says so' "11_unreasoned.rb:3: 'hookrun:safe add_index' gives no reason"
said 'a reason in another form is none' \
	"11_unreasoned.rb:5: 'hookrun:safe remove_index, down' gives no reason; add '-- why it is safe'"
said 'nor with a name that is none' "11_unreasoned.rb:4: 'remove_idx' is none of what"

anew
migration 20240901000011 locks '  def change
    add_index :users, :name
  end'
try locks
is 'warnings pass' "$status" 0
said 'and are told' "11_locks.rb:3: warning: add_index stops writes to 'users'"
anew
options '        warnings: fail'
migration 20240901000011 locks '  def change
    add_index :users, :name
  end'
try locks
is 'warnings: fail' "$status" 1
said 'is told as a failure' "11_locks.rb:3: add_index stops writes to 'users'"
options '        warnings: off'
try locks
is 'warnings: off' "$status" 0
hasnt 'is not told' "$out" 'stops writes'
anew
options '        ignore: add_index'
migration 20240901000011 locks '  def change
    add_index :users, :name
    remove_index :users, :email
  end'
try locks
hasnt 'ignore: what it names is not told' "$out" 'add_index'
has 'other things are' "$out" '[remove_index]'
anew
options '        start_after: 20240901000011'
migration 20240901000011 old '  def change
    remove_column :users, :legacy
  end'
try old
is 'start_after: older ones are left alone' "$status" 0
is 'and nothing is started' "$started" 0
anew
options

# ---- what the database knows -------------------------------------------------

migration 20240901000012 asked '  def change
    create_table :books do |t|
      t.string :title, limit: 20
    end
    add_index :books, :title
  end'
unhooked commit -q --allow-empty -m none
git add -A
unhooked commit -qm books
sed -i 's/version: [0-9_]*/version: 2024_09_01_000012/
	s/^end$/create_table("books", force: :cascade) { |t| t.string "title", limit: 20; t.index ["title"], name: "index_books_on_title" }\nend/' \
	db/schema.rb
git add -A
unhooked commit -qm 'their schema'
cat > app/models/book.rb <<'RB'
class Book < ApplicationRecord
  self.ignored_columns = ["title"]
end
RB
migration 20240901000013 facts '  def up
    change_column :books, :title, :string, limit: 40
    change_column :books, :title, :text
    add_column :books, :at, :datetime, default: -> { "now()" }
    add_column :books, :key, :uuid, default: -> { "gen_random_uuid()" }
    add_check_constraint :books, "at IS NOT NULL", name: "at_there"
    change_column_null :books, :at, false
    remove_column :books, :title
  end

  def down
    add_column :books, :title, :string, limit: 20
    add_index :books, :title
    remove_column :books, :at
    remove_column :books, :key
  end'
try facts
is 'all that is warned of' "$(printf '%s\n' "$out" |
	sed -n 's/.*_facts.rb:\([0-9]*\): warning: .*\[\(.*\)\]$/\1 \2/p' | tr '\n' ',')" \
	'6 default,7 add_check_constraint,8 change_column_null,'
is 'the way back is the same, where columns stand does not count' "$status" 0
anew

# ---- the fence ---------------------------------------------------------------

migration 20240901000014 fills '  class Person < ActiveRecord::Base
    self.table_name = "users"
  end

  def up
    Person.create!(name: "x")
  end

  def down
    raise "lost" unless Person.where(name: "x").delete_all == 1
  end'
try fills
is 'rows are written' "$status" 0
is 'but not into the database of development' "$(picture)" "$picture"
anew
migration 20240901000014 strays '  def up
    Class.new(ActiveRecord::Base) do
      def self.name; "Other"; end
      establish_connection(ActiveRecord::Base.connection_db_config.configuration_hash.merge(database: "postgres"))
    end.connection.execute("CREATE TABLE strayed (a int)")
  end

  def down
  end'
try strays
has 'another database is not reached' "$out" \
	"it connects to 'postgres', of which there is no scratch database"
is 'nor changed' "$(psql -X -A -t -d postgres -c "SELECT to_regclass('strayed')")" ''
anew

# ---- killed ------------------------------------------------------------------

mkfifo "$TAP_DIR/gate"
migration 20240901000015 hangs "  def change
    File.read('$TAP_DIR/gate')
    add_column :users, :hung, :string
  end"
git add -A
(setsid git commit -qm hangs > "$TAP_DIR/hangs.out" 2>&1; echo $? > "$TAP_DIR/hangs.rc") &
await sh -c "ls .git/hookrun/check/*/migrate"
is 'while it is tried there is one' "$(scratches | wc -l | tr -d ' ')" 1
name=$(scratches)
pgrep -f "$TAP_DIR/app/.git/hookrun/check/.*rails_check" > "$TAP_DIR/pids"
ok 'it runs' test -s "$TAP_DIR/pids"
while read -r pid; do kill -9 "$pid"; done < "$TAP_DIR/pids"
await test -s "$TAP_DIR/hangs.rc"
is 'killed, it leaves it' "$(scratches)" "$name"
git rm -q --cached db/migrate/20240901000015_hangs.rb
rm db/migrate/20240901000015_hangs.rb
migration 20240901000016 next '  def change
    add_column :users, :next, :string
  end'
try next
is 'the next one passes' "$status" 0
is 'and drops it' "$(scratches)" ''
is 'with its folder' "$(find .git/hookrun/check -mindepth 1 | wc -l | tr -d ' ')" 0
anew

# ---- where it cannot be tried ------------------------------------------------

migration 20240901000017 one '  def change
    add_column :users, :one, :string
  end'
echo 'raise "no start"' >> config/environment.rb
try unstartable
is 'an application that does not start: no commit' "$status" 1
has 'and why' "$out" \
	'migrations-check: cannot try the migrations: the application does not start: RuntimeError: no start'
git checkout -q HEAD config
RAILS_ENV=production
export RAILS_ENV
try production
has 'nothing is made in production' "$out" \
	"cannot try the migrations: the environment 'production' is protected"
unset RAILS_ENV
createuser poor
PGUSER=poor
try poor
PGUSER=postgres
has 'nor by a user who may not' "$out" "the database's user may not make a scratch database; 'ALTER ROLE"
is 'and nothing stays' "$(find .git/hookrun/check -mindepth 1 | wc -l | tr -d ' ')" 0
git rm -q --cached db/schema.rb
rm db/schema.rb
unhooked commit -qm 'no schema' -- db/schema.rb
try unkept
is 'without a schema on file all migrations make it' "$status" 0
has 'and the new one is tried' "$out" '1 migration went up, down and up again'
anew

# As SQL.
echo 'Rails.application.config.active_record.schema_format = :sql' > config/initializers.rb
mkdir -p config/initializers
mv config/initializers.rb config/initializers/sql.rb
rails_task db:structure:dump > /dev/null 2>&1
git rm -q --cached db/schema.rb
rm db/schema.rb
git add -A
unhooked commit -qm 'structure.sql'
migration 20240901000018 enums "  def up
    execute \"CREATE TYPE mood AS ENUM ('sad', 'ok')\"
    add_column :users, :mood, :mood
  end

  def down
    remove_column :users, :mood
  end"
try enums
has 'structure.sql is loaded, and a type that stays is seen' "$out" '    + type public.mood e'
finish
