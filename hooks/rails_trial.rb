# frozen_string_literal: true

# The new migrations of one database on a scratch one.  It has the schema that the
# commit before has on file, or, where none is on file, what its migrations make of
# an empty one.  Those that are not new but not in that schema either (they came by
# a merge) only go up.

module Hookrun
  # Whatever a migration raises: `exit` and an Exception too, which is not to end
  # the trial of the others.
  module Failure
    def self.===(error)
      error.is_a?(Exception) && !error.is_a?(SignalException)
    end
  end

  # Up, down and up again.
  class Trial
    RULES = %w[up down irreversible unequal again].freeze
    KNOWN = (RULES + Hazards::RULES).freeze
    One = Struct.new(:entry, :path, :text, :silence, :file, :folder)
    UPWARDS = /\bdef\s+(?:self\.)?up\b/.freeze

    def initialize(name, config, folders, checked, findings, number)
      @name = name
      @config = config
      @folders = folders
      @checked = checked
      @findings = findings
      base = "#{Hookrun.plan["scratch"]}_#{number}"
      path = File.join(Hookrun.plan["dir"], "#{base}.sqlite3")
      @scratch = Scratch.new(config, base)
      @scratch = Scratch.new(config, path) if @scratch.sqlite?
      @fresh = []
      @count = 0
    end

    # How many went all the way.
    def all
      @final = Objects.migrations(Hookrun.plan["tree"], @folders)
      @base = Objects.migrations(Hookrun.plan["base"], @folders)
      return read_only unless Compat.settings(@config)[:adapter].to_s =~ /\A(?:postg|sqlite)/
      @scratch.make
      begin
        Redirect.stand(@scratch.redirection)
        Compat.connected(@config) { work }
      ensure
        Redirect.stand({})
        @scratch.drop_and_forget
      end
      @count
    end

    private

    def connection
      Compat.connection
    end

    def one(entry)
      text = Objects.text(entry.oid).force_encoding("UTF-8")
      One.new(entry, entry.path, text, Silence.new(text, KNOWN), nil, nil)
    end

    # Another server: what the text says is all that is known.
    def read_only
      @findings.note("#{Compat.settings(@config)[:adapter]} has no scratch databases here: migrations are read, not tried")
      @final.each { |entry| look(one(entry), nil) if @checked.include?(entry.path) }
      0
    end

    def work
      @scratch.hurry(connection)
      before
      rows = applied
      @final.reject { |entry| rows.include?(entry.version) }.each do |entry|
        @checked.include?(entry.path) ? try(one(entry)) : simply_up(entry)
        break not_tried(entry) if @stopped
      end
    end

    # After one that left nobody knows what.
    def not_tried(entry)
      rest = @final.select { |e| @checked.include?(e.path) && e.version > entry.version }
      rest.each { |e| @findings.note("#{e.path} was not tried: #{File.basename(entry.path)} comes before it") }
    end

    # ---- the schema from before ----

    def before
      file = schema_file
      make_tables unless file
      load_schema(*file) if file
      settle_versions(file && file[0].end_with?(".rb"))
      Compat.forget_columns
    end

    def schema_file
      found = Objects.first(Hookrun.plan["base"], schema_paths.map { |path| "#{prefix}#{path}" })
      return unless found
      path = File.join(Hookrun.plan["dir"], "before-#{File.basename(found[0])}")
      File.binwrite(path, found[1])
      [path, found[0]]
    end

    def prefix
      top = File.realpath(Hookrun.plan["top"])
      here = File.realpath(Hookrun.root)
      here == top ? "" : "#{here[(top.size + 1)..-1]}/"
    end

    def schema_paths
      own = Compat.settings(@config)[:schema_dump]
      part = @name == "primary" ? "" : "#{@name}_"
      paths = ["db/#{part}schema.rb", "db/#{part}structure.sql"]
      base = ActiveRecord.respond_to?(:schema_format) ? ActiveRecord : ActiveRecord::Base
      paths.reverse! if base.schema_format.to_s == "sql"
      (own.is_a?(String) ? ["db/#{own}"] : []) + paths
    end

    def load_schema(file, path)
      if file.end_with?(".rb")
        load(file)
      else
        Redirect.let { ActiveRecord::Tasks::DatabaseTasks.structure_load(task_settings, file) }
      end
    rescue StandardError, ScriptError => e
      raise Unable, "the schema from before, #{path} of #{Hookrun.plan["base"][0, 7]}, cannot be loaded: #{Hookrun.said(e)}"
    end

    def task_settings
      return @scratch.settings.transform_keys(&:to_s) if Compat.version < 601
      ActiveRecord::DatabaseConfigurations::HashConfig.new(Rails.env.to_s, @name, @scratch.settings)
    end

    def make_tables
      if Compat.version >= 701
        Compat.context.schema_migration.create_table
        Compat.context.internal_metadata.create_table
      else
        ActiveRecord::SchemaMigration.create_table
        ActiveRecord::InternalMetadata.create_table
      end
    end

    # Rails says of a schema in Ruby that all up to its version are in it, by the
    # files of the work tree; here those of the commit before count.
    def settle_versions(in_ruby)
      make_tables
      rows = applied
      there = @base.map(&:version)
      wanted = in_ruby ? rows | there.select { |version| version <= rows.max.to_i } : rows
      wanted -= @final.map(&:version) - there
      table = connection.quote_table_name(Compat.versions_table)
      (wanted - rows).each { |version| connection.execute("INSERT INTO #{table} (version) VALUES ('#{version}')") }
      (rows - wanted).each { |version| connection.execute("DELETE FROM #{table} WHERE version = '#{version}'") }
    end

    def applied
      Compat.context.get_all_versions.map(&:to_i)
    end

    def simply_up(entry)
      it = one(entry)
      run(it, :up)
    rescue Failure => e
      raise Unable, "#{entry.path}, which is not new, fails on the schema from before: #{Hookrun.said(e)}"
    ensure
      unload(it)
    end

    # ---- one of them ----

    def try(it)
      look(it, Facts.new(connection))
      clean = lines
      return unless up(it)
      made = lines
      way_back(it, clean, made)
    ensure
      unload(it)
    end

    def look(it, facts)
      it.silence.wrong.each { |line, text| @findings.fail(it.path, line, text) }
      hazards = Hazards.new(it.text, facts, @fresh)
      return unless hazards.read?
      hazards.found.each do |rule, at, text|
        @findings.warn(it.path, at.last, text, rule) unless it.silence.at?(rule, at)
      end
    end

    def lines
      SchemaLines.of(connection)
    end

    def up(it)
      run(it, :up)
      true
    rescue Failure => e
      @stopped = true
      missing = it.silence.anywhere?("up")
      failed(it, "up", e, what_failed(e)) unless missing
      @findings.note("#{it.path} was not tried: it is 'hookrun:safe up'") if missing
      false
    end

    def what_failed(error)
      return "up: it cannot be tried" if error.is_a?(Elsewhere)
      error.is_a?(SyntaxError) ? "up: it cannot be read" : "up: it fails on the schema from before, without rows"
    end

    def way_back(it, clean, made)
      return unless down(it, made)
      back = compare(it, clean, "unequal", "after up and down the schema is not what it was")
      again(it, made, back)
    end

    # Whether it went down; where it did not, it is up as before or all ends.
    def down(it, made)
      if one_way?(it)
        return told(it, "irreversible", line_of(it, UPWARDS), "it has no 'down', and a rollback leaves all as it is; write one")
      end
      run(it, :down)
      true
    rescue Failure => e
      irreversible(it, e)
      @stopped = lines != made
      false
    end

    # Its class knows: a module may have the other, or an alias.
    def one_way?(it)
      kind = Object.const_get(Compat.context_of([it.folder]).migrations.first.name)
      up, down = %i[up down].map do |name|
        kind.instance_method(name).owner != ActiveRecord::Migration || kind.respond_to?(name)
      end
      up && !down && !kind.method_defined?(:change)
    end

    def told(it, rule, line, text)
      @findings.fail(it.path, line, text, rule) unless it.silence.anywhere?(rule)
      nil
    end

    def irreversible(it, error)
      named = Errors.causes(error).any? { |e| e.class.name.to_s.end_with?("IrreversibleMigration") }
      return if it.silence.anywhere?(named ? "irreversible" : "down")
      return failed(it, "down", error, error.is_a?(Elsewhere) ? "down: it cannot be tried" : "down: it fails") unless named
      why = Errors.causes(error).last.message.to_s.strip.lines.map(&:strip).reject(&:empty?).first.to_s.chomp(".")
      why = "" if why == "ActiveRecord::IrreversibleMigration"
      why = ": #{why[0, 300]}" unless why.empty?
      @findings.fail(it.path, at(it, error) || line_of(it, /\bdef\b/),
                     "it cannot be rolled back#{why}; write what brings the schema back", "irreversible")
    end

    def again(it, made, back)
      run(it, :up)
      @count += 1 if (!back || compare(it, made, "again", "going up again makes another schema")) && back
    rescue Failure => e
      @stopped = true
      failed(it, "again", e, "up: after down it fails") if back && !it.silence.anywhere?("again")
    end

    # True where the schema has those lines.
    def compare(it, wanted, rule, text)
      now = lines
      wanted = SchemaLines.validated(wanted, now) if rule == "unequal"
      return true if now == wanted || it.silence.anywhere?(rule)
      place = rule == "unequal" && it.text =~ /\bdef\s+(?:self\.)?down\b/ ? /\bdef\s+(?:self\.)?down\b/ : /\bdef\b/
      @findings.fail(it.path, line_of(it, place), text, rule, SchemaLines.differences(wanted, now))
      false
    end

    def failed(it, rule, error, text)
      hint = Errors.causes(error).any? { |e| e.class.name == "PG::ActiveSqlTransaction" } ? "; it needs disable_ddl_transaction!" : ""
      said = Hookrun.said(error).gsub(it.file.to_s, it.path)
      @findings.fail(it.path, at(it, error) || line_of(it, /\bdef\b/), "#{text}: #{said}#{hint}", rule)
    end

    # The line of the migration that it came from.
    def at(it, error)
      Errors.causes(error).reverse_each do |e|
        line = (e.backtrace || []).find { |l| l.start_with?("#{it.file}:") }
        return line[(it.file.size + 1)..-1].to_i if line
      end
      error.is_a?(SyntaxError) ? error.message[/:(\d+):/, 1]&.to_i : nil
    end

    def line_of(it, pattern)
      before = it.text[/\A.*?(?=#{pattern})/m]
      before ? before.count("\n") + 1 : 1
    end

    # Each in a folder of its own, so that Rails sees this one alone.
    def run(it, direction)
      lay_out(it) unless it.file
      Compat.context_of([it.folder]).run(direction, it.entry.version)
      Compat.forget_columns
    end

    # The text as if it stood in its place, since it may look for what is beside
    # it: `require_relative` another one to revert it, SQL in a file.
    def lay_out(it)
      it.file = File.join(Hookrun.plan["top"], it.path)
      it.folder = File.join(Hookrun.plan["dir"], "migrate", "#{@name}-#{it.entry.version}")
      FileUtils.mkdir_p(it.folder)
      File.binwrite(File.join(it.folder, "text"), it.text)
      File.write(File.join(it.folder, File.basename(it.path)), <<~RUBY)
        text = File.read(File.join(__dir__, "text"), encoding: "UTF-8")
        file = #{it.file.dump}
        ruby = defined?(RubyVM::InstructionSequence)
        ruby ? RubyVM::InstructionSequence.compile(text, file, file).eval : eval(text, TOPLEVEL_BINDING, file)
      RUBY
    end

    def unload(it)
      name = it && it.text[/^\s*class\s+([A-Z]\w*)\s*</, 1]
      Object.send(:remove_const, name) if name && Object.const_defined?(name, false)
    end
  end
end
