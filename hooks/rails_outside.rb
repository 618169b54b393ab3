# frozen_string_literal: true

# The other ways out of a trial.  Where connections of database drivers lead is
# seen to by rails_scratch.rb; but a migration may as well start psql, ask a
# service over the network, or tell the server to drop a database that is not the
# one it is connected to.  Nothing of that can be turned to a scratch one, so it is
# refused before it is done.
#
# What the application had open before is closed: an initializer's own connection
# leads to what is real.

require "socket"
require_relative "rails_fence"

module Hookrun
  # It would have left the trial.  Not to be rescued by a migration.
  class Elsewhere < Exception # rubocop:disable Lint/InheritException
    # The cause would be told instead.
    def self.stop(words)
      raise new(words), cause: nil
    end
  end

  # Programs, sockets, and statements about more than one database.
  module Outside
    # Of the whole server, or out of it.
    WIDE = /\b(?:CREATE|ALTER|DROP)\s+(?:DATABASE|ROLE|USER(?!\s+MAPPING)|GROUP|TABLESPACE|SUBSCRIPTION)\b|
            \bALTER\s+SYSTEM\b|\b(?:REASSIGN|DROP)\s+OWNED\b|\bON\s+DATABASE\b|
            \A(?:GRANT|REVOKE)\b(?!.*\bON\b)|
            \bCOPY\b.*\bPROGRAM\b|\bdblink\w*(?=\s*\()|\bpg_(?:terminate|cancel)_backend(?=\s*\()/imx.freeze
    FILE = /\A(ATTACH\b|VACUUM\b.*\bINTO\b)/im.freeze

    # All that the application has: one that is loaded later would not be watched.
    DRIVERS = %w[pg sqlite3 mysql2 trilogy tiny_tds].freeze
    NO_SCRATCH = %w[Mysql2::Client Trilogy TinyTds::Client].freeze

    class << self
      def load_drivers
        DRIVERS.each do |name|
          begin
            require name
          rescue LoadError
            next
          end
        end
      end

      def watch
        return if @watching
        @watching = true
        [Kernel, Process, IO].each { |kind| kind.singleton_class.prepend(Programs.of(kind.singleton_class)) }
        Object.prepend(Programs.of(Object))
        [TCPSocket, UNIXSocket].each { |kind| kind.prepend(OnOpening) }
        Socket.prepend(OnSocket)
        NO_SCRATCH.each { |name| Object.const_get(name).prepend(OnClient) if Object.const_defined?(name) }
        on_statements(PG::Connection, Fence::OnPostgres::SENT, 0, :server) if defined?(PG::Connection)
        on_statements(PG::Connection, Fence::OnPostgres::NAMED, 1, :server) if defined?(PG::Connection)
        on_statements(SQLite3::Database, %i[prepare execute_batch execute_batch2], 0, :file) if defined?(SQLite3::Database)
      end

      def close_all
        close(PG::Connection) { |c| c.finish unless c.finished? } if defined?(PG::Connection)
        close(SQLite3::Database) { |c| c.close unless c.closed? || c.filename.to_s.empty? } if defined?(SQLite3::Database)
        close(BasicSocket) { |s| s.close if !s.closed? && leads_out?(s) }
      end

      def program(words)
        return unless Redirect.table
        words = words.reject { |word| word.is_a?(Hash) }.flatten.map(&:to_s)
        Elsewhere.stop("it starts '#{words.join(" ")[0, 80]}', which is refused in a trial")
      end

      def socket(name)
        Elsewhere.stop("it connects to '#{name}', which is refused in a trial") if Redirect.table
      end

      def server(sql)
        return unless Redirect.table && sql.is_a?(String)
        text = sql.b.sub(Fence::BLANK, "")
        # What DO executes is a text too; that of a function is only kept.
        bare = text.gsub(text =~ /\ADO\b/i ? Fence::COMMENT : Fence::QUOTED) { |found| found.start_with?('"') ? found : "''" }
        words = bare[WIDE]
        return if words.nil? || Redirect.table.values.any? { |name| bare.include?(name) }
        Elsewhere.stop("it says '#{words.split.join(" ")[0, 80]}', which is about more than its database, and refused in a trial")
      end

      def file(sql)
        return unless Redirect.table && sql.is_a?(String)
        words = sql.b.sub(Fence::BLANK, "")[FILE, 1]
        Elsewhere.stop("it says '#{words.split[0]}', which is about another file, and refused in a trial") if words
      end

      private

      def close(kind)
        ObjectSpace.each_object(kind) do |one|
          begin
            yield one
          rescue StandardError
            next # it was half made
          end
        end
      end

      # Not a pair that the process talks to itself by.
      def leads_out?(socket)
        there = socket.remote_address
        there.ip? || !there.unix_path.empty?
      end

      def on_statements(kind, names, place, check)
        here = names.select { |name| kind.method_defined?(name) }
        kind.prepend(Module.new do
          here.each do |name|
            define_method(name) do |*words, &block|
              Outside.send(check, words[place])
              super(*words, &block)
            end
            ruby2_keywords name if respond_to?(:ruby2_keywords, true)
          end
        end)
      end
    end

    # All that starts one.
    module Programs
      NAMES = %i[system spawn exec ` popen].freeze

      def self.of(kind)
        Module.new do
          NAMES.each do |name|
            hidden = kind.private_method_defined?(name)
            next unless hidden || kind.method_defined?(name)
            define_method(name) do |*words, &block|
              Outside.program(words)
              super(*words, &block)
            end
            ruby2_keywords name if respond_to?(:ruby2_keywords, true)
            private name if hidden
          end
        end
      end
    end

    # Connected when they are made.
    module OnOpening
      def initialize(*words, &block)
        Outside.socket(words.first(2).compact.join(":"))
        super
      end
      ruby2_keywords :initialize if respond_to?(:ruby2_keywords, true)
    end

    # Of a driver for databases that have no scratch ones.
    module OnClient
      def initialize(*words, &block)
        Outside.socket(self.class.name)
        super
      end
      ruby2_keywords :initialize if respond_to?(:ruby2_keywords, true)
    end

    # Connected later.
    module OnSocket
      def connect(address)
        Outside.socket(Outside::OnSocket.named(address))
        super
      end

      def connect_nonblock(address, **options)
        Outside.socket(Outside::OnSocket.named(address))
        super
      end

      def self.named(address)
        address = Addrinfo.new(address) if address.is_a?(String)
        address.ip? ? "#{address.ip_address}:#{address.ip_port}" : address.unix_path
      end
    end
  end
end
