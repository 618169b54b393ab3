#!/bin/sh
# fail_on_changes: which files, whose doing, and what was changed.
. "$(dirname "$0")/../helpers/tap.sh"
unset CI

# The configuration is stdin; not tracked, so that it is in nobody's way.
setup() {
	repo
	printf '%s\n' lefthook.yml > .git/info/exclude
	cat > lefthook.yml
	hookrun install >/dev/null
	for name in a b c; do echo $name > $name; done
	git add .
	HOOKRUN=0 git commit -qm base
}
text='files were modified by a hook, and fail_on_changes is enabled'

setup <<'EOT'
pre-commit:
  fail_on_changes: true
  jobs:
    - { name: reads, run: 'cat {staged_files}' }
    - { name: same, run: 'cp -p a ../a; echo x > a; cp ../a a; touch b c new-but-gone; rm new-but-gone' }
    - { name: slow, run: 'cat {staged_files}' }
EOT
echo 2 > a; echo mine >> b; echo untracked > mine; git add a
out=$(git commit -m one 2>&1)
is 'nothing changed is fine' "$?" 0
hasnt 'and not worth a word' "$out" modified

cat > lefthook.yml <<'EOT'
pre-commit:
  fail_on_changes: always
  jobs:
    - { name: reads, run: 'cat {staged_files}' }
    - { name: given, run: 'echo more >> {staged_files}' }
    - group:
        jobs:
          - name: other
            run: 'echo x >> b; echo x >> mine; echo x > new; rm c; : {staged_files}'
EOT
echo 3 > a; git add a
out=$(git commit -m two 2>&1)
is 'a job that changes files fails the hook' "$?" 1
is 'nothing is committed' "$(git log -1 --format=%s)" one
has 'it says why' "$out" "hookrun: $text"
has 'the file that a job was given' "$out" "  a (by job 'given')"
has 'one that had changes before' "$out" '  b (by job'
has 'an untracked one' "$out" '  mine (by job'
has 'a new one' "$out" '  new (created by job'
has 'a deleted one' "$out" '  c (deleted by job'
has 'whose doing it was' "$(echo "$out" | grep '^  b ')" "❯ other'"
hasnt 'no diff unless asked for' "$out" '@@'
is 'what the job did stays' "$(tail -n 1 a)" more

git checkout -q a
out=$(git commit -m two --no-verify 2>&1)
git checkout -q .
cat > lefthook.yml <<'EOT'
pre-commit:
  fail_on_changes: always
  fail_on_changes_diff: true
  jobs:
    - { name: odd, run: 'printf "x\n" >> "$(printf "odd\n\033[31mname")"; echo new >> a' }
EOT
echo staged > b; git add b
out=$(git commit -m three 2>&1)
has 'the diff where it is asked for' "$out" '+new'
has 'names cannot drive the terminal' "$out" '  odd\n\x1b[31mname (created by job'
hasnt 'no escape codes' "$out" "$(printf '\033')"
hasnt 'what the user staged is no change' "$out" '+staged'
out=$(CLICOLOR_FORCE=1 hookrun run pre-commit --colors on 2>&1)
has 'colours where they are on' "$out" "$(printf '\033[32m+')"

# stage_fixed beside it: staged, and a failure all the same.
setup <<'EOT'
pre-commit:
  fail_on_changes: true
  fail_on_changes_diff: true
  stage_fixed: true
  jobs:
    - { name: fmt, run: 'echo fixed >> {staged_files}' }
EOT
echo 2 > a; git add a
out=$(git commit -m one 2>&1)
is 'with stage_fixed' "$?" 1
has 'the diff is there' "$out" '+fixed'
is 'and the next attempt has it' "$(git show :a)" '2
fixed'

# ---- when -------------------------------------------------------------------

setup <<'EOT'
always: { fail_on_changes: 1, jobs: [{ run: echo x >> a }] }
never: { fail_on_changes: "false", jobs: [{ run: echo x >> a }] }
ci: { fail_on_changes: ci, jobs: [{ run: echo x >> a }] }
non-ci: { fail_on_changes: non-ci, jobs: [{ run: echo x >> a }] }
plain: { jobs: [{ run: echo x >> a }] }
EOT
fails 'always' hookrun run always
ok 'never' hookrun run never
ok 'ci, outside of it' hookrun run ci
fails 'ci, within it' env CI= hookrun run ci
fails 'non-ci, outside of it' hookrun run non-ci
ok 'non-ci, within it' env CI=1 hookrun run non-ci
ok 'without it' hookrun run plain
fails '--fail-on-changes' hookrun run plain --fail-on-changes
ok '--no-fail-on-changes' hookrun run always --no-fail-on-changes
for word in =false =0 =F; do
	ok "--fail-on-changes$word" hookrun run always "--fail-on-changes$word"
done
ok 'the last one counts' hookrun run always --fail-on-changes --fail-on-changes=false
fails 'be it true' hookrun run plain --fail-on-changes=false --fail-on-changes=
ok '--no-fail-on-changes=false' hookrun run always --no-fail-on-changes=false
fails 'not both, though one is false' \
	hookrun run plain --fail-on-changes=false --no-fail-on-changes
fails 'not both' hookrun run plain --no-fail-on-changes --fail-on-changes
out=$(CI='' hookrun run ci 2>&1)
has 'in CI the diff is shown' "$out" '+x'
out=$(hookrun run always --fail-on-changes-diff 2>&1)
has '--fail-on-changes-diff' "$out" '+x'
echo 'pre-commit: { fail_on_changes: sometimes, jobs: [{ run: x }] }' > lefthook.yml
out=$(hookrun run pre-commit 2>&1)
has 'another word is an error with its place' "$out" \
	"lefthook.yml:1:32: unknown value 'sometimes' for 'fail_on_changes'"

# ---- two at a time ----------------------------------------------------------

setup <<'EOT'
pre-commit:
  fail_on_changes: true
  parallel: true
  jobs:
    - { name: one, run: 'echo one >> a; touch ../one; until [ -e ../two ]; do :; done; : {staged_files}' }
    - { name: two, run: 'until [ -e ../one ]; do :; done; echo two >> a; touch ../two; : {staged_files}' }
EOT
echo 2 > a; git add a
out=$(git commit -m one 2>&1)
has 'two jobs that wrote one file are named' "$out" "  a (by job 'one' or 'two')"

# ---- nothing is paid for what nobody wants ----------------------------------

setup <<'EOT'
pre-commit:
  jobs: [{ run: 'true {staged_files}' }]
EOT
echo 2 > a; stage_aged
ok 'a first run' hookrun run pre-commit
programs hookrun run pre-commit >/dev/null
hasnt 'without either no file is looked at' "$(hookrun_calls)" "/a\""

finish
