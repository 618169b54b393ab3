#!/bin/sh
# The command line: where options may stand, what a list is, what is refused and
# with which exit code.
. "$(dirname "$0")/../helpers/tap.sh"

code() { # WANTED NAME COMMAND...
	wanted=$1 name=$2
	shift 2
	"$@" </dev/null >/dev/null 2>&1
	is "$name" $? "$wanted"
}

repo
cat > lefthook.yml <<'E2'
help:
  jobs:
    - { name: named, run: "echo I am named help" }
h:
  jobs:
    - { name: one, tags: [x], run: "echo 1 {0}" }
    - { name: two, run: "echo zwei" }
    - { name: three, run: "echo drei" }
list:
  jobs:
    - { name: files, run: "printf '[%s]' {files}", files: "echo no" }
E2

has 'a hook may be called help' "$(hookrun run help)" 'I am named help'
out=$(hookrun run h -v --job one,two 2>&1)
has 'a value is a list' "$out" zwei
hasnt 'of what it names' "$out" drei
has 'options may come first' "$(hookrun run --job three h)" drei
has 'with one dash' "$(hookrun run -job three h)" drei
has '= gives a value' "$(hookrun run h --job=three)" drei
has 'what follows -- is git'\''s' "$(hookrun run h --job one -- --job two)" \
	'1 --job two'
has 'files too' "$(hookrun run list --file a,b --file 'c d')" '[a][b][c d]'
has 'a flag may be set to false' "$(hookrun run h -v --no-tty=false)" drei
code 0 'colours are on, off, auto or their relatives' hookrun run h --colors yes
code 2 'an unknown option' hookrun run h --bogus
code 2 'bundled letters' hookrun run h -vf
code 2 'a flag that is neither true nor false' hookrun run h --no-tty=maybe
code 2 'a missing value' hookrun run h --job
code 2 'an option and its opposite' \
	hookrun run h --fail-on-changes --no-fail-on-changes
code 2 'no hook' hookrun run
code 2 'an unknown command' hookrun instal
has 'the nearest is named' "$(hookrun instal 2>&1)" "'install'"
has 'of an option too' "$(hookrun run h --jobs x 2>&1)" \
	"there is no option '--jobs' (did you mean '--job'?)"
is 'a hook as a command is told how it is run' \
	"$(hookrun pre-commit 2>&1)" \
	"hookrun: unknown command 'pre-commit' (a hook is run by 'hookrun run pre-commit')"
code 1 'an unknown hook' hookrun run nope
is 'which hooks there are is told' "$(hookrun run nope 2>&1)" \
	"hookrun: hook 'nope' is not in the configuration (it has: help, h, list)"
is 'or the one that was meant' "$(hookrun run hepl 2>&1)" \
	"hookrun: hook 'hepl' is not in the configuration (did you mean 'help'?)"
code 0 'a hook of git without jobs' hookrun run pre-push
code 0 'no command is help' hookrun
code 0 'so is -h' hookrun -h
code 0 'and h' hookrun h
has '--help of a command is its help' "$(hookrun run --help)" '--all-files'
code 2 'too many words' hookrun validate extra
full=$(hookrun version --full)
is 'version -v is --full' "$(hookrun version -v)" "$full"
has 'which lefthook it is like' "$full" "hookrun $(hookrun version) (reads the files of lefthook "
told=$(cd "$HERE" && sh packaging/build_info.sh)
told_hash=${told%% *}
has 'the commit that was built' "$full" "commit: $told_hash"
for library in libgit2 libyaml zlib; do
	result "$(printf '%s\n' "$full" | grep -c "^  $library [0-9][0-9.]*\$" |
		sed 's/1/0/;t;s/.*/1/')" "the version of $library"
done
has 'what is loaded later' "$full" '  libpq: loaded on demand'
is 'and as JSON, the same' "$(hookrun version --json | perl -MJSON::PP -0 -ne '
	my $v = decode_json($_);
	my $l = $v->{libraries};
	print "hookrun $v->{hookrun} (reads the files of lefthook $v->{lefthook})\n",
		"commit: $v->{commit}", $v->{changed} ? ", and changes to it" : "",
		"\ndate: $v->{date}\ntarget: $v->{target}\nport: $v->{port}\nlibraries:\n";
	print map { "  $_ $l->{$_}\n" } keys %$l;
	print map { "  $_: loaded on demand\n" } @{$v->{on_demand}};' | sort)" \
	"$(printf '%s\n' "$full" | sort)"
code 1 'an unknown format' hookrun dump --format xml

cd "$TAP_DIR" || exit 1
for command in 'run h' uninstall check-install dump validate; do
	# shellcheck disable=SC2086 # two words
	code 128 "$command outside a repository" hookrun $command
done
code 0 'install has nothing to do there' hookrun install
mkdir broken && cd broken || exit 1
echo 'no path' > .git
code 1 'a repository that cannot be read is another failure' hookrun validate
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"
code 128 'which lefthook, as git, gives one status' lefthook validate
finish
