#!/bin/sh
# How options behave: setup, needs, allow_failure, retry, shell, timeouts, what
# a hook hands down, skip and only, --job.
. "$(dirname "$0")/../helpers/tap.sh"
lefthook_output

plain() {
	sed -e 's/ ([0-9]*\.[0-9]* seconds)//' -e 's/^  ──*$/LINE/' |
		grep -v '^[╭│╰].*[╮│╯]$' | grep -v '^$'
}
run() { hookrun run "$@" 2>&1 | plain; }

# ---- setup --------------------------------------------------------------------
repo
mkdir sub
cat > lefthook.yml <<'E2'
templates: { who: world }
pre-commit:
  root: sub
  setup:
    - run: echo "hello {who} in $(basename "$PWD") with {staged_files}" > made
    - run: cat made
  jobs:
    - { name: a, root: "", run: cat ../made }
broken:
  setup:
    - run: echo first; exit 3
    - run: echo never > never
  jobs:
    - { name: a, run: echo still runs }
off:
  skip: true
  setup: [ { run: echo no > never } ]
  jobs: [ { name: a, run: "true" } ]
E2
echo x > 'sub/a b.txt'
git add -A
hookrun install >/dev/null
where=$(basename "$PWD")
out=$(git commit -qm x 2>&1 | plain)
is 'setup runs before the jobs, in the root of the work tree, with templates' \
	"$out" "┃  setup ❯ 
hello world in $where with lefthook.yml 'sub/a b.txt'
┃  a ❯ 
hello world in $where with lefthook.yml 'sub/a b.txt'
LINE
summary: (done in $(echo "$out" | sed -n 's/.*done in \(.*\)/\1/p')
✓ a"
out=$(run broken)
has 'a failure of setup is told' "$out" 'first
│  Failed to run setup: exit status 3'
has 'and the jobs run' "$out" 'still runs'
[ ! -e never ]
result $? 'and the rest of setup does not'
ok 'the hook passes' hookrun run broken
out=$(HOOKRUN_OUTPUT=false hookrun run broken 2>&1)
is 'where its output is not wanted, it is shown when it fails' "$out" 'first
│  Failed to run setup: exit status 3'
hookrun run off >/dev/null 2>&1
[ ! -e never ]
result $? 'a hook that is skipped has no setup'

# ---- needs ----------------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
parallel:
  parallel: true
  jobs:
    - { name: last, needs: [one, grp], run: echo last >> log }
    - { name: one, run: "until [ -e two ]; do sleep 0.01; done; echo one >> log" }
    - { name: two, run: touch two }
    - name: grp
      group: { jobs: [ { run: "until grep -q one log; do sleep 0.01; done; echo grp >> log" } ] }
turn:
  jobs:
    - { name: b, needs: a, run: echo b >> log }
    - { name: a, run: echo a >> log }
  commands:
    c: { run: echo c >> log, needs: [d] }
    d: { run: echo d >> log }
fails:
  parallel: true
  jobs:
    - { name: deploy, needs: [test], run: echo deployed }
    - { name: test, needs: [lint], run: echo tested }
    - { name: lint, run: exit 1 }
    - { name: other, run: echo other }
skipped:
  jobs:
    - { name: lint, skip: true, run: x }
    - { name: test, needs: lint, run: echo tested }
E2
ok 'jobs wait for what they need' hookrun run parallel
is 'side by side' "$(cat log)" 'one
grp
last'
rm log
ok 'and in turn' hookrun run turn
is 'where the order is changed no more than needed' "$(cat log)" 'a
b
d
c'
out=$(run fails)
has 'what needs a failed job is skipped' "$out" \
	'│  test (skip) needs lint, which failed'
has 'and what needs that' "$out" '│  deploy (skip) needs test, which did not run'
has 'the others run' "$out" '✓ other'
has 'a need that was skipped is no obstacle' "$(run skipped)" tested
out=$(run turn --job b)
has 'a need that was not chosen is none' "$out" '✓ b'
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: lint, run: x }
    - { name: test, needs: [lnt], run: x }
E2
out=$(hookrun run pre-commit 2>&1)
has 'an unknown need is an error with its line' "$out" \
	"lefthook.yml:4:29: 'needs' names 'lnt', but no job of that name is in the same list (did you mean 'lint'?)"
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: a, needs: b, run: x }
    - { name: b, needs: [c], run: x }
    - { name: c, needs: [a], run: x }
