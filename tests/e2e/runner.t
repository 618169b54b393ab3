#!/bin/sh
# Jobs through real git commands: order, piped, parallel, groups, templates,
# exit status.
. "$(dirname "$0")/../helpers/tap.sh"
lefthook_output

repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - name: first
      run: echo one >> ../log-$$; echo one >> log
    - name: second
      run: echo two >> log
commands-hook:
  commands:
    10b: { run: echo 10b >> log }
    2a: { run: echo 2a >> log }
    urgent: { run: echo urgent >> log, priority: 1 }
E2
echo log > .git/info/exclude
ok 'install' hookrun install
git add -A
ok 'a commit runs its hook' git commit -qm config
is 'jobs run in order' "$(cat log)" 'one
two'
rm -f log ../log-*
ok 'a hook of our own by hand' hookrun run commands-hook
is 'commands sort by priority, then number' "$(cat log)" 'urgent
2a
10b'

repo
cat > lefthook.yml <<'E2'
pre-commit:
  piped: true
  jobs:
    - { name: good, run: echo good >> log }
    - { name: bad, run: "echo broken; exit 3" }
    - { name: never, run: echo never >> log }
plain:
  jobs:
    - { name: bad, run: exit 3 }
    - { name: after, run: echo after >> log }
E2
echo log > .git/info/exclude
hookrun install >/dev/null
git add -A
out=$(git commit -m x 2>&1)
is 'a failing job stops the commit' "$?" 1
is 'nothing was committed' "$(git log --format=%s)" start
has 'its output is shown' "$out" broken
has 'its status is shown' "$out" 'exit status 3'
has 'the rest is skipped and says so' "$out" 'never (skip) broken pipe'
has 'the summary names it' "$out" '✗ bad'
is 'what came before ran, what comes after did not' "$(cat log)" good
fails 'without piped the status is 1 all the same' hookrun run plain
is 'and the rest runs' "$(cat log)" 'good
after'
hasnt 'no escape codes on a pipe' "$out" "$(printf '\033')"

# Two jobs that wait for each other can only finish side by side.
repo
cat > lefthook.yml <<'E2'
both:
  parallel: true
  jobs_limit: 2
  jobs:
    - { name: a, run: "touch a; for i in $(seq 100); do [ -e b ] && exit 0; sleep 0.1; done; exit 1" }
    - { name: b, run: "touch b; for i in $(seq 100); do [ -e a ] && exit 0; sleep 0.1; done; exit 1" }
turns:
  parallel: true
  jobs:
    - { name: a, run: "echo a; sleep 0.2; echo a" }
    - { name: b, run: "echo b; sleep 0.2; echo b" }
    - { name: c, run: "echo c; sleep 0.2; echo c" }
  follow: true
at-once:
  parallel: true
  jobs:
    - { name: a, run: "touch a; for i in $(seq 100); do [ -e b ] && exit 0; sleep 0.1; done; exit 1" }
    - { name: b, run: "touch b; for i in $(seq 100); do [ -e a ] && exit 0; sleep 0.1; done; exit 1" }
nested:
  piped: true
  jobs:
    - name: checks
      group:
        parallel: true
        jobs:
          - { name: x, run: echo x > nested-x }
          - { name: y, run: echo y > nested-y }
    - name: last
      run: cat nested-x nested-y
E2
ok 'parallel jobs run at the same time' hookrun run both
# The number of processors is the limit of those who are more.
if first=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//'); then
	out=$(taskset -c "$first" hookrun run turns 2>/dev/null | grep -x '[abc]' | tr -d '\n')
	if [ "$(port)" = linux ]; then
		is 'on one processor parallel jobs take turns' "$out" aabbcc
	else # which of the processors are ours is not seen there
		is 'on one processor all parallel jobs run' \
			"$(echo "$out" | fold -w1 | sort | tr -d '\n')" aabbcc
	fi
	rm -f a b
	ln -sf "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"
	ok 'not so for lefthook' taskset -c "$first" lefthook run at-once
	rm -f a b
	sed -i 's/^at-once:/&\n  jobs_limit: 0/' lefthook.yml
	ok 'nor without a limit' taskset -c "$first" hookrun run at-once
fi
out=$(hookrun run nested 2>&1)
has 'a group runs before what follows it' "$out" 'x
y'
has 'members are named with their group' "$out" 'checks ❯ x'

# Arguments and templates.
repo
mkdir -p .lefthook/commit-msg
cat > .lefthook/commit-msg/check.sh <<'E2'
#!/bin/sh
echo "script got $(basename "$1"): $(cat "$1")"
E2
chmod +x .lefthook/commit-msg/check.sh
cat > lefthook.yml <<'E2'
commit-msg:
  scripts:
    check.sh: {}
  jobs:
    - name: inline
      run: echo "all={0} first={1} missing={2} job={lefthook_job_name}"
pre-commit:
  jobs:
    - name: files
      glob: "*.txt"
      run: printf '<%s>' {staged_files}
post-checkout:
  jobs:
    - name: moved
      run: echo moved {3}
E2
hookrun install >/dev/null
printf x > "a b.txt"
printf x > '$(touch pwned).txt'
printf x > "it's.txt"
printf x > plain.md
git add -A
out=$(git commit -m 'hello there' 2>&1)
has 'scripts get git'"'"'s arguments' "$out" 'script got COMMIT_EDITMSG: hello there'
has 'so do templates' "$out" 'first=.git/COMMIT_EDITMSG missing={2} job=inline'
has 'names with blanks arrive whole' "$out" '<a b.txt>'
has 'names with quotes too' "$out" "<it's.txt>"
has 'names are never executed' "$out" '<$(touch pwned).txt>'
[ ! -e pwned ]
result $? 'nothing was executed'
hasnt 'globs filter' "$out" 'plain.md>'
out=$(git switch -c other 2>&1)
has 'post-checkout gets its arguments' "$out" 'moved 1'
out=$(HOOKRUN=0 git switch -c off 2>&1)
hasnt 'HOOKRUN=0 switches it off' "$out" moved
out=$(LEFTHOOK=0 git switch -c off2 2>&1)
hasnt 'LEFTHOOK=0 too' "$out" moved

# A step's job has an environment too.
repo
cat > lefthook.yml <<'E2'
step:
  jobs:
    - uses: test-map
      env: { MARK: "from the job" }
      with:
        map: map
        background: false
        timestamp: mtime
        refresh: echo "$MARK" > map
E2
ok 'a step runs in any hook' hookrun run step
is 'with the environment of its job' "$(cat map)" 'from the job'

finish
