# frozen_string_literal: true

# A schema as lines, to see what a migration leaves behind that it did not find,
# and to say it.  They come from the queries that replays compare by; the order of
# columns does not count, since one that is dropped and added again stands last.

require "set"

module Hookrun
  # Lines, sorted.
  module SchemaLines
    MAX = 12 # that are shown
    # What of SQLite's texts no pragma tells; but where Rails rebuilds a table it
    # loses AUTOINCREMENT, which is not the doing of whoever wrote the migration.
    TOLD_BY_TEXT = /CHECK|COLLATE|\bAS\b|UNIQUE|CONFLICT|DEFERR|WITHOUT|STRICT/i.freeze

    class << self
      def of(connection)
        connection.adapter_name =~ /sqlite/i ? sqlite(connection) : postgres(connection)
      end

      # A constraint that is valid by now does no harm to who goes back, and there
      # is no statement that takes it back.
      def validated(before, after)
        before.map do |line|
          valid = line.sub(/ NOT VALID\|f(?=\|)/, "|t")
          line.start_with?("constraint|") && after.include?(valid) ? valid : line
        end.sort
      end

      # Texts for people: what is there too much, and what is missing.
      def differences(before, after)
        more = (after - before).map { |line| ["+", line] }
        less = (before - after).map { |line| ["-", line] }
        told = (less + more).map { |sign, line| "#{sign} #{shown(line)}" }
        told = (less + more).map { |sign, line| "#{sign} #{line.tr("|", " ")}" } if told.uniq.size < told.size
        told.size > MAX ? told.first(MAX) + ["… and #{told.size - MAX} more"] : told
      end

      private

      def text_of(name)
        File.read(File.join(Hookrun.plan["dir"], name))
      end

      # The same query without the digest around its lines.
      def postgres(connection)
        query = text_of("print_postgresql.sql").sub(/\A.*?^FROM \(/m, "SELECT x FROM (")
        lines = connection.select_values(query, "SCHEMA").map { |line| without_place(line) }
        lines.reject { |line| line =~ /\Arelation\|[^|]*\|i\|/i }.sort # each index has a line of its own
      end

      def without_place(line)
        return line unless line.start_with?("column|")
        parts = line.split("|", 4)
        "column|#{parts[1]}|#{parts[3]}"
      end

      def sqlite(connection)
        connection.select_rows(text_of("print_sqlite.sql"), "SCHEMA").flat_map do |what, table, place, rest|
          next texts(table, rest) if what == "text"
          what == "reference" ? "reference|#{table}|#{rest}" : "#{what}|#{table}|#{what == "column" ? rest : "#{place}|#{rest}"}"
        end.sort
      end

      # The parts of CREATE TABLE that say what nothing else does.
      def texts(table, sql)
        inside = sql[/\((.*)\)/m, 1].to_s
        all = parts_of(inside) + [sql[/\)([^)]*)\z/, 1].to_s]
        all.map { |part| part.strip.gsub(/\s+/, " ").gsub(/ (?:DEFAULT NULL|AUTOINCREMENT)\b/i, "") }
           .grep(TOLD_BY_TEXT).map { |part| "text|#{table}|#{part}" }
      end

      def parts_of(text)
        depth = 0
        quote = nil
        text.each_char.with_object([+""]) do |char, parts|
          quote = quote == char ? nil : (quote || char) if %w[' " `].include?(char) && (quote.nil? || quote == char)
          depth += { "(" => 1, ")" => -1 }.fetch(char, 0) unless quote
          char == "," && depth.zero? && quote.nil? ? parts << +"" : parts.last << char
        end
      end

      def shown(line)
        what, table, *rest = line.split("|", -1)
        table = table.sub(/\Apublic\./, "")
        case what
        when "column" then "column #{table}.#{rest[0]} #{column(rest)}".strip
        when "index" then table
        when "constraint" then "constraint #{table} on #{rest[0].sub(/\Apublic\./, "")}: #{rest.grep(/[( ]/).first}"
        when "relation" then relation(table, rest[0])
        else line.tr("|", " ")
        end
      end

      # "varchar not null default 'x'"; SQLite has the default last but for none.
      def column(rest)
        type, null = rest[1, 2]
        default = rest.size > 6 ? (rest[12] if rest.size == 13) : rest[5]
        [type, ("not null" if %w[t 1].include?(null)), ("default #{default}" unless default.to_s.empty?)].compact.join(" ")
      end

      def relation(table, kind)
        names = { "r" => "table", "p" => "table", "v" => "view", "m" => "materialized view", "S" => "sequence", "i" => "index" }
        "#{names.fetch(kind, "relation")} #{table}"
      end
    end
  end
end