E2
out=$(hookrun run pre-commit 2>&1)
has 'a circle too' "$out" "lefthook.yml:3:18: 'needs' of job 'a' goes round in a circle"

# ---- allow_failure, retry -------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
allowed:
  piped: true
  jobs:
    - { name: audit, allow_failure: true, fail_text: see the list, run: "echo bad; exit 3" }
    - { name: after, needs: audit, run: echo after }
    - name: grp
      allow_failure: true
      group: { jobs: [ { name: in, run: exit 1 } ] }
retry:
  jobs:
    - { name: flaky, retry: 3, run: 'echo try; echo x >> tries; [ $(wc -l < tries) = 3 ]' }
    - { name: bad, retry: 1, fail_text: mend it, run: exit 4 }
    - { name: good, retry: 5, run: echo once >> once }
E2
out=$(run allowed)
ok 'a failure that is allowed does not fail the hook' hookrun run allowed
has 'it is shown' "$out" 'bad
exit status 3'
has 'and in the summary' "$out" '✗ audit: see the list (allowed to fail)'
has 'what comes after it runs' "$out" '✓ after'
has 'a group may fail as well' "$out" '✗ grp (allowed to fail)
  ✗ in'
out=$(run retry)
has 'a job is tried again' "$out" '┃  flaky ❯ 
try
exit status 1, attempt 2 of 4:
try
exit status 1, attempt 3 of 4:
try'
has 'the summary says that it was' "$out" '✓ flaky: passed at attempt 3'
has 'or that it was in vain' "$out" '✗ bad: mend it, 2 attempts'
is 'what passes is not tried again' "$(cat once)" once
fails 'the last attempt counts' hookrun run retry

# ---- shell ------------------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
shell:
  shell: bash
  jobs:
    - { name: a, run: 'echo "a: ${BASH_VERSION:+bash}"' }
    - { name: strict, shell: bash -eu, run: 'false; echo not here' }
    - { name: pipe, shell: bash -o pipefail -c, run: "false | true" }
    - { name: sh, shell: sh, run: 'echo "sh: ${BASH_VERSION:-none}"' }
    - name: grp
      shell: perl -e
      group: { jobs: [ { name: perl, run: 'print "perl: ", 6 * 7' } ] }
    - { name: gone, shell: no-such-shell, run: echo x }
E2
echo x > "it's; echo pwned"
out=$(run shell)
has 'shell of the hook' "$out" 'a: bash'
has 'of the job, -c is added' "$out" '✗ strict'
hasnt 'its options hold' "$out" 'not here'
has 'options of two words' "$out" '✗ pipe'
has 'any program' "$out" 'perl: 42'
has 'the innermost wins' "$out" 'sh: none'
has 'a shell that is missing is named' "$out" no-such-shell

# ---- timeouts ---------------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
group:
  jobs:
    - name: grp
      timeout: 200ms
      group:
        jobs:
          - { name: quick, run: echo quick }
          - { name: slow, run: sleep 30 }
          - { name: later, run: echo later }
    - { name: after, run: echo after }
hook:
  timeout: 200ms
  jobs:
    - { name: slow, run: sleep 30, timeout: 10s }
    - { name: later, run: echo later }
own:
  jobs:
    - { name: slow, run: sleep 30, timeout: 200ms, retry: 1 }
E2
out=$(run group)
has 'a group has a timeout' "$out" '✗ grp: timeout (200ms)'
has 'its jobs are ended' "$out" '✗ slow: timeout (200ms) of grp'
has 'or not begun' "$out" '│  grp ❯ later (skip) timeout (200ms) of grp'
has 'the others run' "$out" '✓ after'
out=$(run hook)
has 'so has a hook' "$out" '✗ slow: timeout (200ms) of the hook'
has 'and its other jobs are skipped' "$out" '│  later (skip) timeout (200ms) of the hook'
fails 'and it fails' hookrun run hook
has 'each attempt has the time of its own' "$(run own)" \
	'✗ slow: timeout (200ms), 2 attempts'

# ---- what a hook hands down --------------------------------------------------------
repo
mkdir -p app/lib other
cat > lefthook.yml <<'E2'
pre-commit:
  env: { WHO: hook, KEEP: kept }
  glob: "*.rb"
  root: app
  tags: [fast]
  jobs:
    - { name: a, env: { WHO: job }, run: 'echo "$WHO $KEEP $(basename "$PWD"):" {staged_files}' }
    - { name: b, root: other, run: 'echo "b:" {staged_files}' }
