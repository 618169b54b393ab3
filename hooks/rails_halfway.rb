# frozen_string_literal: true

# A migration outside a transaction that was cut off goes on where it was.  Each
# statement that it sends is written into a file, before and after; who runs it
# again passes over those that are done, as long as it says the same in the same
# order and the schema is as they left it, and runs the rest.
#
# Of the last one it may not be known whether it was done.  A change of the
# schema is sent again, and where the server says that it is so already, it was
# done; what a broken CREATE INDEX CONCURRENTLY has left, an invalid index, goes
# first.  Whether anybody else was at it meanwhile shows in what is there besides:
# what creates has taken nothing away, what drops has added nothing.  A change of
# rows that may have been made is asked about, and so is any other.
#
# A rehearsal passes over the same, and writes nothing.
#
# PostgreSQL only: elsewhere there is no such migration, or nothing to ask.

require "json"
require "fileutils"

module Hookrun
  # The file of one migration of one database.
  class Halfway
    READS = /\A\s*(?:SELECT|SHOW|SET|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|EXPLAIN|DEALLOCATE)\b/i.freeze
    ADDS = /\A\s*(?:CREATE\b(?!\s+OR\b)|ALTER\s+TABLE\s+\S+\s+ADD\b(?:(?!\b(?:DROP|ALTER)\b).)*\z)/im.freeze
    DROPS = /\A\s*(?:DROP\b|ALTER\s+TABLE\s+\S+\s+DROP\b(?:(?!\b(?:ADD|ALTER)\b).)*\z)/im.freeze
    ROWS = /\A\s*(?:INSERT|UPDATE|DELETE|MERGE|COPY|WITH|TRUNCATE)\b/i.freeze
    INDEX = /\ACREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)/i.freeze
    ALREADY = %w[PG::DuplicateTable PG::DuplicateColumn PG::DuplicateObject PG::UndefinedTable
                 PG::UndefinedColumn PG::UndefinedObject].freeze

    class << self
      attr_accessor :current
    end

    # `found`: the print of the database before this run did anything.
    def initialize(path, phase, connection, found)
      @path = path
      @phase = phase
      @connection = connection
      @found = found
      @inner = []
      @connection.singleton_class.prepend(Logged) unless @connection.singleton_class.include?(Logged)
    end

    # `print` makes one, `unsure` is asked with the statement that may have been
    # done.
    def around(print, told, unsure)
      @print = print
      read
      unsure.call(@doubt[0]) if @doubt && @doubt[0] !~ ADDS && @doubt[0] !~ DROPS
      told.call(@done.size) if @done.any?
      begin_file
      Halfway.current = self
      result = yield
      File.delete(@path)
      result
    ensure
      Halfway.current = nil
      @file&.close
    end

    # In a rehearsal.
    def passing
      read
      Halfway.current = self
      yield
    ensure
      Halfway.current = nil
    end

    # What is about to be sent, and the block that sends it.
    def statement(sql, binds)
      return committed { yield } if sql =~ /\A\s*COMMIT\b/i && @file
      return yield if sql =~ READS
      entry = [sql, binds.map(&:to_s)]
      return nothing if pass_over(entry)
      return tried(entry) { yield } unless @file
      @connection.open_transactions.positive? ? inside(entry) { yield } : alone(entry) { yield }
    end

    private

    def read
      @done = []
      return unless File.exist?(@path)
      head, *lines = File.readlines(@path).map { |line| parse(line) }.compact
      return unless head && head["phase"] == @phase
      lines.each { |line| line.is_a?(Array) ? @done << line : @doubt = line["begun"] }
      @doubt = nil if lines.last.is_a?(Array) || lines.last&.key?("failed")
      print = lines.reverse.find { |line| line.is_a?(Hash) && line["print"] } || head
      compare(print["print"])
    end

    # With what the last statement that is known to be done has left.
    def compare(left)
      return if left == @found && @doubt.nil?
      return forget if @doubt.nil?
      return @doubt = nil if left == @found && @doubt[0] !~ ROWS
      forget if @doubt[0] =~ ADDS && (left - @found).any?
      forget if @doubt && @doubt[0] =~ DROPS && (@found - left).any?
      forget if @doubt && @doubt[0] =~ ROWS && left != @found
    end

    # The last line may be torn.
    def parse(line)
      JSON.parse(line)
    rescue JSON::ParserError
      nil
    end

    def forget
      @done = []
      @doubt = nil
    end

    # Those that are passed over stay in it.
    def begin_file
      FileUtils.mkdir_p(File.dirname(@path), mode: 0o700)
      @file = File.open("#{@path}.new", File::WRONLY | File::CREAT | File::TRUNC, 0o600)
      put({ "phase" => @phase, "print" => @print.call }, false)
      @done.each { |entry| put(entry, false) }
      put({ "begun" => @doubt }, false) if @doubt
      @file.fsync
      File.rename("#{@path}.new", @path)
    end

    def put(line, sync = true)
      @file.puts JSON.generate(line)
      @file.flush
      @file.fsync if sync
    end

    def pass_over(entry)
      return false if @done.empty?
      same = same?(@done.first, entry)
      same ? @done.shift : forget
      same
    end

    # A rehearsal does plainly what is done concurrently.
    def same?(one, other)
      return false unless one
      plain = [one, other].map { |sql, binds| [sql.sub(/ CONCURRENTLY\b/i, ""), binds] }
      plain[0] == plain[1]
    end

    def already?(error)
      Errors.causes(error).any? { |e| ALREADY.include?(e.class.name) }
    end

    def tried(entry)
      return yield unless same?(@doubt, entry)
      @doubt = nil
      raw = @connection.raw_connection
      raw.exec("SAVEPOINT hookrun_halfway")
      yield
    rescue ActiveRecord::StatementInvalid => e
      raise unless raw && already?(e)
      raw.exec("ROLLBACK TO SAVEPOINT hookrun_halfway")
      nothing
    end

    def nothing
      @connection.raw_connection.exec(Fence::NOTHING)
    end

    def alone(entry)
      again = same?(@doubt, entry)
      @doubt = nil
      put("begun" => entry)
      drop_invalid(entry[0])
      result = yield
      done(entry)
      result
    rescue ActiveRecord::StatementInvalid => e
      put("failed" => true)
      raise unless again && already?(e)
      done(entry)
      nothing
    end

    def done(entry)
      put(entry)
      put("print" => @print.call) unless entry[0] =~ ROWS
    end

    # Inside a transaction of its own: done when that is.
    def inside(entry)
      result = yield
      @inner << entry
      result
    end

    def committed
      result = yield
      @inner.each { |entry| put(entry, false) }
      put("print" => @print.call) if @inner.any? { |sql, _| sql !~ ROWS }
      @inner = []
      result
    end

    def drop_invalid(sql)
      name = sql[INDEX, 1] or return
      sure = "SELECT 1 FROM pg_index WHERE NOT indisvalid AND indexrelid = to_regclass(#{@connection.quote(name)})"
      raw = @connection.raw_connection
      raw.exec("DROP INDEX CONCURRENTLY #{@connection.quote_table_name(name)}") if raw.exec(sure).ntuples.positive?
    end

    # Everything that the adapter sends comes by here.
    module Logged
      def log(sql, name = "SQL", binds = [], type_casted_binds = [], *rest, **options, &block)
        halfway = Halfway.current
        return super unless halfway && sql.is_a?(String) && name != "SCHEMA"
        Halfway.current = nil
        values = type_casted_binds.respond_to?(:call) ? type_casted_binds.call : type_casted_binds
        send_it = -> { super(sql, name, binds, type_casted_binds, *rest, **options, &block) }
        halfway.statement(sql, Array(values), &send_it)
      ensure
        Halfway.current = halfway
      end
    end
  end
end
