# frozen_string_literal: true

# Stand-ins for ActiveRecord, in the shapes that its versions from 5.2 to 8.1
# have where the driver touches them; no database, and nothing else of Rails.
# They say what a version has and refuse what it has not, so that the driver's
# own Ruby meets each of them, though only 6.1 can be had here.  A table is a
# name, a database a file of JSON: what is applied, and what there is.
#
# SHAPE is the version, STORES the folder of the databases.

require "json"
require "pathname" # as Rails does

SHAPE = ENV.fetch("SHAPE")
NUMBER = SHAPE.split(".").map(&:to_i).inject { |major, minor| major * 100 + minor }

class Object
  # Of versions from `first` to `last`, the method; of others, none.
  def self.since(first, last = 9999, name)
    undef_method(name) unless NUMBER.between?(first, last)
  end
end

module ActiveRecord
  class ActiveRecordError < StandardError; end
  class StatementInvalid < ActiveRecordError; end
  class Rollback < ActiveRecordError; end
  class IrreversibleMigration < ActiveRecordError; end
  class UnknownPrimaryKey < ActiveRecordError; end

  def self.version
    Gem::Version.new("#{SHAPE}.3")
  end

  # ---- what is applied -------------------------------------------------------

  # A class of its own up to 7.0, an object of a connection in 7.1, of a pool
  # from then on.
  class SchemaMigration
    attr_reader :owner

    def initialize(owner)
      unless NUMBER < 701 || owner.is_a?(NUMBER >= 702 ? Pool : Connection)
        raise ArgumentError, "a #{owner.class} has no schema migrations in #{SHAPE}"
      end
      @owner = owner
    end
  end

  class InternalMetadata < SchemaMigration
  end

  # ---- connections -----------------------------------------------------------

  class Cache
    def clear!; end
  end

  Column = Struct.new(:name, :sql_type, :default)

  class Raw
  end

  class Connection
    attr_reader :store, :open_transactions, :log

    def initialize(name)
      @store = File.join(ENV.fetch("STORES"), "#{name}.json")
      @open_transactions = 0
      @raw = Raw.new
    end

    def adapter_name
      "StandIn"
    end

    def read
      JSON.parse(File.read(@store))
    end

    def write(state)
      File.write(@store, JSON.generate(state))
    end

    def tables
      read["tables"] + %w[schema_migrations ar_internal_metadata]
    end

    def columns(_table)
      [Column.new("id", "bigint", nil)]
    end

    def current_database
      File.basename(@store, ".json")
    end

    def supports_ddl_transactions?
      true
    end

    def raw_connection
      @raw
    end

    def materialize_transactions; end
    since 600, :materialize_transactions

    def schema_cache
      Cache.new
    end

    def create_table(name)
      state = read
      raise StatementInvalid, "table #{name} is there already" if state["tables"].include?(name)
      write(state.merge("tables" => state["tables"] + [name]))
    end

    def drop_table(name)
      state = read
      raise StatementInvalid, "there is no table #{name}" unless state["tables"].include?(name)
      write(state.merge("tables" => state["tables"] - [name]))
    end

    def transaction
      before = read
      @open_transactions += 1
      yield
    rescue Rollback
      write(before)
      nil
    rescue Exception # rubocop:disable Lint/RescueException
      write(before)
      raise
    ensure
      @open_transactions -= 1
    end

    def migration_context
      paths = Base.connection_pool.config.migrations_paths
      NUMBER >= 600 ? MigrationContext.new(paths, schema_migration) : MigrationContext.new(paths)
    end
    since 502, 701, :migration_context

    def schema_migration
      SchemaMigration.new(self)
    end
    since 600, 701, :schema_migration

    def internal_metadata
      InternalMetadata.new(self)
    end
    since 701, 701, :internal_metadata
  end

  class Pool
    attr_reader :config

    def initialize(config)
      @config = config
    end

    def connection
      @connection ||= Connection.new(@config.database)
    end

    def schema_migration
      SchemaMigration.new(self)
    end
    since 702, :schema_migration

    def internal_metadata
      InternalMetadata.new(self)
    end
    since 702, :internal_metadata

    def migration_context
      MigrationContext.new(@config.migrations_paths, schema_migration, internal_metadata)
    end
    since 702, :migration_context
  end

  # ---- configurations --------------------------------------------------------

  class Config
    attr_reader :database

    def initialize(label, database, folder)
      @label = label
      @database = database
      @folder = folder
    end

    def migrations_paths
      @folder ? [@folder] : Migrator.migrations_paths
    end

    def name
      @label
    end
    since 601, :name

    def spec_name
      @label
    end
    since 600, 601, :spec_name

    def config
      configuration_hash.transform_keys(&:to_s)
    end
    since 600, 601, :config

    def configuration_hash
      { adapter: "standin", database: @database, migrations_paths: @folder }
    end
    private :configuration_hash if NUMBER < 601
  end

  CONFIGS = [Config.new("primary", "first", nil), Config.new("animals", "second", File.expand_path("db/animals"))].freeze

  class Configurations
    def configs_for(env_name:)
      raise ArgumentError, env_name unless env_name == "development"
      CONFIGS
    end
  end

  # ---- the base class --------------------------------------------------------

  class Base
    class << self
      def connection_pool
        @connection_pool ||= Pool.new(CONFIGS[0])
      end

      # Softly deprecated from 7.2 on: the driver has another way there.
      def connection
        connection_pool.connection
      end
      since 502, 701, :connection

      def lease_connection
        connection_pool.connection
      end
      since 702, :lease_connection

      def connection_db_config
        connection_pool.config
      end
      since 601, :connection_db_config

      def connection_config
        connection_pool.config.send(:configuration_hash)
      end
      since 502, 600, :connection_config

      def establish_connection(config)
        found = config.is_a?(Hash) ? by_hash(config) : config
        raise ArgumentError, "#{config.class} is no configuration in #{SHAPE}" if found.nil? || config.is_a?(Hash) == NUMBER >= 601
        @connection_pool = Pool.new(found)
      end

      def configurations
        raise "a Hash in #{SHAPE}" if NUMBER < 600
        Configurations.new
      end

      def transaction(requires_new: false, &block)
        raise ArgumentError unless requires_new
        connection_pool.connection.transaction(&block)
      end

      def descendants
        [User]
      end

      def abstract_class?
        false
      end

      def reset_column_information; end

      def protected_environments
        ["production"]
      end

      def table_name_prefix
        ""
      end

      def table_name_suffix
        ""
      end

      def schema_migrations_table_name
        "schema_migrations"
      end

      def internal_metadata_table_name
        "ar_internal_metadata"
      end

      private

      def by_hash(hash)
        CONFIGS.find { |c| c.database == (hash["database"] || hash[:database]) }
      end
    end
  end

  class User < Base
  end

  # ---- migrations ------------------------------------------------------------

  class Migration
    class << self
      def [](version)
        raise ArgumentError, "Unknown migration version" if version.to_f > SHAPE.to_f
        self
      end

      def current_version
        SHAPE.to_f
      end
    end

    def disable_ddl_transaction
      false
    end

    def connection
      Base.connection_pool.connection
    end
  end

  # By `require` up to 6.1: what was loaded once is not loaded again.
  MigrationProxy = Struct.new(:name, :version, :filename, :scope) do
    def disable_ddl_transaction
      migration.disable_ddl_transaction
    end

    def migration
      @migration ||= load_migration
    end

    private

    def load_migration
      if NUMBER >= 700
        Object.send(:remove_const, name) if Object.const_defined?(name)
        load(File.expand_path(filename))
      else
        require(File.expand_path(filename))
      end
      Object.const_get(name).new
    end
  end

  class Migrator
    class << self
      attr_accessor :migrations_paths
    end
  end

  module Tasks
    class DatabaseTasks
      def self.migrations_paths
        ["db/migrate"]
      end
    end
  end

  class MigrationContext
    attr_reader :migrations_paths

    def initialize(*arguments)
      allowed = NUMBER < 600 ? [1] : NUMBER < 700 ? [2] : NUMBER < 701 ? [1, 2] : [1, 2, 3]
      raise ArgumentError, "#{arguments.size} arguments in #{SHAPE}" unless allowed.include?(arguments.size)
      @migrations_paths = arguments[0]
    end

    def migrations
      files = @migrations_paths.flat_map { |path| Dir["#{path}/**/[0-9]*_*.rb"] }
      all = files.map do |file|
        version, name = File.basename(file, ".rb").split("_", 2)
        MigrationProxy.new(name.split("_").map(&:capitalize).join, version.to_i, file, "")
      end
      all.sort_by(&:version)
    end

    def get_all_versions
      connection.read["versions"].sort
    end

    def last_stored_environment
      connection.read["environment"]
    end

    # One migration in its own transaction, and its version.
    def run(direction, version)
      proxy = migrations.find { |m| m.version == version } || raise("no migration #{version}")
      connection.transaction { one(direction, proxy) }
    rescue StandardError => e
      wrap(e)
    end

    private

    def one(direction, proxy)
      proxy.migration.public_send(direction)
      state = connection.read
      versions = direction == :up ? state["versions"] | [proxy.version] : state["versions"] - [proxy.version]
      connection.write(state.merge("versions" => versions))
    end

    # From 7.1 on the lock is the connection's own, and cannot be let go in a
    # transaction that has failed.
    def wrap(error)
      raise StandardError, "An error has occurred, this and all later migrations canceled:\n\n#{error.message}"
    rescue StandardError => e
      raise if NUMBER < 701
      raise StatementInvalid, "PG::InFailedSqlTransaction: current transaction is aborted" if e.cause
    end

    def connection
      Base.connection_pool.connection
    end
  end
end

module Rails
  Application = Struct.new(:config)
  Configuration = Struct.new(:root)

  def self.env
    "development"
  end

  def self.application
    @application ||= Application.new(Configuration.new(Dir.pwd))
  end
end

$LOADED_FEATURES << "active_record.rb"
