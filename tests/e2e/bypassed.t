#!/bin/sh
# Commits that have passed over pre-commit: `hookrun last --bypassed`, and what
# `require` of pre-push does about them.
. "$(dirname "$0")/../helpers/tap.sh"

repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - name: check
      run: "echo {staged_files} >> .git/checked; ! grep -q ba[d] {staged_files}"
E2
hookrun install >/dev/null
out=$(hookrun last --bypassed 2>&1)
is 'without a recording nothing is known' "$? $out" '1 hookrun: no run of pre-commit is recorded'
git add . && git commit -qm first >/dev/null 2>&1
has 'all have passed' "$(hookrun last --bypassed)" ' every commit has passed pre-commit'
ok 'status 0' hookrun last --bypassed

# ---- ways past the hook ------------------------------------------------------

unseen() { hookrun last --bypassed | sed -n 's/^[0-9a-f]\{12\}  [^ ]* [^ ]*  //p'; }
echo 1 > a && git add a
git commit -qnm no-verify
is 'status 1' "$(hookrun last --bypassed >/dev/null; echo $?)" 1
echo 2 > a && git add a
HOOKRUN=0 git commit -qm switched-off
mkdir other && echo 3 > a && git add a
git -c core.hooksPath=other commit -qm 'other hooks'
echo 4 > a && git add a
HOOKRUN_EXCLUDE=check git commit -qm excluded >/dev/null 2>&1
is 'each is named' "$(unseen)" 'excluded
other hooks
switched-off
no-verify'
has 'with its id' "$(hookrun last --bypassed)" "$(git rev-parse --short=12 HEAD)  "

# Whoever commits next in a terminal is told.
on_terminal() { script -qec "$*" /dev/null </dev/null | tr -d '\r'; }
echo 4a > a && git add a
has 'the next hook tells' "$(on_terminal git commit -qm told)" \
	'hookrun: warning: the commit before has not passed pre-commit (hookrun last --bypassed)'
echo 4b > a && git add a
hasnt 'once' "$(on_terminal git commit -qm again)" 'passed pre-commit'
git commit -qn --allow-empty -m same && git reset -q --hard HEAD^
echo 4c > a && git add a
hasnt 'and not of what git has moved' "$(on_terminal git commit -qm moved)" 'passed pre-commit'

# ---- what is none ------------------------------------------------------------

before=$(unseen)
echo 5 > a && git add a && git commit -qm plain >/dev/null 2>&1
echo 6 > a && git commit -qam all >/dev/null 2>&1
echo 7 > a && echo 7 > b && git add b && git commit -qm only a >/dev/null 2>&1
git commit -qm b >/dev/null 2>&1
git commit -qn --amend -m 'another message'
is 'commit, -a, FILE, and a new message' "$(unseen)" "$before"
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - name: fix
      glob: a
      run: "echo fixed >> {staged_files}"
      stage_fixed: true
E2
git add . && git commit -qm config >/dev/null 2>&1
echo 8 > a && git add a && git commit -qm fixed >/dev/null 2>&1
is 'what a job has mended and staged' "$(git show HEAD:a)" '8
fixed'
is 'has passed' "$(unseen)" "$before"
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: own, script: own.sh }
pre-push:
  require: [pre-commit]
E2
mkdir -p .lefthook/pre-commit
printf '#!/bin/sh\n' > .lefthook/pre-commit/own.sh
chmod +x .lefthook/pre-commit/own.sh
git add . && git commit -qm scripts >/dev/null 2>&1
is 'a hook that asks for no files' "$(unseen)" "$before"
git switch -qc side && echo s > s && git add s && git commit -qm side >/dev/null 2>&1
git switch -q main && echo m > m && git add m && git commit -qm main >/dev/null 2>&1
git merge -q --no-edit side >/dev/null 2>&1
is 'a merge' "$(unseen)" "$before"
echo x > a && git add a && git commit -qnm gone
git reset -q --hard HEAD^
is 'what is no longer in the history' "$(unseen)" "$before"

# ---- require -----------------------------------------------------------------

repo
git init -q --bare "$TAP_DIR/remote"
git remote add origin "$TAP_DIR/remote"
git push -q origin main
git fetch -q
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - name: check
      run: "echo {staged_files} >> .git/checked; ! grep -q ba[d] {staged_files}"
pre-push:
  require: [pre-commit]
  jobs: [ { name: push, run: "echo pushed >> .git/checked" } ]
E2
ok 'the key is known' hookrun validate
hookrun install >/dev/null
git add . && git commit -qm config >/dev/null 2>&1
rm .git/checked
ok 'a push of what was checked' git push -q origin main
is 'checks nothing again' "$(cat .git/checked)" pushed

echo 1 > a && git add a && git commit -qnm one
echo bad > b && git add b && git commit -qnm two
echo 1 > c && git add c && git commit -qm three >/dev/null 2>&1
rm .git/checked
out=$(
	git push origin main 2>&1
	echo "status $?"
)
has 'what was passed over is checked, and stops the push' "$out" 'status 1'
has 'which is said' "$out" "hookrun: 2 pushed commits have passed over pre-commit, which runs now for 2 files: $(git rev-parse --short=12 HEAD^) $(git rev-parse --short=12 HEAD^^)"
is 'their files, and not those of others' "$(cat .git/checked)" 'a b'
is 'nothing is pushed' "$(git rev-parse origin/main)" "$(git rev-parse HEAD~3)"
has 'it is recorded as pre-commit' "$(hookrun last)" 'pre-commit failed'
rm .git/checked
is 'by hand it is the same' "$(hookrun run pre-push </dev/null >/dev/null 2>&1; echo $?)" 1
is 'for what would be pushed' "$(cat .git/checked)" 'a b'

echo good > b && git commit -qam 'b is good' >/dev/null 2>&1
rm .git/checked
ok 'once it is mended' git push -q origin main
is 'it passes' "$(sort .git/checked)" 'a b
pushed'
git update-ref refs/remotes/origin/main HEAD~4
git -C "$TAP_DIR/remote" update-ref refs/heads/main "$(git rev-parse HEAD~4)"
rm .git/checked
ok 'a second push' git push -q origin main
is 'does not check it again' "$(cat .git/checked)" pushed
ok 'a ref that is deleted' git push -q origin main:gone
git push -q origin :gone
result $? 'has no commits'

git rm -q a && git commit -qnm deleted
rm .git/checked
ok 'a commit that only deletes' git push -q origin main
is 'has nothing to check' "$(cat .git/checked)" pushed
sed -i 's/require: .*/require: [commit-msg]/' lefthook.yml
has 'only pre-commit can be required' "$(hookrun validate 2>&1)" commit-msg

finish
