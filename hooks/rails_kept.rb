# frozen_string_literal: true

# Rows and values that a switch takes away, kept in a file and brought back from
# it.  The file is written inside the transaction that takes them, and is there
# under its name before that is committed: so whatever is gone is in a file, and
# a file without a loss does no harm.
#
# One JSON value a line: what it is, then each part followed by its rows.  Values
# are text as the database writes it, which it also reads; what is no text at
# all (SQLite's blobs) is an object.  Bringing back never overwrites what was
# written since: a row is added where its key is free, a value set where there
# is none, or where there still is the one that the migration put there.

require "json"
require "time"
require "fileutils"

module Hookrun
  # Writes such files.
  module Kept
    COUNT = 20

    class << self
      # The name of the file, without its folder.
      def write(dir, database, items, connection)
        FileUtils.mkdir_p(dir, mode: 0o700)
        id = name(dir)
        path = File.join(dir, "#{id}.new")
        File.open(path, File::WRONLY | File::CREAT | File::EXCL, 0o600) do |file|
          head = { "id" => id, "made" => Time.now.utc.iso8601, "db" => database,
                   "app" => Hookrun.root, "items" => items.map(&:text) }
          file.puts JSON.generate(Hookrun.clean(head))
          items.each { |item| write_part(file, item, connection) }
          file.fsync
        end
        File.rename(path, File.join(dir, "#{id}.kept"))
        prune(dir)
        id
      end

      def remove(dir, id)
        File.delete(File.join(dir, "#{id}.kept"))
      rescue SystemCallError
        nil
      end

      private

      def name(dir)
        stem = Time.now.strftime("%Y%m%d-%H%M%S")
        names = [stem] + (2..99).map { |i| "#{stem}-#{i}" }
        names.find { |n| !File.exist?(File.join(dir, "#{n}.kept")) && !File.exist?(File.join(dir, "#{n}.new")) }
      end

      def write_part(file, item, connection)
        file.puts JSON.generate(item.part)
        connection.select_rows(item.query).each { |row| file.puts JSON.generate(row.map { |v| plain(v) }) }
      end

      def plain(value)
        return value unless value.is_a?(String)
        utf8 = value.dup.force_encoding("UTF-8")
        binary = value.encoding == Encoding::BINARY || !utf8.valid_encoding?
        binary ? { "hex" => value.unpack1("H*") } : utf8
      end

      def prune(dir)
        Dir[File.join(dir, "*.kept")].sort[0...-COUNT].each { |old| File.delete(old) }
      end
    end
  end

  # Reads one of them into the database it came from.
  class Restore
    def initialize(path)
      @head, *lines = File.foreach(path).map { |line| JSON.parse(line) }
      @parts = []
      lines.each { |line| line.is_a?(Hash) ? @parts << [line, []] : @parts.last[1] << line }
      @done = []
      @left = []
    end

    def database
      @head["db"]
    end

    # Parents before children, whatever their order in the file: what fails is
    # tried again as long as anything else succeeds.
    def work
      ActiveRecord::Base.transaction do
        waiting = @parts
        loop do
          failed = waiting.reject { |part, rows| attempt(part, rows) }
          break waiting = failed if failed.empty? || failed.size == waiting.size
          waiting = failed
        end
        waiting.each { |part, _| @left << "#{part["label"]}: #{@why}" }
      end
      Hookrun.tell(:restored, "items" => @done, "left" => @left)
    end

    private

    def connection
      Compat.connection
    end

    def attempt(part, rows)
      ActiveRecord::Base.transaction(requires_new: true) { put(part, rows) }
      true
    rescue ActiveRecord::StatementInvalid => e
      @why = Errors.causes(e).last.message.lines.first.to_s.strip
      false
    end

    def put(part, rows)
      return @left << "#{part["label"]}: it has no primary key; the rows are in the file" unless keyed?(part)
      return @left << "#{part["label"]}: there is no such table here" unless here?(part)
      count = part["kind"] == "rows" ? add(part, rows) : set(part, rows)
      @done << "#{part["label"]}: #{count} #{noun(part)}#{"s" unless count == 1}" if count.positive?
      others = rows.size - count
      @left << "#{part["label"]}: #{others} #{noun(part)}#{"s" unless others == 1} changed since" if others.positive?
    end

    def noun(part)
      part["kind"] == "rows" ? "row" : "value"
    end

    def keyed?(part)
      part["kind"] == "rows" || %w[values changed].include?(part["kind"])
    end

    def here?(part)
      names = connection.tables + connection.tables.map { |t| "public.#{t}" }
      names.include?(part["label"]) || connection.table_exists?(part["label"])
    end

    def columns(part)
      connection.columns(part["label"]).map(&:name)
    end

    # Into the columns that there are.
    def add(part, rows)
      known = columns(part)
      places = part["columns"].each_index.select { |i| known.include?(part["columns"][i]) }
      names = places.map { |i| connection.quote_column_name(part["columns"][i]) }.join(", ")
      rows.each_slice(500).sum do |slice|
        values = slice.map { |row| "(#{places.map { |i| literal(row[i]) }.join(", ")})" }
        insert(part, names, values)
      end
    end

    def insert(part, names, values)
      before = count(part)
      connection.execute("INSERT INTO #{part["table"]} (#{names}) #{overriding}" \
                         "VALUES #{values.join(", ")} ON CONFLICT DO NOTHING")
      count(part) - before
    end

    def overriding
      connection.adapter_name =~ /postg/i ? "OVERRIDING SYSTEM VALUE " : ""
    end

    def count(part)
      connection.select_value("SELECT count(*) FROM #{part["table"]}").to_i
    end

    def set(part, rows)
      name = part["columns"][0]
      unless columns(part).include?(name)
        @left << "#{part["label"]}: there is no column '#{name}' here"
        return rows.size
      end
      rows.count { |row| set_one(part, connection.quote_column_name(name), row) }
    end

    def set_one(part, column, row)
      key = part["key"].each_with_index.map { |k, i| "#{connection.quote_column_name(k)} = #{literal(row[i])}" }
      free = ["#{column} IS NULL", *still(part, column, row)].join(" OR ")
      connection.update("UPDATE #{part["table"]} SET #{column} = #{literal(row[part["key"].size])} " \
                        "WHERE #{key.join(" AND ")} AND (#{free})").positive?
    end

    # What the migration, or the column's default, has put there.  It may have
    # been of another type, and look different by now.
    def still(part, column, row)
      type = connection.columns(part["label"]).find { |c| c.name == part["columns"][0] }
      new = part["kind"] == "changed" ? row.last : type.default
      return [] if new.nil? || new.is_a?(Hash)
      quoted = connection.quote(new.to_s)
      texts = [quoted]
      texts << "CAST(CAST(#{quoted} AS #{type.sql_type}) AS #{text_type})" if castable?(quoted, type.sql_type)
      texts.map { |text| "CAST(#{column} AS #{text_type}) = #{text}" }
    end

    def castable?(quoted, type)
      return false if text_type == "TEXT"
      ActiveRecord::Base.transaction(requires_new: true) { connection.select_value("SELECT CAST(#{quoted} AS #{type})") }
      true
    rescue ActiveRecord::StatementInvalid
      false
    end

    def text_type
      connection.adapter_name =~ /postg/i ? "text" : "TEXT"
    end

    def literal(value)
      return "X'#{value["hex"]}'" if value.is_a?(Hash)
      value.nil? ? "NULL" : connection.quote(value)
    end
  end
end
