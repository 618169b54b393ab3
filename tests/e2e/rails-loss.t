#!/bin/sh
# No row is lost unasked: what migrations take away, up and down, in each way
# that data can go, on PostgreSQL and SQLite, under each `on_data_loss`.  One
# migration takes all of them at once, so that a start of Rails has six cases.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab

# ---- the tables, what destroys them, what makes them anew --------------------

tables='    create_table(:crates) { |t| t.string :label }
    create_table(:notes) { |t| t.string :text }
    create_table(:owners) { |t| t.string :name }
    create_table(:pets) do |t|
      t.references :owner, foreign_key: { on_delete: :cascade }
      t.string :name
    end
    create_table(:codes) { |t| t.string :code }
    create_table(:people) { |t| t.string :name }
    create_table(:things) do |t|
      t.string :name
      t.string :extra
    end'

# lossy VERSION NAME UP DOWN: one of them is `destroy`, the other `build`.
lossy() {
	migration "$1" "$2" "  def up; $3; end
  def down; $4; end

  def destroy
    drop_table :crates
    execute 'DELETE FROM notes'
    execute 'DELETE FROM owners WHERE id = 1'
    if connection.adapter_name == 'SQLite'
      execute 'UPDATE codes SET code = CAST(code AS INTEGER) WHERE id = 2'
    else
      change_column :codes, :code, :integer,
        using: %q(CASE WHEN code ~ '^[0-9]+\$' THEN code::integer END)
    end
    execute %q(UPDATE people SET name = 'nobody')
    create_table(:new_things) { |t| t.string :name }
    execute 'INSERT INTO new_things (id, name) SELECT id, name FROM things'
    drop_table :things
    rename_table :new_things, :things
  end

  def build
    create_table(:crates) { |t| t.string :label } unless table_exists?(:crates)
    change_column :codes, :code, :string
    return if column_exists?(:things, :extra)
    add_column :things, :extra, :string
  end"
}

rows="
	INSERT INTO crates (id, label) VALUES (1, 'a'), (2, 'b');
	INSERT INTO notes (id, text) VALUES (1, 'it''s'), (2, '\\\\ ü');
	INSERT INTO owners (id, name) VALUES (1, 'ada'), (2, 'bob');
	INSERT INTO pets (id, owner_id, name)
		VALUES (1, 1, 'rex'), (2, 1, 'tom'), (3, 2, 'zoe');
	INSERT INTO codes (id, code) VALUES (1, '7'), (2, 'precious text');
	INSERT INTO people (id, name) VALUES (1, 'eve'), (2, 'dan');
	INSERT INTO things (id, name, extra) VALUES (1, 'x', 'p'), (2, 'y', 'q');"

branches() {
	branch base "$1"
	migration 20240401000001 tables "  def change
$tables
  end"
	written
	branch up base
	lossy 20240402000001 takes destroy build
	written
	branch down base
	lossy 20240402000002 gives build destroy
	written
}

# ---- the two databases ---------------------------------------------------------

q() {
	if [ "$adapter" = SQLite ]; then
		printf 'PRAGMA foreign_keys = 1;\n%s\n' "$1" |
			sqlite3 -batch db/development.sqlite3 2>&1
	else
		psql -X -q -A -t -d app_development -c "$1" 2>&1
	fi
}

# All that is in the tables.
data() {
	for what in 'label FROM crates' 'text FROM notes' 'name FROM owners' \
		'name FROM pets' 'code FROM codes' 'name FROM people' \
		'name FROM things' 'extra FROM things'; do
		q "SELECT '${what##* }', id, $what ORDER BY id"
	done
}

# Save the state of now for `back`, and go to it.
stay() {
	if [ "$adapter" = SQLite ]; then
		HOME_BRANCH=$(git branch --show-current)
		cp db/development.sqlite3 "$TAP_DIR/home.sqlite3"
	else
		home_is_here
	fi
}

