# frozen_string_literal: true

# What the author of a migration has looked at and found safe:
#
#   # hookrun:safe add_index -- the table has forty rows
#
# on the line of the statement, or of the block around it, or just above; above the
# class it is for the whole file, and what is said of the way up and down is for
# the file wherever it stands.  Without a reason it is an error: the next reader
# must know why.

require "ripper"

module Hookrun
  # The comments of one text.
  class Silence
    COMMENT = /\A#\s*hookrun:safe\b:?(.*)/m.freeze
    REASON = /\s--\s+\S/.freeze
    Said = Struct.new(:rules, :line, :first, :last)

    # [line, text] of each that says nothing, or nothing that is known.
    attr_reader :wrong

    def initialize(text, known)
      @known = known
      @said = []
      @wrong = []
      tokens = Ripper.lex(text)
      @top = tokens.find { |_, type, word| type == :on_kw && word == "class" }&.first&.first || 0
      @comments = tokens.select { |token| token[1] == :on_comment }
      @alone = lines_of_comments_alone(tokens)
      @comments.each { |(line, _), _, words| heed(line, words) }
    end

    # Of a statement that stands within the first of `lines`, and at the last.
    def at?(rule, lines)
      @said.any? do |said|
        said.rules.include?(rule) && (said.line < @top || lines.any? { |line| line >= said.first && line <= said.last })
      end
    end

    def anywhere?(rule)
      @said.any? { |said| said.rules.include?(rule) }
    end

    private

    def lines_of_comments_alone(tokens)
      others = tokens.reject { |token| %i[on_comment on_sp on_ignored_nl on_nl].include?(token[1]) }
      @comments.map { |token| token[0][0] } - others.map { |token| token[0][0] }
    end

    def heed(line, words)
      rest = words[COMMENT, 1]
      return unless rest
      names = rest.split(/\s--(?:\s|\z)/, 2)[0].scan(/\w+/)
      # What comes behind is the reason, in another form.
      names = names.take_while { |name| @known.include?(name) } if rest !~ REASON && @known.include?(names[0])
      unknown = names - @known
      return @wrong << [line, "'hookrun:safe' says of nothing that it is safe; name what: #{@known.join(", ")}"] if names.empty?
      return @wrong << [line, "'#{unknown[0]}' is none of what 'hookrun:safe' can name: #{@known.join(", ")}"] if unknown.any?
      return @wrong << [line, "'hookrun:safe #{names.join(", ")}' gives no reason; add '-- why it is safe'"] if rest !~ REASON
      last = line
      last += 1 while @alone.include?(last)
      @said << Said.new(names, line, line, last)
    end
  end
end
