# What real Rails dumps after each of these changes alone, merged by hookrun two
# by two and both ways, beside what it dumps after both:
#
#	same      the merge is that dump
#	other     it is another text
#	blind     it is free of conflicts, and no database takes both changes
#	refused   a conflict, and no database takes both
#	conflict  a conflict, and both go together
#
# One line a merge, "RESULT OURS THEIRS".  Called with the name of a database and
# the program.  Databases stay as they were: each change is rolled back.
require "active_record"
require "stringio"
require "tmpdir"

ActiveRecord::Base.establish_connection(adapter: "postgresql", database: ARGV[0])
ActiveRecord::Migration.verbose = false
DB = ActiveRecord::Base.connection

CHANGES = {
  nick: -> { add_column :users, :nick, :string; add_index :users, :nick },
  quoted: -> { add_column :users, :quoted, :text, default: "do |t|\n  end\n<<-SQL \"\#{x}\"" },
  no_legacy: -> { remove_column :users, :legacy },
  renamed: -> { rename_column :users, :legacy, :older },
  renamed_too: -> { rename_column :users, :legacy, :former },
  index_legacy: -> { add_index :users, [:legacy, :name] },
  legacy_lower: -> { add_index :users, "lower(legacy)", name: "lower_legacy" },
  check_legacy: -> { add_check_constraint :users, "legacy <> ''" },
  age_big: -> { change_column :users, :age, :bigint },
  age_default: -> { change_column_default :users, :age, 5 },
  unique_name: -> { remove_index :users, :name; add_index :users, :name, unique: true },
  accounts: -> { create_table(:accounts) { |t| t.references :user, foreign_key: true } },
  accounts_too: -> { create_table(:accounts) { |t| t.string :name } },
  cats: -> { create_table(:cats, id: :uuid) { |t| t.references :book, foreign_key: true } },
  no_books: -> { drop_table :books },
  novels: -> { rename_table :books, :novels },
  tomes: -> { rename_table :books, :tomes },
  isbn: -> { add_column :books, :isbn, :string; add_index :books, :isbn, unique: true },
  author: -> { add_column :books, :author_id, :bigint; add_foreign_key :books, :users, column: :author_id },
  cascade: -> { remove_foreign_key :books, column: :user_id; add_foreign_key :books, :users, on_delete: :cascade },
  citext: -> { enable_extension "citext"; add_column :users, :mail, :citext },
  no_hstore: -> { remove_column :zebras, :data; disable_extension "hstore" },
  hstore: -> { add_column :users, :more, :hstore },
  comment: -> { change_table_comment :users, "the end" },
}

def change(&block)
  ActiveRecord::Migration.new.instance_exec(&block)
end

def dump(version)
  text = StringIO.new
  DB.schema_cache.clear!
  ActiveRecord::SchemaDumper.dump(DB, text)
  text.string.sub(/version: [\d_]+/, "version: #{version}")
end

# The dump after these changes; nil where the database refuses one.
def dump_after(version, *names)
  text = nil
  DB.transaction do
    names.each { |name| change(&CHANGES.fetch(name)) }
    text = dump(version)
    raise ActiveRecord::Rollback
  end
  text
rescue ActiveRecord::StatementInvalid, ArgumentError
  nil
end

# Whose column comes first is a matter of which branch was first.
def sorted(text)
  text.gsub(/^    t\.(?!index|check)[^\n]*\n(    t\.(?!index|check)[^\n]*\n)*/) do
    $&.lines.sort.join
  end
end

def merge(base, ours, theirs)
  paths = { base: base, ours: ours, theirs: theirs }.map do |name, text|
    File.join(DIR, name.to_s).tap { |path| File.write(path, text) }
  end
  system(ARGV[1], "merge-schema", *paths, "7", "db/schema.rb",
    out: File::NULL)
  [$?.exitstatus, File.read(paths[1])]
end

change do
  enable_extension "hstore"
  create_table :users do |t|
    t.string :name, :legacy
    t.integer :age, null: false, default: 0
    t.timestamps
    t.index :name
  end
  create_table(:books) { |t| t.references :user, foreign_key: true }
  create_table(:zebras) { |t| t.string :stripes, array: true; t.hstore :data }
end
ActiveRecord::SchemaMigration.create_table
ActiveRecord::SchemaMigration.create!(version: "20240101000000")
DIR = Dir.mktmpdir
at_exit { FileUtils.rm_rf(DIR) }

versions = CHANGES.keys.each_with_index.to_h { |name, i| [name, 2024_02_01_000000 + i] }
base = dump(2024_01_01_000000)
alone = CHANGES.keys.to_h { |name| [name, dump_after(versions[name], name)] }
CHANGES.keys.combination(2) do |pair|
  wanted = dump_after(versions[pair[1]], *pair)
  [pair, pair.reverse].each do |ours, theirs|
    status, text = merge(base, alone[ours], alone[theirs])
    result =
      if status == 0 && wanted then sorted(text) == sorted(wanted) ? "same" : "other"
      elsif status == 0 then "blind"
      elsif status == 1 then wanted ? "conflict" : "refused"
      else "failed"
      end
    puts "#{result} #{ours} #{theirs}"
  end
end
