#!/bin/sh
# Hook files: installing, keeping foreign hooks, finding the binary, telling
# when they are stale, worktrees, submodules, core.hooksPath.
. "$(dirname "$0")/../helpers/tap.sh"

config() {
	printf '%s:\n  jobs:\n    - { name: job, run: "echo ran %s" }\n' "$1" "$1" \
		> lefthook.yml
}

repo
fails 'install without a configuration says so' hookrun install
config pre-commit
mkdir -p .git/hooks
printf '#!/bin/sh\necho foreign\n' > .git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
out=$(hookrun install)
has 'a foreign hook is kept and named' "$out" 'pre-commit.old'
is 'its text is unharmed' "$(cat .git/hooks/pre-commit.old)" '#!/bin/sh
echo foreign'
ok 'check-install is content' hookrun check-install
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
config post-checkout
cat >> lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { run: "true" }
E2
hookrun run pre-commit >/dev/null 2>&1
[ -x .git/hooks/post-checkout ]
result $? 'a run writes the shim of a new hook'

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
"$gone" install >/dev/null
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

# Where git looks.
repo
config pre-commit
git config core.hooksPath custom/hooks
ok 'a local core.hooksPath is honoured' hookrun install
[ -x custom/hooks/pre-commit ]
result $? 'the shim is there'
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
