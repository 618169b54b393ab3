#!/bin/sh
# `hookrun run HOOK --plan`: it starts nothing, and what it says is what runs.
. "$(dirname "$0")/../helpers/tap.sh"

repo
mkdir web
cat > lefthook.yml <<'E2'
pre-commit:
  exclude_tags: [slow]
  setup: [ { run: echo setup >> log } ]
  jobs:
    - name: lint
      root: web/
      glob: "*.js"
      run: echo lint {staged_files} >> ../log
    - name: rb
      glob: "*.rb"
      exclude: b.rb
      run: echo rb {staged_files} >> log
    - { name: tagged, tags: slow, run: echo tagged >> log }
    - name: asks
      skip: { run: echo asked >> log; exit 1 }
      run: echo asks >> log
    - { name: cond, only: [ { ref: other } ], run: echo cond >> log }
    - name: grp
      group:
        jobs: [ { name: inner, run: echo inner >> log } ]
    - { name: gone, script: gone.sh }
E2
echo 1 > web/a.js
echo 1 > b.rb
git add .
hooks_before=$(ls .git/hooks)

out=$(ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$TAP_DIR/trace" -e trace=clone,clone3,fork,vfork,execve \
	hookrun run pre-commit --plan)
is 'each job with its key, line, value, files, command and folder' "$out" \
	'pre-commit (lefthook.yml:1) runs its jobs in turn
  setup (lefthook.yml:3) runs
    $ echo setup >> log
  lint (lefthook.yml:5) runs
    files staged: 3
    glob *.js (lefthook.yml:7): 1 of 3 files
    root web/ (lefthook.yml:6): 1 of 1 files
    $ echo lint ./a.js >> ../log
    in web
  rb (lefthook.yml:9) skipped: exclude '\''b.rb'\'' left none of 1 staged file (lefthook.yml:11)
    files staged: 3
    glob *.rb (lefthook.yml:10): 1 of 3 files
    exclude b.rb (lefthook.yml:11): 0 of 1 files
  tagged (lefthook.yml:13) skipped: exclude_tags '\''slow'\'' is one of its tags (lefthook.yml:2)
  asks (lefthook.yml:14) open: a condition is asked when its turn comes, skip.run '\''echo asked >> log; exit 1'\'' (lefthook.yml:15)
  cond (lefthook.yml:17) skipped: only.ref '\''other'\'', on '\''main'\'' (lefthook.yml:17)
  grp (lefthook.yml:18) runs
    a group, in turn
  grp > inner (lefthook.yml:20) runs
    files staged: 3
    $ echo inner >> log
  gone (lefthook.yml:21) fails: script does not exist: gone.sh'
is 'it is one process' "$(grep -c . "$TAP_DIR/trace")" 1
[ ! -e log ]
result $? 'and nothing ran'
is 'no hook file was written' "$(ls .git/hooks)" "$hooks_before"

ran=$(hookrun run pre-commit -v 2>&1)
is 'what it said is what runs' "$(cat log)" 'setup
lint ./a.js
asked
asks
inner'
for job in rb tagged cond; do
	has "'$job' is skipped" "$ran" "$job  skipped: "
done
has 'what fails in the plan fails' "$ran" 'script does not exist: gone.sh'

out=$(hookrun run pre-commit --plan --job rb)
has 'who names a job is told of the others' "$out" \
	"lint (lefthook.yml:5) skipped: --job 'rb' names others"
out=$(HOOKRUN_EXCLUDE=lint hookrun run pre-commit --plan)
has 'the environment is a reason' "$out" \
	"lint (lefthook.yml:5) skipped: HOOKRUN_EXCLUDE 'lint' is its name"
cat >> lefthook.yml <<'E2'
off:
  skip: { ref: ma* }
  jobs: [ { run: touch ran } ]
E2
is 'a hook that is left out says why' "$(hookrun run off --plan)" \
	"off (lefthook.yml:22) skipped: skip.ref 'ma*', on 'main' (lefthook.yml:23)"

cat >> lefthook.yml <<'E2'
waits:
  parallel: true
  jobs:
    - { name: last, needs: [one, two], run: "true" }
    - { name: one, run: "true" }
    - name: two
      needs: [one]
      skip: true
      run: "true"
E2
is 'what a job waits for is said where it is one that runs' \
	"$(hookrun run waits --plan)" 'waits (lefthook.yml:25) runs its jobs in parallel
  one (lefthook.yml:29) runs
    $ true
  two (lefthook.yml:30) skipped: skip: true (lefthook.yml:32)
  last (lefthook.yml:28) runs
    needs one, two (lefthook.yml:28)
    $ true'
has 'and of one job' "$(hookrun why waits last)" '    needs one, two (lefthook.yml:28)'
is 'and in JSON' "$(hookrun run waits --plan --json | tr -d ' \n' |
	grep -o '"needs":[^]]*]')" '"needs":["one"]
"needs":["one","two"]'

finish
