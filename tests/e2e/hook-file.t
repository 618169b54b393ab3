#!/bin/sh
# A hook file finds hookrun wherever it is: through sh, which looks for it, or by
# its first line, for who asked for that.
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


# ---- through sh, unless asked otherwise ----
start
hookrun install >/dev/null
is 'a hook file goes through sh' "$(first)" '#!/bin/sh'
has 'and knows hookrun by the name it was called by' \
	"$(cat .git/hooks/pre-commit)" "hookrun_path='$BIN'"
ok 'check-install is content' hookrun check-install
has 'lefthook knows it for a shim' "$(cat .git/hooks/pre-commit)" LEFTHOOK
before=$(ls -i .git/hooks/pre-commit)
hookrun install >/dev/null
is 'a second install writes nothing' "$(ls -i .git/hooks/pre-commit)" "$before"

start
hookrun install --direct >/dev/null
is '--direct names the program' "$(first)" "#!$BIN hook"
ok 'check-install is content with that' hookrun check-install
hookrun install >/dev/null
is 'which is remembered' "$(first)" "#!$BIN hook"
printf 'pre-push:\n  jobs: [{ run: "true" }]\n' >> lefthook.yml
hookrun run pre-commit >/dev/null 2>&1
is 'also for a hook that comes later' "$(head -n 1 .git/hooks/pre-push)" "#!$BIN hook"
hookrun uninstall >/dev/null
hookrun install >/dev/null
is 'until uninstall' "$(first)" '#!/bin/sh'

start
PATH="${PATH#*:}" "$HOOKRUN_TEST_BIN" install --direct >/dev/null
is 'without one on PATH, the one that runs' "$(first)" "#!$HOOKRUN_TEST_BIN hook"

mkdir -p "$TAP_DIR/with blank" "$TAP_DIR/node_modules/.bin"
for dir in "$TAP_DIR/with blank" "$TAP_DIR/node_modules/.bin"; do
	start
	ln -s "$HOOKRUN_TEST_BIN" "$dir/hookrun"
	out=$(PATH="$dir:$PATH" hookrun install --direct)
	is "a program in '${dir##*/}' goes through sh" "$(first)" '#!/bin/sh'
	has 'and install says so' "$out" 'the hook files go through sh:'
done

for key in 'rc: ./rc.sh' 'lefthook: hookrun'; do
	start
	echo "$key" | config
	out=$(hookrun install --direct)
	is "with '$key' too" "$(first)" '#!/bin/sh'
	has 'which is told' "$out" 'the hook files go through sh:'
done

start
git config core.hooksPath hooks
out=$(hookrun install --force --direct)
is 'and a folder that is committed' "$(head -n 1 hooks/pre-commit)" '#!/bin/sh'
has 'is told as well' "$out" 'the folder of hooks is for others too'
has 'nor has it a PATH' "$(cat hooks/pre-commit)" "hookrun_search=''"
[ ! -e hooks/post-merge ]
result $? 'or files that nobody asked for'

# ---- two installations that use one repository ----
start
hookrun install --direct >/dev/null
mkdir "$TAP_DIR/second"
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/second/hookrun"
ok "the other one's file is as good for check-install" \
	env PATH="$TAP_DIR/second:$PATH" hookrun check-install
printf 'rc: ./none\n' >> lefthook.yml
hookrun run pre-commit >/dev/null 2>&1
sed -i '/^rc/d' lefthook.yml
PATH="$TAP_DIR/second:$PATH" hookrun run pre-commit >/dev/null 2>&1
is 'a sync by a second installation does not take the hooks away' "$(first)" '#!/bin/sh'
ok 'and is content' env PATH="$TAP_DIR/second:$PATH" hookrun check-install
hookrun install >/dev/null
is 'who asks for it gets it back' "$(first)" "#!$BIN hook"

# ---- hookrun is elsewhere by now ----
version() {
	mkdir -p "$TAP_DIR/$1"
	printf '#!/bin/sh\necho "%s: $*"\n' "$1" > "$TAP_DIR/$1/hookrun"
	chmod +x "$TAP_DIR/$1/hookrun"
}
bare="$TAP_DIR/bare" # a PATH without hookrun
mkdir "$bare"
for tool in sh git grep readlink; do ln -s "$(command -v "$tool")" "$bare/$tool"; done
mkdir "$TAP_DIR/old"
cp "$HOOKRUN_TEST_BIN" "$TAP_DIR/old/hookrun"
version new
version gui
start
PATH="$TAP_DIR/old:$TAP_DIR/gui:$PATH" hookrun install >/dev/null
PATH="$bare" .git/hooks/pre-commit >/dev/null 2>&1
is 'the one that installed is found along the PATH it was found by' $? 0
rm "$TAP_DIR/old/hookrun"
is 'one on PATH comes first' \
	"$(PATH="$TAP_DIR/new:$bare" .git/hooks/pre-commit x 2>&1)" 'new: run pre-commit -- x'
