#!/bin/sh
# `migrations-check` calls nothing bad that is good, however it is written, and
# nothing good that is bad.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
git switch -q main 2>/dev/null
rails_migrate
cat > lefthook.yml <<'YML'
pre-commit:
  jobs:
    - uses: migrations-check
      with:
        warnings: off
YML
hookrun install > /dev/null
git add -A
unhooked commit -q --allow-empty -m 'the schema of main'

try() {
	git add -A
	go git commit -qm "$1"
}

# ---- good --------------------------------------------------------------------

mkdir -p lib db/views
cat > lib/both_ways.rb <<'RB'
module BothWays
  def up
    add_column :users, column, :string
  end

  def down
    remove_column :users, column
  end
end
RB
echo 'SELECT id FROM users' > db/views/people.sql
nr=0
# good NAME BODY: one more.
good() {
	nr=$((nr + 1))
	migration "202409010000$((nr + 10))" "$@"
}
good make_pets '  def change
    create_table(:pets) { |t| t.string :name; t.bigint :user_id }
  end'
good inherited '  require Rails.root.join("lib/both_ways")
  include BothWays

  def column
    :inherited
  end'
good one_down '  require Rails.root.join("lib/both_ways")
  include BothWays

  def up
    add_column :users, :one_down, :integer
  end

  def column
    :one_down
  end'
good alias_down '  def up
    execute("COMMENT ON TABLE pets IS NULL")
  end
  alias down up'
good old_form '  def self.up
    add_column :users, :old_form, :string
  end

  def self.down
    remove_column :users, :old_form
  end'
good reverts "  require_relative \"20240901000011_make_pets\"

  def change
    revert MakePets
  end"
good pets_again "  def change
    revert Reverts
  end
  require_relative '20240901000016_reverts'"
good by_file '  def up
    execute("CREATE VIEW people AS " + File.read(File.join(__dir__, "../views/people.sql")))
  end

  def down
    execute("DROP VIEW people")
  end'
good foreign '  def change
    add_foreign_key :pets, :users, validate: false
  end'
good valid '  def change
    validate_foreign_key :pets, :users
  end'
good checked '  def change
    add_check_constraint :pets, "name IS NOT NULL", name: "named", validate: false
  end'
good check_valid '  def up
    validate_constraint :pets, :named
    change_column_null :pets, :name, false
    remove_check_constraint :pets, name: "named"
  end

  def down
    add_check_constraint :pets, "name IS NOT NULL", name: "named", validate: false
    change_column_null :pets, :name, true
  end'
good bulk '  def change
    change_table :pets, bulk: true do |t|
      t.string :a
      t.integer :b, null: false, default: 0
      t.index :a
    end
  end'
good blocks '  def change
    reversible do |dir|
      dir.up { execute "CREATE TYPE mood AS ENUM ($$sad$$, $$ok$$)" }
      dir.down { execute "DROP TYPE mood" }
    end
    add_column :pets, :mood, :mood
    up_only { execute "UPDATE pets SET mood = $$ok$$" }
  end'
try good
is 'good ones pass' "$status" 0
has 'all of them' "$out" "migrations-check: $nr migrations went up, down and up again"
is 'and nothing else is said' "$(printf '%s\n' "$out" | grep -c /migrate/)" 0

# ---- bad ---------------------------------------------------------------------

git rm -qf db/migrate/202409*
git commit -qnm 'without them'
good pets_for_bad '  def change
    create_table(:pets) { |t| t.string :name; t.bigint :user_id }
    add_foreign_key :pets, :users
  end'
good not_told '  class Pet < ActiveRecord::Base
    def down; end
  end

  # def change
  def up
    add_column :pets, :one, :string
  end'
good looser '  def up
    remove_foreign_key :pets, :users
  end

  def down
    add_foreign_key :pets, :users, validate: false
  end'
good ends_it '  def up
    add_column :pets, :ended, :string
  end

  def down
    exit
  end'
good excepts '  def up
    add_column :pets, :excepted, :string
  end

  def down
    raise Exception, "never"
  end'
good self_written '  def change
    revert do
      create_table(:books) { |t| t.string :title }
    end
  end

  def drop; end'
good broken '  def change
    add_column :pets, :two :string
  end'
try bad
said() { has "$1" "$out" "db/migrate/202409010000$2"; }
is 'bad ones do not pass' "$status" 1
said "no 'down', whatever a comment or another class says" \
	"26_not_told.rb:7: it has no 'down'"
said 'a constraint that is not valid any more' \
	'27_looser.rb:6: after up and down the schema is not what it was [unequal]
    - constraint'
said 'one that would end the program' '28_ends_it.rb:7: down: it fails: SystemExit: exit'
said 'one that raises what nobody rescues' '29_excepts.rb:7: down: it fails: Exception: never'
said 'one that fails, at its line' \
	'30_self_written.rb:3: up: it fails on the schema from before, without rows: PG::UndefinedTable'
has 'what comes behind it' "$out" \
	'31_broken.rb was not tried: 20240901000030_self_written.rb comes before it'
git rm -qf db/migrate/20240901000030_self_written.rb
try broken
said 'one that cannot be read, at its line' \
	'31_broken.rb:3: up: it cannot be read: SyntaxError: db/migrate/20240901000031_broken.rb:3: syntax error'
finish
