# frozen_string_literal: true

# What Rails knows and no reader of its files can be sure of: which databases
# there are, after its own code has set variables, read other files and deciphered
# credentials; and where their migrations are.
# Nothing here connects to anything.

module Hookrun
  # One database as its configuration has it.
  module Place
    class << self
      def of(name, config)
        { "db" => name, "kind" => setting(config, :adapter), "database" => setting(config, :database, :dbname),
          "host" => setting(config, :host, :hostaddr), "port" => setting(config, :port),
          "default_host" => variable(config, "PGHOST", "PGHOSTADDR"), "default_port" => variable(config, "PGPORT"),
          "service" => setting(config, :service) || variable(config, "PGSERVICE"),
          "username" => setting(config, :username, :user), "secret" => !setting(config, :password).nil?,
          "search_path" => setting(config, :schema_search_path, :schema_order),
          "pool" => setting(config, :pool, :max_connections) || "5",
          "table" => (versions_table unless versions_table == "schema_migrations"), "paths" => paths(config) }
      end

      # The first of `keys` that the configuration sets to anything.
      def setting(config, *keys)
        keys.map { |key| Compat.settings(config)[key].to_s }.find { |value| !value.empty? }
      end

      def table(name)
        "#{ActiveRecord::Base.table_name_prefix}#{name}#{ActiveRecord::Base.table_name_suffix}"
      end

      def versions_table
        table(ActiveRecord::Base.schema_migrations_table_name)
      end

      private

      # libpq's own, which the application may have set for itself.
      def variable(config, *names)
        return unless setting(config, :adapter) =~ /postg/i
        names.map { |name| ENV[name].to_s }.find { |value| !value.empty? }
      end

      def paths(config)
        all = Compat.settings(config)[:migrations_paths] || ActiveRecord::Migrator.migrations_paths
        Array(all).map do |path|
          full = File.expand_path(path.to_s, Hookrun.root)
          full.start_with?("#{Hookrun.root}/") ? full[(Hookrun.root.size + 1)..-1] : full
        end
      end
    end
  end
end
