#!/bin/sh
# `checkout: pushed`: a pre-push job in a work tree of what is pushed.
. "$(dirname "$0")/../helpers/tap.sh"

# A repository with a bare remote beside it; the configuration is stdin.
start() {
	repo
	mkdir sub
	echo one > a
	echo one > sub/in
	echo '.git' > .git/info/exclude
	configure
	git init -q --bare "$TAP_REPO.git"
	git remote add o "$TAP_REPO.git"
	git push -q --no-verify o main
	hookrun install > /dev/null
}
configure() {
	cat > lefthook.yml
	git add .
	git commit -q --no-verify -m config
}
left() {
	find "${1:-.git}/hookrun/checkout" -mindepth 1 -maxdepth 1 ! -name lock
}

# ---- what it sees --------------------------------------------------------------
start <<'E2'
pre-push:
  jobs:
    - name: sees
      checkout: pushed
      run: |
        { echo "files: $(ls | tr '\n' ' ')a=$(cat a)"
          echo 'pushed:' {push_files} 'tracked:' {all_files}
          echo "status: $(git status --porcelain) head: $(git rev-parse HEAD)"
          echo "top: $(git rev-parse --show-toplevel) $PWD"
          env | grep -E '^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR)=' || :
        } > "$OUT"
    - { name: there, checkout: pushed, root: sub, run: "pwd >> $OUT; touch ../made; ls {push_files} >> $OUT" }
    - { name: lists, checkout: pushed, files: "git ls-files", glob: "new*", run: "echo files {files} >> $OUT" }
    - { name: here, run: "echo here $(cat a) >> $OUT" }
E2
export OUT="$TAP_DIR/out"
echo two > a
echo new > new
echo two > sub/in
git add .
git commit -q --no-verify -m two
echo dirty > a
echo dirty > untracked
git add untracked
before=$(git status --porcelain; git rev-parse HEAD)
ok 'a push' git push -q o main
is 'the files are those of the commit, and nothing else is there' "$(sed -n 1p "$OUT")" \
	'files: README a lefthook.yml new sub a=two'
is 'lists are of the commit' "$(sed -n 2p "$OUT")" \
	'pushed: a new sub/in tracked: README a lefthook.yml new sub/in'
is "git's commands work there" "$(sed -n 3p "$OUT")" "status:  head: $(git rev-parse HEAD)"
is 'and say where' "$(sed -n '4s/top: \(.*\) \(.*\)/\1/p' "$OUT")" "$(sed -n '4s/top: \(.*\) \(.*\)/\2/p' "$OUT")"
is 'jobs of one commit share it' "$(sed -n 5p "$OUT")" "$(sed -n '4s/.* //p' "$OUT")/sub"
is 'with a root, names count from there' "$(sed -n 6p "$OUT")" ./in
is 'a files command is asked there' "$(sed -n 7p "$OUT")" 'files new'
is 'other jobs see the work tree' "$(sed -n 8p "$OUT")" 'here dirty'
is 'nothing is left of it' "$(left)" ''
is "nor in git's list" "$(git worktree list | grep -c .)" 1
is 'the work tree, its index and HEAD are as before' "$(git status --porcelain; git rev-parse HEAD)" "$before"
git commit -q --no-verify --allow-empty -m three
rm -f "$OUT"
out=$(hookrun run pre-push --plan < /dev/null)
has 'the plan makes none' "$out" \
	"sees (lefthook.yml:3) open: it looks at a commit when its turn comes, checkout '$(git rev-parse HEAD)' (lefthook.yml:4)"
ok 'and runs nothing' [ ! -e "$OUT" ]
ok 'by hand it is HEAD' hookrun run pre-push --job sees --force
has 'and nothing is dirty' "$(cat "$OUT")" 'a=two'

# ---- which commits -------------------------------------------------------------
start <<'E2'
pre-push:
  jobs:
    - { name: test, checkout: pushed, run: "git log -1 --format=%s >> $OUT; ! grep -q bad a" }
    - { name: after, needs: test, run: "echo after >> $OUT" }
E2
rm -f "$OUT"
for name in b c; do
	git switch -qc "$name" main
	echo "$name" > a
	git commit -qa --no-verify -m "$name"
done
git tag -am tag tagged b
git switch -q main
ok 'several refs are pushed' git push -q o b c b:again tagged
is 'each commit is looked at once' "$(sort "$OUT" | tr '\n' ' ')" 'after b c '
rm -f "$OUT"
out=$(git push o :again 2>&1)
is 'where none is pushed it does not run' "$(cat "$OUT" 2>/dev/null)" after
out=$(printf '(delete) %040d refs/heads/b %s\n' 0 "$(git rev-parse b)" | hookrun run pre-push -v o url 2>&1)
has 'and that is said' "$out" "- test  skipped: checkout 'pushed', but no commit is pushed (lefthook.yml:3)"
git switch -qc bad main
echo bad > a
git commit -qa --no-verify -m bad
git switch -q main
out=$(git push o bad main:other 2>&1)
result $((! $?)) 'one that fails stops the push'
has 'and is named by its ref and commit' "$out" "✗ test (bad)  commit $(git rev-parse --short=12 bad)"
is 'nothing is left' "$(left)" ''

# ---- killed ----------------------------------------------------------------------
start <<'E2'
pre-push:
  jobs: [ { name: slow, checkout: pushed, run: 'mkdir ro; touch ro/f; chmod 500 ro; pwd > "$OUT.$N"; read x < "$FIFO"' } ]
