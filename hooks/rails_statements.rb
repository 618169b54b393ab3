# frozen_string_literal: true

# The statements of a migration's way up, out of its syntax tree: name, table,
# arguments and options as far as they stand in the text.  What a block over a
# table says is told as if it stood by itself (`t.index :a` is `add_index :users,
# :a`).  What is not in the text (a variable, a call) is UNKNOWN.

require "ripper"
require_relative "rails_purity"

module Hookrun
  # Reads one text.
  class Statements
    UNKNOWN = Object.new
    def UNKNOWN.to_s
      "..."
    end
    Sql = Struct.new(:text) # a default that the database computes
    Statement = Struct.new(:name, :table, :args, :options, :lines, :assured)

    # By which models write rows, and those that make something of many.
    WRITES = %w[update_all delete_all destroy_all insert_all insert_all! upsert_all update_counters touch_all save save!
                update update! create create! update_column update_columns destroy delete insert upsert].freeze
    # Names that others have too: only a class of the application is asked so.
    PLAIN = %w[save update create destroy delete insert upsert].freeze
    SCHEMA = (Purity::STATEMENTS - %w[execute reversible up_only]).freeze
    ON_TABLE = {
      "index" => "add_index", "references" => "add_reference", "belongs_to" => "add_reference", "rename" => "rename_column",
      "remove" => "remove_columns", "change" => "change_column", "change_null" => "change_column_null",
      "change_default" => "change_column_default", "column" => "add_column", "timestamps" => "add_timestamps",
      "foreign_key" => "add_foreign_key", "check_constraint" => "add_check_constraint",
      "exclusion_constraint" => "add_exclusion_constraint", "unique_constraint" => "add_unique_constraint",
      "remove_belongs_to" => "remove_reference", "remove_references" => "remove_reference"
    }.freeze
    AS_IT_IS = %w[remove_index remove_timestamps rename_index remove_foreign_key remove_check_constraint].freeze
    CALLS = %i[command command_call fcall vcall call method_add_arg].freeze
    SQL = %w[execute exec_query exec_update exec_delete exec_insert select_value select_all].freeze

    attr_reader :list

    def initialize(text)
      @list = []
      @tree = Ripper.sexp(text)
      return unless @tree
      @outside = text_calls?(@tree, "disable_ddl_transaction!")
      walk(@tree, tables: {}, lines: [], assured: false, method: nil)
    end

    def read?
      !@tree.nil?
    end

    # No transaction is around it.
    def outside?
      @outside
    end

    # Nothing but rows is changed.
    def only_rows?
      @list.none? { |s| SCHEMA.include?(s.name) }
    end

    private

    def kind(node)
      node.is_a?(Array) && node[0].is_a?(Symbol) ? node[0] : nil
    end

    def text_calls?(node, name)
      return false unless node.is_a?(Array)
      return true if node[0] == :@ident && node[1] == name
      node.any? { |part| text_calls?(part, name) }
    end

    def walk(node, around)
      return unless node.is_a?(Array)
      case kind(node)
      when nil then node.each { |part| walk(part, around) }
      when :def then method(node, around)
      when :method_add_block then with_block(node, around)
      when *CALLS then call(node, around)
      else node[1..-1].each { |part| walk(part, around) }
      end
    end

    # The way down is for those who go back; it may take its time.
    def method(node, around)
      return if node[1][1] == "down"
      walk(node[3], around)
    end

    def with_block(node, around)
      name, receiver, = parts(node[1])
      return walk(node[1..-1], around) unless name
      return if name[1] == "down" && receiver
      statement = call(node[1], around)
      inside = around.merge(lines: around[:lines] + [name[2][0]])
      inside[:assured] = true if name[1] == "safety_assured"
      inside[:tables] = tables_in(node[2], statement, inside[:tables])
      walk(node[2][1..-1], inside)
    end

    # `|t|` of create_table and change_table.
    def tables_in(block, statement, tables)
      return tables unless statement && %w[create_table change_table create_join_table].include?(statement.name)
      name = text_of_first(block[1])
      name ? tables.merge(name => [statement.table, statement.name == "change_table"]) : tables
    end

    def text_of_first(node)
      return unless node.is_a?(Array)
      return node[1] if node[0] == :@ident
      node.each { |part| (found = text_of_first(part)) && (return found) }
      nil
    end

    # Its name, the receiver and the arguments of a call.
    def parts(node)
      case kind(node)
      when :command then [node[1], nil, node[2]]
      when :command_call then [node[3], node[1], node[4]]
      when :fcall, :vcall then [node[1], nil, nil]
      when :call then [node[3], node[1], nil]
      when :method_add_arg
        name, receiver, = parts(node[1])
        [name, receiver, kind(node[2]) == :arg_paren ? node[2][1] : node[2]]
      end
    end

    def call(node, around)
      name, receiver, args = parts(node)
      return node[1..-1].each { |part| walk(part, around) } && nil unless name.is_a?(Array) && name[0] == :@ident
      statement = receiver ? asked(name, receiver, args, around) : plain(name, args, around)
      walk(receiver, around)
      walk(args, around)
      @list << statement if statement
      statement
    end

    def plain(name, args, around)
      values, options = arguments(args)
      made(name[1], values, options, name[2][0], around)
    end

    # Something of a table's block, of the connection, of a model or of rows.
    def asked(name, receiver, args, around)
      values, options = arguments(args)
      on = kind(receiver) == :var_ref ? receiver[1][1] : nil
      table, changed = around[:tables][on]
      if table || around[:tables].key?(on)
        return unless changed
        return of_table(name[1], table, values, options, name[2][0], around)
      end
      return made(name[1], values, options, name[2][0], around) if connection?(receiver)
      return unless WRITES.include?(name[1]) && model?(receiver, PLAIN.include?(name[1]))
      Statement.new(name[1], nil, values, options, around[:lines] + [name[2][0]], around[:assured])
    end

    def connection?(receiver)
      name, = parts(receiver)
      name ||= receiver[1] if kind(receiver) == :var_ref
      name.is_a?(Array) && %w[connection self schema].include?(name[1])
    end

    # At the root of `User.where(...).update_all` stands a constant, or a name.
    def model?(receiver, surely)
      loop do
        return true if %i[const_path_ref top_const_ref].include?(kind(receiver))
        return !surely || receiver[1][0] == :@const if kind(receiver) == :var_ref
        inner = kind(receiver) == :method_add_block ? receiver[1] : parts(receiver)&.at(1)
        return false unless inner
        receiver = inner
      end
    end

    def of_table(name, table, values, options, line, around)
      return made(name, [table] + values, options, line, around) if AS_IT_IS.include?(name)
      return made(ON_TABLE[name], [table] + values, options, line, around) if ON_TABLE.key?(name)
      return if values.empty? || name.end_with?("?")
      made("add_column", [table, values[0], name.to_sym], options, line, around)
    end

    def made(name, values, options, line, around)
      table = name == "create_join_table" ? join_table(values, options) : values[0]
      table = table.is_a?(Symbol) || table.is_a?(String) ? table.to_s : nil
      Statement.new(SQL.include?(name) ? "execute" : name, SQL.include?(name) ? nil : table, values, options,
                    around[:lines] + [line], around[:assured])
    end

    def join_table(values, options)
      return options[:table_name] if options[:table_name]
      values[0, 2].map(&:to_s).sort.join("_") if values.size >= 2
    end

    # ---- values ----

    def arguments(node)
      list = listed(node)
      options = {}
      list = list.reject do |part|
        next unless kind(part) == :bare_assoc_hash || (kind(part) == :hash && part.equal?(list.last))
        options = value(part)
      end
      [list.map { |part| value(part) }, options.is_a?(Hash) ? options : {}]
    end

    def listed(node)
      return [] unless node.is_a?(Array)
      return listed(node[1]) if %i[args_add_block arg_paren].include?(kind(node))
      kind(node) ? [node] : node
    end

    def value(node)
      case kind(node)
      when :symbol_literal, :dyna_symbol then symbol(node)
      when :string_literal then string(node)
      when :@label then node[1].chomp(":").to_sym
      when :@int then Integer(node[1])
      when :@float then Float(node[1])
      when :var_ref then word(node[1])
      when :array then (node[1].is_a?(Array) ? elements(node[1]) : [])
      when :hash, :bare_assoc_hash then hash(node)
      when :lambda then sql(node)
      when :@tstring_content then node[1]
      when :method_add_arg, :method_add_block, :paren then inner(node)
      else UNKNOWN
      end
    end

    # A text that is tidied is still a text: <<~SQL.squish
    def inner(node)
      return value(node[1].is_a?(Array) && !kind(node[1]) ? node[1][0] : node[1]) if kind(node) == :paren
      node.to_s.include?('"lambda"') || node.to_s.include?('"proc"') ? sql(node) : UNKNOWN
    end

    def symbol(node)
      text = []
      leaves(node, text)
      text.size == 1 && !node.to_s.include?("string_embexpr") ? text[0].to_sym : UNKNOWN
    end

    def string(node)
      return UNKNOWN if node.to_s.include?("string_embexpr")
      text = []
      leaves(node, text)
      text.join
    end

    def leaves(node, text)
      return unless node.is_a?(Array)
      return text << node[1] if node[0].is_a?(Symbol) && node[0].to_s.start_with?("@") && node[1].is_a?(String)
      node.each { |part| leaves(part, text) }
    end

    def word(token)
      { "true" => true, "false" => false, "nil" => nil }.fetch(token[1], UNKNOWN)
    end

    def elements(list)
      list.map { |part| kind(part) == :@tstring_content ? part[1] : value(part) }
    end

    def hash(node)
      pairs = kind(node) == :hash ? (node[1] || [nil, []])[1] : node[1]
      pairs.each_with_object({}) do |pair, all|
        next unless kind(pair) == :assoc_new
        key = value(pair[1])
        all[key.respond_to?(:to_sym) ? key.to_sym : key] = pair[2] ? value(pair[2]) : UNKNOWN
      end
    end

    # `-> { "now()" }`
    def sql(node)
      text = []
      strings(node, text)
      Sql.new(text.join)
    end

    def strings(node, text)
      return unless node.is_a?(Array)
      return text << node[1] if node[0] == :@tstring_content
      node.each { |part| strings(part, text) }
    end
  end
end
