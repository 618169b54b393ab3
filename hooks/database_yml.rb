# Prints the configuration of one environment in config/database.yml as JSON,
# for files whose ERB is beyond hookrun's own reader.
#
#   ruby --disable-gems -rerb -ryaml -rjson database_yml.rb ROOT ENVIRONMENT
#
# It runs without Rails and without gems, which takes 50 ms.  What only the
# application knows (credentials, its configuration, classes) raises, and then
# the exit status is 1 with the reason on stderr: a wrong answer would be worse
# than none.  URLs are left as they are; hookrun merges them.
require "pathname"

HOOKRUN_ROOT, HOOKRUN_ENV = ARGV.map { |arg| arg.dup.freeze }
ARGV.clear

# The part of Rails that needs no application.
module Rails
  class Environment < String
    def method_missing(name, *args)
      return super unless name.end_with?("?") && args.empty?
      return %w[development test].include?(to_s) if name == :local?

      self == name.to_s.delete_suffix("?")
    end

    def respond_to_missing?(name, _all = false)
      name.end_with?("?")
    end
  end

  def self.env
    Environment.new(HOOKRUN_ENV)
  end

  def self.root
    Pathname.new(HOOKRUN_ROOT)
  end
end

# Active Support's, which these files use as if they were Ruby's.
class Object
  def blank?
    respond_to?(:empty?) ? empty? : !self
  end

  def present?
    !blank?
  end

  def presence
    self if present?
  end
end

class String
  def blank?
    match?(/\A[[:space:]]*\z/)
  end
end

begin
  answer = $stdout.dup
  $stdout.reopen($stderr)
  path = File.join(HOOKRUN_ROOT, "config", "database.yml")
  source = File.read(path, encoding: "UTF-8")
  # What a YAML comment would print does not matter, but it might raise here.
  source = source.gsub(/^[ \t]*#.*$/) { |line| line.gsub(/<%=.*?%>/, "") }
  erb = ERB.new(source)
  erb.filename = path
  text = erb.result
  tree = YAML.respond_to?(:unsafe_load) ? YAML.unsafe_load(text) : YAML.load(text)
  tree = {} unless tree
  raise "config/database.yml is no map" unless tree.is_a?(Hash)

  tree = tree.transform_keys(&:to_s).slice(HOOKRUN_ENV, "shared")
  answer.puts JSON.generate(tree)
rescue Exception => e
  warn "#{e.message.lines.first.to_s.strip} (#{e.class})"
  exit! 1
end
