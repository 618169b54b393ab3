# frozen_string_literal: true

# What an error says to people, and what kind of error it is: on that depends
# what hookrun advises.

module Hookrun
  module Errors
    # An object as its inspect shows it, to its end or that of the text.
    DUMP = /#<([A-Z]\w*(?:::\w+)*)(?>=>|->|[^<>]|<(?=[\s=<])|\g<0>)*(?:>|\z)/.freeze
    LOCKS = /LockNotAvailable|LockWaitTimeout|BusyException|SQLite3::LockedException/.freeze
    LIBRARIES = /\A(?:Gem::|Bundler::)/.freeze
    EARLY = /\APG::Undefined(?:Table|Column)\z/.freeze

    class << self
      # Ruby shows the receiver of a call by all that it holds.
      def undumped(message)
        message.gsub(DUMP) { "#<#{Regexp.last_match(1)}>" }
      end

      # The error, what it came from, and so on to the first.
      def causes(error)
        chain = [error]
        chain << chain.last.cause while chain.last.cause
        chain
      end

      def kind(chain, booted)
        names = chain.map { |error| error.class.name.to_s }
        return "irreversible" if names.any? { |name| name.end_with?("IrreversibleMigration") }
        return "locked" if names.any? { |name| name =~ LOCKS }
        return "libraries" if names.any? { |name| name =~ LIBRARIES } || (!booted && chain.last.is_a?(LoadError))
        return "early" if !booted && names.last =~ EARLY
        "code" if code?(chain.last)
      end

      private

      # Something that it names is not there.
      def code?(error)
        return true if error.is_a?(NameError) || error.is_a?(LoadError) || error.is_a?(Errno::ENOENT)
        error.is_a?(ArgumentError) && error.message =~ /\AUnknown migration version/
      end
    end
  end
end
