# frozen_string_literal: true

# What decides, besides the libraries that the lock file pins, what an application
# is once it has started: the files that it reads or looks for in vain, the
# folders that it lists, the variables that it asks for.  Files are those below
# the work tree and of gems that are a folder somewhere (`path:`), which no lock
# file pins.  A recording holds as long as all of them are as they were.

require "digest/sha1"
require "pathname"

module Hookrun
  # The files.
  module Reads
    MAX = 1000
    LAYOUT_MAX = 200
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

    # Pathname asks FileTest.
    module Looked
      %i[exist? exists? file? readable?].select { |name| FileTest.respond_to?(name) }.each do |name|
        define_method(name) do |path|
          Reads.note(path)
          super(path)
        end
      end
    end

    # Initializers are not required.
    module Loaded
      def load(path, *rest)
        Reads.note(path)
        super
      end
    end

    # Both of Dir's.
    module Listed
      def glob(patterns, *rest, **options, &block)
        Array(patterns).each { |pattern| Reads.note_folder(pattern, options[:base]) }
        super
      end

      def [](*patterns, **options)
        patterns.flatten.each { |pattern| Reads.note_folder(pattern, options[:base]) }
        super
      end
    end

    class << self
      def watch(top)
        @tops = [File.realpath(top || Hookrun.root), *Gems.outside].sort_by { |path| -path.size }
        @seen = {}
        @folders = {}
        before = $LOADED_FEATURES.dup
        attend
        yield
        ($LOADED_FEATURES - before).each { |path| note(path) }
        Gems.files.each { |path| @seen[path.to_s] = true }
      ensure
        @tops = nil
      end

      # Whatever it is that is opened: nothing may go wrong here.
      def note(path)
        return unless @tops && @seen.size < MAX
        full = ours(path)
        @seen[full] = true if full
      rescue StandardError
        nil
      end

      # What a pattern can find lies in a folder, and so deep.
      def note_folder(pattern, base)
        return unless @tops && @seen.size < MAX
        one_of(pattern.to_s) { |one| return one.each { |each| note_folder(each, base) } }
        pattern = File.expand_path(pattern.to_s, (base || ".").to_s)
        plain = pattern[/\A[^*?\[{\\]*/]
        return note(pattern) if plain == pattern
        folder = plain[0...plain.rindex("/")]
        inside = pattern[(folder.size + 1)..-1]
        return unless (ours(folder) || @tops.include?(folder)) && ours("#{folder}/x")
        depth = inside.include?("**") ? Folder::DEEP : inside.count("/") + 1
        @folders[folder] = [@folders[folder].to_i, depth].max
      rescue StandardError
        nil
      end

      # Those that say which databases there are.
      def files
        found = (@seen || {}).keys.select { |path| path.start_with?("#{@top}/") && File.file?(path) }
        found.first(LAYOUT_MAX).sort.map { |path| short(path) }
      end

      # Lines as replay.c reads them; nil: more than can be compared each time.
      def lines
        return if @seen.size >= MAX
        files = @seen.keys.sort.map { |path| "#{digest(path)} file #{short(path)}\n" }
        folders = @folders.sort.map { |path, depth| Folder.line(path, depth, short(path)) }
        files + folders if folders.all?
      end

      private

      def attend
        @top = @tops.find { |path| Hookrun.root.start_with?(path) } || Hookrun.root
        IO.singleton_class.prepend(Classwide)
        File.prepend(Opened)
        File.singleton_class.prepend(Looked)
        FileTest.singleton_class.prepend(Looked)
        Kernel.singleton_class.prepend(Loaded)
        Object.prepend(Loaded.dup.tap { |its| its.send(:private, :load) })
        Dir.singleton_class.prepend(Listed)
      end

      # "{/a/*,/b/*}" has no folder of its own.
      def one_of(pattern)
        inner = pattern[/\A\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\z/, 1]
        yield inner.scan(/(?:[^{},]|\{[^{}]*\})+/) if inner
      end

      # Its full name, or nil where it is none of those that count.
      def ours(path)
        path = path.to_path if path.respond_to?(:to_path)
        return unless path.is_a?(String)
        full = File.expand_path(path)
        top = @tops.find { |dir| full.start_with?("#{dir}/") }
        full if top && full[(top.size + 1)..-1] !~ OTHERS
      end

      def short(path)
        Pathname.new(path).relative_path_from(Pathname.new(Hookrun.root)).to_s
      end

      def digest(path)
        return "folder" if File.directory?(path)
        File.file?(path) ? Digest::SHA1.hexdigest(File.binread(path)) : "absent"
      end
    end
  end

  # The names in a folder, and in those below it.
  module Folder
    DEEP = 99
    MAX = 2000

    class << self
      def line(path, depth, short)
        all = names(path, "", depth)
        "#{Digest::SHA1.hexdigest(all.sort.map { |name| "#{name}\n" }.join)} folder #{depth} #{short}\n" if all.size <= MAX
      end

      private

      def names(path, before, depth)
        return [] unless File.directory?(path)
        Dir.children(path).reject { |name| name.start_with?(".") }.flat_map do |name|
          full = File.join(path, name)
          deeper = depth > 1 && File.directory?(full) && !File.symlink?(full)
          [(before + name).b] + (deeper ? names(full, "#{before}#{name}/", depth - 1) : [])
        end
      end
    end
  end

  # Gems of a folder: in the bundle, but not installed.
  module Gems
    class << self
      def outside
        return [] unless defined?(Bundler)
        places = [*Gem.path, Gem.default_dir, Bundler.bundle_path.to_s].map { |path| real(path) }
        paths = Gem.loaded_specs.values.reject(&:default_gem?).map { |spec| real(spec.full_gem_path) }.uniq
        paths.reject { |path| places.any? { |place| path.start_with?("#{place}/") } }
      end

      # What named the gems.
      def files
        defined?(Bundler) ? Bundler.definition.gemfiles : []
      rescue StandardError
        []
      end

      private

      def real(path)
        File.realpath(path)
      rescue SystemCallError
        path.to_s
      end
    end
  end

  # The variables, as they were before the application set any itself.
  module Variables
    ONE = %i[[] fetch key? has_key? include? member? delete values_at slice assoc].freeze
    WRITERS = %i[[]= store update merge! replace clear rehash freeze].freeze
    # They take a copy of all, in order to put it back.
    COPIERS = %r{/(?:(?:bundler|dotenv|dotenv-rails)-\d[^/]*/lib/|bundler/(?!gems/)|(?:bundler|rubygems)\.rb\z|rubygems/)}.freeze
    NAMED = /\bENV(?:\.\w+\(|\[)\s*["'](\w+)/.freeze # in a Gemfile

    class << self
      def watch
        @before = ENV.to_h
        @seen = { "TZ" => true } # Ruby's own, for each time of day
        @all = false
        ENV.singleton_class.prepend(watching)
      end

      def note(names)
        names.each { |name| @seen[name.dup] = true if name.is_a?(String) }
      end

      def note_all
        from = caller_locations(2, 12).map(&:path).find { |path| path != __FILE__ }.to_s
        @all = true if from !~ COPIERS || from.start_with?("#{Hookrun.root}/")
      rescue StandardError
        @all = true
      end

      def lines
        Gems.files.each { |path| note(File.read(path.to_s).scan(NAMED).flatten) }
        single = @seen.keys.reject { |name| other?(name) }.sort.map do |name|
          text = @before.key?(name) ? "#{name}=#{@before[name]}" : name
          "#{Digest::SHA1.hexdigest(text)} variable #{name}\n"
        end
        single + (@all ? ["#{Digest::SHA1.hexdigest(everything)} environment all\n"] : [])
      end

      private

      def watching
        all = ENV.singleton_methods(false) - ONE - WRITERS
        Module.new do
          ONE.select { |name| ENV.respond_to?(name) }.each do |name|
            define_method(name) do |*names, &block|
              Variables.note(name == :fetch ? names.first(1) : names)
              super(*names, &block)
            end
          end
          all.each do |name|
            define_method(name) do |*rest, &block|
              Variables.note_all
              super(*rest, &block)
            end
            ruby2_keywords name if respond_to?(:ruby2_keywords, true)
          end
        end
      end

      def everything
        kept = @before.reject { |name, _| other?(name) }
        kept.map { |name, value| "#{name}=#{value}\0".b }.sort.join
      end

      def other?(name)
        @others ||= File.readlines(File.join(__dir__, "variables.txt")).reject { |l| l.start_with?("#") }.flat_map(&:split)
        @others.any? { |pattern| File.fnmatch(pattern, name, File::FNM_DOTMATCH) }
      end
    end
  end
end
