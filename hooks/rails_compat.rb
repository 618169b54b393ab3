# frozen_string_literal: true

# ActiveRecord 5.2 to 8.1 and its adapters under one roof: where versions
# differ, the version decides, and where adapters do, the connection.

require "zlib"

module Hookrun
  # While an application starts nearly all that is made stays, and looking for
  # garbage takes a tenth of the time: it is left until there may be much of it.
  module Garbage
    ROOM = 256 * 1024 * 1024
    SLOT = 40 # bytes of an object
    LOOK = 0.02

    def self.later
      return yield if GC.disable # by somebody else
      guard = Thread.new do
        sleep LOOK until much?
        GC.enable
      end
      yield
    ensure
      guard&.kill
      GC.enable if guard
    end

    def self.much?
      GC.stat(:heap_live_slots) * SLOT + GC.stat(:malloc_increase_bytes) > ROOM
    end
  end

  # What differs between the versions of ActiveRecord.
  module Compat
    class << self
      def version
        @version ||= ActiveRecord.version.segments.first(2).inject { |major, minor| major * 100 + minor }
      end

      # Outside rake nobody tells the migrator of config.paths["db/migrate"].
      def prepare(root)
        paths = ActiveRecord::Tasks::DatabaseTasks.migrations_paths
        ActiveRecord::Migrator.migrations_paths = paths.map { |p| File.expand_path(p.to_s, root) }
      end

      def connection
        base = ActiveRecord::Base
        base.respond_to?(:lease_connection) ? base.lease_connection : base.connection
      end

      def context
        version >= 702 ? ActiveRecord::Base.connection_pool.migration_context : connection.migration_context
      end

      def context_of(paths)
        own = version >= 702 ? ActiveRecord::Base.connection_pool : connection
        arguments = [paths]
        arguments << own.schema_migration if version >= 600
        arguments << own.internal_metadata if version >= 701
        ActiveRecord::MigrationContext.new(*arguments)
      end

      def versions_table
        return ActiveRecord::SchemaMigration.table_name if version < 701
        context.schema_migration.table_name
      end

      def configs
        return { "primary" => nil } if version < 600
        all = ActiveRecord::Base.configurations.configs_for(env_name: Rails.env)
        all.each_with_object({}) { |c, found| found[version >= 601 ? c.name : c.spec_name] = c }
      end

      def settings(config)
        return config.configuration_hash if config.respond_to?(:configuration_hash)
        return config.config.transform_keys(&:to_sym) if config.respond_to?(:config)
        ActiveRecord::Base.connection_config
      end

      def each_database(names)
        known = configs
        (names || known.keys).each do |name|
          unless known.key?(name)
            Hookrun.tell(:refused, "db" => name, "why" => "Rails knows no database '#{name}' in this environment")
            raise Stop
          end
          connected(known[name]) { yield name, known[name] }
        end
      end

      def connected(config)
        return yield if config.nil?
        before = version >= 601 ? ActiveRecord::Base.connection_db_config : ActiveRecord::Base.connection_config
        ActiveRecord::Base.establish_connection(version >= 601 ? config : config.config)
        result = yield
        ActiveRecord::Base.establish_connection(before)
        result
      end

      def forget_columns
        connection.schema_cache.clear!
        ActiveRecord::Base.descendants.each do |model|
          begin
            model.reset_column_information unless model.abstract_class?
          rescue StandardError
            next
          end
        end
      end
    end
  end

  # SQLite has no queue for a lock: who wants it tries again.  A transaction
  # that begins with reading can find that it may not write any more, however
  # long it waits, so each begins as one that writes; from 8.1 on, as Rails has
  # it by itself.
  module Patience
    NAP = 0.02

    def self.teach(connection)
      raw = connection.raw_connection
      seconds = Hookrun.plan["lock_timeout_ms"] / 1000.0
      since = nil
      raw.busy_handler do |tries|
        since = Process.clock_gettime(Process::CLOCK_MONOTONIC) if tries.zero?
        yield if tries == 1
        sleep NAP
        Process.clock_gettime(Process::CLOCK_MONOTONIC) - since < seconds
      end
      return if Compat.version >= 801
      connection.define_singleton_method(:begin_db_transaction) do
        log("begin immediate transaction", "TRANSACTION") { raw.transaction(:immediate) }
      end
    end
  end

  # Rails takes its lock for each migration, over a connection of its own: a new
  # one each time, which costs more than most migrations.  Where all of them are
  # one transaction it is taken once, and over ours.
  module OneLock
    OWN = %i[use_advisory_lock? generate_migrator_advisory_lock_id].freeze

    class << self
      def around(connection)
        any = ActiveRecord::Migrator.allocate
        return yield if @held || !OWN.all? { |name| any.respond_to?(name, true) } || !any.send(:use_advisory_lock?)
        hold(connection, any.send(:generate_migrator_advisory_lock_id)) { yield }
      end

      def held?
        @held
      end

      private

      def hold(connection, id)
        ActiveRecord::Migrator.prepend(Held) unless ActiveRecord::Migrator < Held
        @held = connection.get_advisory_lock(id)
        raise ActiveRecord::ConcurrentMigrationError unless @held
        yield
      ensure
        release(connection, id) if @held
      end

      # Else it goes with the connection.
      def release(connection, id)
        @held = false
        connection.release_advisory_lock(id)
      rescue StandardError
        nil
      end
    end

    # The migrator's own question.
    module Held
      private

      def use_advisory_lock?
        OneLock.held? ? false : super
      end
    end
  end

  # In a rehearsal nothing may need to run outside a transaction; an index that
  # is dropped plainly tells as much as one that is dropped concurrently.
  module Plainly
    CONCURRENTLY = /\A(\s*(?:CREATE(?:\s+UNIQUE)?|DROP)\s+INDEX)\s+CONCURRENTLY\b/i.freeze

    def execute(sql, *rest, &block)
      Hookrun.rehearsing ? super(sql.sub(CONCURRENTLY, '\1'), *rest, &block) : super
    end
    ruby2_keywords :execute if respond_to?(:ruby2_keywords, true)
  end

  # The schema and the applied migrations, a number for each part, so that "as it was" is
  # said of what was compared.  What a transaction that was rolled back did to
  # rows is the database's promise.
  module Print
    POSTGRES = [
      "SELECT c.oid, c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, " \
      "pg_get_expr(d.adbin, d.adrelid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " \
      "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped " \
      "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum " \
      "WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1, a.attnum",
      "SELECT oid, conrelid, conname, convalidated FROM pg_constraint ORDER BY 1",
      "SELECT indexrelid, indisvalid FROM pg_index ORDER BY 1",
      "SELECT enumtypid, enumlabel FROM pg_enum ORDER BY 1, 2",
      "SELECT oid, proname, md5(prosrc) FROM pg_proc WHERE oid >= 16384 ORDER BY 1"
    ].freeze
    SQLITE = ["SELECT name, sql FROM main.sqlite_master ORDER BY 1"].freeze

    def self.of(connection, applied)
      queries = { "PostgreSQL" => POSTGRES, "PostGIS" => POSTGRES, "SQLite" => SQLITE }[connection.adapter_name]
      all = queries ? queries.flat_map { |sql| connection.select_rows(sql) } : tables(connection)
      (applied.map { |version| ["applied", version] } + all).map { |row| Zlib.crc32(row.inspect) }.sort
    end

    def self.tables(connection)
      connection.tables.sort.map { |t| [t, connection.columns(t).map { |c| [c.name, c.sql_type, c.default] }] }
    end
  end
end