E2
mkfifo "$TAP_DIR/go"
export FIFO="$TAP_DIR/go" N=1
echo dirty > a
before=$(git status --porcelain; cat a sub/in)
hookrun run pre-push < /dev/null > /dev/null 2>&1 &
pid=$!
until [ -s "$OUT.1" ]; do sleep 0.1; done
ok 'while it runs there is a work tree' [ -f "$(cat "$OUT.1")/a" ]
N=2 hookrun run pre-push < /dev/null > /dev/null 2>&1 &
other=$!
until [ -s "$OUT.2" ]; do sleep 0.1; done
ok 'another run leaves it alone' [ -f "$(cat "$OUT.1")/a" ]
kill -9 "$pid"
wait "$pid" 2>/dev/null
ok 'killed, it is left behind' [ -f "$(cat "$OUT.1")/a" ]
is 'but not in the list of work trees' "$(git worktree list | grep -c .)" 1
is 'and nothing else happened' "$(git status --porcelain; cat a sub/in)" "$before"
N=3 hookrun run pre-push < /dev/null > /dev/null 2>&1 &
third=$!
until [ -s "$OUT.3" ]; do sleep 0.1; done
ok 'the next run removes it' [ ! -e "$(cat "$OUT.1")" ]
ok 'but not that of a run that lives' [ -f "$(cat "$OUT.2")/a" ]
kill -INT "$third"
wait "$third" 2>/dev/null
ok 'interrupted, it is removed' [ ! -e "$(cat "$OUT.3")" ]
kill -TERM "$other"
wait "$other" 2>/dev/null
is 'so are folders in which nothing may be written' "$(left)" ''
exec 9<> "$FIFO"
echo go >&9 # for the job that was left alone
exec 9>&-
is 'the work tree is as it was' "$(git status --porcelain; cat a sub/in)" "$before"

# ---- other layouts -----------------------------------------------------------------
look='pre-push:
  jobs: [ { name: look, checkout: pushed, run: "git rev-parse HEAD > $OUT; cat a >> $OUT; git status --porcelain >> $OUT" } ]'
start <<E2
$look
E2
git worktree add -q "$TAP_REPO-linked" -b linked
linked=$TAP_REPO-linked
cd "$linked" || exit 1
echo linked > a
git commit -qa --no-verify -m linked
echo dirty > a
ok 'out of a linked work tree' git push -q o linked
is 'the commit is seen' "$(cat "$OUT")" "$(git rev-parse HEAD)
linked"
ok 'there is nothing in its git directory' [ ! -e "$(git rev-parse --git-dir)/hookrun/checkout" ]
is 'nor left in the shared one' "$(left "$(git rev-parse --git-common-dir)")" ''

repo
git submodule --quiet add "$linked" module
cd module || exit 1
git init -q --bare "$TAP_REPO.module.git"
git remote add o "$TAP_REPO.module.git"
hookrun install > /dev/null
echo module > a
git commit -qa --no-verify -m module
echo dirty > a
ok 'out of a submodule' git push -q o HEAD:refs/heads/x
is 'the commit is seen' "$(cat "$OUT")" "$(git rev-parse HEAD)
module"

mkdir "$TAP_DIR/dots"
cd "$TAP_DIR/dots" || exit 1
git init -q --bare .dots
git init -q --bare "$TAP_DIR/dots.git"
dots() { git --git-dir="$TAP_DIR/dots/.dots" --work-tree="$TAP_DIR/dots" "$@"; }
echo "$look" > lefthook.yml
echo dots > a
dots add a lefthook.yml
dots commit -qm dots
GIT_DIR="$TAP_DIR/dots/.dots" GIT_WORK_TREE="$TAP_DIR/dots" hookrun install > /dev/null
echo dirty > a
ok 'out of a bare repository with a work tree elsewhere' dots push -q "$TAP_DIR/dots.git" HEAD:refs/heads/x
is 'the commit is seen' "$(cat "$OUT")" "$(dots rev-parse HEAD)
dots"

# ---- mistakes ------------------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
pre-push:
  jobs:
    - { name: fix, checkout: pushed, stage_fixed: true, run: "true" }
    - { name: group, checkout: pushed, group: { jobs: [ { run: "true" } ] } }
    - { name: step, checkout: pushed, uses: deps }
    - { name: word, checkout: head, run: "true" }
pre-commit:
  jobs: [ { name: early, checkout: pushed, run: "true" } ]
E2
out=$(hookrun validate 2>&1)
has 'with stage_fixed' "$out" "lefthook.yml:3:38: 'stage_fixed' has no meaning for job 'fix'"
has 'of a group' "$out" "lefthook.yml:4:22: 'checkout' has no meaning for the group of job 'group'"
has 'of a step' "$out" "lefthook.yml:5:21: 'checkout' has no meaning for the built-in step of job 'step'"
has 'another word' "$out" "lefthook.yml:6:31: unknown value 'head' for 'checkout' in job 'word' (expected pushed)"
has 'in another hook' "$out" "lefthook.yml:8:26: 'checkout' of job 'early' has no meaning in hook 'pre-commit'"
sed -i '1,6d' lefthook.yml
git add .
out=$(hookrun run pre-commit 2>&1)
result $((! $?)) 'there the job fails'
has 'and says why' "$out" "  'checkout: pushed' has no meaning in hook 'pre-commit', in which nothing is pushed"
finish
