#!/bin/sh
# Fail where something that users may count on is missing from a place where it
# belongs.  The names come from the program's own tables, by way of its help,
# and from the source where that could know more than the help.  The schema in
# the repository is the one that the program writes.
#
#               man page         completion         help
#   keys        lefthook.yml(5)  behind --set       keys
#   options     hookrun(1)       yes                COMMAND
#   variables   hookrun(1)       -                  environment
#   exit codes  hookrun(1)       -                  environment
#
# Completion offers words of the command line, keys only where they are options
# of steps: what is left out cannot be in it.
set -eu
bin=$1
bad=0

complain() {
	echo "docs: $1" >&2
	bad=1
}
need() { # FILE TEXT WHAT
	grep -qF -- "$2" "$1" || complain "$3 is not in $1"
}
# What the shell is offered behind a command line.
offered() { "$bin" "$@" --generate-shell-completion; }
# The first words of a part of the help: words TOPIC 'TITLE'
words() {
	"$bin" help "$1" | awk -v title="$2" '
		/^[^ ]/ { on = index($0, title) == 1; next } on && NF { print $1 }'
}

# ---- keys --------------------------------------------------------------------

for key in $("$bin" help keys | sed -n 's/^  \([$a-z_]*\) .*/\1/p' | sort -u); do
	need doc/lefthook.yml.5 ".It Ic $key" "the key '$key'"
done
"$bin" schema | cmp -s - hooks/hookrun.schema.json ||
	complain 'hooks/hookrun.schema.json is not what the program writes (make schema)'
# The options of the steps are also in the example and the guide.
for key in $(words keys 'with, of' | sort -u); do
	need lefthook.yml.example "$key:" "the step option '$key'"
	need doc/rails.md "\`$key\`" "the step option '$key'"
	offered sync --set '' | grep -qxF -- "$key=" ||
		complain "the step option '$key' is not completed"
done

# ---- commands and options ----------------------------------------------------

for command in $("$bin" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p'); do
	need doc/hookrun.1 ".It Ic $command" "the command '$command'"
	need doc/answers.md "| \`hookrun $command" "the command '$command'"
	offered '' | grep -qxF -- "$command" ||
		complain "the command '$command' is not completed"
	for option in $("$bin" help "$command" | sed -n 's/^  .*--\([a-z-]*\).*/\1/p'); do
		need doc/hookrun.1 "Fl -$option" "the option '--$option' of '$command'"
		offered "$command" -- | grep -qxF -e "--$option" ||
			complain "the option '--$option' of '$command' is not completed"
	done
done
# Commands in guides are commands.
for command in $(grep -hoE '(`|^\$ )hookrun [a-z-]+' README.md doc/*.md |
	sed 's/.* //' | sort -u); do
	"$bin" help "$command" > /dev/null 2>&1 ||
		complain "the guides have 'hookrun $command', which is no command"
done

# ---- variables and exit codes ------------------------------------------------

ours=$(words environment 'variables, also')
others=$(words environment 'variables of')
for name in $ours $others; do
	grep -qE "^\.It Ev (.* )?$name( |\$)" doc/hookrun.1 ||
		complain "the variable '$name' is not in doc/hookrun.1"
done
# Not the users': git's own, those between hookrun and its children, and those
# of every program.
read_here() {
	grep -rhoE '\<(getenv|asked_by_env)\("[A-Z_]+"' src | sed 's/.*"\(.*\)"/\1/' |
		grep -vxE 'GIT_.*|HOME|PATH|XDG_CONFIG_HOME|BUNDLE_GEMFILE'
	grep -rhoE '\<(env_ours|by_env)\("[A-Z_]+"' src | sed 's/.*"\(.*\)"/HOOKRUN_\1/'
	grep -rhoE '"HOOKRUN(_[A-Z_]+)?"' src | tr -d '"' |
		grep -vxE 'HOOKRUN_(PLAN|CHAINED)'
}
for name in $(read_here | sort -u); do
	printf '%s\n' "$ours" "$others" | grep -qxF -- "$name" ||
		complain "the variable '$name', which is read, is not in the help"
done
codes=$("$bin" help environment | sed -n '/^exit status/,$s/^  \(128 + N\|[0-9]*\) .*/\1/p' | tr ' ' _)
for code in $codes; do
	need doc/hookrun.1 ".It $(echo "$code" | tr _ ' ')" "the exit status '$code'"
done
for code in $(sed -n '/EXIT_USAGE =/,/^}/p' src/cli/cli.h | grep -oE '[0-9]+,'); do
	printf '%s\n' "$codes" | grep -qxF -- "${code%,}" ||
		complain "the exit status '${code%,}' is not in the help"
done
exit "$bad"
