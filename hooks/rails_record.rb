# frozen_string_literal: true

# What pure migrations send is recorded, so that it can be sent again without
# Rails.  A recording says: in a schema with this print, this text, this way,
# sends these statements and leaves a schema with that print; and it asks a
# question for each table or column that goes with them, whose answer must be
# that nothing is in it.  It is true whether or not what it was made from was
# committed, so that the way back is recorded ahead, in a savepoint, where that
# costs little.

require "digest/sha1"
require_relative "rails_purity"

module Hookrun
  # The recordings of one database.
  class Recorder
    AHEAD_MAX = 16 * 1024 * 1024 # bytes of tables that may be worked on for a try back
    LIMIT = 256 * 1024 # bytes of statements
    FILES = 500 # recordings in a folder
    TOO_MUCH = "the application asks for more files at its start than are compared"
    INPUTS = 16 # with which one migration is known
    FOLDERS = 12 # of one database, one for each state of its application
    NOUNS = "(?:UNLOGGED\\s+|TEMPORARY\\s+)?TABLE|(?:UNIQUE\\s+)?INDEX|(?:MATERIALIZED\\s+)?VIEW|SEQUENCE|TYPE|DOMAIN|" \
            "SCHEMA|FUNCTION|PROCEDURE|(?:CONSTRAINT\\s+)?TRIGGER|EXTENSION|POLICY|STATISTICS|RULE|VIRTUAL\\s+TABLE"
    SCHEMA_ONLY = /\A\s*(?:(?:CREATE(?:\s+OR\s+REPLACE)?|ALTER|DROP)\s+(?:#{NOUNS})\b|COMMENT\s+ON\b)/i.freeze
    FILLED = /\bAS\s+(?:\(\s*)*(?:SELECT|TABLE|VALUES|WITH|EXECUTE)\b/i.freeze
    A_TABLE = /\A\s*CREATE\s+(?:UNLOGGED\s+|TEMPORARY\s+)?TABLE\b/i.freeze
    # SQLite's have their statements in them.
    A_TRIGGER = /\A\s*CREATE\s+TRIGGER\b.*;\s*END\s*;?\s*\z/im.freeze
    # How ActiveRecord rebuilds a table on SQLite.
    COPY = /\AINSERT INTO ("[^"]+") \((?:"[^"]+"(?:, ?)?)+\)\s+SELECT (?:"[^"]+"(?:, ?)?)+ FROM ("[^"]+")\z/.freeze
    SPARE = /\ACREATE TEMPORARY TABLE ("[^"]+")/.freeze
    # What says nothing about the migration: its frame, and looks.
    FRAME = /\A\s*(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET\s+LOCAL\s+lock_timeout|
             PRAGMA\s+(?:defer_)?foreign_keys)\b|pg_(?:try_)?advisory_(?:un)?lock/ix.freeze
    LOOK = /\A\s*(?:SELECT|SHOW|WITH|PRAGMA|EXPLAIN)\b/i.freeze
    WRITE = /\A\s*(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE)\s+(\S+)/i.freeze

    def initialize(connection, dir)
      @connection = connection
      @dir = dir
      @shape = connection.adapter_name =~ /postg/i ? PostgresShape : SqliteShape
      @query = File.read(File.join(Hookrun.plan["dir"], @shape == PostgresShape ? "print_postgresql.sql" : "print_sqlite.sql"))
      @own = [Place.versions_table, Place.table(ActiveRecord::Base.internal_metadata_table_name)]
      @found = {}
      @reasons = {}
      @settings = settings # before a migration has any of its own
    end

    # The schema is not known to be what it was at the last look.
    def begin_anew
      @print = @shape_now = nil
    end

    # Run the block, which takes `file` in a direction, and record it; and then
    # `back`, which is undone.
    def around(direction, version, file, name, back)
      text = File.binread(file)
      why = Purity.why_not(text) || patched
      return refuse(direction, text, why, &-> { yield }) if why
      task = { version: version, file: File.basename(file), name: name, text: Digest::SHA1.hexdigest(text) }
      record(task.merge(direction: direction)) { yield }
      ahead(task.merge(direction: direction == "up" ? "down" : "up"), back) if bytes <= AHEAD_MAX
    end

    # Write what was found, once nothing can fail any more.
    def write
      return if @found.empty? && @reasons.empty?
      inputs = write_inputs
      @found.each do |key, recording|
        next put(key[/\A\h+-[a-z]+/], "why" => TOO_MUCH) unless inputs
        put_recording(key, recording.merge("inputs" => inputs))
      end
      @reasons.each { |key, why| put(key, "why" => why) }
      put("session", "settings" => @settings)
      prune(@dir, "*-*-*", FILES)
      prune(File.dirname(@dir), "*", FOLDERS)
    rescue SystemCallError
      nil # it will be recorded another time
    end

    private

    # Of what this transaction holds so that nobody else may write to it.
    def bytes
      return SqliteShape.bytes(@connection, nil) unless @shape == PostgresShape
      @connection.select_value(<<~SQL, "SCHEMA").to_i
        SELECT coalesce(sum(pg_relation_size(relation)), 0) FROM pg_locks
        WHERE pid = pg_backend_pid() AND locktype = 'relation'
          AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      SQL
    end

    def refuse(direction, text, why)
      @reasons["#{Digest::SHA1.hexdigest(text)}-#{direction}"] = why
      begin_anew
      yield
    end

    # The application's own version of a schema statement may do anything.
    def patched
      return @patched if defined?(@patched)
      statements = Purity::STATEMENTS.select { |name| @connection.respond_to?(name) }
      mine = statements.find { |name| own_code?(@connection, name) || own_code?(ActiveRecord::Migration.new, name) }
      @patched = mine && "the application has a '#{mine}' of its own"
    end

    def own_code?(object, name)
      return false unless object.class.method_defined?(name) || object.singleton_class.method_defined?(name)
      method = object.method(name)
      while method
        path = method.source_location&.first.to_s
        return true if path.start_with?("#{Hookrun.root}/") && !path.start_with?("#{Hookrun.root}/vendor/")
        method = method.super_method
      end
      false
    end

    def print_now
      rows = @connection.select_rows(@query, "SCHEMA")
      Digest::SHA1.hexdigest(rows.map { |row| row.map { |value| "#{value}\x1f" }.join + "\x1e" }.join.b)
    end

    def record(task)
      before = @print || print_now
      shape = @shape_now || @shape.new(@connection)
      sent, why = watch { yield }
      @print = print_now
      @shape_now = @shape.new(@connection)
      key = "#{task[:text]}-#{task[:direction]}"
      asked = asks(shape, @shape_now, sent) unless why
      return @reasons[key] = why || "what goes with it cannot be told" unless asked
      @found["#{key}-#{before}"] = {
        "version" => task[:version].to_s, "direction" => task[:direction], "file" => task[:file], "name" => task[:name],
        "table" => @connection.quote_table_name(Compat.versions_table), "before" => before, "after" => @print,
        "asks" => asked, "statements" => sent
      }
    end

    # Statements, and why they cannot be sent again, or nil.
    def watch
      sent = []
      spare = []
      why = nil
      seen = lambda do |*, payload|
        next if payload[:cached] || elsewhere?(payload)
        why ||= judge(payload, sent, spare)
      end
      ActiveSupport::Notifications.subscribed(seen, "sql.active_record") { yield }
      why ||= "it sends too much" if sent.sum(&:bytesize) > LIMIT
      [sent, why]
    end

    # Rails holds its lock over a connection of its own.
    def elsewhere?(payload)
      return !payload[:connection].equal?(@connection) if payload[:connection]
      payload[:connection_id] && payload[:connection_id] != @connection.object_id
    end

    def judge(payload, sent, spare)
      sql = utf8(payload[:sql])
      return "it sends what is no text" unless sql
      return if sql =~ FRAME || its_version?(sql) || payload[:name] == "SCHEMA" && sql =~ LOOK
      return "it sends values beside a statement" unless Array(payload[:binds]).empty?
      plain = sql.gsub(Fence::QUOTED, "''")
      return "it sends '#{sql[0, 60]}'" unless schema_only?(plain) || copies?(sql, spare)
      spare << sql[SPARE, 1] if sql =~ SPARE
      sent << sql
      nil
    end

    # What Rails itself writes down about a migration, and reads.
    def its_version?(sql)
      where = sql =~ /\A\s*SELECT\b/i ? sql : sql[WRITE, 1].to_s
      @own.any? { |name| where.include?(name) }
    end

    def utf8(sql)
      text = sql.to_s.dup.force_encoding("UTF-8")
      text if text.valid_encoding? && !text.include?("\0")
    end

    def schema_only?(plain)
      return false unless plain =~ SCHEMA_ONLY && !(plain =~ A_TABLE && plain =~ FILLED)
      plain !~ /;\s*\S/ || @shape == SqliteShape && plain =~ A_TRIGGER
    end

    def copies?(sql, spare)
      return false unless @shape == SqliteShape && (found = sql.match(COPY))
      spare.include?(found[1]) || spare.include?(found[2])
    end

    # Whatever this session has that another one has not: in which time zone a
    # default is read, for one.
    def settings
      return [] unless @shape == PostgresShape
      @connection.select_rows(<<~SQL, "SCHEMA")
        SELECT name, setting FROM pg_settings WHERE source = 'session' AND name NOT IN
          ('lock_timeout', 'statement_timeout', 'application_name', 'client_connection_check_interval',
           'client_encoding', 'client_min_messages')
        ORDER BY 1
      SQL
    end

    # [a lock for it, or nil; the query that may find nothing; what it would find]
    def asks(before, after, sent)
      tables = before.tables.reject { |t| @own.any? { |name| t.label == name || t.sql.end_with?(".#{name}") } }
      @shape == PostgresShape ? postgres_asks(tables, after) : sqlite_asks(tables, after, sent)
    end

    def postgres_asks(tables, after)
      tables.select { |t| after.touched?(t) }.flat_map do |table|
        same = after.tables.find { |t| t.id == table.id }
        next [ask(table, nil)] unless same && same.mark == table.mark
        gone = table.columns.reject { |c| c.made || same.columns.any? { |other| other.id == c.id } }
        gone.map { |column| ask(table, column) }
      end
    end

    def sqlite_asks(tables, after, sent)
      trail = Trail.new(tables)
      return unless sent.all? { |sql| trail.follow(sql) }
      tables.flat_map do |table|
        name, names = trail.now(table.label)
        same = after.tables.find { |t| Trail.key(t.label) == name }
        next [ask(table, nil)] if !same || trail.rebuilt_again?(table.label)
        now = same.columns.map { |c| [Trail.key(c.label), c.type] }.to_h
        lost, left = table.columns.reject(&:made).partition { |c| !now.key?(names[Trail.key(c.label)]) }
        next [ask(table, nil)] unless left.all? { |c| now[names[Trail.key(c.label)]] == c.type }
        lost.map { |column| ask(table, column) }
      end
    end

    # A value that its default gives can be made again.
    def ask(table, column)
      only = "#{@shape.only}#{table.sql}"
      return asked(table, only, nil, "rows of #{table.label}") unless column
      test = "#{column.sql} IS NOT NULL"
      if column.default && !column.default.include?("(")
        test += " AND #{@shape.plain(column.sql, column.default)}"
      end
      asked(table, only, " WHERE #{test}", "values of #{table.label}.#{column.label}")
    end

    def asked(table, only, where, what)
      query = "SELECT 1 FROM #{only}#{where} LIMIT 1"
      return [nil, query, what] unless @shape == PostgresShape
      hidden = @shape.hides("#{@connection.quote(table.sql)}::regclass::oid")
      ["LOCK TABLE #{only} IN ACCESS EXCLUSIVE MODE", "#{hidden} UNION ALL (#{query})", what]
    end

    def ahead(task, back)
      return if @reasons.key?("#{task[:text]}-#{task[:direction]}")
      return if @found.key?("#{task[:text]}-#{task[:direction]}-#{@print}")
      here = @print
      shape = @shape_now
      ActiveRecord::Base.transaction(requires_new: true) do
        record(task) { back.call }
        raise ActiveRecord::Rollback
      end
    rescue StandardError, NotImplementedError
      @reasons["#{task[:text]}-#{task[:direction]}"] = "it cannot be undone"
    ensure
      @print, @shape_now = here, shape if here
      Compat.forget_columns if here
    end

    # What the application was made of.  nil: more than can be compared.
    def write_inputs
      files = Reads.lines
      return unless files
      text = (Variables.lines + files).join
      name = "inputs-#{Digest::SHA1.hexdigest(text)}"
      store(name, text)
      name
    end

    # What was sent with other inputs may be asked for again.
    def put_recording(key, recording)
      known = (read(key) || {})["known"] || []
      all = [recording, *known.reject { |one| one["inputs"] == recording["inputs"] }].first(INPUTS)
      all.pop while all.size > 1 && JSON.generate(all).bytesize > 3 * LIMIT
      put(key, "known" => all)
    end

    def read(key)
      digest, text = File.binread(File.join(@dir, key)).split("\n", 2)
      JSON.parse(text) if text && Digest::SHA1.hexdigest(text) == digest
    rescue SystemCallError, JSON::ParserError
      nil
    end

    # The oldest go.
    def prune(dir, pattern, count)
      all = Dir[File.join(dir, pattern)].sort_by { |path| File.mtime(path) }
      FileUtils.rm_rf(all[0...-count]) if all.size > count
    end

    def put(key, recording)
      text = "#{JSON.generate(recording)}\n"
      store(key, "#{Digest::SHA1.hexdigest(text)}\n#{text}")
    end

    def store(name, text)
      FileUtils.mkdir_p(@dir, mode: 0o700)
      path = File.join(@dir, name)
      File.binwrite("#{path}.#{Process.pid}", text)
      File.rename("#{path}.#{Process.pid}", path)
    end
  end

  # Where the rows and values of each SQLite table are by now.  A name does not
  # tell: a table or column can go, and another one come back under its name.
  class Trail
    NAME = '(?:main\.)?(?:"([^"]+)"|(\w+))'
    ENDING = '\s*;?\s*\z'
    MADE = /\A\s*CREATE\s+(?:TEMPORARY\s+|TEMP\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?#{NAME}/i.freeze
    GONE = /\A\s*DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?#{NAME}#{ENDING}/i.freeze
    RENAMED = /\A\s*ALTER\s+TABLE\s+#{NAME}\s+RENAME\s+TO\s+#{NAME}#{ENDING}/i.freeze
    COLUMN = /\A\s*ALTER\s+TABLE\s+#{NAME}\s+RENAME\s+(?:COLUMN\s+)?#{NAME}\s+TO\s+#{NAME}#{ENDING}/i.freeze
    TAKEN = /\A\s*ALTER\s+TABLE\s+#{NAME}\s+DROP\s+(?:COLUMN\s+)?#{NAME}#{ENDING}/i.freeze
    ADDED = /\A\s*ALTER\s+TABLE\s+#{NAME}\s+ADD\s/i.freeze
    COPIED = /\AINSERT INTO #{NAME} \(([^)]*)\)\s+SELECT (.*) FROM #{NAME}\z/m.freeze
    ABOUT = /\A\s*(?:(?:CREATE|DROP|ALTER)\s+(?:\w+\s+)?TABLE|INSERT)\b/i.freeze
    # The table of before, and what its columns are called: now => before.
    Held = Struct.new(:label, :columns)

    # SQLite does not tell small letters from capital ones.
    def self.key(name)
      name.downcase
    end

    def initialize(tables)
      @held = tables.map do |t|
        columns = t.columns.map { |c| [Trail.key(c.label), Trail.key(c.label)] }.to_h
        [Trail.key(t.label), Held.new(t.label, columns)]
      end.to_h
      @copies = Hash.new(0)
    end

    # false: what it does cannot be told.
    def follow(sql)
      { GONE => :gone, RENAMED => :renamed, COLUMN => :column, TAKEN => :taken, COPIED => :copied, MADE => :made,
        ADDED => :added }.each do |form, step|
        found = sql.match(form)
        return send(step, *found.captures.compact.map { |name| Trail.key(name) }) if found
      end
      sql !~ ABOUT
    end

    # A rebuild copies twice, to a spare table and back.  With more than that a
    # value may have been of another type in between.
    def rebuilt_again?(label)
      @copies[label] > 2
    end

    # Its name now, or nil, and its columns: before => now.
    def now(label)
      name, held = @held.find { |_, h| h.label == label }
      [name, held ? held.columns.invert : {}]
    end

    private

    def made(name)
      @held[name] ||= Held.new(nil, {})
      true
    end

    def gone(name)
      !@held.delete(name).nil?
    end

    def renamed(name, other)
      return false unless @held.key?(name) && !@held.key?(other)
      @held[other] = @held.delete(name)
      true
    end

    def column(name, before, now)
      return false unless @held.key?(name)
      columns = @held[name].columns
      columns[now] = columns.delete(before) if columns.key?(before)
      true
    end

    def taken(name, column)
      return false unless @held.key?(name)
      @held[name].columns.delete(column)
      true
    end

    def added(name)
      @held.key?(name)
    end

    def copied(name, into, from, table)
      return false unless @held.key?(table)
      pairs = into.scan(/"[^"]+"/).zip(from.scan(/"[^"]+"/)).map { |pair| pair.map { |c| c[1..-2] } }
      held = @held[table]
      @copies[held.label] += 1
      kept = pairs.select { |_, old| held.columns.key?(old) }
      @held[name] = Held.new(held.label, kept.map { |new, old| [new, held.columns[old]] }.to_h)
      true
    end
  end
end
