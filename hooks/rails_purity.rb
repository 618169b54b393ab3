# frozen_string_literal: true

# Which migrations always do the same.  What one sends can be sent again without
# Rails only if nothing but its text and the schema decides it; so the text may
# consist of ActiveRecord's own schema statements, of literals and of blocks over
# a table.  All that is not on the list (a constant, a variable, a condition, a
# method of its own, time, files, the environment) counts as impure: a list of
# what is dangerous would never be complete.

require "ripper"

module Hookrun
  # Reads the syntax tree of one migration.
  class Purity
    STATEMENTS = %w[
      create_table change_table drop_table rename_table create_join_table drop_join_table add_column add_columns
      remove_column remove_columns rename_column change_column change_column_default change_column_null
      change_column_comment change_table_comment add_index remove_index rename_index add_reference add_belongs_to
      remove_reference remove_belongs_to add_foreign_key remove_foreign_key validate_foreign_key add_check_constraint
      remove_check_constraint validate_check_constraint validate_constraint add_exclusion_constraint
      remove_exclusion_constraint add_unique_constraint remove_unique_constraint add_timestamps remove_timestamps
      enable_extension disable_extension create_enum drop_enum rename_enum add_enum_value rename_enum_value
      create_schema drop_schema execute reversible up_only
    ].freeze
    # Of a table's block, or that of `reversible`.
    OF_A_BLOCK = %w[
      up down column index rename_index timestamps remove_timestamps change change_default change_null rename remove
      remove_index references belongs_to remove_references remove_belongs_to foreign_key remove_foreign_key
      check_constraint remove_check_constraint exclusion_constraint remove_exclusion_constraint unique_constraint
      remove_unique_constraint virtual primary_key bigint binary blob boolean date datetime decimal numeric float
      integer json string text time timestamp bigserial bit bit_varying cidr citext daterange enum hstore inet
      interval int4range int8range jsonb line lseg box path polygon circle ltree macaddr money numrange oid point
      serial timestamptz tsrange tstzrange tsvector uuid xml
    ].freeze
    METHODS = %w[change up down].freeze
    # What such a tree may consist of besides what has a rule below.
    PLAIN = %i[
      program void_stmt paren bodystmt args_new args_add arg_paren array hash assoclist_from_args
      bare_assoc_hash assoc_new string_literal string_content string_add string_concat symbol_literal
      dyna_symbol qwords_new qwords_add qsymbols_new qsymbols_add words_new words_add symbols_new
      symbols_add word_new word_add stmts_new stmts_add begin unary @tstring_content @label @int @float @op @rational
    ].freeze

    # Why the text is impure; nil: it is not.
    def self.why_not(text)
      new(text).why
    end

    attr_reader :why

    def initialize(text)
      @names = []
      tree = Ripper.sexp(text)
      return @why = "its text cannot be read" unless tree
      catch(:impure) { program(tree) }
    end

    private

    def impure(why)
      @why = why
      throw :impure
    end

    def kind(node)
      node.is_a?(Array) && node[0].is_a?(Symbol) ? node[0] : nil
    end

    # One class, which inherits from a migration.
    def program(tree)
      found = tree[1].reject { |node| kind(node) == :void_stmt }
      impure("it is more than one class") unless found.size == 1 && kind(found[0]) == :class
      _, name, parent, body = found[0]
      impure("its class has no plain name") unless kind(name) == :const_ref
      text = constant(parent && kind(parent) == :aref ? parent[1] : parent)
      impure("it inherits from #{text || "another class"}") unless text == "ActiveRecord::Migration"
      walk(parent[2]) if kind(parent) == :aref
      body[1].each { |node| member(node) }
      impure("it rescues") if body[2..-1].compact.any?
    end

    def constant(node)
      return unless kind(node) == :const_path_ref && kind(node[1]) == :var_ref
      "#{node[1][1][1]}::#{node[2][1]}"
    end

    def member(node)
      return if kind(node) == :void_stmt
      impure("#{spelled(node)} stands in its class") unless kind(node) == :def
      impure("it has a method '#{node[1][1]}'") unless METHODS.include?(node[1][1])
      params = node[2]
      params = params[1] if kind(params) == :paren
      impure("'#{node[1][1]}' takes arguments") if params && params[1..-1].compact.any?
      walk(node[3])
    end

    # A name in the node, to say where it stops being pure.
    def spelled(node)
      return "" unless node.is_a?(Array)
      return "'#{node[1]}'" if %i[@ident @const @ivar @gvar @kw @cvar @backtick].include?(node[0])
      node.each { |part| (word = spelled(part)).empty? || (return word) }
      ""
    end

    def walk(node)
      return unless node.is_a?(Array)
      return node.each { |part| walk(part) } unless kind(node)
      return position(node) if kind(node).to_s.start_with?("@")
      rule = "on_#{kind(node)}"
      return send(rule, node) if respond_to?(rule, true)
      impure("it has #{kind(node).to_s.tr("_", " ")} #{spelled(node)}".rstrip) unless PLAIN.include?(kind(node))
      node[1..-1].each { |part| walk(part) }
    end

    def position(token)
      impure("it names #{spelled(token)}") unless PLAIN.include?(token[0])
    end

    def statement(name)
      impure("it calls '#{name}'") unless STATEMENTS.include?(name)
    end

    def on_symbol(_node); end

    def on_command(node)
      statement(node[1][1])
      walk(node[2])
    end

    def on_fcall(node)
      statement(node[1][1])
    end

    def on_vcall(node)
      impure("it calls '#{node[1][1]}'")
    end

    # `true`, `nil`, and the block's own table.
    def on_var_ref(node)
      kind, name = node[1]
      return if kind == :@kw && %w[true false nil].include?(name)
      return if kind == :@ident && @names.include?(name)
      impure("it names '#{name}'")
    end

    # Something asked of the block's table.
    def on_call(node)
      receiver, _, name = node[1..3]
      known = kind(receiver) == :var_ref && receiver[1][0] == :@ident && @names.include?(receiver[1][1])
      impure(["it asks", spelled(receiver), "something"].reject(&:empty?).join(" ")) unless known
      impure("it calls '#{name[1]}'") unless name.is_a?(Array) && OF_A_BLOCK.include?(name[1])
    end

    def on_command_call(node)
      on_call(node)
      walk(node[4])
    end

    def on_args_add_block(node)
      impure("it passes a block on") if node[2]
      walk(node[1])
    end

    def on_method_add_arg(node)
      node[1..2].each { |part| walk(part) }
    end

    def on_method_add_block(node)
      walk(node[1])
      block(node[2])
    end

    def block(node)
      _, params, body = node
      names = params ? parameters(params) : []
      @names.concat(names)
      walk(body)
      @names.pop(names.size)
    end

    def parameters(node)
      inner = node[1]
      impure("a block has more than one name") if node[2] && node[2] != false
      required = inner[1] || []
      impure("a block has more than one name") if inner[2..-1].compact.any? { |x| x != 0 } || required.size > 1
      required.each { |token| impure("a block has more than one name") unless token[0] == :@ident }
      required.map { |token| token[1] }
    end

    # `default: -> { "now()" }`
    def on_lambda(node)
      impure("a lambda has arguments") if node[1] && node[1].flatten.compact.any? { |x| x.is_a?(String) }
      walk(node[2])
    end

    def on_string_embexpr(_node)
      impure("a text has \#{}")
    end
  end
end