tagged:
  tags: [fast]
  exclude_tags: [fast]
  jobs: [ { name: a, run: "true" } ]
E2
touch app/x.rb app/x.js app/lib/y.rb other/z.rb
git add -A
hookrun install >/dev/null
out=$(git commit -qm x 2>&1)
has 'env, glob and root of the hook' "$out" 'job kept app: ./lib/y.rb ./x.rb'
has 'the root of the job wins' "$out" 'b: ./z.rb'
has 'tags of the hook' "$(run tagged)" 'a (skip) tags'

# ---- skip and only -----------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: not-merge, skip: merge, run: echo ran-a }
    - { name: merging, only: [merge], run: echo ran-b }
    - { name: picking, only: cherry-pick, run: echo ran-c }
    - { name: reverting, only: [revert], run: echo ran-d }
    - { name: bisecting, only: bisect, run: echo ran-e }
    - { name: on-main, only: { ref: main }, run: echo ran-f }
    - { name: on-dev, only: [ { ref: "dev/*" } ], run: echo ran-g }
    - { name: where, skip: { run: "[ -d .git ]" }, run: echo ran-h }
    - { name: both, skip: [rebase, { ref: other }], run: echo ran-i }
pre-merge-commit:
  jobs: [ { name: merging, only: merge, run: echo ran-merge } ]
E2
git add -A
hookrun install >/dev/null
out=$(git commit -m config 2>&1 | grep -o 'ran-.$' | tr '\n' ' ')
is 'an ordinary commit on main' "$out" 'ran-a ran-f ran-i '
git switch -qc dev/one
echo two > README
out=$(git commit -am two 2>&1 | grep -o 'ran-.$' | tr '\n' ' ')
is 'a bare map and a glob of branches' "$out" 'ran-a ran-g ran-i '
git switch -q main
echo three > README
git commit -qam three >/dev/null 2>&1
git merge dev/one >/dev/null 2>&1
echo merged > README
git add README
out=$(git commit -m merge 2>&1 | grep -o 'ran-.$' | tr '\n' ' ')
is 'during a merge' "$out" 'ran-b ran-f ran-i '
git switch -qc pick dev/one
git cherry-pick main~1 >/dev/null 2>&1
echo picked > README
git add README
out=$(git commit -m pick 2>&1 | grep -o 'ran-.$' | tr '\n' ' ')
is 'during a cherry-pick' "$out" 'ran-a ran-c ran-i '
git revert --no-commit dev/one >/dev/null 2>&1
echo reverted > README
git add README
git update-ref REVERT_HEAD HEAD
out=$(git commit -m revert 2>&1 | grep -o 'ran-.$' | tr '\n' ' ')
is 'during a revert' "$out" 'ran-a ran-d ran-i '
git bisect start >/dev/null 2>&1
echo bisected > README
out=$(git commit -am bisect 2>&1 | grep -o 'ran-.$' | tr '\n' ' ')
has 'during a bisect' "$out" 'ran-e'
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: a, skip: [merg], run: x }
E2
out=$(hookrun run pre-commit 2>&1)
has 'a misspelt word is told with its line' "$out" \
	"lefthook.yml:3:25: unknown condition 'merg' for 'skip' in job 'a', which never holds (did you mean 'merge'?)"

# ---- --job --------------------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: lint, glob: "*.rb", run: "echo lint {staged_files}" }
    - { name: test, skip: true, run: echo test }
E2
touch a.js
git add -A
out=$(LEFTHOOK_OUTPUT=summary hookrun run pre-commit --job lint 2>&1)
has '--job of a job that is skipped says why' "$out" '│  lint (skip) no files for inspection'
ok 'and passes' hookrun run pre-commit --job test
fails '--job of a job that is not there fails' hookrun run pre-commit --job lnt
out=$(hookrun run pre-commit --job lnt 2>&1)
has 'and says so' "$out" 'no job matching lnt found in hook "pre-commit"'
touch a.rb
git add -A
out=$(hookrun run pre-commit --force --job lint 2>&1)
has '--force leaves filters on' "$out" 'lint a.rb'
hasnt 'all of them' "$out" a.js

