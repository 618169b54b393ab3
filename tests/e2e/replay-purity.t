#!/bin/sh
# Which migrations count as pure: those that always send the same.
. "$(dirname "$0")/../helpers/tap.sh"

# judge BODY [CLASS HEAD]: $why, empty where it is pure.
judge() {
	why=$(printf '%s\n%s\nend\n' "${2:-class A < ActiveRecord::Migration[6.1]}" "$1" |
		ruby -r "$HERE/hooks/rails_purity" -e 'puts Hookrun::Purity.why_not($stdin.read)' 2>&1)
}
pure() {
	judge "$2" "${3:-}"
	is "pure: $1" "$why" ''
}
# impure NAME BODY WHY [CLASS HEAD]
impure() {
	judge "$2" "${4:-}"
	is "impure: $1" "$why" "$3"
}
up() { printf '  def up\n    %s\n  end' "$1"; }

pure 'a table' "$(up 'create_table(:a, id: false) { |t| t.string :x, null: false, limit: 4; t.timestamps }')"
pure 'a block of several lines' '  def change
    create_table :a do |t|
      t.references :user, foreign_key: { on_delete: :cascade }
      t.index %i[x y], where: "x > 1"
    end
  end'
pure 'up and down' "$(up 'add_column :a, :b, :string, default: -1.5')
  def down
    remove_column :a, :b
  end"
pure 'a default that the database reckons' "$(up 'add_column :a, :b, :datetime, default: -> { "now()" }')"
pure 'reversible' '  def change
    reversible do |dir|
      dir.up { execute "CREATE VIEW v AS SELECT 1" }
      dir.down { execute <<~SQL }
        DROP VIEW v
      SQL
    end
  end'
pure 'nothing' '  def change; end'
pure 'comments' "$(up '# User.delete_all
    drop_table :a # Time.now')"

impure 'a model' "$(up 'User.update_all(a: 1)')" "it asks 'User' something"
impure 'a constant as value' "$(up 'add_column :a, :b, :string, default: DEFAULT')" "it names 'DEFAULT'"
impure 'a constant of its own' "  X = 1
$(up 'drop_table :a')" "'X' stands in its class"
impure 'time' "$(up 'add_column :a, :b, :string, default: Time.now')" "it asks 'Time' something"
impure 'the environment' "$(up 'add_column :a, :b, ENV["TYPE"]')" "it has aref 'ENV'"
impure 'a condition' "$(up 'drop_table :a if table_exists?(:a)')" "it has if mod 'table_exists?'"
impure 'unless' "$(up 'drop_table :a unless true')" "it has unless mod 'true'"
impure 'a question' "$(up 'table_exists?(:a) && drop_table(:a)')" "it has binary 'table_exists?'"
impure 'a loop' "$(up '[1, 2].each { |n| drop_table n }')" "it asks something"
impure 'while' "$(up 'drop_table(:a) while true')" "it has while mod 'true'"
impure 'a variable' "$(up 'name = :a
    drop_table name')" "it has assign 'name'"
impure 'an instance variable' "$(up 'drop_table @name')" "it names '@name'"
impure 'a global' "$(up 'drop_table $name')" "it names '\$name'"
impure 'a method of its own' "$(up 'helper')
  def helper; end" "it calls 'helper'"
impure 'a method of a gem' "$(up 'create_view :v, version: 1')" "it calls 'create_view'"
impure 'a text with a value in it' "$(up 'execute "DROP TABLE #{name}"')" "a text has #{}"
impure 'a symbol with a value in it' "$(up 'drop_table :"a#{name}"')" "a text has #{}"
impure 'a text that is changed' "$(up 'execute "a".squish')" "it asks something"
impure 'a command of the shell' "$(up '`date`')" 'it has xstring literal'
impure 'a file' "$(up 'execute File.read("a.sql")')" "it asks 'File' something"
impure 'something required' "$(up 'drop_table :a')" 'it is more than one class' 'require "x"
class A < ActiveRecord::Migration[6.1]'
impure 'something included' "  include Helper
$(up 'drop_table :a')" "'include' stands in its class"
impure 'outside a transaction' "  disable_ddl_transaction!
$(up 'drop_table :a')" "'disable_ddl_transaction!' stands in its class"
impure 'another base class' "$(up 'drop_table :a')" 'it inherits from another class' 'class A < BaseMigration'
impure 'a base class with a variable version' "$(up 'drop_table :a')" "it has aref 'ENV'" \
	'class A < ActiveRecord::Migration[ENV["V"]]'
impure 'send' "$(up 'send(:drop_table, :a)')" "it calls 'send'"
impure 'send to a table' "$(up 'change_table(:a) { |t| t.send :string, :x }')" "it calls 'send'"
impure 'the connection' "$(up 'connection.execute "DROP TABLE a"')" "it asks 'connection' something"
impure 'a query' "$(up 'select_value "SELECT 1"')" "it calls 'select_value'"
impure 'another migration' "$(up 'revert OtherMigration')" "it calls 'revert'"
impure 'a task' "$(up 'Rake::Task["x"].invoke')" "it asks 'Rake' something"
impure 'rescue' '  def up
    drop_table :a
  rescue StandardError
    nil
  end' "it has rescue 'StandardError'"
impure 'a list that is spread' "$(up 'drop_table(*names)')" "it has args add star 'names'"
impure 'options that are spread' "$(up 'add_column :a, :b, :string, **{}')" 'it has assoc splat'
impure 'a block passed on' "$(up 'create_table :a, &:x')" 'it passes a block on'
impure 'an argument' '  def up(x = ENV)
    drop_table :a
  end' "'up' takes arguments"
impure 'evaluation' "$(up 'instance_eval "drop_table :a"')" "it calls 'instance_eval'"
impure 'a name that is worked out' "$(up 'drop_table :a')" 'its class has no plain name' \
	'class (load "x"; Object)::A < ActiveRecord::Migration[6.1]'
impure 'no Ruby at all' '  def up(' 'its text cannot be read'
finish
