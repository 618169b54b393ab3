# frozen_string_literal: true

# Takes the databases of a Rails application back and forth in one boot.
#
# hookrun starts it in the application's folder with a plan (the file named by
# HOOKRUN_PLAN), reads what happens as JSON, one event a line, from descriptor
# 3, and answers questions on descriptor 4.  Standard output belongs to the
# migrations, which like to print.
#
# It must not assume anything of the branch that is checked out: old migrations
# are loaded from a folder of their own, never through the application's paths,
# and classes that only the old branch had come from a second folder.  Where
# the database can do it, everything happens in one transaction, so that a
# failure, Ctrl-C or a kill leaves the schema as it was.  Nothing here dumps a
# schema.

require "json"
require_relative "rails_compat"
require_relative "rails_fence"
require_relative "rails_loss"
require_relative "rails_kept"
require_relative "rails_code"
require_relative "rails_halfway"
require_relative "rails_errors"
require_relative "rails_inputs"
require_relative "rails_layout"
require_relative "rails_record"

module Hookrun
  EVENTS = IO.for_fd(3, "w")
  EVENTS.sync = true
  EVENTS.close_on_exec = true
  ANSWERS = IO.for_fd(4, "r")
  ANSWERS.close_on_exec = true
  $stdout.sync = true
  TEXT_MAX = 20_000
  # What the reader at the other end takes for broken text.
  UNREADABLE = /[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/.freeze

  # The plan cannot go on; why has been told already.
  class Stop < StandardError; end

  class << self
    attr_accessor :plan, :root, :rehearsing, :session, :committing, :late, :booted

    def tell(event, fields = {})
      EVENTS.puts JSON.generate(clean({ "ev" => event.to_s }.merge(fields)))
    end

    def clean(value)
      case value
      when String then text(value)
      when Hash then value.each_with_object({}) { |(k, v), all| all[k.to_s] = clean(v) }
      when Array then value.map { |item| clean(item) }
      else value
      end
    end

    def text(value)
      utf8(value)[0, TEXT_MAX].gsub(UNREADABLE, "?")
    end

    def utf8(value)
      value = value.dup.force_encoding("UTF-8") if value.encoding == Encoding::BINARY
      value.encode("UTF-8", invalid: :replace, undef: :replace, replace: "?").scrub("?")
    end

    # One line from hookrun; a closed pipe is a no.
    def answer
      ANSWERS.gets.to_s.strip
    end

    # Rails wraps what went wrong, and the release of its lock in a broken
    # transaction wraps it again: the innermost one is the truth.
    def describe(error)
      chain = Errors.causes(error)
      inner = chain.last
      { "error" => inner.class.name.to_s, "at" => place(chain), "kind" => Errors.kind(chain, booted),
        "message" => short(Errors.undumped(utf8(inner.message.to_s))).strip + Newer.hint(inner) }
    end

    def place(chain)
      chain.reverse_each do |error|
        line = (error.backtrace || []).find { |l| ours?(l) }
        return short(line)[/\A[^:]*:\d+/] if line
      end
      nil
    end

    def ours?(line)
      return true if line.start_with?("#{plan["dir"]}/old/")
      line.start_with?("#{root}/") && !line.start_with?("#{root}/vendor/", "#{root}/bin/")
    end

    # Paths as the user knows them.
    def short(value)
      value = text(value)
      value.gsub(%r{#{Regexp.escape(plan["dir"].to_s)}/old/\d+/}, "").gsub("#{root}/", "")
    end

    def boot
      started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      Variables.watch
      Garbage.later do
        Reads.watch(plan["top"]) do
          require File.join(root, "config", "environment")
          require "active_record"
        end
      end
      spent = Process.clock_gettime(Process::CLOCK_MONOTONIC) - started
      self.booted = true
      tell(:booted, "rails" => ActiveRecord.version.to_s, "env" => Rails.env.to_s, "ms" => (spent * 1000).round)
    rescue Exception => e # rubocop:disable Lint/RescueException -- exit and syntax errors too
      tell(:boot_failed, describe(e))
      exit!(70)
    end

    def read_plan
      self.plan = JSON.parse(File.read(ENV.fetch("HOOKRUN_PLAN")))
    end

    # The running statement is cancelled, else the roll back would wait for
    # its end.  A commit is waited for, and told.
    def heed_signals
      %w[INT TERM HUP].each do |signal|
        trap(signal) do
          trap(signal, "IGNORE")
          next self.late = signal if committing
          session.respond_to?(:sync_cancel) ? session.sync_cancel : session.cancel if session
          raise SignalException, "SIG#{signal}"
        end
      end
    end

    def commit_is_over
      self.committing = false
      raise SignalException, "SIG#{late}" if late
    end

    def main
      self.root = Dir.pwd
      read_plan
      boot
      heed_signals
      Compat.prepare(root)
      Tasks.offer
      ActiveRecord::Migration.singleton_class.prepend(Newer)
      restore if plan["restore"]
      discover unless stands?
      Ghosts.load(plan["ghosts"]) if plan["ghosts"]
      Compat.each_database(plan["databases"].keys) { |name, c| Database.new(name, c, plan["databases"][name]).work }
      tell(:done)
      exit!(0)
    rescue Stop
      exit!(77)
    rescue SelfCommit, SignalException, StandardError, ScriptError, SystemExit, NoMemoryError => e
      tell(:failed, describe(e).merge(Database.at_work).merge("same" => Database.same?))
      exit!(1)
    end

    # Rows and values that an earlier switch took away.
    def restore
      kept = Restore.new(plan["restore"])
      Compat.each_database([kept.database]) do |name, c|
        Database.new(name, c, {}).reach
        kept.work
      end
      tell(:done)
      exit!(0)
    end

    # Whether hookrun's plan is for the databases that Rails has.
    def stands?
      tell(:layout, "rails_env" => Rails.env.to_s, "files" => Reads.files,
                    "databases" => Compat.configs.map { |name, config| Place.of(name, config) })
      answer == "go"
    end

    # Else it makes its plan from what Rails knows.
    def discover
      Compat.each_database(nil) { |name, config| Database.new(name, config, {}).introduce }
      tell(:discovered)
      raise Stop unless answer == "plan"
      read_plan
    end
  end

  # One database and what is to be done with it.
  class Database
    CLASS_NAME = /^\s*class\s+([A-Z]\w*(?:::\w+)*)\s*<\s*(?:::)?ActiveRecord::Migration/.freeze
    UPWARDS = /\bdef\s+(?:self\.)?up\b/.freeze
    DOWNWARDS = /\bdef\s+(?:self\.)?(?:down|change)\b/.freeze

    # What db:migrate can do and one transaction for all cannot: these lead to
    # one transaction for each.
    ONE_BY_ONE = %w[PG::UnsafeNewEnumValueUsage PG::ObjectInUse PG::ActiveSqlTransaction
                    PG::InvalidTransactionTermination].freeze

    # Ended, though nobody was let through: what is committed is not known.
    class Torn < StandardError
      def initialize(message = "the transaction it ran in was ended from within")
        super
      end
    end
    # References are broken unless SQLite follows them.
    class Dangling < StandardError; end

    class << self
      attr_accessor :at_work, :current

      # Whether the database is as it was found; nil: that cannot be told.
      def same?
        current&.same?
      end
    end
    self.at_work = {}

    def initialize(name, config, task)
      @name = name
      @config = config
      @downs = (task["downs"] || []).map { |d| d.merge("version" => Integer(d["version"], 10)) }
      @downs = @downs.sort_by { |d| -d["version"] }
      @renumbers = (task["renumbers"] || []).map { |r| [Integer(r["from"], 10), Integer(r["to"], 10)] }.to_h
      @loose = []
      @recordings = task["recordings"]
      Database.at_work = { "db" => name, "phase" => "connect", "atomic" => true }
    end

    def work
      reach
      drop_what_is_not_ours
      @recorder = Recorder.new(connection, @recordings) if @recordings && connection.supports_ddl_transactions?
      @print = Print.of(connection, applied)
      Database.current = self
      reasons = stepwise_because
      reasons.empty? ? work_at_once : work_in_steps(reasons, true)
      Database.current = nil
      tell(:finished)
      @recorder&.write
    end

    def reach
      open_session
      guard
    end

    # Rows are not compared: that they are as before is what a roll back
    # promises, where there was one.
    def same?
      return false if ended_otherwise?
      Print.of(connection, applied) == @print
    rescue StandardError
      nil
    end

    # For a plan that hookrun cannot make without Rails.
    def introduce
      refuse_what_is_not_there
      c = connection
      tables = c.tables
      has_table = tables.include?(Place.versions_table)
      tell(:database, Place.of(@name, @config).merge(
        "adapter" => c.adapter_name.to_s, "database" => database_name,
        "environment" => stored_environment, "rails_env" => Rails.env.to_s,
        "has_table" => has_table, "has_tables" => (tables - own_tables).any?,
        "applied" => (has_table ? applied : []).map(&:to_s),
        "data_applied" => data_applied(tables)
      ))
    end

    private

    def tell(event, fields = {})
      Hookrun.tell(event, { "db" => @name }.merge(fields))
    end

    def connection
      Compat.connection
    end

    def postgres?
      connection.adapter_name =~ /postg/i
    end

    # SQLite's adapter has no name for it.
    def database_name
      connection.respond_to?(:current_database) ? connection.current_database.to_s : setting(:database)
    end

    def setting(*keys)
      Place.setting(@config, *keys)
    end

    def own_tables
      [Place.versions_table, Place.table(ActiveRecord::Base.internal_metadata_table_name)]
    end

    def applied
      Compat.context.get_all_versions
    end

    # Of the gem data_migrate; nil where its table is not there.
    def data_applied(tables)
      name = Place.table("data_migrations")
      return unless tables.include?(name) && connection.column_exists?(name, :version)
      connection.select_values("SELECT version FROM #{connection.quote_table_name(name)}").join(" ")
    end

    def stored_environment
      Compat.context.last_stored_environment
    rescue StandardError
      nil
    end

    # SQLite would make a file that is not there.
    def refuse_what_is_not_there
      path = setting(:database).to_s
      return unless setting(:adapter) =~ /\Asqlite/ && path !~ /\A(?::|file:)/
      return if File.exist?(File.expand_path(path, Hookrun.root))
      tell(:refused, "why" => "database '#{path}' does not exist", "kind" => "absent")
      raise Stop
    end

    def open_session
      refuse_what_is_not_there
      return Patience.teach(connection) { tell(:waiting) } if connection.adapter_name =~ /sqlite/i
      return connection unless postgres?
      c = connection
      Hookrun.session = c.raw_connection
      c.execute("SET lock_timeout = #{Integer(Hookrun.plan["lock_timeout_ms"])}")
      c.execute("SET application_name = #{c.quote("hookrun #{Process.pid}")}")
      # Else a statement outlives us when we are killed, and keeps its locks.
      c.execute("SET client_connection_check_interval = 500") if c.select_value("SHOW server_version_num").to_i >= 140_000
    rescue ActiveRecord::StatementInvalid
      nil # a platform that cannot watch its clients
    end

    # Rails guards its own environment for dropping only, not for migrating.
    def guard
      stored = stored_environment
      protected_here = ActiveRecord::Base.protected_environments.include?(Rails.env.to_s)
      why = if protected_here
              "the environment '#{Rails.env}' is protected"
            elsif stored && ActiveRecord::Base.protected_environments.include?(stored)
              "the database belongs to the protected environment '#{stored}'"
            elsif stored && stored != Rails.env.to_s
              "the database belongs to the environment '#{stored}', this is '#{Rails.env}'"
            end
      return unless why
      tell(:refused, "why" => why, "kind" => protected_here ? "production" : "environment")
      raise Stop
    end

    # Gone from the table by now, or on paths that only Rails knows.
    def drop_what_is_not_ours
      here = Compat.context.migrations.map(&:version)
      rows = applied
      @downs = @downs.select do |d|
        present = here.include?(d["version"]) && !d["redo"]
        tell(:left, "version" => d["version"].to_s, "why" => "its file is on a path of the application") if present
        rows.include?(d["version"]) && !present
      end
      @renumbers = @renumbers.select { |from, to| rows.include?(from) && !here.include?(from) && !rows.include?(to) }
    end

    def pending
      rows = applied + @renumbers.values
      Compat.context.migrations.reject { |m| rows.include?(m.version) }
    end

    # What is applied already, under another number.
    def renumber_all
      return if @renumbers.empty?
      table = connection.quote_table_name(Compat.versions_table)
      rows = connection.select_values("SELECT version FROM #{table}").map(&:to_s)
      @renumbers.each do |from, to|
        row = rows.find { |version| version.to_i == from }
        next unless row
        connection.update("UPDATE #{table} SET version = #{connection.quote(to.to_s)} " \
                          "WHERE version = #{connection.quote(row)}")
        tell(:renumbered, "from" => from.to_s, "version" => to.to_s)
      end
    end

    # Why not everything can be one transaction; empty when it can.
    def stepwise_because
      return ["#{connection.adapter_name} cannot undo changes of the schema"] unless connection.supports_ddl_transactions?
      @loose = @downs.map { |d| d["file"] if OldTree.around(d["tree"]) { outside?("down", proxy(d)) } }.compact
      redone = @downs.select { |d| d["redo"] }.map { |d| d["version"] }
      ups = Compat.context.migrations.select { |m| redone.include?(m.version) } + pending
      @loose |= ups.map { |m| m.filename if outside?("up", m) }.compact
      Database.at_work = Database.at_work.merge("phase" => "connect", "file" => nil)
      return ["atomic: false"] unless Hookrun.plan["atomic"]
      @loose.map { |file| "#{File.basename(file)} says disable_ddl_transaction!" }.uniq
    end

    # The class is asked, as Rails asks it: a class it inherits from, or a gem,
    # may have said it for it.
    def outside?(phase, migration)
      about(phase, migration.version, migration.filename)
      unload(migration.name, migration.filename)
      migration.disable_ddl_transaction
    ensure
      unload(migration.name, migration.filename)
    end

    def loss_matters?
      Hookrun.plan["on_data_loss"] != "allow"
    end

    def work_at_once
      safely(:refuse, true) { everything }
    rescue SelfCommit => e
      work_in_steps(["#{Database.at_work["file"]} commits by itself (#{e.message})"], true)
    rescue StandardError => e
      error = one_by_one(e)
      raise unless error
      why = "#{Database.at_work["file"]} needs what is before it to be committed (#{error})"
      work_in_steps([why], false)
    end

    def one_by_one(error)
      ONE_BY_ONE.find { |name| Errors.causes(error).any? { |e| e.class.name == name } }
    end

    def everything
      renumber_all
      down_all
      up_all
    end

    # Does the work in a transaction.  What it would lose is found first, and
    # kept in a file or consented to.  Unless `keep`, all is undone, and only
    # that was found.
    def safely(mode, keep, &work)
      return in_transaction(mode, &yes(keep, work)) unless loss_matters?
      loss = Loss.new(connection)
      touched = what_is_touched(loss, mode, keep, work)
      return if touched.nil?
      found, id = what_is_lost(loss, touched, mode, keep, work)
      loss.counted.each do |label|
        tell(:note, "text" => "table #{label} is too large to be compared row by row: its rows and values were counted")
      end
      return tell_kept(id, found) if id && !keep
      return if found.empty? || id
      consent(found.map(&:text))
      in_transaction(mode, &yes(keep, work)) if keep
    end

    def yes(keep, work)
      lambda do
        work.call
        keep
      end
    end

    # The tables to be compared; nil: none, and the work is done.
    def what_is_touched(loss, mode, keep, work)
      return loss.look unless loss.tells?
      touched = nil
      in_transaction(mode) do
        loss.look
        loss.copy_ahead(words)
        work.call
        touched = loss.touched
        touched = [] if loss.nothing_lost?(touched)
        keep && touched.empty?
      end
      touched unless touched.empty?
    end

    # What the migrations speak of.
    def words
      files = @downs.map { |d| d["file"] } + pending.map(&:filename)
      files.flat_map { |file| File.binread(file).scan(/\w+/) }.uniq
    end

    # The losses, and the name of the file that has them, if one was written.
    def what_is_lost(loss, touched, mode, keep, work)
      found = []
      id = nil
      in_transaction(mode) do
        loss.copy(touched)
        work.call
        found = loss.losses
        id = keep_losses(found)
        tell_kept(id, found) if id && keep
        loss.forget
        keep && (found.empty? || !id.nil?)
      end
      [found, id]
    rescue Exception # rubocop:disable Lint/RescueException -- also signals
      Kept.remove(Hookrun.plan["kept"], id) if id && keep && !@committing
      raise
    end

    def keep_losses(found)
      return if Hookrun.plan["on_data_loss"] != "snapshot" || found.empty? || !found.all?(&:query)
      Kept.write(Hookrun.plan["kept"], @name, found, connection)
    end

    def tell_kept(id, found)
      tell(:kept, "id" => id, "items" => found.map(&:text))
    end

    # Rolled back where the block is false.  A migration that raises
    # ActiveRecord::Rollback would undo everything without a word.
    def in_transaction(mode = :refuse, &work)
      OneLock.around(connection) { in_transaction_with_lock(mode, &work) }
    end

    def in_transaction_with_lock(mode, &work)
      Database.at_work["atomic"] = true
      @committing = false
      @recorder&.begin_anew
      tell(:begin, "atomic" => true)
      wanted = transact(mode, &work)
      Compat.forget_columns
      raise "a migration rolled the whole transaction back" if wanted.nil?
      tell_end(wanted == :commit)
    rescue Dangling
      tell(:rolled_back)
      @follow_references = true
      retry
    rescue Torn
      raise
    rescue Exception # rubocop:disable Lint/RescueException -- told, and raised again
      tell_fate
      raise
    ensure
      Hookrun.commit_is_over
    end

    # From the end of the work on a signal waits.
    def transact(mode, &work)
      wanted = nil
      unchecked_references do
        ActiveRecord::Base.transaction(requires_new: true) do
          wanted = fenced(mode, &work) ? :commit : :rollback
          raise ActiveRecord::Rollback if wanted == :rollback
          @committing = Hookrun.committing = true
        end
      end
      wanted
    end

    def tell_end(committed)
      Database.at_work = Database.at_work.merge("phase" => "connect", "file" => nil) if committed
      tell(committed ? :committed : :rolled_back)
    end

    # A commit that failed may have been done, where the server went away: then
    # it is for hookrun to look.
    def tell_fate
      return tell_end(false) unless @committing
      fate = postgres? ? connection.select_value("SELECT txid_status(#{@transaction})") : "aborted"
      @committing = fate == "committed"
      tell_end(@committing)
    rescue StandardError
      nil
    end

    def fenced(mode)
      connection.materialize_transactions if connection.respond_to?(:materialize_transactions)
      depth = connection.open_transactions
      id = @transaction = transaction_id
      broken = broken_references
      result = kept_whole { Fence.around(connection, mode) { yield } }
      whole = Fence.whole?(connection) && connection.open_transactions == depth && transaction_id == id
      raise Torn unless whole
      raise Dangling if broken && (broken_references - broken).any?
      result
    end

    # PostgreSQL knows afterwards what became of it, and refuses our next
    # savepoint; SQLite is asked at once.
    def kept_whole
      yield
    rescue Exception => e # rubocop:disable Lint/RescueException -- raised again
      raise Torn.new, cause: nil if postgres? && e.cause.is_a?(PG::NoActiveSqlTransaction)
      @torn ||= sqlite? && !Fence.whole?(connection)
      raise
    end

    def ended_otherwise?
      return @torn unless postgres?
      @transaction && connection.select_value("SELECT txid_status(#{@transaction})") == "committed"
    end

    def transaction_id
      connection.select_value("SELECT txid_current()") if postgres?
    end

    def sqlite?
      connection.adapter_name =~ /sqlite/i
    end

    # A table that is rebuilt is dropped for a moment, and SQLite would delete
    # what refers to it: its manual has references off meanwhile, which is not
    # possible inside a transaction, and checked at the end.  Where a migration
    # counts on them, the check fails, and it is done again with them.
    def unchecked_references
      off = sqlite? && !@follow_references && connection.select_value("PRAGMA foreign_keys").to_i == 1
      connection.execute("PRAGMA foreign_keys = OFF") if off
      @references_off = off
      yield
    ensure
      connection.execute("PRAGMA foreign_keys = ON") if off
    end

    def broken_references
      connection.select_rows("PRAGMA foreign_key_check") if @references_off
    end

    # Each by itself.  What can be known beforehand is asked of the database
    # itself: all of it runs in a transaction that is undone.
    def work_in_steps(reasons, rehearsable)
      tell(:not_atomic, "because" => reasons.join(", "))
      return work_untried unless connection.supports_ddl_transactions?
      known = rehearsable && rehearse { everything }
      in_transaction(:refuse, &yes(true, method(:renumber_all))) unless @renumbers.empty?
      down_at_once(known) || down_each(known)
      pending.each { |migration| step(known, migration.filename) { up(migration) } }
      Compat.forget_columns
    end

    # What goes away can still go as one, if none of it needs to be by itself.
    def down_at_once(known)
      return if @downs.empty? || !Hookrun.plan["atomic"] || @downs.any? { |d| @loose.include?(d["file"]) }
      known ? in_transaction(:refuse, &yes(true, method(:down_all))) : safely(:refuse, true) { down_all }
      true
    rescue SelfCommit
      false
    end

    # A database that cannot undo changes of its schema cannot try them.
    def work_untried
      consent([], "#{connection.adapter_name} offers no rehearsal") if loss_matters? && !@downs.empty?
      renumber_all
      down_each(true)
      pending.each { |migration| loosely { up(migration) } }
      Compat.forget_columns
    end

    # True where what is lost is known, and consented to.
    def rehearse(&work)
      connection.singleton_class.prepend(Plainly)
      Hookrun.rehearsing = true
      safely(:leave_out, false, &work)
      true
    rescue SelfCommit => e
      @untried = ": #{e.message}"
      false
    rescue StandardError => e
      raise unless one_by_one(e)
      false
    ensure
      Hookrun.rehearsing = false
    end

    def step(known, file, &work)
      if @loose.include?(file) || !connection.supports_ddl_transactions?
        try_alone(file, &work) unless known
        return loosely(&work)
      end
      known ? in_transaction(:refuse, &yes(true, work)) : safely(:refuse, true, &work)
    rescue SelfCommit
      @loose << file
      retry
    end

    def try_alone(file, &work)
      return if rehearse(&work)
      consent([], "#{File.basename(file)} cannot be tried in a transaction#{@untried}") if loss_matters?
    end

    # In the migration's own transaction, or none.
    def loosely(&work)
      Database.at_work["atomic"] = false
      tell(:begin, "atomic" => false)
      Fence.around(connection, :tell, &work)
      Compat.forget_columns
    end

    # Nothing is locked while somebody thinks.
    def consent(losses, unknown = nil)
      return unless loss_matters?
      return if losses.empty? && unknown.nil?
      tell(:impact, "items" => losses, "unknown" => unknown.to_s, "same" => same?)
      return if %w[ask snapshot].include?(Hookrun.plan["on_data_loss"]) && Hookrun.answer == "yes"
      raise Stop
    end

    def down_all
      down_list { |d| ActiveRecord::Base.transaction(requires_new: true) { down(d) } }
      Compat.forget_columns
    end

    def down_each(known)
      down_list { |d| step(known, d["file"]) { down(d) } }
    end

    def down_list
      @downs.each_with_index do |d, i|
        begin
          yield d
        rescue StandardError => e
          raise unless irreversible?(e) && Hookrun.plan["irreversible"] == "skip"
          leave(@downs[i..-1], d)
          break
        end
      end
    end

    def irreversible?(error)
      Errors.causes(error).any? { |e| e.is_a?(ActiveRecord::IrreversibleMigration) }
    end

    def leave(downs, culprit)
      downs.each do |d|
        why = d.equal?(culprit) ? "it is irreversible" : "it is older than the irreversible #{culprit["version"]}"
        tell(:left, "version" => d["version"].to_s, "culprit" => culprit["version"].to_s, "why" => why)
      end
    end

    # Not from the file name: inflections differ between branches.
    def proxy(entry)
      text = File.binread(entry["file"])
      name = text[CLASS_NAME, 1] || File.basename(entry["file"])[/\A\d+_([_a-z0-9]*)/, 1].camelize
      ActiveRecord::MigrationProxy.new(name, entry["version"], entry["file"], "")
    end

    # A context of its own for each file: the migrator's checks for equal names
    # and versions see this one alone.
    def down(entry)
      text = File.binread(entry["file"])
      proxy = proxy(entry)
      context = Compat.context_of([File.dirname(entry["file"])])
      context.define_singleton_method(:migrations) { [proxy] }
      tell(:no_down, "version" => entry["version"].to_s) if text =~ UPWARDS && text !~ DOWNWARDS
      run = lambda do |direction|
        OldTree.around(entry["tree"]) do
          unload(proxy.name, entry["file"])
          context.run(direction, entry["version"])
          unload(proxy.name, entry["file"])
        end
      end
      perform("down", entry["version"], entry["file"], proxy.name, &run)
    end

    # Older versions load by `require`, once, and would run the class that is
    # there already.
    def unload(name, file)
      Object.send(:remove_const, name) if name !~ /::/ && Object.const_defined?(name, false)
      seen = [File.expand_path(file), File.realpath(file)]
      $LOADED_FEATURES.delete_if { |feature| seen.include?(feature) }
    end

    def up_all
      pending.each { |migration| up(migration) }
      Compat.forget_columns
    end

    def up(migration)
      perform("up", migration.version, migration.filename, migration.name) do |direction|
        unload(migration.name, migration.filename)
        Compat.context.run(direction, migration.version)
      end
    end

    # Would a failure leave half of it behind?
    def loose?(path)
      return false if Database.at_work["atomic"]
      !connection.supports_ddl_transactions? || @loose.include?(path)
    end

    def about(phase, version, path)
      facts = { "phase" => phase, "version" => version.to_s, "file" => File.basename(path), "loose" => loose?(path) }
      Database.at_work = Database.at_work.merge(facts)
      facts
    end

    # Outside a transaction it can be cut off in the midst.
    def halfway(phase, version, path, &work)
      loose = !Database.at_work["atomic"]
      file = halfway_file(version) if postgres?
      return yield unless file && (loose || Hookrun.rehearsing && File.exist?(file))
      halfway = Halfway.new(file, phase, connection, @print)
      return halfway.passing(&work) unless loose
      name = File.basename(path)
      told = lambda do |count|
        tell(:note, "text" => "#{name} goes on where it was cut off: #{count} of its statements #{count == 1 ? "is" : "are"} done")
      end
      unsure = ->(sql) { consent([], "#{name} was cut off in '#{sql}', which may have been done") }
      halfway.around(-> { Print.of(connection, applied) }, told, unsure, &work)
    end

    # A database that was made anew has another number.
    def halfway_file(version)
      number = connection.select_value("SELECT oid FROM pg_database WHERE datname = current_database()")
      name = "#{database_name.tr("/", "_")}-#{number}-#{version}"
      File.join(File.dirname(Hookrun.plan["kept"]), "halfway", name)
    end

    def perform(phase, version, path, name)
      facts = about(phase, version, path).merge("name" => name)
      Fence.crossed = false
      Newer.wanted = nil
      tell(:start, facts)
      halfway(phase, version, path) { recorded(phase, version, path, name) { |direction| yield direction } }
      @loose << path if Fence.crossed
      tell(:end, facts)
    end

    def recorded(phase, version, path, name)
      return yield(phase.to_sym) unless @recorder && Database.at_work["atomic"] && !Hookrun.rehearsing
      back = -> { yield(phase == "up" ? :down : :up) }
      @recorder.around(phase, version, path, name, back) { yield(phase.to_sym) }
    end
  end
end

Hookrun.main
