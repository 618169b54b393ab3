#!/bin/sh
# The same as rails-replay.t and rails-replay-kinds.t on SQLite: sqlite_master
# says the same of what Rails and what the replay left.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_sqlite.sh"
REPLAY=true
WARM=3
sqlite_lab
. "$HERE/tests/helpers/rails_replay.sh"
# A default that is none is said in two ways.
picture_of_schema() {
	q .schema 'SELECT version FROM schema_migrations ORDER BY 1' \
		'PRAGMA integrity_check' | sed 's/ DEFAULT NULL//g'
}

unhooked switch -q main
hookrun sync > /dev/null 2>&1

change plain 'create_table(:plains) { |t| t.string :a, null: false, default: "x"; t.timestamps }'
change types 'create_table :types do |t|
      t.string :a, limit: 40
      t.text :b
      t.integer :c, limit: 2
      t.bigint :d
      t.float :e
      t.decimal :f, precision: 12, scale: 3, default: 1.5
      t.boolean :g, default: false, null: false
      t.date :h
      t.time :i
      t.datetime :j, precision: 6
      t.binary :k
      t.json :l
    end'
change no_id 'create_table(:no_ids, id: false) { |t| t.integer :a }'
change text_id 'create_table(:texts, id: :string) { |t| t.string :a }'
change join 'create_join_table :plains, :texts'
change column 'add_column :users, :k1, :string'
change column_default 'add_column :users, :k2, :integer, null: false, default: 3'
change number 'add_column :users, :k3, :decimal, precision: 10, scale: 2'
change flag 'add_column :users, :k4, :boolean, default: false'
change reference 'add_reference :plains, :user, foreign_key: { on_delete: :cascade }'
change polymorphic 'add_reference :plains, :owner, polymorphic: true, index: true'
change collated 'add_column :users, :k5, :string, collation: "NOCASE"'
change stamps 'add_timestamps :texts, null: true'
batch 'tables and columns'

change plain 'create_table(:books) { |t| t.string :title; t.integer :pages; t.string :isbn; t.string :isbn2; t.string :isbn3 }'
change foreign_key 'add_column :books, :user_id, :bigint; add_foreign_key :books, :users'
change renamed_column 'rename_column :users, :name, :title'
change renamed_back 'rename_column :users, :title, :name'
change renamed_table 'rename_table :books, :tomes'
kind type '  def up
    change_column :tomes, :pages, :bigint
  end

  def down
    change_column :tomes, :pages, :integer
  end'
change default 'change_column_default :tomes, :title, from: nil, to: "untitled"'
change null 'change_column_null :tomes, :title, false'
change removed 'remove_column :tomes, :isbn, :string'
change removed_more 'remove_columns :tomes, :isbn2, :isbn3, type: :string'
change bulk 'change_table(:tomes, bulk: true) { |t| t.string :x; t.integer :y, default: 1; t.index [:x, :y] }'
change reversible 'reversible do |dir|
      dir.up { add_column :users, :r1, :string }
      dir.down { remove_column :users, :r1 }
    end'
change unreferenced 'remove_foreign_key :tomes, :users'
batch 'changes'

change plain 'create_table(:indexed) { |t| t.string :a; t.string :b; t.datetime :d }'
change index 'add_index :indexed, :a'
change unique 'add_index :indexed, [:a, :b], unique: true, name: "uniquely"'
change partial 'add_index :indexed, :b, where: "b IS NOT NULL"'
change order 'add_index :indexed, [:a, :d], order: { d: :desc }'
change index_gone 'remove_index :indexed, column: :a'
change index_renamed 'rename_index :indexed, "uniquely", "only_once"'
change check 'add_check_constraint :indexed, "length(a) > 1", name: "long"'
change check_gone 'remove_check_constraint :indexed, "length(a) > 1", name: "long"'
change rebuilt 'change_column_default :indexed, :b, from: nil, to: "b"'
both_ways view 'CREATE VIEW names AS SELECT id, name FROM users' 'DROP VIEW names'
both_ways trigger 'CREATE TRIGGER touches AFTER UPDATE ON users BEGIN SELECT 1; END' 'DROP TRIGGER touches'
both_ways without 'CREATE TABLE plainly (a TEXT PRIMARY KEY, b) WITHOUT ROWID' 'DROP TABLE plainly'
both_ways generated 'CREATE TABLE made (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED)' 'DROP TABLE made'
both_ways expression 'CREATE INDEX lowly ON users (lower(name))' 'DROP INDEX lowly'
both_ways renamed 'ALTER TABLE users RENAME COLUMN name TO called' 'ALTER TABLE users RENAME COLUMN called TO name'
batch 'indexes, views, triggers'
ok "$KINDS kinds are 40 or more" test "$KINDS" -ge 40

