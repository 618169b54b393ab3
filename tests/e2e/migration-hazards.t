#!/bin/sh
# What migrations-check reads out of a migration's text: which statements are
# dangerous on a large table.  What the database has to be asked for is in
# migrations-check.t.
. "$(dirname "$0")/../helpers/tap.sh"

cat > "$TAP_DIR/read.rb" <<'RB'
require File.join(ARGV[0], "hooks/rails_hazards")
require File.join(ARGV[0], "hooks/rails_silence")
text = $stdin.read
silence = Hookrun::Silence.new(text, Hookrun::Hazards::RULES)
hazards = Hookrun::Hazards.new(text, nil, [])
abort "cannot be read" unless hazards.read?
found = hazards.found.reject { |rule, lines, _| silence.at?(rule, lines) }
puts found.map { |rule, lines, _| "#{lines.last} #{rule}" }, silence.wrong.map { |line, _| "#{line} wrong" }
RB

# Many at once, since each start of Ruby takes its time: a case is a body on lines
# of its own, and what is found is `line rule`, counted within the body.
cases=0
# dangerous NAME BODY RULES...: what is found, in its order; none: it is safe.
dangerous() {
	cases=$((cases + 1))
	mkdir -p "$TAP_DIR/case"
	printf 'class A < ActiveRecord::Migration[6.1]\n%s\nend\n' "$2" > "$TAP_DIR/case/$cases.rb"
	printf '%s\n' "$1" > "$TAP_DIR/case/$cases.name"
	shift 2
	for rule; do printf '%s\n' "$rule"; done > "$TAP_DIR/case/$cases.want"
}
up() { printf '  def up\n    %s\n  end' "$1"; }
one() { dangerous "$1" "$(up "$1")" "3 $2"; }
safe() { dangerous "safe: $1" "$(up "$1")"; }

one 'add_index :users, :a' add_index
one 'add_index("users", [:a, :b], unique: true)' add_index
one 'connection.add_index :users, :a' add_index
safe 'add_index :users, :a, algorithm: :concurrently'
one 'add_index :users, :a, **options' add_index
one 'add_index :users, %i[a b c d], algorithm: :concurrently' wide_index
safe 'add_index :users, %i[a b c d], unique: true, algorithm: :concurrently'
safe 'add_index :users, %i[a b c], algorithm: :concurrently'
one 'remove_index :users, :a' remove_index
safe 'remove_index :users, column: :a, algorithm: :concurrently'
one 'add_reference :users, :team' add_reference
one 'add_belongs_to :users, :team' add_reference
safe 'add_reference :users, :team, index: false'
safe 'add_reference :users, :team, index: { algorithm: :concurrently }'
one 'add_reference :users, :team, index: false, foreign_key: true' add_foreign_key
safe 'add_reference :users, :team, index: false, foreign_key: { validate: false }'
one 'add_foreign_key :users, :teams' add_foreign_key
safe 'add_foreign_key :users, :teams, validate: false'
one 'add_check_constraint :users, "a > 1", name: "x"' add_check_constraint
safe 'add_check_constraint :users, "a > 1", name: "x", validate: false'
one 'add_exclusion_constraint :users, "a WITH =", using: :gist' add_exclusion_constraint
one 'add_unique_constraint :users, :a' add_unique_constraint
safe 'add_unique_constraint :users, using_index: "i"'
one 'change_column :users, :a, :bigint' change_column
one 'change_column_null :users, :a, false' change_column_null
one 'change_column_null :users, :a, false, 1' change_column_null
safe 'change_column_null :users, :a, true'
one 'add_column :users, :a, :uuid, default: -> { "gen_random_uuid()" }' default
one 'add_column :users, :a, :uuid, default: lambda { "gen_random_uuid()" }' default
safe 'add_column :users, :a, :integer, default: 1, null: false'
safe 'add_column :users, :a, :string, null: true'
one 'add_column :users, :a, :string, null: false' add_column
one 'add_timestamps :users' add_column
safe 'add_timestamps :users, null: true'
one 'add_column :users, :a, :bigserial' auto_increment
one 'add_column :users, :a, :json' json
safe 'add_column :users, :a, :jsonb'
one 'add_column :users, :a, :virtual, type: :string, as: "upper(b)", stored: true' generated
one 'rename_column :users, :a, :b' rename_column
one 'rename_table :users, :people' rename_table
one 'remove_column :users, :a, :string' remove_column
one 'remove_columns :users, :a, :b, type: :string' remove_column
one 'remove_timestamps :users' remove_column
one 'remove_column table, name' remove_column
one 'remove_reference :users, :team' remove_column
one 'create_table :users, force: true' force
one 'create_table(:users, force: :cascade) { |t| t.string :a }' force
safe 'create_table(:books) { |t| t.json :a; t.references :user; t.index :a }'
one 'execute "ALTER TABLE users ALTER a TYPE text"' execute
one 'execute "CREATE TABLE copies AS SELECT * FROM users"' execute
one 'execute "SET x = 1; ALTER TABLE users ADD b int"' execute
one 'execute "DROP INDEX i"' execute
one 'execute sql' execute
one 'execute "ALTER TABLE #{name} ADD b int"' execute
safe 'execute "CREATE VIEW v AS SELECT * FROM users"'
safe 'execute "CREATE INDEX CONCURRENTLY i ON users (a)"'
safe 'execute "ALTER TABLE users VALIDATE CONSTRAINT c"'
safe 'execute "CREATE FUNCTION f() RETURNS int AS $$ BEGIN PERFORM 1; RETURN 2; END $$ LANGUAGE plpgsql"'
one 'execute "UPDATE users SET a = 1"' backfill
one 'User.update_all(a: 1)' backfill
one 'User.where(a: nil).in_batches { |r| r.update_all(a: 1) }' backfill
one 'User.find_each { |user| user.update!(a: 1) }' backfill
one 'User.create(a: 1)' backfill
safe 'options.update(a: 1)'
safe 'drop_table :users'
safe 'safety_assured { add_index :users, :a }'
safe 'safety_assured { change_table(:users) { |t| t.index :a } }'
safe 'enable_extension "pgcrypto"'

