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
# ---- mistakes that lefthook does not mind, or only in the job that has them --------
cat > lefthook.yml <<'E2'
glob_matcher: minimatch
own:
  setup:
    - run: true
  jobs:
    - name: none
    - { name: both, run: echo both, script: both.sh }
    - { name: empty, group: { jobs: [] } }
    - { name: fine, run: echo fine-ran }
    - { run: true, name: yes }
  commands:
    bare: { tags: x }
E2
try 1 'jobs without a command fail' '✗ none: either `run`,`script`, or `group`' \
	lefthook run own
has 'and with two' "$out" '✗ both: either `run`,`script`, or `group`'
has 'and commands' "$out" '✗ bare: either `run`,`script`, or `group`'
has 'and empty groups' "$out" '✗ empty: group must have `jobs`'
has 'the others run' "$out" fine-ran
has 'true is a command' "$out" '✓ yes'
hasnt 'also in setup' "$out" 'Failed to run setup'
has 'with their line' "$out" 'lefthook.yml:6:7: job'
has 'an unknown matcher is the default one' "$out" "unknown value 'minimatch'"
hasnt 'warnings are no errors' "$out" 'Error: '
try 1 'one of them alone' '✗ none' lefthook run own --job none
try 0 'the other alone' fine-ran lefthook run own --job fine,nobody
has 'the name that there is not is told' "$out" \
	'warning: no job matching nobody found in hook "own"'
try 1 'only such names' \
	'Error: failed to run the hook: no job matching nobody, nor found' \
	lefthook run own --job nobody,nor
try 0 'a named configuration that is missing' "/nope.yml\" not found!" \
	env LEFTHOOK_CONFIG=nope.yml lefthook run own
try 1 'is not validated' "'nope.yml'" env LEFTHOOK_CONFIG=nope.yml lefthook validate
try 1 'nor installed' "'nope.yml'" env LEFTHOOK_CONFIG=nope.yml lefthook install
mkdir "$TAP_DIR/bare"
cp lefthook.yml "$TAP_DIR/bare"
try 1 'a file without a repository is validated' "job 'none'" \
	sh -c 'cd "$1" && lefthook validate' x "$TAP_DIR/bare"
mkdir root && cd root && git init -q .
touch a && git add a
echo 'pre-commit: { jobs: [{ name: r, root: gone, run: ls }] }' > lefthook.yml
try 0 'a root that a branch has not' 'r (skip) no matching staged files' \
	lefthook run pre-commit
echo 'own: { jobs: [{ name: r, root: gone, run: ls }] }' > lefthook.yml
try 1 'is needed where the job runs' "root 'gone' is not a directory" \
	lefthook run own
cd .. && rm -rf root
try 1 'an unknown option before a command' 'Error: flag provided but not defined' \
	lefthook --bogus
rm lefthook.yml
try 0 'no configuration' 'No config files with names' lefthook run pre-commit
try 1 'no configuration to dump' 'Error: ' lefthook dump
cd "$TAP_DIR" || exit 1
try 128 'outside a repository' 'exit status 128' lefthook run own
is 'disabled, nothing is looked at' "$(LEFTHOOK=0 lefthook run own 2>&1)" ''
finish
