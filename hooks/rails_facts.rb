# frozen_string_literal: true

# What the tables, the server and the application say about a statement that its
# text leaves open.

module Hookrun
  # Of one connection.
  class Facts
    ENDLESS = Float::INFINITY

    def initialize(connection)
      @connection = connection
    end

    def postgres?
      @connection.adapter_name =~ /\A(?:postg)/i
    end

    # 110005 for 11.5
    def version
      @version ||= postgres? ? @connection.select_value("SHOW server_version_num").to_i : 0
    end

    # Whether a default is another for each row.
    def volatile?(sql)
      names = sql.scan(/([a-z_]\w*)\s*\(/i).flatten.map(&:downcase)
      return false if names.empty?
      list = names.map { |name| @connection.quote(name) }.join(", ")
      found = @connection.select_values("SELECT DISTINCT provolatile FROM pg_proc WHERE proname IN (#{list})")
      found.empty? || found.include?("v")
    end

    # Whether the rows of a column stay as they are when its type is changed.
    def same_rows?(table, column, type, options)
      return false if !postgres? || !type.is_a?(Symbol) || options[:null] == false || options[:using]
      from = parsed(column_of(table, column)&.sql_type)
      to = parsed(@connection.type_to_sql(type, **options.slice(:limit, :precision, :scale, :array)))
      from && to && (from == to || wider?(from, to))
    rescue StandardError
      false
    end

    # Whether a check says so already.
    def never_null?(table, column)
      return true if column_of(table, column)&.null == false
      return false if !postgres? || version < 120_000
      checks = @connection.select_values(<<~SQL)
        SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE contype = 'c' AND convalidated AND conrelid = to_regclass(#{@connection.quote(table.to_s)})
      SQL
      checks.any? { |check| check =~ /\ACHECK \(+"?#{Regexp.escape(column.to_s)}"? IS NOT NULL\)+\z/ }
    rescue StandardError
      false
    end

    # The setting by which values that are the default are not sent.
    def leaves_defaults_out?
      base = ActiveRecord::Base
      return base.partial_inserts && "partial_inserts" if base.respond_to?(:partial_inserts)
      base.respond_to?(:partial_writes) && base.partial_writes && "partial_writes"
    end

    # Whether the model has been told to do without the columns.
    def ignored?(table, columns)
      model = ActiveRecord::Base.descendants.find { |m| !m.abstract_class? && m.table_name == table }
      model ||= table.to_s.classify.safe_constantize
      model.respond_to?(:ignored_columns) && (columns - model.ignored_columns.map(&:to_s)).empty?
    rescue StandardError, ScriptError
      false
    end

    private

    def column_of(table, column)
      @connection.columns(table.to_s).find { |c| c.name == column.to_s }
    rescue StandardError
      nil
    end

    # [type, sizes] of "character varying(40)"
    def parsed(sql)
      return unless sql
      name, sizes = sql.to_s.downcase.match(/\A([a-z ]+?)\s*(?:\(([\d, ]+)\))?\z/)&.captures
      name && [name.sub("varchar", "character varying").sub("decimal", "numeric"), sizes.to_s.scan(/\d+/).map(&:to_i)]
    end

    def wider?(from, to)
      texts = ["character varying", "text"]
      if texts.include?(from[0]) && texts.include?(to[0])
        return (from[1][0] || ENDLESS) <= (to[1][0] || ENDLESS)
      end
      return false unless from[0] == "numeric" && to[0] == "numeric"
      to[1].empty? || (from[1][1].to_i == to[1][1].to_i && !from[1].empty? && from[1][0] <= to[1][0])
    end
  end
end
