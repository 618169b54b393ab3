#!/bin/sh
# What counts as read while an application starts, by each way there is in Ruby.
. "$(dirname "$0")/../helpers/tap.sh"

mkdir -p app/lib/deep app/tmp app/vendor
echo 1 > app/lib/one.rb
cd app || exit 1
export A=a B=b GIT_EDITOR=vi

# reads NAME CODE LINES: what is noted of the code, without digests.
reads() {
	got=$(ruby -r "$HERE/hooks/rails_inputs" -e '
		module Hookrun; def self.root; Dir.pwd; end; end
		Hookrun::Variables.watch
		Hookrun::Reads.watch(Dir.pwd) { eval($stdin.read, binding, "app.rb") }
		lines = Hookrun::Variables.lines + Hookrun::Reads.lines
		puts lines.map { |line| line.sub(/\A\h{40} /, "") }.reject { |line| line =~ /\Avariable TZ$/ }' <<CODE 2>&1
$2
CODE
	)
	is "$1" "$got" "$3"
}

a='variable A'
all='environment all'
reads 'nothing' '1' ''
for code in 'ENV["A"]' 'ENV.fetch("A")' 'ENV.fetch("A", "B")' 'ENV.fetch("A") { 1 }' \
	'ENV.key?("A")' 'ENV.include?("A")' 'ENV.delete("A")' 'ENV["A"] ||= "c"' \
	'ENV.values_at("A")' 'ENV.slice("A")' 'ENV.assoc("A")' 'ENV["A"] = "x"; ENV["A"]'; do
	reads "$code" "$code" "$a"
done
reads 'several at once' 'ENV.values_at("B", "A")' "$a
variable B"
for code in 'ENV.to_h' 'ENV.each { }' 'ENV.select { true }' 'ENV.map { 1 }' 'ENV.any? { true }' \
	'ENV.find { true }' 'ENV.keys' 'ENV.values' 'ENV.key("a")' 'ENV.value?("a")' 'ENV.inspect' \
	'ENV.reject { true }' 'ENV.each_with_object([]) { }' 'Hash[ENV.to_a]' 'ENV.size'; do
	reads "$code" "$code" "$all"
done
reads 'what is set only' 'ENV["A"] = "1"; ENV.update("B" => "2"); ENV.store("C", "3")' ''
reads 'what changes with the terminal' 'ENV["TERM"]; ENV["GIT_EDITOR"]; ENV["PWD"]' ''
reads 'a copy that Bundler takes' 'eval("ENV.to_h", nil, "/x/bundler-2.3/lib/bundler/env.rb")' ''
reads 'a gem of its folder for git' 'eval("ENV.to_h", nil, "/x/bundler/gems/a/lib/a.rb")' "$all"

one='file lib/one.rb'
for code in 'File.read("lib/one.rb")' 'File.open("lib/one.rb") { }' 'open("lib/one.rb").close' \
	'IO.readlines("lib/one.rb")' 'File.foreach("lib/one.rb") { }' 'require "./lib/one"' \
	'load "./lib/one.rb"' 'Kernel.load("./lib/one.rb")' 'File.exist?("lib/one.rb")' \
	'FileTest.file?("lib/one.rb")' 'Pathname.new("lib/one.rb").read' 'Pathname.new("lib/one.rb").exist?' \
	'IO.binread("lib/one.rb")' 'Dir["lib/one.rb"]'; do
	reads "$code" "$code" "$one"
done
reads 'a file that is not there' 'File.exist?("lib/two.rb")' 'absent file lib/two.rb'
reads 'nor can be read' 'File.read("lib/two.rb") rescue nil' 'absent file lib/two.rb'
reads 'a folder looked for' 'File.exist?("lib/deep")' 'folder file lib/deep'
reads 'outside, and what changes' 'File.read("/etc/passwd"); File.exist?("tmp/x"); Dir["vendor/*"]' ''
reads 'a list' 'Dir["lib/*.rb"]' 'folder 1 lib'
reads 'of two floors' 'Dir.glob("lib/*/*.rb")' 'folder 2 lib'
reads 'of all' 'Dir.glob("**/*.rb", base: "lib")' 'folder 99 lib'
reads 'of a path' 'Pathname.new("lib").glob("*.rb")' 'folder 1 lib'
reads 'of several folders' 'Dir["{/etc/*,lib/*.{rb,yml}}"]' 'folder 1 lib'
reads 'of the application' 'Dir["*.rb"]' 'folder 1 .'
finish