# Rows.
go git switch batch-1
before=$(boots)
q "INSERT INTO users (name, created_at, updated_at) VALUES ('ada', 1, 1)"
go git switch main
has 'tables with rows are rebuilt by replay' "$out" '(replayed)'
is 'with their rows' "$(q 'SELECT name FROM users')" ada
go git switch batch-1
q "UPDATE users SET k1 = 'x'"
go git switch main
is 'a value in a column that goes is one' "$(boots)" $((before + 1))
has 'and is kept' "$out" 'users.k1 (1 value)'
# Another schema; a file that somebody has locked.
q 'CREATE TABLE by_hand (a)'
before=$(boots)
go git switch batch-3
is 'with a table by hand Rails does it' "$(boots)" $((before + 1))
q 'DROP TABLE by_hand'

# What comes back under its name, or where another one was, is not the same.
as_branch() {
	unhooked switch -q -c "$1"
	git add -A
	unhooked commit -qm "$1"
}
git switch -q main > /dev/null 2>&1
for table in agains olds firsts fields shifts types; do
	change "$table" "create_table(:$table) { |t| t.string :a; t.string :b }"
done
as_branch apart
kind table_anew '  def up
    drop_table :agains
    create_table(:agains) { |t| t.string :a; t.string :b }
  end

  def down
  end'
kind table_instead '  def up
    drop_table :olds
    create_table(:news) { |t| t.string :a; t.string :b }
  end

  def down
    drop_table :news
    create_table(:olds) { |t| t.string :a; t.string :b }
  end'
kind table_in_between '  def up
    rename_table :firsts, :seconds
    create_table(:firsts) { |t| t.string :a; t.string :b }
  end

  def down
    drop_table :firsts
    rename_table :seconds, :firsts
  end'
kind column_anew '  def up
    remove_column :fields, :a
    add_column :fields, :a, :string
  end

  def down
  end'
kind column_in_between '  def up
    rename_column :shifts, :b, :c
    add_column :shifts, :b, :string
  end

  def down
    remove_column :shifts, :b
    rename_column :shifts, :c, :b
  end'
kind type_and_back '  def up
    change_column :types, :a, :integer
    change_column :types, :a, :string
  end

  def down
  end'
as_branch anew
for way in apart anew apart anew apart anew; do
	git switch -q "$way" > /dev/null 2>&1
done
go git switch apart
has 'made anew: back by replay' "$out" '(replayed)'
go git switch anew
has 'and forth' "$out" '(replayed)'
empty_all() {
	q "$(q "SELECT 'DELETE FROM ' || name || ';' FROM sqlite_master WHERE name IN
		('agains', 'olds', 'news', 'firsts', 'seconds', 'fields', 'shifts', 'types')")"
}
# at_stake BRANCH TABLE BRANCH WHAT [VALUE]
at_stake() {
	unhooked switch -q "$1"
	hookrun sync > /dev/null 2>&1
	empty_all
	q "INSERT INTO $2 (a, b) VALUES ('${5:-mine}', 'mine')"
	go git switch "$3"
	hasnt "$2: what is in it is at stake" "$out" '(replayed)'
	has "$2: it is kept" "$out" "$4"
}
at_stake apart agains anew 'table agains (1 row deleted)'
at_stake apart olds anew 'table olds (1 row deleted)'
at_stake apart fields anew 'column fields.a (1 value changed)'
at_stake apart types anew 'column types.a (1 value changed)' 007
at_stake anew firsts apart 'table firsts (1 row deleted)'
at_stake anew shifts apart 'column shifts.b (1 value changed)'
finish