back() {
	if [ "$adapter" = SQLite ]; then
		unhooked checkout -qf "$HOME_BRANCH"
		cp "$TAP_DIR/home.sqlite3" db/development.sqlite3
		forget
	else
		home
	fi
	migrate_options "        on_data_loss: $1"
	rm -rf .git/hookrun/db/kept
}

# Each way to lose, in words.
losses_told() {
	for words in "drop: table crates (2 rows)" \
		"delete: table notes (2 rows deleted)" \
		"cascade: table pets (2 rows deleted)" \
		"narrow: column codes.code (1 value changed)" \
		"overwrite: column people.name (2 values changed)" \
		"rebuild: column things.extra (2 values)"; do
		has "$1 ${words%%: *}: told" "$out" "${words#*: }"
	done
	hasnt "$1: what stays is not told" "$out" 'things.name'
}

# Each way to lose, after it was let happen.
losses_happened() {
	now=$(data)
	hasnt "$1 drop: gone" "$now" 'crates|1|a'
	hasnt "$1 delete: gone" "$now" 'notes|1'
	hasnt "$1 cascade: gone" "$now" 'pets|1'
	hasnt "$1 narrow: gone" "$now" 'precious'
	hasnt "$1 overwrite: gone" "$now" 'eve'
	hasnt "$1 rebuild: gone" "$now" 'things|1|p'
	has "$1: the rest is there" "$now" 'pets|3|zoe'
}

# direction FROM TO: a switch from FROM to TO destroys.
direction() {
	what="$adapter, $1 to $2"
	target=$2
	before=$(data)

	back ask
	go git switch "$target"
	is "$what, ask without a terminal: stops" "$status" 1
	losses_told "$what, ask without a terminal,"
	has "$what: and the state" "$out" 'the database is as it was before'
	is "$what: which is true" "$(data)" "$before"

	back ask
	typed n "git switch $target"
	has "$what, ask: asks" "$out" 'Go on?'
	losses_told "$what, ask,"
	is "$what, ask: a no leaves everything" "$(data)" "$before"
	typed y 'hookrun sync'
	has "$what, ask: a yes goes on" "$out" '(atomic)'
	losses_happened "$what, ask, yes,"

	back stop
	typed y "git switch $target"
	hasnt "$what, stop: does not ask" "$out" 'Go on?'
	losses_told "$what, stop,"
	is "$what, stop: leaves everything" "$(data)" "$before"

	back allow
	go git switch "$target"
	is "$what, allow: goes on" "$status" 0
	hasnt "$what, allow: without a word" "$out" crates
	losses_happened "$what, allow,"

	back snapshot
	go git switch "$target"
	is "$what, snapshot: goes on" "$status" 0
	losses_told "$what, snapshot,"
	losses_happened "$what, snapshot,"
	id=$(hookrun db list | sed -n '1s/ .*//p')
	has "$what, snapshot: the way back is said" "$out" \
		"hookrun db restore $id"
	is "$what, snapshot: nobody else reads the file" \
		"$(stat -c %a ".git/hookrun/db/kept/$id.kept")" 600
	git switch -q "$1" > /dev/null 2>&1
	go hookrun db restore "$id"
	is "$what, snapshot: brought back" "$status" 0
	is "$what, snapshot: all of it" "$(data)" "$before"
	go hookrun db restore "$id"
	is "$what, snapshot: twice does no harm" "$(data)" "$before"
	is "$what, snapshot: git status is clean" "$(git status --porcelain)" ''
}

# The branch `base` with its rows.
at_base() {
	unhooked checkout -qf base
	hookrun sync > "$TAP_DIR/sync" 2>&1
	q "$rows" > /dev/null
	stay
}

both_directions() {
	back allow
	direction base up
	back allow
	unhooked checkout -qf down
	hookrun sync > "$TAP_DIR/sync" 2>&1
	stay
	direction down base
}

adapter=PostgreSQL
branches main
at_base

# ---- PostgreSQL's own ------------------------------------------------------------

