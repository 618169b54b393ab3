#!/bin/sh
# `hookrun.trust ask`: what hooks would run is shown and approved before it
# runs, by its text, in this clone.
. "$(dirname "$0")/../helpers/tap.sh"

# A job leaves its name in RAN, outside of the tree.
RAN=$TAP_DIR/ran
export RAN
ran() { cat "$RAN" 2>/dev/null; }
forget() { rm -f "$RAN"; }

origin=$TAP_DIR/origin
git init -q "$origin"
cd "$origin" || exit 1
cat > lefthook.yml <<'E2'
extends: [more.yml]
pre-commit:
  jobs:
    - { name: one, run: echo one >> "$RAN" }
    - { script: check.sh, runner: sh }
post-checkout:
  jobs:
    - { name: switched, run: echo switched >> "$RAN" }
    - uses: deps
E2
cat > more.yml <<'E2'
commit-msg:
  jobs:
    - { name: message, run: echo message >> "$RAN" }
E2
mkdir -p .lefthook/pre-commit
echo 'echo script >> "$RAN"' > .lefthook/pre-commit/check.sh
commit hooks

# ---- all, which is the default ----
git clone -q "$origin" "$TAP_DIR/free"
cd "$TAP_DIR/free" || exit 1
hookrun install >/dev/null
echo a > a
commit a >/dev/null 2>&1
is 'nobody is asked by default' "$(ran)" "one
script
message"
git config hookrun.trust all
forget
echo b > a
ok 'nor with all' commit b
has 'and hooks run' "$(ran)" one
git config hookrun.trust some
echo c > a
git add -A
out=$(git commit -m c 2>&1)
is 'another word stops the hook' $? 1
has 'and is named' "$out" "hookrun.trust is 'some'"
cat >> lefthook.yml <<'E2'
hookrun: { trust: all }
E2
git config --unset hookrun.trust

# ---- ask ----
git config --global hookrun.trust ask
git clone -q "$origin" "$TAP_DIR/clone"
cd "$TAP_DIR/clone" || exit 1
forget
out=$(hookrun install 2>&1)
is 'install writes hook files' $? 0
has 'and says that they stop' "$out" "hooks stop until 'hookrun trust'"
echo a > a
git add a
out=$(git commit -m a 2>&1)
is 'a commit stops' $? 1
is 'nothing has run' "$(ran)" ''
has 'the configuration is shown' "$out" 'lefthook.yml (new)'
has 'its lines too' "$out" '  +     - { name: one, run: echo one'
has 'what it extends' "$out" 'more.yml (new)'
has 'scripts' "$out" '.lefthook/pre-commit/check.sh (new)'
has 'and what to do' "$out" "'hookrun trust' does"
out=$(hookrun sync 2>&1)
is 'a step by hand stops' $? 1
has 'for that reason' "$out" 'nothing was run'
fails 'so does a run by hand' hookrun run pre-commit
out=$(hookrun trust </dev/null 2>&1)
is 'where nobody can be asked nothing is approved' $? 1
has 'what is new was shown' "$out" 'more.yml (new)'
has 'and said' "$out" 'nothing is approved'
fails 'the commit still stops' git commit -qm a
has 'status says so' "$(hookrun status 2>&1)" '3 not approved'
ok 'it is approved' hookrun trust --yes
ok 'the commit goes through' git commit -qm a
is 'and all has run' "$(ran)" "one
script
message"
is 'what is kept is the owner'"'"'s alone' \
	"$(find .git/hookrun/trust -type f ! -perm 600 -o -type d ! -perm 700)" ''
is 'nothing of it is in the tree' "$(git status --porcelain)" ''
has 'a second time nothing is new' "$(hookrun trust)" 'is approved'

# A change that comes with a pull asks once, as a diff.
cd "$origin" || exit 1
sed -i 's/one >>/two >>/' lefthook.yml
commit two
echo 'echo script-2 >> "$RAN"' > .lefthook/pre-commit/check.sh
commit script
git switch -qc evil
sed -i 's/switched >>/evil >>/' lefthook.yml
printf 'rc: ./rc.sh\nlefthook: ./evil.sh\n' >> lefthook.yml
echo 'echo rc >> "$RAN"' > rc.sh
printf '#!/bin/sh\necho binary >> "$RAN"\n' > evil.sh
chmod +x evil.sh
commit evil
git switch -q -
cd "$TAP_DIR/clone" || exit 1
forget
git pull -q --no-rebase --no-edit >/dev/null 2>&1
is 'the pull itself runs nothing new' "$(ran)" ''
echo b > a
git add a
out=$(git commit -m b 2>&1)
is 'after a pull the commit stops' $? 1
has 'with what was there' "$out" '  -     - { name: one, run: echo one >>'
has 'and what is' "$out" '  +     - { name: one, run: echo two >>'
has 'a script as well' "$out" '  + echo script-2'
hasnt 'what was approved is not shown' "$out" 'more.yml ('
ok 'it is approved once' hookrun trust --yes
ok 'and goes through' git commit -qm b
is 'as it is now' "$(ran)" "two
script-2
message"

