#!/bin/sh
# All kinds of schema statements on PostgreSQL, down and up by replay: pg_dump
# says the same of what Rails and what the replay left.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
REPLAY=true
rails_lab
. "$HERE/tests/helpers/rails_replay.sh"
picture_of_schema() { pg_dump -s app_development | grep -v '^\\.*restrict'; }

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
      t.jsonb :m, default: {}
      t.uuid :n
      t.inet :o
      t.cidr :p
      t.macaddr :q
      t.daterange :r
      t.int4range :s
      t.tsvector :t
      t.bit :u, limit: 8
      t.money :v
      t.point :w
      t.xml :x
      t.interval :y
      t.column :z, "timestamp with time zone"
    end'
change no_id 'create_table(:no_ids, id: false) { |t| t.integer :a }'
change uuid 'create_table(:uuids, id: :uuid, default: -> { "gen_random_uuid()" }) { |t| t.string :a }'
change two_keys 'create_table(:two_keys, primary_key: [:a, :b]) { |t| t.integer :a; t.integer :b }'
change join 'create_join_table :plains, :uuids, column_options: { null: true }'
change column 'add_column :users, :k1, :string'
change column_default 'add_column :users, :k2, :integer, null: false, default: 3'
change column_now 'add_column :users, :k3, :datetime, default: -> { "now()" }'
change array 'add_column :users, :k4, :text, array: true, default: []'
change hash 'add_column :users, :k5, :jsonb, default: {}, null: false'
change number 'add_column :users, :k6, :decimal, precision: 10, scale: 2'
change commented 'add_column :users, :k7, :string, comment: "it is a word; a \"word\""'
change reference 'add_reference :plains, :user, foreign_key: { on_delete: :cascade }'
change polymorphic 'add_reference :plains, :owner, polymorphic: true, index: true'
change collated 'add_column :users, :k8, :string, collation: "C"'
batch 'tables and columns'

change plain 'create_table(:books) { |t| t.string :title; t.integer :pages; t.jsonb :data; t.bigint :user_id; t.string :isbn2; t.string :isbn3; t.string :isbn }'
change foreign_key 'add_foreign_key :books, :users, on_update: :restrict'
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
change column_comment 'change_column_comment :tomes, :title, from: nil, to: "on the cover"'
change table_comment 'change_table_comment :tomes, from: nil, to: "heavy"'
change removed 'remove_column :tomes, :isbn, :string'
change removed_more 'remove_columns :tomes, :isbn2, :isbn3, type: :string'
change stamps 'add_timestamps :tomes, null: true'
change bulk 'change_table(:tomes, bulk: true) { |t| t.string :x; t.integer :y, default: 1; t.index [:x, :y] }'
change reversible 'reversible do |dir|
      dir.up { add_column :users, :r1, :string }
      dir.down { remove_column :users, :r1 }
    end'
change only_up 'add_column :tomes, :u1, :string
    up_only { execute "COMMENT ON COLUMN tomes.u1 IS NULL" }'
batch 'changes'

change plain 'create_table(:indexed) { |t| t.string :a; t.string :b; t.jsonb :c; t.datetime :d; t.int4range :e }'
change index 'add_index :indexed, :a'
change unique 'add_index :indexed, [:a, :b], unique: true, name: "uniquely"'
change partial 'add_index :indexed, :b, where: "b IS NOT NULL"'
kind expression '  def up
    add_index :indexed, "lower(a)", name: "lowly"
  end

  def down
    remove_index :indexed, name: "lowly"
  end'
change gin 'add_index :indexed, :c, using: :gin'
change path 'add_index :indexed, :c, using: :gin, opclass: :jsonb_path_ops, name: "paths"'
change order 'add_index :indexed, [:a, :d], order: { d: :desc }'
change hashed 'add_index :indexed, :d, using: :hash'
change index_gone 'remove_index :indexed, column: :a'
change index_renamed 'rename_index :indexed, "uniquely", "only_once"'
change check 'add_check_constraint :indexed, "length(a) > 1", name: "long"'
change check_later 'add_check_constraint :indexed, "length(b) > 1", name: "longer", validate: false'
both_ways check_valid 'ALTER TABLE indexed VALIDATE CONSTRAINT longer' \
	'ALTER TABLE indexed DROP CONSTRAINT longer, ADD CONSTRAINT longer CHECK (length(b) > 1) NOT VALID'
both_ways exclusion 'ALTER TABLE indexed ADD CONSTRAINT apart EXCLUDE USING gist (e WITH &&)' \
	'ALTER TABLE indexed DROP CONSTRAINT apart'
both_ways deferred 'ALTER TABLE indexed ADD COLUMN user_id bigint REFERENCES users DEFERRABLE INITIALLY DEFERRED' \
	'ALTER TABLE indexed DROP COLUMN user_id'
both_ways unvalidated 'ALTER TABLE indexed ADD COLUMN other bigint, ADD FOREIGN KEY (other) REFERENCES users NOT VALID' \
	'ALTER TABLE indexed DROP COLUMN other'
