#!/bin/sh
# Hook files: installing, keeping foreign hooks, finding the binary, telling
# when they are stale, worktrees, submodules, core.hooksPath.
. "$(dirname "$0")/../helpers/tap.sh"

config() {
	printf '%s:\n  jobs:\n    - { name: job, run: "echo ran %s" }\n' "$1" "$1" \
		> lefthook.yml
}

repo
out=$(hookrun install)
has 'without a configuration install writes an example' "$out" \
	"Added config:$PWD/lefthook.yml"
ok 'which is valid' hookrun validate
[ -x .git/hooks/pre-commit ] && [ -x .git/hooks/post-checkout ]
result $? 'and hooks that wait for the first one'
config pre-commit
git add lefthook.yml
git commit -qm 'a hook is configured' >/dev/null 2>&1
is 'which is then the only one that check-install asks for' \
	"$(rm .git/hooks/post-checkout; hookrun check-install)" ''
rm .git/hooks/pre-commit
mkdir -p .git/hooks
printf '#!/bin/sh\necho foreign\n' > .git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
out=$(hookrun install)
has 'a foreign hook is kept and named' "$out" 'pre-commit.old'
is 'its text is unharmed' "$(cat .git/hooks/pre-commit.old)" '#!/bin/sh
echo foreign'
ok 'check-install is content' hookrun check-install
echo more >> README
git add -A
out=$(git commit -m x 2>&1)
has 'the shim runs the job' "$out" 'ran pre-commit'
before=$(ls -i .git/hooks/pre-commit)
hookrun install >/dev/null
is 'a second install writes nothing' "$(ls -i .git/hooks/pre-commit)" "$before"

rm .git/hooks/pre-commit
fails 'check-install sees a deleted shim' hookrun check-install
hookrun install >/dev/null
chmod -x .git/hooks/pre-commit
fails 'check-install sees one that is not executable' hookrun check-install
hookrun install >/dev/null
echo '# edited' >> .git/hooks/pre-commit
fails 'check-install sees an edited one' hookrun check-install
hookrun install >/dev/null
ok 'install mends it' hookrun check-install

# The set of hooks follows the configuration at the next run.
config commit-msg
cat >> lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { run: "true" }
E2
out=$(hookrun run pre-commit 2>&1)
has 'a run that brings hooks up to date says so' "$out" \
	'sync hooks: ✔️(commit-msg, pre-commit)'
[ -x .git/hooks/commit-msg ]
result $? 'a run writes the shim of a new hook'
hasnt 'once' "$(hookrun run pre-commit 2>&1)" sync
rm .git/hooks/commit-msg
hookrun run pre-commit >/dev/null 2>&1
[ -x .git/hooks/commit-msg ]
result $? 'and that of one which was deleted'
rm .git/hooks/commit-msg
hookrun run pre-commit --no-auto-install >/dev/null 2>&1
[ ! -e .git/hooks/commit-msg ]
result $? 'but not with --no-auto-install'
hookrun install >/dev/null

# Some hooks only, and one more than is configured.
repo
cat > lefthook.yml <<'E2'
pre-push: { jobs: [{ run: "true" }] }
pre-commit: { jobs: [{ run: "true" }] }
own: { jobs: [{ run: "true" }] }
E2
out=$(hookrun install pre-commit nope 2>&1)
is 'install of named hooks succeeds' $? 0
has 'an unknown one is told' "$out" "'nope'"
echo 'commit-msg: { jobs: [{ run: "true" }] }' >> lefthook.yml
hookrun run pre-commit >/dev/null 2>&1
[ ! -e .git/hooks/commit-msg ] && [ ! -e .git/hooks/pre-push ]
result $? 'the next sync keeps to them'
is 'install in the order of the configuration' "$(hookrun install)" \
	'sync hooks: ✔️(pre-push, pre-commit, commit-msg)'
ok 'add' hookrun add post-merge --create-dirs
[ -x .git/hooks/post-merge ] && [ -d .lefthook/post-merge ] &&
	[ -d .lefthook-local/post-merge ]
result $? 'writes the hook and the folders'
hookrun install >/dev/null
[ -x .git/hooks/post-merge ]
result $? 'and the hook stays'
fails 'only for hooks of git' hookrun add own
echo 'install_non_git_hooks: true' >> lefthook.yml
hookrun install >/dev/null
[ -x .git/hooks/own ]
result $? 'install_non_git_hooks'