is 'then what the PATH of the install has' \
	"$(PATH="$bare" .git/hooks/pre-commit x 2>&1)" 'gui: run pre-commit -- x'
printf '#!/bin/sh\necho "$PATH"\n' > "$TAP_DIR/new/hookrun"
is 'and what PATH has stays in front' \
	"$(PATH="$TAP_DIR/new:$bare" .git/hooks/pre-commit)" \
	"$TAP_DIR/new:$bare:$TAP_DIR/old:$TAP_DIR/gui:$PATH"
is 'where the whole is in it nothing is added' \
	"$(PATH="$TAP_DIR/new:$TAP_DIR/old:$TAP_DIR/gui:$PATH" .git/hooks/pre-commit)" \
	"$TAP_DIR/new:$TAP_DIR/old:$TAP_DIR/gui:$PATH"
PATH="$TAP_DIR/xfs-1a2b:$TAP_DIR/yarn--17-0.5:$TAP_DIR/old:$TAP_DIR/gui:$PATH" \
	hookrun install >/dev/null
has 'folders that Yarn makes for one script are not recorded' \
	"$(cat .git/hooks/pre-commit)" "hookrun_search='$TAP_DIR/old:$TAP_DIR/gui:"
printf 'post-commit:\n  jobs: [{ run: "true" }]\n' >> lefthook.yml
PATH="$bare" "$HOOKRUN_TEST_BIN" run pre-commit >/dev/null 2>&1
has 'a sync keeps the PATH of the install' "$(cat .git/hooks/post-commit)" \
	"hookrun_search='$TAP_DIR/old:$TAP_DIR/gui:"
rm -r "$TAP_DIR/old"
out=$("$HOOKRUN_TEST_BIN" check-install)
is 'check-install says which of its folders is gone' "$?$out" \
	"0the PATH recorded at install has '$TAP_DIR/old', which is gone: 'hookrun install' records it anew"
has 'so does status' "$("$HOOKRUN_TEST_BIN" status)" "has '$TAP_DIR/old', which is gone"
hookrun install --no-path >/dev/null
has '--no-path records none' "$(cat .git/hooks/pre-commit)" "hookrun_search=''"
hookrun install >/dev/null
has 'which is remembered' "$(cat .git/hooks/pre-commit)" "hookrun_search=''"
is 'and check-install has nothing to say' "$(hookrun check-install)" ''

start
"$HOOKRUN_TEST_BIN" install --no-path >/dev/null
is 'without any PATH, the path of the one that installed' \
	"$(PATH="$bare" .git/hooks/pre-commit >/dev/null 2>&1; echo $?)" 0
cp "$HOOKRUN_TEST_BIN" "$TAP_DIR/once"
"$TAP_DIR/once" uninstall >/dev/null
"$TAP_DIR/once" install --no-path >/dev/null
rm "$TAP_DIR/once"
printf '#!/bin/sh\necho "bundle: $*"\n' > "$TAP_DIR/gui/bundle"
chmod +x "$TAP_DIR/gui/bundle"
rm "$TAP_DIR/gui/hookrun"
printf 'GEM\n  specs:\n    hookrun (1.0)\n' > Gemfile.lock
is 'and the gem' "$(PATH="$TAP_DIR/gui:$bare" .git/hooks/pre-commit x)" \
	'bundle: exec hookrun run pre-commit -- x'
echo other > Gemfile.lock
out=$(PATH="$TAP_DIR/gui:$bare" .git/hooks/pre-commit 2>&1)
is 'of a Gemfile that has it; else the hook fails' "$?" 1
has 'and says what to do' "$out" 'install it, or set HOOKRUN_BIN'
rm Gemfile.lock
out=$(PATH="$bare" "$HOOKRUN_TEST_BIN" check-install)
is 'check-install fails' $? 1
has 'because no hookrun would be found' "$out" 'pre-commit finds no hookrun'

# ---- what the file does ----
version other
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
is 'a named binary is the one that runs' "$out" 'other: run pre-commit -- x'
out=$(HOOKRUN_BIN='' LEFTHOOK_BIN="$TAP_DIR/other/hookrun" .git/hooks/pre-commit x 2>&1)
is 'by either name' "$out" 'other: run pre-commit -- x'
out=$(HOOKRUN_BIN=/no/bin git commit --allow-empty -m two 2>&1)
is 'one that is not there: status 1' $? 1
has 'and a message' "$out" "is '/no/bin', which cannot be executed"

# ---- the program is gone ----
start
hookrun install --direct >/dev/null
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