# A switch.
forget
out=$(git switch evil 2>&1)
is 'on a branch with other hooks nothing runs' "$(ran)" ''
has 'what differs is shown' "$out" 'echo evil'
has 'the switch is done' "$out" "git's switch itself is done"
echo d > d
git add d
fails 'its hooks do not run' git commit -qm d
is 'nor what its hook files would read' "$(ran)" ''
ok 'install brings none of it in' hookrun install
fails 'the commit stops then' git commit -qm d
is 'and has started nothing' "$(ran)" ''
git rm -qf d
git switch -q main
is 'back on the first branch what was approved runs' "$(ran)" switched
fails 'without a second question' test "$(hookrun trust | grep -c new)" -gt 0

# An `rc` in the tree is read before hookrun is asked.
forget
git switch -q evil >/dev/null 2>&1
hookrun trust --yes >/dev/null
out=$(hookrun install)
has 'an rc of the tree is left out' "$out" "'rc' is left out"
fails 'and not in the hook file' grep -q rc.sh .git/hooks/pre-commit
git switch -q -

# A linked work tree has the same approvals; another clone has none.
git worktree add -q ../linked 2>/dev/null
cd ../linked || exit 1
has 'a linked work tree has them' "$(hookrun trust)" 'is approved'
cd "$origin" || exit 1
fails 'another clone has not' hookrun run pre-commit

# By hand on the terminal; control characters are visible.
cd "$TAP_DIR/clone" || exit 1
printf '# \033[8mhidden\n' >> .lefthook/pre-commit/check.sh
out=$(printf 'n\n' | script -qec 'hookrun trust' /dev/null)
has 'the question is asked' "$out" '[y/N]'
has 'no is no' "$out" 'nothing is approved'
has 'nothing hides in it' "$out" '\x1b[8mhidden'
printf 'y\n' | script -qec 'hookrun trust' /dev/null >/dev/null
has 'yes is yes' "$(hookrun trust)" 'is approved'
git checkout -q .lefthook

# ---- remotes ----
rules=$TAP_DIR/rules
git init -q "$rules"
cat > "$rules/lefthook.yml" <<'E2'
h:
  jobs:
    - { name: shared, run: echo remote >> "$RAN" }
E2
(cd "$rules" && commit rules)
repo
cat > lefthook.yml <<E2
remotes:
  - git_url: $rules
    refetch: true
h:
  jobs:
    - { name: own, run: echo own >> "\$RAN" }
E2
forget
fails 'a remote that nobody approved' hookrun run h
ok 'is not even fetched' test ! -e .git/info/hookrun-remotes
out=$(hookrun trust --yes)
has 'its commit is shown' "$out" "remote $rules (new)"
has 'and its files' "$out" "$rules: lefthook.yml (new)"
ok 'it runs then' hookrun run h
has 'really' "$(ran)" remote
forget
sed -i 's/remote >>/remote-2 >>/' "$rules/lefthook.yml"
(cd "$rules" && commit two)
out=$(hookrun run h 2>&1)
is 'a new commit of it stops' $? 1
has 'with the old one and the new one' "$out" '  - commit '
has 'and its change' "$out" 'echo remote-2'
is 'nothing has run, twice' "$(ran)" ''
ok 'and is approved' hookrun trust --yes
ok 'to run' hookrun run h
has 'as it is' "$(ran)" remote-2

# ---- where the setting may be ----
git config --global --unset hookrun.trust
echo '# more' >> lefthook.yml
ok 'unset: nobody is asked' hookrun run h
printf '[hookrun]\n\ttrust = ask\n' > "$TAP_DIR/included"
git config --global include.path "$TAP_DIR/included"
fails 'a file that is included counts' hookrun run h
git config --global --unset include.path
git config --global "includeIf.gitdir:$(pwd -P)/.path" included
fails 'on a condition, too' hookrun run h
git config --global "includeIf.gitdir:$(pwd -P)/.path" /nowhere
ok 'one that is not there does not' hookrun run h
fails 'git -c counts' git -c hookrun.trust=ask -c alias.h='!hookrun run h' h
fails 'the environment counts' env GIT_CONFIG_COUNT=1 \
	GIT_CONFIG_KEY_0=hookrun.trust GIT_CONFIG_VALUE_0=ask hookrun run h
git config include.path "$TAP_DIR/included"
fails "the clone's own counts" hookrun run h
git config --unset include.path
repo
printf 'h:\n  jobs:\n    - run: "true"\n' > lefthook.yml
hookrun install >/dev/null
is 'no process is started for it by default' \
	"$(programs hookrun run h | grep -c '/git$')" 0
finish