# nothing_lost WHAT TARGET: a switch that takes nothing away.
nothing_lost() {
	go git switch "$2"
	is "$1: is no loss" "$status" 0
	hasnt "$1: nothing is kept" "$out" kept
	hasnt "$1: or asked" "$out" 'would lose'
}

branch harmless base
migration 20240403000001 harmless '  def up
    rename_column :things, :extra, :more
    rename_table :crates, :boxes
    change_column :codes, :code, :text
    add_column :people, :whole, :string
    execute "UPDATE people SET whole = name"
    remove_column :people, :name
    execute "CREATE MATERIALIZED VIEW seen AS SELECT * FROM notes"
    add_column :notes, :state, :string, default: "new"
    execute "ALTER TABLE notes ADD shout text GENERATED ALWAYS AS (upper(text)) STORED"
  end
  def down
    execute "DROP MATERIALIZED VIEW seen"
    remove_column :notes, :shout
    remove_column :notes, :state
    add_column :people, :name, :string
    execute "UPDATE people SET name = whole"
    remove_column :people, :whole
    change_column :codes, :code, :string
    rename_table :boxes, :crates
    rename_column :things, :more, :extra
  end'
written
back stop
nothing_lost 'renames, wider types, a copied column' harmless
nothing_lost 'a view, defaults, a generated column' base

# What is like another column by chance, and a collation in which 'A' is 'a'.
branch chance base
q "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2',
	deterministic = false)" > /dev/null
migration 20240403000007 flags '  def change
    create_table(:flags) { |t| t.boolean :vip, default: false }
    create_table(:folded) { |t| t.string :email, collation: "nocase" }
  end'
written
branch chance-takes chance
migration 20240403000008 takes_flags '  def up
    remove_column :flags, :vip
    add_column :flags, :active, :boolean, default: true, null: false
    execute "UPDATE folded SET email = lower(email)"
  end'
written
unhooked checkout -qf chance
hookrun sync > /dev/null 2>&1
q "INSERT INTO flags (vip) VALUES (true), (false);
	INSERT INTO folded (email) VALUES ('Ann@x')" > /dev/null
migrate_options '        on_data_loss: stop'
go git switch chance-takes
is 'a column like another by chance: nothing goes unasked' "$status" 1
has 'a column like another by chance: what would' "$out" \
	'column flags.vip (1 value)'
has 'values that their collation takes for equal: what would go' "$out" \
	'column folded.email (1 value changed)'
back stop

