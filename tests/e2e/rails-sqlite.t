#!/bin/sh
# The main job on SQLite, Rails' own default.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_sqlite.sh"
sqlite_lab

# ---- switches ----------------------------------------------------------------
out=$(git switch feature-b 2>&1)
is 'the switch succeeds' $? 0
has 'rolled back and migrated, in one line' "$out" 'migrate: ↓2 AddNick, DropLegacy ↑1 CreateWidgets in'
has 'says that it was atomic' "$out" 'atomic'
is 'one Rails boot' "$(boots)" 1
in_sync 'feature-b'

out=$(git switch feature-a 2>&1)
is 'back again' $? 0
has 'the other way round' "$out" 'migrate: ↓1 CreateWidgets ↑2 DropLegacy, AddNick in'
is 'again one boot' "$(boots)" 2
in_sync 'feature-a'

git switch -q main 2>/dev/null
in_sync 'main'
is 'three boots' "$(boots)" 3

out=$(git switch -c topic 2>&1)
is 'a new branch at the same commit: not a word from us' "$out" \
	"Switched to a new branch 'topic'"
git commit -q --allow-empty -m empty
out=$(git switch main 2>&1)
is 'another commit with the same migrations: silence' "$out" \
	"Switched to branch 'main'"
started=$(programs git switch topic | grep -v -e '/git$' -e git-core \
	-e '/hooks/post-checkout$' -e '/bin/hookrun$' | but_ps)
is 'and back: no program but the hook file and hookrun' "$started" ''
is 'hookrun forks nothing' "$(hookrun_forks)" ''
is 'and no boot' "$(boots)" 3
git switch -q main
home_is_here

# ---- what changed behind git's back -------------------------------------------
home
go git switch feature-a
go git switch -c same
git commit -q --allow-empty -m empty
go git switch feature-a
is 'nothing changed: silence' "$out" "Switched to branch 'feature-a'"
rails_task db:rollback > "$TAP_DIR/rollback.out"
git checkout -q -- db/schema.rb 2>/dev/null
go git switch same
has 'a roll back by hand is noticed at the next switch' "$out" 'migrate: ↑1'
in_sync 'after a roll back by hand'
cp "$TAP_DIR/home.sqlite3" "$DB"
go git switch feature-a
has 'so is a copy that was put back' "$out" 'migrate: ↑2'
in_sync 'after a copy that was put back'
rm "$DB"
q 'CREATE TABLE t (id int); DROP TABLE t'
go git switch same
has 'so is a database made anew' "$out" 'migrate: ↑4'
in_sync 'after a database made anew'
q "INSERT INTO users (name, created_at, updated_at) VALUES ('a', 0, 0)"
rm -f "$HOOKRUN_TEST_BOOTS"
go git switch feature-a
is 'rows are no reason to say anything' "$out" "Switched to branch 'feature-a'"
is 'or to start Rails' "$(boots)" 0

# ---- what only looks ---------------------------------------------------------
home
before=$(picture)
branch plan
add 20240601000001 add_planned planned
written
go hookrun migrate --plan
has 'the plan is told without Rails' "$out" 'add_planned'
go hookrun status
has 'so is the status' "$out" '1 to migrate'
go hookrun doctor
is 'for doctor something is wrong then' "$status" 1
has 'which names the command' "$out" '1 to migrate
      mend: hookrun sync'
is 'neither starts Rails' "$(boots)" 0
is 'or touches the database' "$(picture)" "$before"

# ---- data migrations ---------------------------------------------------------
home
q 'CREATE TABLE data_migrations (version varchar)' \
	"INSERT INTO data_migrations VALUES ('20240602000001')"
branch data
mkdir db/data
echo 'class One; end' > db/data/20240602000001_one.rb
echo 'class Two; end' > db/data/20240602000002_two.rb
written
unhooked switch -q "$HOME_BRANCH"
forget
go git switch data
has 'a pending data migration is named, one that is applied is not' "$out" \
	"migrate: data migration pending: 20240602000002 two; run with"
go git switch "$HOME_BRANCH"
has 'one whose file has gone is' "$out" \
	"migrate: data migration left applied, its file is not here: 20240602000001 one;"
is 'neither starts Rails' "$(boots)" 0

# ---- databases that cannot be used -------------------------------------------
home
mv "$DB" "$TAP_DIR/away"
go git switch feature-a
is 'a missing file: the switch says so' "$status" 1
has 'with its name and the way out' "$out" \
	"database '$DB' does not exist"
hasnt 'and no object' "$out" '#<'
ok 'it is not made' test ! -e "$DB"
is 'Rails is not started' "$(boots)" 0
go hookrun doctor
has 'doctor says it too' "$out" "✗ database: database 'tmp/development.sqlite3' does not exist"
mv "$TAP_DIR/away" "$DB"
go hookrun sync
in_sync 'after the way out'
go hookrun doctor
has 'doctor is content then' "$out" '  database tmp/development.sqlite3: in sync with HEAD'

