#!/bin/sh
# The first line of a hook file: hookrun itself where that is safe, so that git
# starts no shell, else sh, which looks for hookrun.
. "$(dirname "$0")/../helpers/tap.sh"

BIN=$TAP_DIR/bin/hookrun
first() { head -n 1 .git/hooks/pre-commit; }
config() {
	{
		cat
		printf '%s\n' 'pre-commit:' '  jobs: [{ name: job, run: "echo ran" }]'
	} > lefthook.yml
}
start() {
	repo
	config < /dev/null
}

# ---- which of the two ----
start
hookrun install >/dev/null
is 'the one on PATH is named, by the name it has there' "$(first)" "#!$BIN hook"
ok 'check-install is content' hookrun check-install
has 'lefthook knows it for a shim' "$(cat .git/hooks/pre-commit)" LEFTHOOK
before=$(ls -i .git/hooks/pre-commit)
hookrun install >/dev/null
is 'and a second install writes nothing' "$(ls -i .git/hooks/pre-commit)" "$before"

start
mkdir -p ../elsewhere
PATH="${PATH#*:}" "$HOOKRUN_TEST_BIN" install >/dev/null
is 'without one on PATH, the one that runs' "$(first)" "#!$(readlink -f "$HOOKRUN_TEST_BIN") hook"

start
mkdir "$TAP_DIR/other"
printf '#!/bin/sh\necho other "$@"\n' > "$TAP_DIR/other/hookrun"
chmod +x "$TAP_DIR/other/hookrun"
PATH="$TAP_DIR/other:$PATH" "$HOOKRUN_TEST_BIN" install >/dev/null
is 'another on PATH is what sh would take' "$(first)" '#!/bin/sh'

start
mkdir -p "$TAP_DIR/with blank" "$TAP_DIR/node_modules/.bin"
for dir in "$TAP_DIR/with blank" "$TAP_DIR/node_modules/.bin"; do
	ln -s "$HOOKRUN_TEST_BIN" "$dir/hookrun"
	rm -f .git/hooks/pre-commit
	PATH="$dir:$PATH" hookrun install >/dev/null
	is "a program in '${dir##*/}' goes through sh" "$(first)" '#!/bin/sh'
done

for key in 'rc: ./rc.sh' 'lefthook: hookrun'; do
	start
	echo "$key" | config
	hookrun install >/dev/null
	is "with '$key' too" "$(first)" '#!/bin/sh'
done

start
git config core.hooksPath hooks
hookrun install --force >/dev/null
is 'and a folder that is committed' "$(head -n 1 hooks/pre-commit)" '#!/bin/sh'

# ---- two installations that use one repository ----
start
hookrun install >/dev/null
mkdir "$TAP_DIR/second"
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/second/hookrun"
ok "the other one's file is as good for check-install" \
	env PATH="$TAP_DIR/second:$PATH" hookrun check-install
PATH="$TAP_DIR/second:$PATH" hookrun install >/dev/null
is 'a second installation does not take the hooks away' "$(first)" '#!/bin/sh'
ok 'and is content' env PATH="$TAP_DIR/second:$PATH" hookrun check-install
hookrun install >/dev/null
is 'nor does the first' "$(first)" '#!/bin/sh'
hookrun install >/dev/null
is 'however often it is called' "$(first)" '#!/bin/sh'
ok 'it is content too' hookrun check-install
hookrun uninstall >/dev/null
hookrun install >/dev/null
is 'until the files were removed' "$(first)" "#!$BIN hook"

# ---- what the file does ----
start
printf '%s\n' 'commit-msg:' '  jobs: [{ run: "printf %s\\\\n {1} {0}" }]' >> lefthook.yml
hookrun install >/dev/null
git add -A
out=$(git commit -m one 2>&1)
is 'git commit goes through it' "$?" 0
has 'the hook is run' "$out" ran
has 'with its arguments' "$out" .git/COMMIT_EDITMSG
out=$(sh .git/hooks/commit-msg file --force 2>&1)
has 'given to a shell it does the same' "$out" 'file
file
--force'
out=$(.git/hooks/commit-msg file --help 2>&1)
has 'options of others are arguments' "$out" 'file
file
--help'
out=$(HOOKRUN=0 .git/hooks/pre-commit 2>&1)
is 'it is switched off: status 0' $? 0
is 'and says nothing' "$out" ''
out=$(LEFTHOOK=false HOOKRUN_BIN=/no/bin .git/hooks/pre-commit 2>&1)
is 'also where a binary is named' "$?$out" 0
out=$(HOOKRUN_BIN="$TAP_DIR/other/hookrun" .git/hooks/pre-commit x 2>&1)
is 'a named binary is the one that runs' "$out" 'other run pre-commit -- x'
out=$(HOOKRUN_BIN='' LEFTHOOK_BIN="$TAP_DIR/other/hookrun" .git/hooks/pre-commit x 2>&1)
is 'by either name' "$out" 'other run pre-commit -- x'
out=$(HOOKRUN_BIN=/no/bin git commit --allow-empty -m two 2>&1)
is 'one that is not there: status 1' $? 1
has 'and a message' "$out" "is '/no/bin', which cannot be executed"

# ---- the program is gone ----
start
hookrun install >/dev/null
git add -A
mv "$BIN" "$BIN.gone"
out=$(git commit -m three 2>&1)
is 'a commit without the program fails' "$?" 1
has 'and git names the file' "$out" .git/hooks/pre-commit
out=$("$HOOKRUN_TEST_BIN" check-install)
is 'so does check-install' $? 1
is 'which says why' "$out" 'pre-commit names a program that is gone'
"$HOOKRUN_TEST_BIN" install >/dev/null
has 'install mends it' "$(git commit -m three 2>&1)" ran
mv "$BIN.gone" "$BIN"

finish