# Tables without a key, with two, values that cannot be compared by `=`.
branch odd base
migration 20240403000004 odd_tables '  def change
    execute <<~SQL
      CREATE TABLE joined (a int, b int);
      CREATE TABLE docs (id uuid PRIMARY KEY, doc json, at timestamp);
      CREATE TABLE both_ways (a int, b text, c text, PRIMARY KEY (a, b));
      CREATE TABLE logs (id serial PRIMARY KEY, line text);
      CREATE TABLE parts (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
      CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
    SQL
  end'
written
branch odd-takes odd
migration 20240403000005 odd_takes '  def up
    execute "DELETE FROM joined WHERE ctid = (SELECT min(ctid) FROM joined)"
    execute "UPDATE docs SET doc = NULL"
    change_column :docs, :at, :date
    execute "UPDATE both_ways SET c = upper(c)"
    execute "TRUNCATE logs"
    execute "UPDATE parts SET n = n + 1"
  end
  def down
    change_column :docs, :at, :timestamp
  end'
written
unhooked checkout -qf odd
hookrun sync > /dev/null 2>&1
q "INSERT INTO joined VALUES (1, 2), (1, 2), (3, 4);
	INSERT INTO docs VALUES (gen_random_uuid(), '{\"a\": 1}', '2024-01-01'),
		(gen_random_uuid(), NULL, '2024-01-01 10:00');
	INSERT INTO both_ways VALUES (1, 'x', 'low'), (1, 'y', 'HIGH');
	INSERT INTO logs (line) VALUES ('one'), ('two');
	INSERT INTO parts VALUES (1, 1)" > /dev/null
odd() { for t in joined docs both_ways logs parts; do q "SELECT * FROM $t ORDER BY 1, 2::text"; done; }
before=$(odd)
migrate_options '        on_data_loss: snapshot'
go git switch odd-takes
is 'odd tables: goes on' "$status" 0
for words in 'table joined (1 row deleted or changed)' \
	'column docs.doc (1 value changed)' 'column docs.at (1 value changed)' \
	'column both_ways.c (1 value changed)' 'table logs (2 rows deleted)' \
	'column parts_1.n (1 value changed)'; do
	has "odd tables: $words" "$out" "$words"
done
id=$(hookrun db list | sed -n '1s/ .*//p')
git switch -q odd > /dev/null 2>&1
go hookrun db restore "$id"
is 'odd tables: rows without a key are not put back by themselves' "$status" 1
has 'odd tables: that is said' "$out" 'joined: it has no primary key'
is 'odd tables: all else is back' "$(odd | sed 1,2d)" \
	"$(printf '%s\n' "$before" | sed 1,3d)"
go hookrun db restore 20000101-000000
is 'an id that is none' "$status" 1
has 'an id that is none: what there is' "$out" 'hookrun db list'

branch large base
migration 20240403000002 large '  def up
    execute "UPDATE larges SET size = size + 1"
  end'
written
back stop
q "CREATE TABLE larges (id int, size int, pad text);
	ALTER TABLE larges ALTER pad SET STORAGE EXTERNAL;
	INSERT INTO larges SELECT i, i, repeat('x', 1100000)
	FROM generate_series(1, 100) i" > /dev/null
go git switch large
has 'beyond the limit rows and values are counted, and it is said' "$out" \
	'table larges is too large to be compared row by row'
is 'and the counts decide' "$status" 0
both_directions

# ---- the same on SQLite ----------------------------------------------------------

adapter=SQLite
unhooked checkout -qf main
git branch -q -D base up down
git checkout -qb lite
sed -i 's/gem "pg"/gem "sqlite3"/' Gemfile
cat > config/database.yml <<'YML'
development:
  adapter: sqlite3
  database: db/development.sqlite3
test:
  adapter: sqlite3
  database: db/test.sqlite3
YML
echo '/db/*.sqlite3*' >> .gitignore
rm -f Gemfile.lock
bundle install --local --quiet
written 'on SQLite'
branches lite
: > db/development.sqlite3
at_base

# A rebuild drops the table for a moment, and must not take what refers to it.
branch rebuilt base
migration 20240403000003 rebuilt '  def change
    add_column :owners, :age, :integer
    change_column_null :owners, :name, true
  end'
written
back stop
before=$(data)
nothing_lost 'a rebuilt table' rebuilt
is 'a rebuilt table leaves what refers to it' "$(data)" "$before"
nothing_lost 'and back' base
is 'also on the way back' "$(data)" "$before"

# Where a migration counts on references, they are followed.
branch cascades base
migration 20240403000006 cascades '  def up
    execute "DELETE FROM owners WHERE id = 1"
  end
  def down; end'
written
back ask
go git switch cascades
is 'a cascade: asks' "$status" 1
has 'a cascade: what goes with it' "$out" 'table pets (2 rows deleted)'
is 'a cascade: leaves everything' "$(data)" "$before"

branch committing base
migration 20240403000007 committing '  def up
    add_column :owners, :age, :integer
    execute "COMMIT"
    execute "BEGIN"
  end
  def down
    execute "COMMIT"
    execute "BEGIN"
    execute "DELETE FROM notes"
  end'
written
back ask
go git switch committing
is 'a migration that commits: goes on' "$status" 0
has 'a migration that commits: is said' "$out" 'commits by itself'
go git switch base
is 'a roll back that commits: asks' "$status" 1
has 'a roll back that commits: what goes' "$out" 'table notes (2 rows deleted)'
is 'a roll back that commits: leaves everything' "$(data)" "$before"
both_directions

finish
