#!/bin/sh
# Fail where a configuration key, a command or an option is missing from the
# man pages, README, the example or the schema.  The names come from the
# program's own tables, by way of its help.
set -eu
bin=$1
bad=0

need() { # FILE TEXT WHAT
	grep -qF -- "$2" "$1" || {
		echo "docs: $3 is not in $1" >&2
		bad=1
	}
}

keys=$("$bin" help keys | sed -n 's/^  \([$a-z_]*\) .*/\1/p' | sort -u)
for key in $keys; do
	need doc/lefthook.yml.5 ".It Ic $key" "the key '$key'"
	need hooks/hookrun.schema.json "\"$key\"" "the key '$key'"
done
# The options of the built-in steps are shown in the example and in README.
for key in $("$bin" help keys | awk '/^with, of/ { on = 1; next } /^[^ ]/ { on = 0 } on && NF { print $1 }' | sort -u); do
	need lefthook.yml.example "$key:" "the step option '$key'"
	need README.md "\`$key\`" "the step option '$key'"
done
for command in $("$bin" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p'); do
	need doc/hookrun.1 ".It Ic $command" "the command '$command'"
	need README.md "hookrun $command" "the command '$command'"
	for option in $("$bin" help "$command" | sed -n 's/^  .*--\([a-z-]*\).*/\1/p'); do
		need doc/hookrun.1 "Fl -$option" "the option '--$option' of '$command'"
	done
done
exit "$bad"
