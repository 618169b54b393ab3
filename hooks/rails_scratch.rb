# frozen_string_literal: true

# A database to try migrations on, that nobody else has, and the fence around it:
# as long as it stands, whatever in this process connects to a database of the
# application lands in the scratch one, and what connects elsewhere is refused.  So
# no migration, model or gem can reach the developer's rows.
#
# Each is written down before it is made.  What a killed run has left the next
# one finds there and drops.

require "json"
require_relative "rails_outside"

module Hookrun
  # Where connections lead.
  module Redirect
    PARTS = %i[host hostaddr port dbname].freeze
    CONNECTS = %i[new open connect setdb setdblogin async_connect sync_connect connect_start].freeze

    class << self
      # { place of a database => scratch }, or nil: there is no fence.
      def table
        Thread.current[:hookrun_let] ? nil : @table
      end

      # An empty one lets nobody through: a thread may outlive its migration.
      def stand(table)
        @table = table
        watch
        Outside.watch
        drop_connections
        Outside.close_all
      end

      # For our own, and for no other thread.
      def let
        before = Thread.current[:hookrun_let]
        Thread.current[:hookrun_let] = true
        yield
      ensure
        Thread.current[:hookrun_let] = before
      end

      def open(&work)
        drop_connections
        let(&work)
      ensure
        drop_connections
      end

      def place(hash)
        PARTS.map { |part| hash[part].to_s }
      end

      def postgres(words)
        return words unless table
        hash = words.last.is_a?(Hash) ? words.last : parsed(words)
        return words if table.value?(hash[:dbname].to_s)
        to = table[place(hash)]
        refuse(hash[:dbname]) unless to
        changed = hash.merge(dbname: to)
        [Hash.respond_to?(:ruby2_keywords_hash) ? Hash.ruby2_keywords_hash(changed) : changed]
      end

      def sqlite(path)
        path = path.to_path if path.respond_to?(:to_path)
        return path if table.nil? || !path.is_a?(String) || path.empty? || path.start_with?(":")
        full = File.expand_path(path, Hookrun.root)
        return path if table.value?(full)
        table[full] || refuse(path)
      end

      def others(pool)
        config = pool.respond_to?(:db_config) ? pool.db_config.configuration_hash : pool.spec.config
        return if table.nil? || config[:adapter].to_s =~ /\A(?:postg|sqlite)/
        refuse(config[:database] || config[:adapter])
      end

      # Connections that are open lead to where they led; of each role and shard.
      def drop_connections
        ObjectSpace.each_object(ActiveRecord::ConnectionAdapters::ConnectionPool, &:disconnect!)
      end

      private

      def refuse(name)
        Elsewhere.stop("it connects to '#{name}', of which there is no scratch database")
      end

      def parsed(words)
        refuse("another server") unless words.size == 1 && words[0].is_a?(String)
        said = PG::Connection.conninfo_parse(words[0]).select { |part| part[:val] }
        said.map { |part| [part[:keyword].to_sym, part[:val]] }.to_h
      end

      def watch
        return if @watching
        @watching = true
        Outside.load_drivers
        ActiveRecord::ConnectionAdapters::ConnectionPool.prepend(OnPool)
        PG::Connection.singleton_class.prepend(OnPostgres) if defined?(PG::Connection)
        SQLite3::Database.prepend(OnSqlite) if defined?(SQLite3::Database)
      end
    end

    # libpq's.
    module OnPostgres
      CONNECTS.each do |name|
        define_method(name) { |*words, &block| super(*Redirect.postgres(words), &block) }
        ruby2_keywords name if respond_to?(:ruby2_keywords, true)
      end
    end

    # SQLite's.
    module OnSqlite
      def initialize(path, *rest, &block)
        super(Redirect.sqlite(path), *rest, &block)
      end
      ruby2_keywords :initialize if respond_to?(:ruby2_keywords, true)
    end

    # All others, which have no scratch databases.
    module OnPool
      private

      def new_connection
        Redirect.others(self)
        super
      end
    end
  end

  # One of a server, or a file.
  class Scratch
    NAME = /\Ahookrun_check_[0-9a-f]+_\d+\z/.freeze

    class << self
      # What runs that were killed have left: files of lines, which go when all
      # that they name is gone.
      def drop_left(files)
        files.each { |file| drop_those_of(file) }
      end

      private

      def drop_those_of(file)
        entries = File.readlines(file).map { |line| JSON.parse(line) }
        entries.reject! { |entry| gone?(entry) }
        entries.empty? ? File.unlink(file) : File.write(file, entries.map { |e| "#{JSON.generate(e)}\n" }.join)
      rescue SystemCallError, JSON::ParserError
        nil # another time
      end

      # Only on a server that the application still has, and by our own name.
      def gone?(entry)
        return true unless entry["name"] =~ NAME
        found = Compat.configs.find { |_, config| new(config, entry["name"]).place == entry["place"] }
        return false unless found
        new(found[1], entry["name"]).drop
        true
      rescue StandardError
        false
      end
    end

    attr_reader :name

    def initialize(config, name)
      @settings = Compat.settings(config)
      @name = name
    end

    def sqlite?
      @settings[:adapter].to_s.start_with?("sqlite")
    end

    # Where a database of its configuration is, as whoever connects says it.
    def place
      Redirect.place(host: @settings[:host], hostaddr: @settings[:hostaddr], port: @settings[:port],
                     dbname: @settings[:database])
    end

    # A row for the fence.
    def redirection
      return { place => @name } unless sqlite?
      { File.expand_path(@settings[:database].to_s, Hookrun.root) => @name }
    end

    # Its own configuration, for the tasks that start psql and others.
    def settings
      @settings.merge(database: @name)
    end

    def make
      return if sqlite? # with the first connection
      File.open(record, "w") do |file|
        file.puts JSON.generate("place" => place, "name" => @name)
        file.fsync
      end
      at_server do |c|
        c.create_database(@name, { encoding: "utf8" }.merge(@settings))
        # Nothing in it has to outlive a power cut.
        c.execute("ALTER DATABASE #{c.quote_table_name(@name)} SET synchronous_commit = off")
      end
    rescue ActiveRecord::StatementInvalid => e
      raise unless e.cause.class.name == "PG::InsufficientPrivilege"
      File.unlink(record)
      raise Unable, "the database's user may not make a scratch database; 'ALTER ROLE #{@settings[:username] || "its name"} " \
                    "CREATEDB' allows it"
    end

    def drop
      return if sqlite? # with the folder that it is in
      at_server do |c|
        c.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = #{c.quote(@name)}")
        c.execute("DROP DATABASE IF EXISTS #{c.quote_table_name(@name)}")
      end
    end

    # The same of a file, for a connection to it.
    def hurry(connection)
      connection.execute("PRAGMA synchronous = OFF") if sqlite?
    end

    # With what says that it is there: there is one at a time.
    def drop_and_forget
      drop
      File.unlink(record) unless sqlite?
    end

    private

    def record
      File.join(Hookrun.plan["dir"], "databases")
    end

    # From the database of the application, which may not be there yet.
    def at_server(&work)
      Redirect.open do
        begin
          connected(@settings, &work)
        rescue ActiveRecord::NoDatabaseError
          connected(@settings.merge(database: "postgres", schema_search_path: "public"), &work)
        end
      end
    end

    def connected(settings)
      before = Compat.version >= 601 ? ActiveRecord::Base.connection_db_config : ActiveRecord::Base.connection_config
      ActiveRecord::Base.establish_connection(settings)
      yield Compat.connection
    ensure
      ActiveRecord::Base.establish_connection(before)
    end
  end
end