dangerous 'rows alone, outside a transaction' '  disable_ddl_transaction!

  def up
    User.in_batches { |r| r.update_all(a: 1) }
  end'
dangerous 'with the schema they are not alone' '  disable_ddl_transaction!

  def up
    add_column :users, :a, :string
    User.update_all(a: 1)
  end' '6 backfill'
dangerous 'a block over a table that is there' '  def change
    change_table :users, bulk: true do |t|
      t.index :a
      t.string :n, null: false
      t.remove :b
      t.references :team
      t.rename :c, :d
      t.change :e, :bigint
      t.change_null :f, false
      t.string :fine
    end
  end' '4 add_index' '5 add_column' '6 remove_column' '7 add_reference' '8 rename_column' '9 change_column' \
	'10 change_column_null'
dangerous 'a table that it makes itself' '  def change
    create_table(:books) { |t| t.string :a }
    create_join_table :books, :authors
    add_index :books, :a
    add_column :books, :b, :string, null: false
    add_index :authors_books, :book_id
    add_foreign_key :books, :users
  end'
dangerous 'validated where it is added' '  def change
    add_foreign_key :users, :teams, validate: false
    validate_foreign_key :users, :teams
  end' '4 validate'
dangerous 'outside a transaction it may be' '  disable_ddl_transaction!

  def change
    add_foreign_key :users, :teams, validate: false
    validate_foreign_key :users, :teams
  end'
dangerous 'the way down may take its time' '  def up
  end

  def down
    add_index :users, :a
  end'
dangerous 'both ways in one' '  def change
    reversible do |dir|
      dir.up { add_index :users, :up }
      dir.down { add_index :users, :down }
    end
    up_only { add_index :users, :only }
  end' '4 add_index' '7 add_index'
dangerous 'a method of its own' '  def up
    index_all
  end

  def index_all
    add_index :users, :a
  end' '7 add_index'

dangerous 'said to be safe: on the line' "$(up 'add_index :users, :a # hookrun:safe add_index -- why')"
dangerous 'above' '  def up
    # hookrun:safe add_index -- why
    # and more
    add_index :users, :a
    add_index :users, :b
  end' '6 add_index'
dangerous 'several at once' "$(up 'add_reference :users, :t, foreign_key: true # hookrun:safe add_reference, add_foreign_key -- why')"
dangerous 'around' '  def up
    # hookrun:safe add_index -- why
    change_table :users do |t|
      t.index :a
      t.index :b
    end
  end'
dangerous 'another one' "$(up 'add_index :users, :a # hookrun:safe remove_index -- why')" '3 add_index'
dangerous 'without a reason' "$(up 'add_index :users, :a # hookrun:safe add_index')" '3 add_index' '3 wrong'
dangerous 'with an empty one' "$(up 'add_index :users, :a # hookrun:safe add_index -- ')" '3 add_index' '3 wrong'
dangerous 'no name' "$(up 'add_index :users, :a # hookrun:safe -- why')" '3 add_index' '3 wrong'
dangerous 'a name that is none' "$(up 'add_index :users, :a # hookrun:safe index -- why')" '3 add_index' '3 wrong'
dangerous 'in a text it is no comment' "$(up 'add_index :users, :a, name: "# hookrun:safe add_index -- why"')" '3 add_index'

cat > "$TAP_DIR/all.rb" <<'RB'
require "stringio"
Dir[File.join(ARGV[1], "*.rb")].each do |file|
  $stdin = StringIO.new(File.read(file))
  $stdout = File.open(file.sub(/rb\z/, "got"), "w")
  load File.join(ARGV[1], "../read.rb")
  $stdout.close
end
RB
ok 'all are read' ruby "$TAP_DIR/all.rb" "$HERE" "$TAP_DIR/case"
i=0
while [ $i -lt $cases ]; do
	i=$((i + 1))
	is "$(cat "$TAP_DIR/case/$i.name")" "$(cat "$TAP_DIR/case/$i.got")" "$(cat "$TAP_DIR/case/$i.want")"
done

# Above the class.
out=$(printf '# hookrun:safe add_index -- why\nclass A < ActiveRecord::Migration[6.1]\n  def up\n    add_index :a, :b\n  end\nend\n' |
	ruby "$TAP_DIR/read.rb" "$HERE")
is 'above the class for the whole file' "$out" ''
is 'the option has the same names' \
	"$(hookrun help keys | sed -n 's/^  ignore .*(\(.*\)).*/\1/p')" \
	"$(ruby -r "$HERE/hooks/rails_hazards" -e 'puts Hookrun::Hazards::RULES.join("|")')"
ok 'there are many cases' test "$cases" -ge 80
finish