# A first run installs, as with lefthook, but not over lefthook's own.
repo
config pre-commit
hookrun run pre-commit >/dev/null
[ -x .git/hooks/pre-commit ]
result $? 'a first run installs'
hookrun uninstall >/dev/null
hookrun run pre-commit >/dev/null
[ ! -e .git/hooks/pre-commit ]
result $? 'not after uninstall'
repo
config pre-commit
echo 'abc 1 ' > .git/info/lefthook.checksum
hookrun run pre-commit >/dev/null
[ ! -e .git/hooks/pre-commit ]
result $? 'nor where lefthook installed'
hookrun install >/dev/null
is 'lefthook finds ours fresh' \
	"$(cut -d ' ' -f 2 .git/info/lefthook.checksum)" \
	"$(stat -c %Y lefthook.yml)"

# The binary is missing.
repo
config pre-commit
hookrun install >/dev/null
mkdir "$TAP_DIR/empty"
for tool in sh git sed dirname; do
	ln -sf "$(command -v "$tool")" "$TAP_DIR/empty/$tool"
done
gone=$TAP_DIR/gone
cp "$HOOKRUN_TEST_BIN" "$gone"
"$gone" install --no-path >/dev/null
PATH_BEFORE=$PATH
git add -A
out=$(PATH="$TAP_DIR/empty" git commit -m x 2>&1)
has 'the path that ran install is the last resort' "$out" 'ran pre-commit'
rm "$gone"
echo more >> README
git add -A
out=$(PATH="$TAP_DIR/empty" git commit -m y 2>&1)
is 'no binary anywhere: the commit fails' $? 1
has 'and says why' "$out" hookrun
out=$(PATH="$TAP_DIR/empty" HOOKRUN=0 git commit -m y 2>&1)
is 'HOOKRUN=0 lets it through' $? 0
echo more >> README
git add -A
out=$(PATH="$TAP_DIR/empty" HOOKRUN_BIN="$HOOKRUN_TEST_BIN" git commit -m z 2>&1)
has 'HOOKRUN_BIN names it' "$out" 'ran pre-commit'
echo more >> README
git add -A
out=$(PATH="$TAP_DIR/empty" LEFTHOOK_BIN="$HOOKRUN_TEST_BIN" git commit -m z 2>&1)
has 'so does LEFTHOOK_BIN' "$out" 'ran pre-commit'
ln -s "$(command -v readlink)" "$TAP_DIR/empty/readlink"
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/empty/lefthook"
echo more >> README
git add -A
out=$(PATH="$TAP_DIR/empty" git commit -m z 2>&1)
has 'a lefthook that is hookrun will do' "$out" 'ran pre-commit'
rm "$TAP_DIR/empty/lefthook"
printf '#!/bin/sh\necho the other one\n' > "$TAP_DIR/empty/lefthook"
chmod +x "$TAP_DIR/empty/lefthook"
fails 'any other will not' env PATH="$TAP_DIR/empty" git commit --allow-empty -m z
rm "$TAP_DIR/empty/lefthook"
mkdir -p node_modules/.bin
ln -s "$HOOKRUN_TEST_BIN" node_modules/.bin/hookrun
echo more >> README
git add README
out=$(PATH="$TAP_DIR/empty" git commit -m z 2>&1)
has 'one in node_modules will' "$out" 'ran pre-commit'
rm -r node_modules
ln -s "$(command -v grep)" "$TAP_DIR/empty/grep"
echo '{ "devDependencies": { "hookrun": "1" } }' > package.json
for lock in package-lock.json:npm yarn.lock:yarn pnpm-lock.yaml:pnpm; do
	touch "${lock%:*}"
	out=$(PATH="$TAP_DIR/empty" git commit --allow-empty -m z 2>&1)
	is "where package.json names it, with ${lock%:*}" $? 1
	has 'the message says what brings it' "$out" "'${lock#*:} install'"
	rm "${lock%:*}"
done
printf '#!/bin/sh\nshift\nexec "%s" "$@"\n' "$HOOKRUN_TEST_BIN" > "$TAP_DIR/empty/yarn"
chmod +x "$TAP_DIR/empty/yarn"
touch .pnp.cjs
echo more >> README
git add README
out=$(PATH="$TAP_DIR/empty" git commit -m z 2>&1)
has "without node_modules (Yarn's Plug'n'Play) Yarn starts it" "$out" \
	'ran pre-commit'
echo '{ "devDependencies": { "other": "1" } }' > package.json
fails 'but only where package.json names it' \
	env PATH="$TAP_DIR/empty" git commit --allow-empty -m z
