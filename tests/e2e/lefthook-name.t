#!/bin/sh
# Called by the name lefthook: its command line, its exit codes, its words.
. "$(dirname "$0")/../helpers/tap.sh"

ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"

try() { # WANTED-CODE NAME WANTED-TEXT COMMAND...
	wanted=$1 name=$2 text=$3
	shift 3
	out=$("$@" 2>&1 </dev/null)
	is "$name: exit code" $? "$wanted"
	has "$name" "$out" "$text"
}

repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - run: echo ran
    - { name: bad, run: "false" }
own:
  jobs:
    - run: echo own
E2
is 'the version is that of lefthook' "$(lefthook version)" 2.2.2
has 'and in full' "$(lefthook version --full)" '2.2.2 '
is 'also as an option' "$(lefthook --version)" 'lefthook version 2.2.2'
try 3 'an unknown command' "No help topic for 'instal'. install" lefthook instal
try 1 'an unknown option' 'Error: flag provided but not defined: -bogus' \
	lefthook run own --bogus
try 1 'no hook' 'Error: hook name missing' lefthook run
try 1 'an unknown hook' "Error: hook nope doesn't exist in the config" \
	lefthook run nope
try 0 'a hook of git that is not configured' '' lefthook run pre-push
try 0 'a hook' own lefthook run own
try 0 'more words than a command needs' 'All good' lefthook validate extra
echo 'x: [' > lefthook.yml
try 1 'a broken configuration' 'Error: ' lefthook run own
rm lefthook.yml
try 0 'no configuration' 'No config files with names' lefthook run pre-commit
try 1 'no configuration to dump' 'Error: ' lefthook dump
cd "$TAP_DIR" || exit 1
try 128 'outside a repository' 'exit status 128' lefthook run own
is 'disabled, nothing is looked at' "$(LEFTHOOK=0 lefthook run own 2>&1)" ''
finish
