# frozen_string_literal: true

# Tries migrations before they are committed or pushed, in one start of Rails.
#
# hookrun starts it in the application's folder with a plan (the file named by
# HOOKRUN_PLAN): which migrations are new, and the trees of git that they stand in.
# Texts come out of git's objects, so that what is tried is what will be
# committed.  For each database that they belong to a scratch one gets the schema
# from before; there each goes up, down and up again, and the schemas are compared.
# What a user is to read goes into the file `result` beside the plan.

require "fileutils"
require "json"
require "open3"
require_relative "rails_compat"
require_relative "rails_errors"
require_relative "rails_layout"
require_relative "rails_facts"
require_relative "rails_hazards"
require_relative "rails_silence"
require_relative "rails_lines"
require_relative "rails_scratch"
require_relative "rails_trial"

module Hookrun
  $stdout.sync = true

  # Nothing can be said of the migrations; why is in its message.
  class Unable < StandardError; end

  # git's objects.
  module Objects
    FILE = /\A([0-9]+)_[_a-z0-9]*(?:\.[_a-z0-9]*)?\.rb\z/.freeze
    Entry = Struct.new(:version, :path, :oid)

    class << self
      def git(*words)
        out, err, status = Redirect.let do
          Open3.capture3("git", "--git-dir", Hookrun.plan["git_dir"], *words, binmode: true)
        end
        raise Unable, "git #{words[0]}: #{err.strip}" unless status.success?
        out
      end

      # The migrations of a tree below `folders` (from its top); none: no tree.
      def migrations(tree, folders)
        return [] unless tree
        listed = git("ls-tree", "-r", "-z", "--full-tree", tree, "--", *folders).split("\0").map do |line|
          facts, path = line.split("\t", 2)
          version = File.basename(path)[FILE, 1]
          Entry.new(version.to_i, path.force_encoding("UTF-8"), facts.split(" ")[2]) if version && facts =~ /\A100/
        end
        listed.compact.sort_by { |entry| [entry.version, entry.path] }
      end

      def text(oid)
        git("cat-file", "blob", oid)
      end

      # The first of `paths` that a tree has: [path, text]; nil: none.
      def first(tree, paths)
        return unless tree
        found = git("ls-tree", "-z", "--full-tree", tree, "--", *paths).split("\0").map { |line| line.split("\t", 2) }
        paths.each do |path|
          entry = found.find { |_, name| name == path }
          return [path, text(entry[0].split(" ")[2])] if entry
        end
        nil
      end
    end
  end

  # What there is to say, for people.
  class Findings
    attr_reader :failures, :warnings

    def initialize
      @lines = []
      @failures = 0
      @warnings = 0
    end

    def fail(path, line, text, rule = nil, details = [])
      @failures += 1
      add(path, line, text, rule, details)
    end

    def warn(path, line, text, rule)
      return if Hookrun.plan["warnings"] == "off" || Hookrun.plan["ignore"].include?(rule)
      return self.fail(path, line, text, rule) if Hookrun.plan["warnings"] == "fail"
      @warnings += 1
      add(path, line, "warning: #{text}", rule)
    end

    def note(text)
      @lines << [nil, 0, "migrations-check: #{text}"]
    end

    def text
      files, notes = @lines.partition { |path, _, _| path }
      all = files.each_with_index.sort_by { |(path, line, _), i| [path, line, i] }.map { |(_, _, said), _| said }
      all << "to let one pass: '# hookrun:safe NAME -- why it is safe here', NAME as in the brackets" if @ruled
      (all + notes.map(&:last)).map { |line| "#{line}\n" }.join
    end

    private

    def add(path, line, text, rule, details = [])
      @ruled = true if rule
      said = ["#{path}:#{line}: #{text}#{" [#{rule}]" if rule}"] + details.map { |detail| "    #{detail}" }
      @lines << [path, line, said.join("\n")]
    end
  end

  class << self
    attr_accessor :plan, :root, :booted

    def boot
      require File.join(root, "config", "environment")
      require "active_record"
      self.booted = true
    rescue Exception => e # rubocop:disable Lint/RescueException -- exit and syntax errors too
      raise Unable, "the application does not start: #{said(e)}"
    end

    def said(error)
      error = error.cause while error.cause
      text = Errors.undumped(error.message.to_s.dup.force_encoding("UTF-8").scrub("?")).strip
      text = text.lines.first(2).map(&:strip).join("; ")[0, 400]
      error.is_a?(Elsewhere) ? text : "#{error.class}: #{text}"
    end

    def refuse_protected
      return unless ActiveRecord::Base.protected_environments.include?(Rails.env.to_s)
      raise Unable, "the environment '#{Rails.env}' is protected: nothing is made there"
    end

    def heed_signals
      %w[INT TERM HUP].each do |signal|
        trap(signal) do
          %w[INT TERM HUP].each { |other| trap(other, "IGNORE") }
          raise SignalException, "SIG#{signal}"
        end
      end
    end

    def finish(text, status)
      File.binwrite(File.join(plan["dir"], "result"), text)
      $stdout.flush
      exit!(status)
    end

    def main
      self.root = Dir.pwd
      self.plan = JSON.parse(File.read(ENV.fetch("HOOKRUN_PLAN")))
      heed_signals
      boot
      refuse_protected
      Compat.prepare(root)
      ActiveRecord::Migration.verbose = false
      Scratch.drop_left(plan["left"])
      findings = Findings.new
      try_all(findings)
      finish(findings.text, findings.failures.zero? ? 0 : 1)
    rescue Unable => e
      finish("migrations-check: cannot try the migrations: #{e.message}\n", 2)
    rescue SignalException, StandardError, ScriptError, NoMemoryError, Elsewhere => e
      finish("migrations-check: cannot try the migrations: #{said(e)}\n", 2)
    end

    def try_all(findings)
      left = plan["check"].dup
      tried = Compat.configs.each_with_index.map do |(name, config), nr|
        folders = folders_of(name, config)
        mine = left.select { |path| folders.any? { |folder| path.start_with?("#{folder}/") } }
        left -= mine
        mine.empty? ? 0 : Trial.new(name, config, folders, mine, findings, nr).all
      end
      left.each { |path| findings.note("#{path} is in no folder of migrations that Rails knows: not tried") }
      all = plan["check"].size - left.size
      findings.note(summary(tried.sum, all)) if tried.sum.positive? || (all.positive? && findings.failures.zero?)
    end

    # From the top of the work tree, where they are in it.
    def folders_of(name, config)
      top = File.realpath(plan["top"])
      paths = Place.of(name, config)["paths"].map { |path| File.expand_path(path, File.realpath(root)) }
      paths.select { |path| path.start_with?("#{top}/") }.map { |path| path[(top.size + 1)..-1] }
    end

    def summary(count, all)
      "#{count}#{" of #{all}" if count < all} migration#{"s" unless all == 1} went up, down and up again"
    end
  end
end

Hookrun.main
