# frozen_string_literal: true

# Keeps a transaction whole.  What was begun to be undone, or to be done as one,
# must not be ended from within: a migration that commits by itself makes a
# rehearsal real and half of a switch final.  Whether it does is not to be told
# from its text, since a class it inherits from, a gem or a model may do it; so
# each statement is looked at on the connection itself, before it is sent.
#
# Three ways to meet such a statement: in what is to be committed it is refused,
# and everything is undone; in a rehearsal it is left out, and what follows is
# tried all the same; where nothing is held it passes and is told.
#
# What another connection of this process writes is no part of the transaction,
# and none of a rehearsal either: where anything is held it is refused as well.

module Hookrun
  # No StandardError: a migration's own rescue must not go on after it.
  class SelfCommit < Exception # rubocop:disable Lint/InheritException
    def initialize(words, why = "it says '#{words}'")
      super(why)
    end
  end

  # Looks at statements; one connection at a time.
  module Fence
    HINT = /commit|rollback|abort|prepare\s+transaction|begin|start\s+transaction|end/i.freeze
    BLANK = %r{\A(?:[\s;]|--[^\n]*(?:\n|\z)|/\*.*?\*/)+}m.freeze
    BACK = /(?!\s+(?:WORK\s+|TRANSACTION\s+)?TO\b)/i.freeze
    OPENS = /\A(?:BEGIN|START\s+TRANSACTION)\b/i.freeze
    ENDS = /\A(?:COMMIT|END|ROLLBACK|ABORT|PREPARE\s+TRANSACTION)\b#{BACK}/i.freeze
    LATER = /;\s*((?:COMMIT|ROLLBACK|ABORT|PREPARE\s+TRANSACTION)\b)#{BACK}/i.freeze
    # It ends the body of a function or trigger too, where that has a BEGIN.
    LATER_END = /;\s*(END)\b/i.freeze
    COMMENT = %r{--[^\n]*|/\*.*?\*/}m.freeze
    QUOTED = %r{\b[eE]'(?:[^'\\]|\\.|'')*'|\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'|"[^"]*"|--[^\n]*|/\*.*?\*/}m.freeze
    WRITES = /\A(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY|CREATE|ALTER|DROP|DO|CALL|REPLACE|
              WITH\b.*\b(?:INSERT|UPDATE|DELETE|MERGE))\b/imx.freeze
    NOTHING = "SELECT 1 WHERE 1 = 0"

    class << self
      # Whether a migration ended its transaction since this was last cleared.
      attr_accessor :crossed

      def around(connection, mode)
        raw = connection.raw_connection
        watch(raw)
        connection.singleton_class.prepend(OnAdapter) unless connection.singleton_class.include?(OnAdapter)
        @connection = connection
        @raw = raw
        @mode = mode
        yield
      ensure
        @mode = nil
      end

      def filter(sql)
        return sql unless @mode && sql.is_a?(String) && sql.b =~ HINT
        text = sql.b.sub(BLANK, "")
        words = text[ENDS] || later(text)
        return ending(sql, text, words) if words
        text =~ OPENS ? opening(sql, text) : sql
      end

      # A connection that is closed takes its transaction along.
      def leaving(words)
        return if @mode.nil? || @mode == :tell
        self.crossed = true
        raise SelfCommit, words
      end

      # What `raw` is about to say: another connection than the one that holds.
      def elsewhere(raw, sql)
        return if @mode.nil? || @mode == :tell || raw.equal?(@raw) || !sql.is_a?(String)
        return unless sql.b.sub(BLANK, "") =~ WRITES
        self.crossed = true
        raise SelfCommit.new(nil, "it writes over another connection")
      end

      # Is what was begun still under way?
      def whole?(connection)
        raw = connection.raw_connection
        return raw.transaction_active? if raw.respond_to?(:transaction_active?)
        return true unless raw.respond_to?(:transaction_status)
        [PG::PQTRANS_INTRANS, PG::PQTRANS_INERROR].include?(raw.transaction_status)
      end

      private

      # The words by which a statement after the first ends the transaction.
      def later(text)
        bare = text.gsub(QUOTED) { |found| found =~ /\A#{COMMENT}/ ? " " : "''" }
        bare[LATER, 1] || (bare.sub(OPENS, "") =~ /\bBEGIN\b/i ? nil : bare[LATER_END, 1])
      end

      def opening(sql, text)
        return sql unless @mode == :leave_out && text !~ /;\s*\S/
        NOTHING
      end

      def ending(sql, text, words)
        return noted(sql) if @mode == :tell
        self.crossed = true
        raise SelfCommit, words if @mode == :refuse || text.sub(ENDS, "") =~ /;\s*\S/ || text !~ ENDS
        NOTHING
      end

      # Rails takes its transaction off its list before it commits it.
      def noted(sql)
        return sql if crossed || @connection.open_transactions.zero?
        self.crossed = true
        Hookrun.tell(:loose)
        sql
      end

      def watch(raw)
        return if raw.instance_variable_get(:@hookrun_watched)
        raw.instance_variable_set(:@hookrun_watched, true)
        raw.singleton_class.prepend(OnPostgres) if raw.respond_to?(:transaction_status)
        raw.singleton_class.prepend(OnSqlite) if raw.respond_to?(:transaction_active?)
        raw.class.prepend(Others.over(raw.class)) if raw.respond_to?(:prepare)
      end
    end

    # Everything by which a statement reaches the server.
    module OnPostgres
      SENT = %i[exec async_exec sync_exec query async_query send_query exec_params async_exec_params
                sync_exec_params send_query_params].freeze
      NAMED = %i[prepare async_prepare sync_prepare send_prepare].freeze

      SENT.each do |name|
        define_method(name) { |sql, *rest, &block| super(Fence.filter(sql), *rest, &block) }
      end

      %i[reset sync_reset async_reset].each do |name|
        define_method(name) do
          Fence.leaving(name.to_s)
          super()
        end
      end

      NAMED.each do |name|
        define_method(name) { |as, sql, *rest, &block| super(as, Fence.filter(sql), *rest, &block) }
      end
    end

    # For a class of connections, those of others included.
    module Others
      # The name of a prepared statement, which SQLite's have not, comes first.
      def self.over(kind)
        here = (OnPostgres::SENT + OnPostgres::NAMED + [:execute_batch2]).select { |name| kind.method_defined?(name) }
        Module.new do
          here.each do |name|
            define_method(name) do |*words, &block|
              named = OnPostgres::NAMED.include?(name) && words.size > 1
              Fence.elsewhere(self, words[named ? 1 : 0])
              super(*words, &block)
            end
            ruby2_keywords name if respond_to?(:ruby2_keywords, true)
          end
        end
      end
    end

    # Rails' own ways to begin anew.
    module OnAdapter
      %i[reconnect! disconnect! reset!].each do |name|
        define_method(name) do |*rest, **options, &block|
          Fence.leaving(name.to_s)
          options.empty? ? super(*rest, &block) : super(*rest, **options, &block)
        end
      end
    end

    # The same of SQLite's library.
    module OnSqlite
      def prepare(sql, &block)
        super(Fence.filter(sql), &block)
      end

      def execute_batch2(sql, &block)
        super(Fence.filter(sql), &block)
      end
    end
  end
end