rm .pnp.cjs package.json "$TAP_DIR/empty/yarn"
git rm -q --cached lefthook.yml
rm lefthook.yml
# shellcheck disable=SC2123 # git alone must be found
PATH=$TAP_DIR/empty
ok 'without a configuration a missing binary is nothing' git commit -qm gone
PATH=$PATH_BEFORE

# uninstall
repo
config pre-commit
printf '#!/bin/sh\necho foreign\n' > .git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
hookrun install >/dev/null
ok 'uninstall' hookrun uninstall
has 'the foreign hook is back' "$(cat .git/hooks/pre-commit)" foreign
hookrun install >/dev/null
printf '#!/bin/sh\necho other\n' > .git/hooks/pre-push
chmod +x .git/hooks/pre-push
touch .lefthook-local.jsonc
out=$(hookrun uninstall --force --remove-configs)
has '--force says what it puts aside' "$out" 'pre-push.old'
[ ! -e .git/hooks/pre-push ] && [ -x .git/hooks/pre-push.old ] &&
	[ -e .git/hooks/pre-commit.sample ]
result $? 'and deletes nothing'
has 'configurations are named' "$out" "$PWD/.lefthook-local.jsonc"
[ ! -e lefthook.yml ] && [ ! -e .lefthook-local.jsonc ]
result $? 'and removed'

# Where git looks.
repo
config pre-commit
git config core.hooksPath custom/hooks
fails 'a local core.hooksPath is refused' hookrun install
[ ! -e custom ]
result $? 'and its folder left alone'
ok '--force writes there' hookrun install --force
[ -x custom/hooks/pre-commit ]
result $? 'the shim is there'
ok 'check-install looks there' hookrun check-install
config post-merge
hookrun run post-merge >/dev/null 2>&1
[ -x custom/hooks/post-merge ]
result $? 'and what was forced once is kept in line'
config pre-commit
git config --global core.hooksPath "$TAP_DIR/all"
out=$(hookrun install -r)
is '--reset-hooks-path unsets it' "$(git config core.hooksPath)" ''
has 'and says where' "$out" 'global core.hooksPath has been unset'
[ -x .git/hooks/pre-commit ] && [ ! -e "$TAP_DIR/all" ]
result $? 'and the repository has its own again'
git config core.hooksPath .git/hooks
ok 'one that says nothing else is no obstacle' hookrun install
git config core.hooksPath ''
fails 'an empty one is' hookrun install
hookrun install -r >/dev/null
ok 'until it is unset' hookrun check-install
repo
config post-checkout
git add -A
git commit -qm config
hookrun install >/dev/null
git worktree add -q ../tree -b tree >/dev/null 2>&1
cd ../tree || exit 1
out=$(git switch -c in-tree 2>&1)
has 'hooks run in a linked worktree' "$out" 'ran post-checkout'
ok 'check-install works there' hookrun check-install

# All at once.
rm -f "$TAP_REPO"/.git/hooks/post-checkout
for round in 1 2 3 4; do
	hookrun install > "$TAP_DIR/out.$round" 2>&1 || echo bad >> "$TAP_DIR/bad" &
	(cd "$TAP_REPO" && hookrun install) > "$TAP_DIR/out.m$round" 2>&1 ||
		echo bad >> "$TAP_DIR/bad" &
done
wait
[ ! -e "$TAP_DIR/bad" ]
result $? 'installs from two work trees at once all succeed'
ok 'and leave fresh hooks' hookrun check-install
repo
git init -q ../sub.$$
(cd ../sub.$$ && config pre-commit && git add -A && git commit -qm sub)
git submodule --quiet add ../sub.$$ sub >/dev/null 2>&1
cd sub || exit 1
ok 'install in a submodule' hookrun install
echo x > x
git add -A
out=$(git commit -m x 2>&1)
has 'hooks run in a submodule' "$out" 'ran pre-commit'

# lefthook's own shim is replaced without a copy.
repo
config pre-commit
printf '#!/bin/sh\n# LEFTHOOK\ncall_lefthook run pre-commit "$@"\n' > .git/hooks/pre-commit
hookrun install >/dev/null
[ ! -e .git/hooks/pre-commit.old ]
result $? 'a shim of lefthook is not kept'

cd "$TAP_DIR" || exit 1
hookrun status >/dev/null 2>&1
is 'outside a work tree: status 128' $? 128

finish
