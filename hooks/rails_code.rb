# frozen_string_literal: true

# What migrations find around them.  Those of the branch that is checked out
# find what db:migrate gives them, tasks included; old ones the tree they were
# written in, though the application is another one by now.

module Hookrun
  # Rake and the application's tasks, loaded by the first migration that names
  # them: seldom, and then they take their time.
  module Tasks
    class << self
      def offer
        return watch if Object.const_defined?(:Rake, false) && !Object.autoload?(:Rake)
        path = File.join(Hookrun.plan["dir"], "rake_at_need.rb")
        File.write(path, "require \"rake\"\nHookrun::Tasks.load\n")
        Object.autoload(:Rake, path)
      end

      def load
        return if @loaded
        @loaded = true
        own = %w[Rakefile rakefile Rakefile.rb].map { |name| File.join(Hookrun.root, name) }.find { |f| File.exist?(f) }
        own ? Kernel.load(own) : Rails.application.load_tasks
      end

      private

      # A gem has loaded Rake, but nobody the tasks.
      def watch
        Rake::Task.singleton_class.prepend(Module.new do
          def [](name)
            Tasks.load
            super
          end
        end)
      end
    end
  end

  # Classes that only the old branch has, for migrations that use them.
  module Ghosts
    class << self
      def load(dir)
        roots = Dir[File.join(dir, "app", "*", "")] + Dir[File.join(dir, "app", "*", "concerns", "")]
        roots = roots.map { |path| path.chomp("/") }
        main = Rails.respond_to?(:autoloaders) && Rails.autoloaders.main
        return ActiveSupport::Dependencies.autoload_paths += roots unless main
        add(roots + others(dir, main), main)
      rescue StandardError => e
        Hookrun.tell(:note, "text" => "old classes are not at hand: #{e.message}")
      end

      private

      # Folders outside app that the application loads by name, lib above all.
      def others(dir, main)
        known = main.dirs.select { |d| d.start_with?("#{Hookrun.root}/") }.map { |d| d[(Hookrun.root.size + 1)..-1] }
        known.reject { |d| d.start_with?("app/") }.map { |d| File.join(dir, d) }.select { |d| File.directory?(d) }
      end

      def add(roots, main)
        loader = Zeitwerk::Loader.new
        loader.inflector = main.inflector
        roots.each { |path| loader.push_dir(path) }
        loader.setup
      end
    end
  end

  # The tree that an old migration was written in.
  module OldTree
    class << self
      attr_reader :current

      # While the block runs, it is the application's folder.
      def around(tree)
        return yield unless tree
        before = Rails.application.config.root
        lib = File.join(tree, "lib")
        @current = tree
        $LOAD_PATH.push(lib)
        Rails.application.config.root = tree
        Dir.chdir(tree) { yield }
      ensure
        if tree
          @current = nil
          $LOAD_PATH.delete(lib)
          Rails.application.config.root = before
        end
      end
    end
  end

  # A migration of a branch on a newer Rails than this one: most of them do the
  # same as the newest that is known here.
  module Newer
    class << self
      attr_accessor :wanted

      # Why it does not know a method, where that is why.
      def hint(error)
        return "" unless wanted && (error.is_a?(NameError) || error.is_a?(ArgumentError))
        "\nit is written for Rails #{wanted}, and this is #{ActiveRecord.version}"
      end
    end

    def [](version)
      super
    rescue ArgumentError
      raise unless OldTree.current && version.to_f > ActiveRecord.version.to_s.to_f
      Newer.wanted = version.to_s
      super(ActiveRecord::Migration.current_version)
    end
  end
end