home
mv "$DB" "$TAP_DIR/away"
dd if=/dev/urandom of="$DB" bs=4096 count=2 2>/dev/null
before=$(cksum < "$DB")
go git switch feature-a
is 'a file of another kind: the switch says so' "$status" 1
has 'and what it is' "$out" "'$DB' is no SQLite database"
is 'it stays as it was' "$(cksum < "$DB")" "$before"
is 'and Rails is not started' "$(boots)" 0
mv "$TAP_DIR/away" "$DB"

home
q "UPDATE ar_internal_metadata SET value = 'production'"
go git switch feature-a
has 'a database of production is refused' "$out" \
	"refused: '$DB' belongs to the protected environment 'production'"
is 'by Rails neither' "$(boots)" 0

# ---- databases in use --------------------------------------------------------
# hold SQL: a console that has run it and stays; $held is its process.
hold() {
	mkfifo "$TAP_DIR/console"
	sqlite3 -batch "$DB" < "$TAP_DIR/console" > "$TAP_DIR/held" &
	held=$!
	exec 7> "$TAP_DIR/console"
	printf '%s;\nSELECT 1;\n' "$1" >&7
	while ! [ -s "$TAP_DIR/held" ]; do sleep 0.05; done
}
release() {
	exec 7>&-
	wait "$held" 2>/dev/null
	rm -f "$TAP_DIR/console" "$TAP_DIR/held"
}

home
hold 'BEGIN IMMEDIATE'
before=$(picture)
go git switch feature-a
is 'a console that writes: the switch fails' "$status" 1
has 'and names it' "$out" "'$DB' is locked by pid $held (sqlite3"
is 'nothing was touched' "$(picture)" "$before"
is 'Rails was not started for it' "$(boots)" 0
release
go hookrun sync
in_sync 'when the console has ended'

home
hold 'BEGIN IMMEDIATE'
(sleep 2; echo 'COMMIT;' >&7) &
go git switch feature-a
is 'a console that ends in time is waited for' "$status" 0
in_sync 'after the wait'
release

home
hold 'BEGIN; SELECT count(*) FROM users'
go git switch feature-a
is 'a console in the midst of reading: the switch fails' "$status" 1
has 'the reason is named' "$out" 'locked'
has 'and who it is' "$out" "pid $held (sqlite3"
release
is 'nothing was changed' "$(versions)" '20240101000001 20240101000002 '
go hookrun sync
in_sync 'when the reader has ended'

home
hold 'BEGIN EXCLUSIVE'
go git switch feature-a
is 'a file that cannot even be read: the switch fails' "$status" 1
has 'and names who has it' "$out" "'$DB' is locked by pid $held (sqlite3"
is 'before Rails is started' "$(boots)" 0
release
home
hold 'BEGIN EXCLUSIVE'
(sleep 1; echo 'COMMIT;' >&7) &
go git switch feature-a
is 'one that is let go in time is waited for' "$status" 0
in_sync 'after that wait'
release

# With a write-ahead log a server's readers are in nobody's way.
home
q 'PRAGMA journal_mode = wal' > /dev/null
hold 'BEGIN; SELECT count(*) FROM users'
go git switch feature-a
is 'a server that reads beside a log: the switch succeeds' "$status" 0
in_sync 'beside a log'
rm -f "$HOOKRUN_TEST_BOOTS"
go git switch -c beside
is 'with nothing to do it is quiet' "$out" "Switched to a new branch 'beside'"
release
go git switch main
in_sync 'back, when the server has ended'
home
q 'PRAGMA journal_mode = wal' > /dev/null
hold 'BEGIN IMMEDIATE'
before=$(picture)
go git switch feature-a
is 'one that writes to the log: the switch fails' "$status" 1
has 'and names it' "$out" "'$DB' is locked by pid $held (sqlite3"
release
is 'nothing was touched' "$(picture)" "$before"

# ---- several databases -------------------------------------------------------
home
branch zoo
cat > config/database.yml <<'E2'
development:
  primary:
    adapter: sqlite3
    database: tmp/development.sqlite3
  cache:
    adapter: sqlite3
    database: tmp/cache.sqlite3
    migrations_paths: db/cache_migrate
E2
written
sqlite3 tmp/cache.sqlite3 'CREATE TABLE t (id int); DROP TABLE t'
branch cached zoo
add 20240604000001 add_zoo zoo
mkdir db/cache_migrate
cat > db/cache_migrate/20240604000001_create_entries.rb <<'E2'
class CreateEntries < ActiveRecord::Migration[6.1]
  def change
    create_table :entries
  end
end
E2
written
unhooked switch -q zoo
go git switch cached
has 'two files, each migrated' "$out" '↑2'
is 'the one' "$(versions)" '20240101000001 20240101000002 20240604000001 '
is 'and the other' "$(sqlite3 tmp/cache.sqlite3 .tables | tr -s ' \n' ' ')" \
	'ar_internal_metadata entries schema_migrations '