batch 'indexes and constraints'

both_ways enum "CREATE TYPE mood AS ENUM ('sad', 'it''s fine')" 'DROP TYPE mood'
both_ways enum_column "ALTER TABLE users ADD COLUMN mood mood NOT NULL DEFAULT 'sad'" 'ALTER TABLE users DROP COLUMN mood'
both_ways composite 'CREATE TYPE pair AS (a integer, b text)' 'DROP TYPE pair'
both_ways domain 'CREATE DOMAIN year AS integer CHECK (VALUE > 1900)' 'DROP DOMAIN year'
both_ways range 'CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi)' 'DROP TYPE floats'
both_ways view 'CREATE VIEW names AS SELECT id, name FROM users' 'DROP VIEW names'
both_ways view_again "CREATE OR REPLACE VIEW names AS SELECT id, name FROM users WHERE name <> ''" \
	'CREATE OR REPLACE VIEW names AS SELECT id, name FROM users'
both_ways materialized 'CREATE MATERIALIZED VIEW counts AS SELECT count(*) AS number FROM users' 'DROP MATERIALIZED VIEW counts'
both_ways function 'CREATE FUNCTION one() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 1; SELECT 2 $$' 'DROP FUNCTION one()'
both_ways function_again 'CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 3 $$' \
	'CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 1; SELECT 2 $$'
both_ways procedure "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN NEW.name := NEW.name; RETURN NEW; END \$\$" 'DROP FUNCTION touch()'
both_ways trigger 'CREATE TRIGGER touches BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()' 'DROP TRIGGER touches ON users'
both_ways trigger_off 'ALTER TABLE users DISABLE TRIGGER touches' 'ALTER TABLE users ENABLE TRIGGER touches'
both_ways sequence 'CREATE SEQUENCE numbers START 100 INCREMENT 5' 'DROP SEQUENCE numbers'
both_ways schema 'CREATE SCHEMA aside' 'DROP SCHEMA aside'
both_ways in_schema 'CREATE TABLE aside.things (id serial PRIMARY KEY, a text)' 'DROP TABLE aside.things'
change extension 'enable_extension "citext"'
change citext 'add_column :users, :mail, :citext'
batch 'types, views and code'

both_ways generated 'ALTER TABLE users ADD COLUMN loud text GENERATED ALWAYS AS (upper(name)) STORED' 'ALTER TABLE users DROP COLUMN loud'
both_ways identity 'CREATE TABLE idents (id bigint GENERATED ALWAYS AS IDENTITY, a text)' 'DROP TABLE idents'
both_ways partitioned 'CREATE TABLE logs (at date NOT NULL, a text) PARTITION BY RANGE (at)' 'DROP TABLE logs'
both_ways partition "CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')" 'DROP TABLE logs_24'
both_ways loose 'CREATE TABLE logs_25 (LIKE logs)' 'DROP TABLE logs_25'
both_ways attached "ALTER TABLE logs ATTACH PARTITION logs_25 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')" 'ALTER TABLE logs DETACH PARTITION logs_25'
both_ways partition_index 'CREATE INDEX ON logs (a)' 'DROP INDEX logs_a_idx'
both_ways unlogged 'CREATE UNLOGGED TABLE fast (a integer)' 'DROP TABLE fast'
both_ways inherited 'CREATE TABLE admins (rank integer) INHERITS (users)' 'DROP TABLE admins'
both_ways rule 'CREATE RULE none AS ON DELETE TO users WHERE OLD.id < 0 DO INSTEAD NOTHING' 'DROP RULE none ON users'
both_ways secured 'ALTER TABLE users ENABLE ROW LEVEL SECURITY' 'ALTER TABLE users DISABLE ROW LEVEL SECURITY'
both_ways policy 'CREATE POLICY own ON users USING (id > 0)' 'DROP POLICY own ON users'
both_ways statistics 'CREATE STATISTICS dep (dependencies) ON id, name FROM users' 'DROP STATISTICS dep'
both_ways storage 'ALTER TABLE users ALTER COLUMN name SET STORAGE EXTERNAL' 'ALTER TABLE users ALTER COLUMN name SET STORAGE EXTENDED'
both_ways options 'ALTER TABLE users SET (fillfactor = 70)' 'ALTER TABLE users RESET (fillfactor)'
both_ways replica 'ALTER TABLE users REPLICA IDENTITY FULL' 'ALTER TABLE users REPLICA IDENTITY DEFAULT'
both_ways comment "COMMENT ON COLUMN users.name IS 'of a person'" 'COMMENT ON COLUMN users.name IS NULL'
both_ways zone "ALTER TABLE users ADD COLUMN zoned timestamptz DEFAULT '2024-06-01 12:00'" 'ALTER TABLE users DROP COLUMN zoned'
batch 'the rest'

ok "$KINDS kinds are 60 or more" test "$KINDS" -ge 60
finish
