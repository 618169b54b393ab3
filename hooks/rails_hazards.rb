# frozen_string_literal: true

# What a migration does to a table that others are using: which of its statements
# lock it for as long as it is large, or take away what the running application
# still asks for.  The text is read, not run: on an empty table everything is
# quick.  The tables as they are before it decide what the text leaves open (which
# type a column has, whether a function is volatile).
#
# Which operations are dangerous, and what is done instead, is common knowledge
# among those who migrate large tables; the gem strong_migrations has the list that
# this follows, and its `safety_assured` is heeded.

require_relative "rails_fence"
require_relative "rails_statements"

module Hookrun
  # The dangers of one migration; `facts` is what the database knows, or nil.
  class Hazards
    # Each by the name that a comment silences it by.
    RULES = %w[
      add_index remove_index wide_index add_reference add_foreign_key add_check_constraint add_exclusion_constraint
      add_unique_constraint validate change_column change_column_null change_column_default add_column default
      auto_increment generated json rename_column rename_table remove_column force execute backfill
    ].freeze
    ALIASES = { "add_belongs_to" => "add_reference", "remove_belongs_to" => "remove_reference",
                "remove_timestamps" => "remove_columns", "add_columns" => "add_column" }.freeze
    AUTOMATIC = %i[serial bigserial smallserial primary_key].freeze
    # What takes but a moment, whatever it is done to.
    BRIEF = /\A\s*(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:VIEW|FUNCTION|PROCEDURE|TYPE|SCHEMA|EXTENSION|SEQUENCE|DOMAIN|TABLE)\b|
             (?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\s+CONCURRENTLY\b|DROP\s+(?:VIEW|FUNCTION|PROCEDURE|TYPE)\b|
             COMMENT\s+ON\b|SET\b|RESET\b|SELECT\s+set_config\b|ALTER\s+TYPE\b|
             ALTER\s+TABLE\s+\S+\s+VALIDATE\s+CONSTRAINT\s+\S+\s*;?\s*\z)/ix.freeze
    FILLED = /\A\s*CREATE\s+TABLE\b.*\bAS\s+(?:\(\s*)*(?:SELECT|TABLE|VALUES|WITH|EXECUTE)\b/im.freeze
    ROWS = /\A\s*(?:UPDATE|DELETE|INSERT|MERGE|WITH\b.*\b(?:UPDATE|DELETE|INSERT))\b/im.freeze
    BATCHES = "fill in rows in a migration of its own with disable_ddl_transaction!, in batches"

    def initialize(text, facts, fresh)
      @facts = facts
      @fresh = fresh
      @reader = Statements.new(text)
    end

    # Whether the text could be read at all.
    def read?
      @reader.read?
    end

    # [rule, lines, text] for each; the tables that it makes join `fresh`.
    def found
      @found = []
      @reader.list.each do |s|
        @fresh << s.table if %w[create_table create_join_table].include?(s.name) && s.table
        judge(s) unless s.assured
      end
      validated_at_once
      @found
    end

    private

    def postgres?
      @facts.nil? || @facts.postgres?
    end

    def tell(rule, statement, text)
      @found << [rule, statement.lines, text]
    end

    def judge(statement)
      name = ALIASES.fetch(statement.name, statement.name)
      return rows(statement) if Statements::WRITES.include?(name)
      return if @fresh.include?(statement.table) && name !~ /\A(?:create_table|execute)\z/
      rule = "on_#{name}"
      send(rule, statement) if respond_to?(rule, true)
    end

    def named(statement)
      statement.table ? "'#{statement.table}'" : "a table"
    end

    def concurrently?(options)
      options.is_a?(Hash) && options[:algorithm].to_s == "concurrently"
    end

    # ---- indexes and constraints ----

    def on_add_index(s)
      wide_index(s)
      return if !postgres? || concurrently?(s.options)
      tell("add_index", s, "add_index stops writes to #{named(s)} until the index is built; " \
                           "use 'algorithm: :concurrently' in a migration with disable_ddl_transaction!")
    end

    def wide_index(s)
      columns = s.args[1]
      return if !columns.is_a?(Array) || columns.size < 4 || s.options[:unique]
      tell("wide_index", s, "an index over #{columns.size} columns is large and seldom faster than one over its first; " \
                            "keep to the columns that leave the fewest rows, three at most")
    end

    def on_remove_index(s)
      return if !postgres? || concurrently?(s.options)
      tell("remove_index", s, "remove_index waits for every query on #{named(s)}, and all others wait for it; " \
                              "use 'algorithm: :concurrently' in a migration with disable_ddl_transaction!")
    end

    def on_add_reference(s)
      return unless postgres?
      index = s.options.fetch(:index, true)
      if index && !concurrently?(index)
        tell("add_reference", s, "add_reference builds an index and stops writes to #{named(s)} meanwhile; " \
                                 "use 'index: { algorithm: :concurrently }' with disable_ddl_transaction!")
      end
      key = s.options[:foreign_key]
      foreign_key(s) if key && !(key.is_a?(Hash) && key[:validate] == false)
    end

    def on_add_foreign_key(s)
      foreign_key(s) if postgres? && s.options[:validate] != false
    end

    def foreign_key(s)
      tell("add_foreign_key", s, "a foreign key is compared with every row, and both tables take no writes meanwhile; " \
                                 "add it with 'validate: false', and validate_foreign_key in the next migration")
    end

    def on_add_check_constraint(s)
      return if !postgres? || s.options[:validate] == false
      tell("add_check_constraint", s, "a check is tried on every row of #{named(s)}, which nobody can read or write " \
                                      "meanwhile; add it with 'validate: false', and validate it in the next migration")
    end

    def on_add_exclusion_constraint(s)
      return unless postgres?
      tell("add_exclusion_constraint", s, "an exclusion constraint builds its index while nobody can read or write " \
                                          "#{named(s)}, and there is no way around it; do it while the table is small or unused")
    end

    def on_add_unique_constraint(s)
      return if !postgres? || s.options[:using_index]
      tell("add_unique_constraint", s, "a unique constraint builds its index while nobody can read or write #{named(s)}; " \
                                       "build a unique index concurrently, and name it in 'using_index'")
    end

    # In one transaction the lock of the first is held all through the second.
    def validated_at_once
      return if !postgres? || @reader.outside?
      late = @reader.list.select { |s| s.name.start_with?("validate_") && !s.assured && !@fresh.include?(s.table) }
      late.each do |s|
        next unless @reader.list.any? { |other| other.table == s.table && other.options[:validate] == false }
        tell("validate", s, "it is validated in the transaction that adds it, whose lock on #{named(s)} is held until " \
                            "all rows are looked at; validate it in a migration of its own")
      end
    end

    # ---- columns ----

    def on_add_column(s)
      type = s.args[2]
      return tell("json", s, json) if type == :json && postgres?
      return generated(s) if type == :virtual || s.options[:as]
      return automatic(s) if postgres? && (AUTOMATIC.include?(type) || s.options[:identity])
      default(s)
    end

    def json
      "a column of type json has no '=', so that SELECT DISTINCT fails on the table; use jsonb"
    end

    def generated(s)
      return unless s.options[:stored]
      tell("generated", s, "a stored generated column has all rows of #{named(s)} written anew, and nobody can use it " \
                           "meanwhile; add a plain column, keep it up to date by a trigger, and fill it in batches")
    end

    def automatic(s)
      tell("auto_increment", s, "a column that counts has all rows of #{named(s)} written anew, and nobody can use it " \
                                "meanwhile; make a new table with it, or a plain column that is filled in batches")
    end

    def default(s)
      value = s.options[:default]
      if postgres? && computed?(value)
        tell("default", s, "its default is computed for each row, so that all of #{named(s)} is written anew and nobody can " \
                           "use it meanwhile; add the column, then change_column_default, then fill in the rows in batches")
      elsif s.options[:null] == false && value.nil?
        tell("add_column", s, "a column that must not be null and has no default cannot be added where #{named(s)} has rows; " \
                              "give it a default, or add it with null and fill it in first")
      end
    end

    # A constant is remembered once for all rows, since PostgreSQL 11.
    def computed?(value)
      return false if value.nil?
      return true if @facts && @facts.version < 110_000
      return false unless value.is_a?(Statements::Sql)
      @facts ? @facts.volatile?(value.text) : value.text =~ /\(/
    end

    def on_add_timestamps(s)
      return if s.options[:null] || s.options[:default]
      tell("add_column", s, "timestamps that must not be null cannot be added where #{named(s)} has rows; " \
                            "give them a default, or 'null: true' and fill them in")
    end

    def on_change_column(s)
      return if @facts && @facts.same_rows?(s.table, s.args[1], s.args[2], s.options)
      tell("change_column", s, "another type has all rows of #{named(s)} written anew, and nobody can use it meanwhile; " \
                               "add a new column, write to both, fill it in batches, read from it, then remove the old one")
    end

    def on_change_column_null(s)
      return if s.args[2] != false && s.args[2] != Statements::UNKNOWN
      return if @facts && @facts.never_null?(s.table, s.args[1])
      if !s.args[3].nil?
        tell("change_column_null", s, "it fills in a default in one statement, which locks every row that it changes; #{BATCHES}")
      elsif postgres?
        tell("change_column_null", s, "every row of #{named(s)} is looked at while nobody can read or write it; add the check " \
                                      "'#{s.args[1]} IS NOT NULL' with 'validate: false', validate it in the next " \
                                      "migration, then do this")
      end
    end

    def on_change_column_default(s)
      return unless @facts && @facts.leaves_defaults_out?
      tell("change_column_default", s, "servers that run on leave out a value that is the old default, and get the new one; " \
                                       "set 'config.active_record.#{@facts.leaves_defaults_out?} = false' and deploy before")
    end

    def on_rename_column(s)
      tell("rename_column", s, "servers that run on still ask for the old name; add a new column, write to both, " \
                               "fill it in batches, read from it, then remove the old one")
    end

    def on_rename_table(s)
      tell("rename_table", s, "servers that run on still ask for #{named(s)}; make a new table, write to both, " \
                              "fill it in batches, read from it, then drop the old one")
    end

    def on_remove_column(s)
      removed(s, [s.args[1]])
    end

    def on_remove_columns(s)
      removed(s, s.name == "remove_timestamps" ? %w[created_at updated_at] : s.args[1..-1])
    end

    def on_remove_reference(s)
      names = s.options[:polymorphic] ? %w[id type] : %w[id]
      removed(s, names.map { |part| "#{s.args[1]}_#{part}" })
    end

    def removed(s, columns)
      columns = columns.flatten.map(&:to_s)
      return if @facts && @facts.ignored?(s.table, columns)
      named = columns.map { |column| "'#{column}'" }.join(", ")
      tell("remove_column", s, "servers that run on still read and write #{named}; put it into the model's ignored_columns " \
                               "and deploy, then remove it")
    end

    # ---- the rest ----

    def on_create_table(s)
      return unless s.options[:force] && s.options[:force] != Statements::UNKNOWN
      tell("force", s, "'force' drops #{named(s)} with all its rows where it is there; leave it out")
    end

    def on_execute(s)
      sql = s.args[0]
      return rows(s) if sql.is_a?(String) && sql =~ ROWS
      return if sql.is_a?(String) && brief?(sql.gsub(Fence::QUOTED, "''"))
      tell("execute", s, "hookrun cannot tell what this statement locks and for how long; look it up, and say so in a comment")
    end

    def brief?(sql)
      sql =~ BRIEF && sql !~ FILLED && sql !~ /;\s*\S/
    end

    def rows(s)
      return if @reader.outside? && @reader.only_rows?
      tell("backfill", s, "rows that it writes stay locked, with all that it changes besides, until everything is done; " \
                          "#{BATCHES}")
    end
  end
end