is 'in one boot' "$(boots)" 1
mv tmp/cache.sqlite3 tmp/gone.sqlite3
go git switch zoo
is 'one of them missing: the switch fails' "$status" 1
has 'and says which' "$out" "database 'cache': database 'tmp/cache.sqlite3' does"
is 'the other is as it was' "$(versions)" \
	'20240101000001 20240101000002 20240604000001 '
mv tmp/gone.sqlite3 tmp/cache.sqlite3
go hookrun sync
is 'both are rolled back' "$(versions)" '20240101000001 20240101000002 '

# ---- rows and what refers to them --------------------------------------------
home
branch cascade
migration 20240602000001 create_posts '  def change
    create_table :posts do |t|
      t.references :user, foreign_key: { on_delete: :cascade }
    end
  end'
written
rails_migrate
git checkout -q -- .
git clean -qfd
q "INSERT INTO users (id, name, created_at, updated_at) VALUES (1, 'a', 0, 0)" \
	'INSERT INTO posts (id, user_id) VALUES (1, 1)'
branch rebuild cascade
migration 20240602000002 require_names '  def change
    change_column_null :users, :name, false
  end'
written
unhooked switch -q cascade
forget
go git switch rebuild
is 'a table that is rebuilt: the switch succeeds' "$status" 0
is 'what refers to its rows stays' "$(q 'SELECT count(*) FROM posts')" 1
go git switch cascade
is 'and on the way back' "$(q 'SELECT count(*) FROM posts')" 1
is 'the references are whole' "$(q 'PRAGMA foreign_key_check')" ''

# ---- two work trees, two files -----------------------------------------------
home
git worktree add -q "$TAP_DIR/other" feature-a 2>/dev/null
is 'the database of another work tree is another file' \
	"$(versions)" '20240101000001 20240101000002 '
git worktree remove -f "$TAP_DIR/other"

# ---- what only Rails can tell ------------------------------------------------
home
branch only-rails
sed -i 's/database: tmp.development/database: tmp\/<%= Rails.application.class.name.sub("App", "development") %>/' \
	config/database.yml
add 20240603000001 add_told told
written
unhooked switch -q main
go git switch only-rails
in_sync 'Rails was asked'
is 'in the boot that migrates' "$(boots)" 1
unhooked switch -q main
rm -f "$DB"
forget
go git switch only-rails
has 'a missing file is not made by Rails either' "$out" \
	"database '$DB' does not exist"
ok 'it stays missing' test ! -e "$DB"

# ---- ends in the midst of it ---------------------------------------------------
# Dead, or only waiting to be reaped by a parent of its own.
gone() {
	state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)
	case $state in '' | Z*) ;; *) return 1 ;; esac
}

# So much is written that some of it is in the file before the end.
# ---- another number ------------------------------------------------------------
home
branch numbered main
migration 20240604000001 numbered '  def change; create_table(:numbers) { |t| t.integer :n }; end'
written
go git switch -q main
go git switch numbered
q 'INSERT INTO numbers (n) VALUES (7)'
git mv db/migrate/20240604000001_numbered.rb db/migrate/20240604000002_numbered.rb
git add -A
git commit -q --amend -m renumbered > /dev/null 2>&1
go hookrun sync
is 'another number: it stops' "$status" 1
has 'another number: told' "$out" 'renumber 20240604000001 to 20240604000002'
go hookrun sync --set renumbered=auto
is 'another number: the rows stay' "$(q 'SELECT n FROM numbers')" 7
in_sync 'another number'

home
branch slow
migration 20240605000001 slow '  def up
    create_table(:slows) { |t| t.binary :text }
  end
  def down
    drop_table :users
    execute "PRAGMA cache_size = 10"
    500.times { |i| execute "INSERT INTO slows (text) VALUES (zeroblob(4000))" }
    File.write("tmp/under-way", "")
    sleep 1000 if File.exist?("tmp/slow")
    drop_table :slows
    create_table(:users) { |t| t.string :name }
  end'
written
unhooked switch -q main
git switch -q slow 2>/dev/null
home_is_here
for signal in INT KILL; do
	home
	before=$(picture)
	rm -f tmp/under-way
	: > tmp/slow
	unhooked switch -q main
	hookrun run post-checkout -- "$(git rev-parse slow)" \
		"$(git rev-parse main)" 1 > "$TAP_DIR/out" 2>&1 &
	pid=$!
	ok "$signal: the roll back is under way" await test -e tmp/under-way
	kill -$signal "$pid"
	wait "$pid" 2>/dev/null
	ok "$signal: the driver is gone" await gone "$(tail -n 1 "$HOOKRUN_TEST_BOOTS")"
	is "$signal: the database is as before" "$(picture)" "$before"
	rm -f tmp/slow
	go git switch -c "next-$signal"
	is "$signal: the next event goes on" "$status" 0
	is "$signal: to the tree's own" "$(versions)" \
		'20240101000001 20240101000002 '
done

finish