# ---- what is decided when a job's turn comes --------------------------------------
repo
cat > lefthook.yml <<'E2'
late:
  setup: [ { run: touch from-setup } ]
  jobs:
    - { name: a, only: { run: "[ -e from-setup ]" }, run: "echo README > list; touch from-a" }
    - { name: b, skip: { run: "[ -e from-a ]" }, run: echo ran-b }
    - { name: c, files: cat list, run: "echo c: {files}" }
    - { name: d, skip: [ { run: "echo x >> asked; false" } ], run: echo d }
    - name: g
      only: { run: "[ -e from-c ]" }
      group: { jobs: [ { name: in, run: echo ran-in } ] }
errors:
  jobs:
    - { name: where, root: nowhere, run: echo x }
    - { name: what, files: exit 3, run: "echo {files}" }
    - { name: killed, run: kill -9 $$ }
E2
out=$(run late)
has 'a condition sees what setup did' "$out" '┃  a ❯'
has 'and what the jobs before did' "$out" '│  b (skip) by condition'
has 'so does a files command' "$out" 'c: README'
has 'and a group' "$out" '│  g (skip) by condition'
is 'a command of a condition runs once' "$(cat asked)" x
out=$(LEFTHOOK_OUTPUT=failure hookrun run errors 2>&1)
has 'a job that cannot run says why' "$out" "│  where (skip) root 'nowhere' is not a directory"
has 'in the summary too' "$out" "✗ where: root 'nowhere' is not a directory"
has 'so does a files command that fails' "$out" '│  what (skip) '
has 'a signal is named' "$out" 'signal: killed'

# ---- scripts -------------------------------------------------------------------------
repo
for dir in .lefthook .lefthook-local .config/lefthook .config/lefthook-local; do
	mkdir -p "$dir/commit-msg"
	printf '#!/bin/sh\necho "%s: $(cat "$1")"\n' "$dir" > "$dir/commit-msg/say"
done
mkdir .lefthook/commit-msg/folder
echo 'echo no interpreter' > .lefthook/commit-msg/plain
cat > lefthook.yml <<'E2'
commit-msg:
  scripts:
    10_b: { runner: sh }
    say: {}
    plain: {}
    folder: {}
    9_a: { runner: sh }
  commands:
    z: { run: echo z }
    3c: { run: echo 3c }
    12c: { run: echo 12c }
    last: { run: echo last, priority: 7 }
    first: { run: echo first, priority: 1 }
E2
touch .lefthook/commit-msg/10_b .lefthook/commit-msg/9_a
git add -A
hookrun install >/dev/null
out=$(git commit -m hello 2>&1)
is 'commands, then scripts, by priority and number' \
	"$(echo "$out" | sed -n 's/^[┃│]  \([^ ]*\) .*/\1/p' | tr '\n' ' ')" \
	'first last 3c 12c z 9_a 10_b folder plain say '
has 'every copy of a script runs, in the order of the folders' "$out" '.lefthook: hello
.lefthook-local: hello
.config/lefthook: hello
.config/lefthook-local: hello'
has 'a folder is none' "$out" 'folder (skip) script files is not a regular file'
has 'one without an interpreter is run by sh' "$out" 'no interpreter'
[ ! -x .lefthook/commit-msg/say ]
result $? 'the executable bit is left as it is'
git rm -q --cached .lefthook/commit-msg/9_a
rm .lefthook/commit-msg/9_a
out=$(git commit --allow-empty -m x 2>&1)
has 'one that is missing is told' "$out" '9_a (skip) script does not exist: 9_a'

# ---- stdin and the terminal ------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
stdin:
  parallel: true
  jobs:
    - { name: a, use_stdin: true, run: "sed 's/^/a:/'" }
    - { name: b, use_stdin: true, run: "sed 's/^/b:/'" }
    - { name: none, run: "cat; echo nothing" }
ask:
  jobs: [ { name: ask, interactive: true, run: 'read -r x; echo "got $x"' } ]
wait:
  jobs: [ { name: slow, run: "until [ -e go ]; do sleep 0.05; done" } ]
long:
  jobs: [ { name: slow, run: sleep 0.5 } ]
