# frozen_string_literal: true

# What Rails knows and no reader of its files can be sure of: which databases
# there are, after its own code has set variables, read other files and deciphered
# credentials; where their migrations are; and which files it read to know.
# Nothing here connects to anything.

module Hookrun
  # The files below the work tree that are read while the application starts.
  module Reads
    MAX = 200
    # What is no part of the answer, or changes with every commit.
    OTHERS = %r{(?:\A|/)(?:\.git|\.bundle|app|bin|coverage|db|docs?|features|locales|log|node_modules|public|
                spec|storage|tmp|vendor)/|(?:\A|/)(?:lefthook|routes|puma)[^/]*\z|\.lock\z}x.freeze

    # IO's own readers; open() comes to File#initialize.
    module Classwide
      %i[read binread readlines foreach].each do |name|
        define_method(name) do |path, *rest, &block|
          Reads.note(path)
          super(path, *rest, &block)
        end
        ruby2_keywords name if respond_to?(:ruby2_keywords, true)
      end
    end

    # Of one file.
    module Opened
      def initialize(path, *rest, &block)
        Reads.note(path)
        super
      end
      ruby2_keywords :initialize if respond_to?(:ruby2_keywords, true)
    end

    class << self
      def watch(top)
        @top = File.realpath(top || Hookrun.root)
        @seen = {}
        before = $LOADED_FEATURES.dup
        IO.singleton_class.prepend(Classwide)
        File.prepend(Opened)
        yield
        ($LOADED_FEATURES - before).each { |path| note(path) }
      ensure
        @top = nil
      end

      # Whatever it is that is opened: nothing may go wrong here.
      def note(path)
        return unless @top
        path = path.to_path if path.respond_to?(:to_path)
        return unless path.is_a?(String)
        full = File.expand_path(path)
        return unless full.start_with?("#{@top}/") && @seen.size < MAX
        @seen[full] = true unless full[(@top.size + 1)..-1] =~ OTHERS
      rescue StandardError
        nil
      end

      def files
        (@seen || {}).keys.sort.map { |path| Pathname.new(path).relative_path_from(Pathname.new(Hookrun.root)).to_s }
      end
    end
  end

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
