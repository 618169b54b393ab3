# frozen_string_literal: true

# What a switch destroys, found by what it does.  A migration's words tell
# little: rows go by a cascade, values by a change of type, and a rename loses
# nothing.  So the migrations are run in a transaction, first to see which
# tables they touch, then with a copy of those tables beside them, and the two
# states are compared row by row, in the database, by primary key.
#
# PostgreSQL knows tables and columns by number and counts what a transaction
# updated and deleted, so that nothing is copied when nothing was touched.
# SQLite knows names only and counts nothing: there everything that has rows is
# copied.  Beyond LIMIT only rows and values are counted.

require "json"

module Hookrun
  Table = Struct.new(:id, :sql, :label, :mark, :columns, :key)
  Column = Struct.new(:id, :sql, :label, :type, :kind, :default, :made)

  # The tables of a PostgreSQL database at this moment.
  class PostgresShape
    TABLES = <<~SQL
      SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.oid::regclass::text,
             concat_ws(' ', c.relfilenode, pg_stat_get_xact_tuples_updated(c.oid),
                       pg_stat_get_xact_tuples_deleted(c.oid)),
             (SELECT i.indkey::text FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary),
             current_setting('track_counts')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
      ORDER BY 2
    SQL
    COLUMNS = <<~SQL
      SELECT a.attrelid, a.attnum, quote_ident(a.attname), a.attname,
             format_type(a.atttypid, a.atttypmod), t.typcategory, pg_get_expr(d.adbin, d.adrelid),
             to_jsonb(a) ->> 'attgenerated' IN ('s', 'v')
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
      ORDER BY 1, 2
    SQL

    attr_reader :tables

    def initialize(connection)
      columns = connection.select_rows(COLUMNS).group_by(&:first)
      @tables = connection.select_rows(TABLES).map do |id, sql, label, mark, key, counts|
        # Without the server's counts anything may have been touched.
        @blind = counts != "on"
        own = (columns[id] || []).map { |row| Column.new(*row[1..-1]) }
        Table.new(id, sql, label, mark, own, key.to_s.split.map(&:to_i))
      end
    end

    def self.bytes(connection, table)
      connection.select_value("SELECT pg_table_size(#{connection.quote(table.id)}::oid)").to_i
    end

    def self.temporary(name, select)
      "CREATE TEMP TABLE #{name} ON COMMIT DROP AS #{select}"
    end

    def self.only
      "ONLY "
    end

    # May there be rows that a policy keeps from whoever is connected?
    def self.hides(number)
      "SELECT 1 WHERE row_security_active(#{number}) AND pg_relation_size(#{number}) > 0"
    end

    # Nobody else may write between the copy and the end.
    def self.hold(connection, table, how = nil)
      connection.execute(["LOCK TABLE #{table.sql} IN SHARE MODE", how].compact.join(" "))
    end

    # A table that went and came back under its name is compared with that.
    def find(table, _before)
      @tables.find { |t| t.id == table.id } || @tables.find { |t| t.sql == table.sql }
    end

    def touched?(table)
      now = @tables.find { |t| t.id == table.id }
      return true if @blind || now.nil? || now.mark != table.mark
      table.columns.any? { |c| !c.made && now.columns.none? { |other| other.id == c.id } }
    end

    # Byte by byte: there are collations in which 'A' is 'a'.
    def self.text(value)
      "#{value}::text COLLATE \"C\""
    end

    # Equal in value, though perhaps of another type.
    def self.differ(before, old, after, new)
      return "#{text(old)} IS DISTINCT FROM #{text(new)}" if before.type == after.type
      kinds = [before.kind, after.kind]
      return "#{old}::numeric IS DISTINCT FROM #{new}::numeric" if kinds == %w[N N]
      return "#{old} IS DISTINCT FROM #{new}::#{before.type}" if kinds == %w[D D]
      json = [before.type, after.type].sort == %w[json jsonb]
      return "#{old}::jsonb IS DISTINCT FROM #{new}::jsonb" if json
      "#{text(old)} IS DISTINCT FROM #{text(new)}"
    end

    def self.plain(old, new)
      "#{text(old)} IS DISTINCT FROM #{text(new)}"
    end
  end

  # The tables of an SQLite database.  A number is the page where a table
  # begins, which a rename leaves alone.
  class SqliteShape
    TABLES = "SELECT name, rootpage FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0 " \
             "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"

    attr_reader :tables

    def initialize(connection)
      @tables = connection.select_rows(TABLES).map { |name, page| table(connection, name, page) }
    end

    def self.bytes(connection, _table)
      connection.select_value("PRAGMA page_count").to_i * connection.select_value("PRAGMA page_size").to_i
    end

    def self.temporary(name, select)
      "CREATE TEMP TABLE #{name} AS #{select}"
    end

    def self.only
      ""
    end

    def self.hold(_connection, _table, _how = nil); end

    # Under another name it is the same where it begins on the same page, and
    # no other table of before has that name.
    def find(table, before)
      named = @tables.find { |t| t.label == table.label }
      return named if named
      @tables.find do |t|
        t.id == table.id && before.none? { |old| old.label == t.label } &&
          (table.columns.map(&:label) - t.columns.map(&:label)).empty?
      end
    end

    def touched?(_table)
      true
    end

    def self.text(value)
      "CAST(#{value} AS TEXT)"
    end

    def self.differ(_before, old, _after, new)
      plain(old, new)
    end

    def self.plain(old, new)
      "(#{old} IS NOT #{new} AND #{text(old)} IS NOT #{text(new)})"
    end

    private

    def table(connection, name, page)
      rows = connection.select_rows("PRAGMA main.table_xinfo(#{connection.quote(name)})")
      keys = rows.select { |row| row[5].to_i.positive? }.sort_by { |row| row[5].to_i }
      columns = rows.map do |row|
        Column.new(row[1], connection.quote_column_name(row[1]), row[1], row[2], nil, row[4], row[6].to_i > 1)
      end
      Table.new(page, "main.#{connection.quote_table_name(name)}", name, nil, columns, keys.map { |row| row[1] })
    end
  end

  # What the two comparisons below have in common.
  module Telling
    private

    def number(count, noun)
      "#{count} #{noun}#{"s" unless count == 1}"
    end

    # As text where the type knows its own text, so that it comes back whole.
    def values(names)
      names.map { |name| @shape == PostgresShape ? @shape.text(name) : name }.join(", ")
    end

    def part(kind, table, columns)
      key = table.key.map { |id| table.columns.find { |c| c.id == id }.label }
      { "kind" => kind, "table" => table.sql, "label" => table.label, "key" => key, "columns" => columns.map(&:label) }
    end
  end

  # The comparison.  look, then the migrations, then touched; or copy, the
  # migrations, and losses.  Where it costs little, what the migrations name is
  # copied ahead of the first time, which then is the last if nothing is lost.
  class Loss
    include Telling

    LIMIT = 100 * 1024 * 1024
    LIMIT_AHEAD = 1024 * 1024
    # What is lost, in words, and the query for what is to be kept of it.
    Item = Struct.new(:text, :part, :query)
    Copy = Struct.new(:table, :name, :counts, :hidden)

    def initialize(connection)
      @connection = connection
      @shape = connection.adapter_name =~ /postg/i ? PostgresShape : SqliteShape
      base = ActiveRecord::Base
      @own = [base.schema_migrations_table_name, base.internal_metadata_table_name].map(&:to_s)
    end

    # Does the database tell what was touched?
    def tells?
      @shape == PostgresShape
    end

    def look
      @before = tables(@shape.new(@connection))
    end

    def touched
      now = @shape.new(@connection)
      @before.select { |table| now.touched?(table) }
    end

    # Whoever is in the way, or nothing to be looked at for us, may be none of
    # what is touched.
    def copy_ahead(words)
      ActiveRecord::Base.transaction(requires_new: true) do
        wanted = @before.select { |table| words.include?(table.label[/\w+\W*\z/].delete('"').b) }
        next if wanted.sum { |table| @shape.bytes(@connection, table) } > LIMIT_AHEAD
        copy(wanted, @before, "NOWAIT")
        @ahead = wanted.map(&:id)
      end
    rescue ActiveRecord::StatementInvalid
      nil
    end

    # What was touched was copied ahead, and all of it is still there.
    def nothing_lost?(touched)
      @ahead && touched.all? { |table| @ahead.include?(table.id) } && losses.empty?
    end

    def copy(wanted, all = tables(@shape.new(@connection)), how = nil)
      ids = wanted.map(&:id)
      room = LIMIT
      found = all.select { |t| ids.include?(t.id) && (hidden?(t) || rows?(t)) }
      @copies = found.each_with_index.map do |table, i|
        next Copy.new(table, nil, nil, true) if hidden?(table)
        @shape.hold(@connection, table, how)
        bytes = @shape.bytes(@connection, table)
        room -= bytes if tells?
        small = tells? ? room >= 0 : bytes <= LIMIT
        small ? full_copy(table, i) : Copy.new(table, nil, counts(table))
      end
    end

    # Tables that were too large to be compared row by row.
    def counted
      @copies.reject { |c| c.name || c.hidden }.map { |c| c.table.label }
    end

    def losses
      now = @shape.new(@connection)
      found = @copies.flat_map do |copy|
        next Item.new("table #{copy.table.label} (whose policy may hide rows from here)") if copy.hidden
        after = now.find(copy.table, @before)
        next dropped(copy) unless after
        copy.name ? compared(copy, after) : fewer(copy, after)
      end
      found.compact
    end

    # On SQLite they outlive the transaction.
    def forget
      return if tells?
      @copies.each { |c| @connection.execute("DROP TABLE IF EXISTS temp.#{c.name}") if c.name }
    end

    private

    def tables(shape)
      shape.tables.reject { |t| @own.include?(t.label) || @own.any? { |name| t.sql.end_with?(".#{name}") } }
    end

    def rows?(table)
      !@connection.select_value("SELECT 1 FROM #{@shape.only}#{table.sql} LIMIT 1").nil?
    end

    def hidden?(table)
      tells? && !@connection.select_value(@shape.hides("#{table.id}::oid")).nil?
    end

    def full_copy(table, index)
      name = "hookrun_before_#{index}"
      columns = table.columns.each_with_index.map { |c, i| "#{c.sql} AS c#{i}" }
      select = "SELECT #{columns.join(", ")} FROM #{@shape.only}#{table.sql}"
      @connection.execute(@shape.temporary(name, select))
      Copy.new(table, name, nil)
    end

    def counts(table)
      columns = table.columns.map { |c| "count(#{c.sql})" }
      @connection.select_rows("SELECT #{["count(*)", *columns].join(", ")} FROM #{@shape.only}#{table.sql}")
                 .first.map(&:to_i)
    end

    def dropped(copy)
      table = copy.table
      rows = copy.counts ? copy.counts[0] : @connection.select_value("SELECT count(*) FROM #{copy.name}").to_i
      part = part("rows", table, table.columns.reject(&:made))
      query = copy.name && "SELECT #{values(names_of(table))} FROM #{copy.name}"
      Item.new("table #{table.label} (#{number(rows, "row")})", part, query)
    end

    def names_of(table)
      table.columns.each_with_index.reject { |c, _| c.made }.map { |_, i| "c#{i}" }
    end

    # Each column of before with the one that it is now, or nil.
    def pairs(table, after)
      table.columns.each_with_index.map do |c, i|
        same = after.columns.find { |o| o.id == c.id } if table.id == after.id
        [c, "c#{i}", same || after.columns.find { |o| o.label == c.label }]
      end
    end

    # Where only counts are known.
    def fewer(copy, after)
      table = copy.table
      now = counts(after)
      gone = copy.counts[0] - now[0]
      return [Item.new("table #{table.label} (#{number(gone, "row")} deleted)")] if gone.positive?
      pairs(table, after).each_with_index.map do |(c, _, same), i|
        left = same ? now[after.columns.index(same) + 1] : 0
        less = c.made ? 0 : copy.counts[i + 1] - left
        Item.new("column #{table.label}.#{c.label} (#{number(less, "value")})") if less.positive?
      end
    end

    def compared(copy, after)
      all = pairs(copy.table, after)
      keys = copy.table.key.map { |id| all.find { |c, _, _| c.id == id } }
      return without_key(copy, after, all) if keys.empty? || keys.any? { |_, _, same| same.nil? }
      Comparison.new(@connection, @shape, copy, after, all, keys).items
    end

    # Rows are told apart by all that they have.
    def without_key(copy, after, all)
      kept = all.select { |c, _, same| same && !c.made }
      lost = all.reject { |c, _, same| same || c.made }
      [rows_without_key(copy, after, kept), *lost.map { |c, name, _| column_without_key(copy, c, name) }]
    end

    def rows_without_key(copy, after, kept)
      query = difference(copy, after, kept)
      gone = @connection.select_value("SELECT sum(number) FROM (#{query}) gone").to_i
      return if gone.zero?
      Item.new("table #{copy.table.label} (#{number(gone, "row")} deleted or changed)",
               part("counted", copy.table, kept.map(&:first)), query)
    end

    # Each row that there are fewer of now, and how many.
    def difference(copy, after, kept)
      before = kept.map { |_, name, _| "#{@shape.text(name)} AS v#{name}" }
      now = kept.map { |_, name, same| "#{@shape.text(same.sql)} AS v#{name}" }
      list = kept.map { |_, name, _| "v#{name}" }
      "SELECT #{[*list, "sum(w) AS number"].join(", ")} FROM (" \
        "SELECT #{[*before, "1 AS w"].join(", ")} FROM #{copy.name} UNION ALL " \
        "SELECT #{[*now, "-1"].join(", ")} FROM #{@shape.only}#{after.sql}) both_states " \
        "#{"GROUP BY #{list.join(", ")} " unless list.empty?}HAVING sum(w) > 0"
    end

    def column_without_key(copy, column, name)
      count = @connection.select_value("SELECT count(#{name}) FROM #{copy.name}").to_i
      return if count.zero?
      Item.new("column #{copy.table.label}.#{column.label} (#{number(count, "value")})",
               part("keyless", copy.table, copy.table.columns.reject(&:made)),
               "SELECT #{values(names_of(copy.table))} FROM #{copy.name}")
    end
  end

  # One table before and after, joined by its primary key.
  class Comparison
    include Telling

    def initialize(connection, shape, copy, after, pairs, keys)
      @connection = connection
      @shape = shape
      @copy = copy
      @table = copy.table
      @after = after
      @pairs = pairs.reject { |c, _, _| c.made }
      @keys = keys
    end

    # Types that cannot be cast into each other are compared as text.
    def items
      describe(ask(:differ))
    rescue ActiveRecord::StatementInvalid
      describe(ask(:plain))
    end

    private

    def here
      "a.#{@keys[0][2].sql} IS NOT NULL"
    end

    def joined
      on = @keys.map do |c, name, same|
        next "a.#{same.sql} = b.#{name}" if c.type == same.type
        "#{@shape.text("a.#{same.sql}")} = #{@shape.text("b.#{name}")}"
      end
      "FROM #{@copy.name} b LEFT JOIN #{@shape.only}#{@after.sql} a ON #{on.join(" AND ")}"
    end

    def ask(how)
      @conditions = @pairs.map { |c, name, same| condition(how, c, name, same) }
      sums = ["NOT (#{here})", *@conditions, *@pairs.map { |c, name, _| beyond_default(c, "b.#{name}") }]
      sums = sums.map { |test| "sum(CASE WHEN #{test} THEN 1 ELSE 0 END)" }
      ActiveRecord::Base.transaction(requires_new: true) do
        @connection.select_rows("SELECT #{sums.join(", ")} #{joined}").first.map(&:to_i)
      end
    end

    def condition(how, column, name, same)
      old = "b.#{name}"
      return "#{here} AND #{beyond_default(column, old)}" unless same
      differ = how == :plain ? @shape.plain(old, "a.#{same.sql}") : @shape.differ(column, old, same, "a.#{same.sql}")
      "#{here} AND #{old} IS NOT NULL AND #{differ}"
    end

    # A value that the default gives can be made again.
    def beyond_default(column, old)
      return "#{old} IS NOT NULL" if column.default.nil? || column.default.include?("(")
      "(#{old} IS NOT NULL AND #{@shape.plain(old, "(#{column.default})")})"
    end

    def describe(found)
      rows = found.shift
      changed = found.shift(@pairs.size)
      all = @pairs.each_index.map { |i| column_item(i, changed[i], found[i]) }
      [rows_item(rows), *all].compact
    end

    def rows_item(rows)
      return if rows.zero?
      names = @pairs.map { |_, name, _| "b.#{name}" }
      Loss::Item.new("table #{@table.label} (#{number(rows, "row")} deleted)",
                     part("rows", @table, @pairs.map(&:first)), "SELECT #{values(names)} #{joined} WHERE NOT (#{here})")
    end

    def column_item(index, count, beyond)
      column, name, same = @pairs[index]
      return if count.zero? || beyond.zero? || (same.nil? && moved?(column, name))
      names = (@keys.map { |_, key, _| "b.#{key}" } << "b.#{name}")
      names << "a.#{same.sql}" if same
      Loss::Item.new("column #{@table.label}.#{column.label} (#{number(count, "value")}#{" changed" if same})",
                     part(same ? "changed" : "values", @table, [column]),
                     "SELECT #{values(names)} #{joined} WHERE #{@conditions[index]}")
    end

    # The same values under another name: a rename by hand.  Of each row, and
    # none that the other column has by its default: else it is by chance.
    def moved?(column, name)
      taken = @pairs.map { |_, _, same| same }
      old = "b.#{name}"
      (@after.columns - taken).any? do |other|
        new = "a.#{other.sql}"
        chance = "#{beyond_default(column, old)} AND NOT #{beyond_default(other, new)}"
        @connection.select_value("SELECT 1 #{joined} WHERE #{here} AND #{old} IS NOT NULL " \
                                 "AND (#{@shape.plain(old, new)} OR #{chance}) LIMIT 1").nil?
      end
    end
  end
end