E2
out=$(printf 'one\ntwo\n' | hookrun run stdin 2>&1)
has 'stdin is for every job that wants it' "$out" 'a:one
a:two'
has 'in parallel too' "$out" 'b:one
b:two'
if command -v script >/dev/null 2>&1; then
	export TERM=xterm
	out=$(printf 'blue\n' | script -qec 'hookrun run ask' /dev/null | tr -d '\r')
	has 'an interactive job gets the terminal' "$out" 'got blue'
	(unset CI && exec script -qefc 'hookrun run wait' typescript) </dev/null >/dev/null 2>&1 &
	await grep -q 'waiting: slow' typescript
	result $? 'a terminal shows what is waited for'
	touch go
	wait
	has 'and wipes it' "$(tail -n 3 typescript | tr -d '\r')" '✓ slow'
	out=$(CI=1 script -qec 'hookrun run long' /dev/null </dev/null)
	hasnt 'not in CI' "$out" waiting:
	out=$(unset CI && HOOKRUN_NO_TTY=1 script -qec 'hookrun run long' /dev/null </dev/null)
	hasnt 'nor with HOOKRUN_NO_TTY' "$out" waiting:
fi
out=$(hookrun run long 2>&1)
hasnt 'nor in a pipe' "$out" waiting:
out=$(LEFTHOOK_VERBOSE=1 hookrun run long 2>&1)
has 'verbose shows commands' "$out" '│  [hookrun] run:  sleep 0.5'
out=$(LEFTHOOK_VERBOSE=false hookrun run long 2>&1)
hasnt 'LEFTHOOK_VERBOSE=false does not' "$out" 'run:'

# ---- piped and parallel --------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
both:
  parallel: true
  piped: true
  jobs: [ { name: a, run: echo a } ]
group:
  jobs: [ { group: { parallel: true, piped: true, jobs: [ { name: g, run: echo g } ] } } ]
E2
out=$(hookrun run both 2>&1)
has 'piped and parallel at once' "$out" \
	"conflicting options 'piped' and 'parallel' are set to 'true', remove one of this option from hook group"
fails 'fail the hook' hookrun run both
ok 'no other, and no group' hookrun run group
fails 'validate tells' hookrun validate

# ---- traps that used to be silent ------------------------------------------

repo
mkdir -p .lefthook/pre-commit
printf '#!/bin/sh\r\necho hi\r\n' > .lefthook/pre-commit/crlf
printf '#!/bin/sh\necho hi\n' > .lefthook/pre-commit/fine
chmod +x .lefthook/pre-commit/*
cat > lefthook.yml <<'EOT'
templates: { own_words: x }
pre-commit:
  tags: [hook]
  jobs:
    - { name: lint, tags: [fast], run: "echo {staged_file} {own_words} ${push_file} {} {print} {file}" }
    - { name: args, run: echo, args: "{all_filse}" }
    - group:
        jobs: [{ name: crlf, script: crlf, tags: [deep] }, { name: fine, script: fine, tags: [deep] }]
EOT
out=$(hookrun validate 2>&1)
is 'what is nearly a template is no valid configuration' "$?" 1
has 'the nearest one is told' "$out" "lefthook.yml:5:35: '{staged_file}' in job 'lint' is no template (did you mean '{staged_files}'?)"
has 'in args too' "$out" "'{all_filse}' in job 'args' is no template (did you mean '{all_files}'?)"
has 'a script from Windows is told' "$out" "lefthook.yml:8:30: the first line of script '"
has 'and nothing else is' "$out" 'hookrun: 3 problems in the configuration'
has 'it is told at the run' "$(hookrun run pre-commit --force 2>&1)" "'{staged_file}' in job 'lint' is no template"
out=$(hookrun run pre-commit --tag deep 2>&1)
is 'a script with lines of Windows fails' "$?" 1
has 'with a reason' "$out" "the first line of script 'crlf' ends in a carriage return"
has 'another runs' "$out" '✓ fine'
out=$(hookrun run pre-commit --tag depe 2>&1)
is 'a tag that no job has is an error' "$?" 1
has 'with the nearest' "$out" "no job with tag depe found in hook \"pre-commit\" (did you mean 'deep'?)"
out=$(hookrun run pre-commit --tag fast --tag nope --force 2>&1)
is 'one beside another that is known' "$?" 0
has 'is told' "$out" 'no job with tag nope found in hook'
ok 'a tag of the hook is one' hookrun run pre-commit --tag hook --job lint --force
has 'a job is guessed, too' "$(hookrun run pre-commit --job lnit 2>&1)" "no job matching lnit found in hook \"pre-commit\" (did you mean 'lint'?)"

finish
