#!/bin/sh
# shellcheck disable=SC2154 # out, status and log are set by change()
# Every option of a hook and of a group, as doc/lefthook.md lists them.
. "$(dirname "$0")/../helpers/tap.sh"
lefthook_output
. "$(dirname "$0")/../helpers/lefthook.sh"

project <<'E2'
pre-commit:
  parallel: true
  jobs:
    - run: touch extra-a; for i in $(seq 100); do [ -e extra-b ] && echo a >> log && exit 0; sleep 0.1; done; exit 1
    - run: touch extra-b; for i in $(seq 100); do [ -e extra-a ] && echo b >> log && exit 0; sleep 0.1; done; exit 1
E2
change a
is '[hook.parallel] jobs that wait for each other end' "$(printf '%s\n' "$log" | sort | tr '\n' ' ')" 'a b '
project <<'E2'
pre-commit:
  piped: true
  jobs:
    - run: echo one >> log
    - { name: bad, run: exit 1 }
    - { name: last, run: echo last >> log }
E2
change a
is '[hook.piped] nothing runs behind a failure' "$log" one
has '[hook.piped] and that is said' "$out" 'last (skip) broken pipe'
sed -i 's/piped: true/piped: true\n  parallel: true/' lefthook.yml
change b
is '[hook.piped] not together with parallel' "$status" 1
has '[hook.piped] which is said' "$out" "conflicting options 'piped' and 'parallel' are set to 'true'"

project <<'E2'
pre-commit:
  follow: true
  jobs:
    - { name: it, run: echo said }
E2
change a
has '[hook.follow] output is shown' "$out" said
has '[hook.follow] behind the name of the job' "$out" 'it ❯'

project <<'E2'
pre-commit:
  fail_on_changes: always
  fail_on_changes_diff: true
  jobs:
    - { name: formatter, run: echo more >> README }
E2
change a
is '[hook.fail_on_changes] a job that changes a file' "$status" 1
has '[hook.fail_on_changes] is a failure' "$out" 'files were modified by a hook, and fail_on_changes is enabled'
has '[hook.fail_on_changes_diff] with its diff' "$out" '+more'
git checkout -q README
sed -i 's/always/ci/; s/_diff: true/_diff: false/' lefthook.yml
out=$(unset CI; git commit -m x 2>&1)
is '[hook.fail_on_changes] ci: not outside' "$?" 0
git checkout -q README
change b
sed -i 's/ci$/always/' lefthook.yml
change c
hasnt '[hook.fail_on_changes_diff] no diff where none is wanted' "$out" '+more'

project <<'E2'
pre-commit:
  files: printf 'README\n'
  exclude_tags: [slow, named]
  exclude: ["*.md"]
  jobs:
    - run: printf '%s\n' {files} >> log
    - run: printf '%s\n' {staged_files} >> log
    - { tags: [slow], run: echo slow >> log }
    - { name: named, run: echo named >> log }
E2
change a.md b.txt
has '[hook.files] the files of all jobs' "$log" README
is '[hook.exclude] files that no job gets' "$log" 'README
b.txt'
hasnt '[hook.exclude_tags] jobs by tag' "$log" slow
hasnt '[hook.exclude_tags] jobs by name' "$log" named

project <<'E2'
pre-commit:
  skip: {ref: main}
  jobs:
    - run: echo ran >> log
E2
change a
is '[hook.skip] the whole hook' "$log" ''
git switch -qc topic 2>/dev/null
change b
is '[hook.skip] not elsewhere' "$log" ran
sed -i 's/skip:/only:/' lefthook.yml
change c
is '[hook.only] the whole hook' "$log" ''
git switch -q main
change d
is '[hook.only] not elsewhere' "$log" ran

project <<'E2'
pre-commit:
  jobs:
    - { run: echo branch >> log, only: [{ref: "top*"}] }
    - { run: echo command >> log, skip: [{run: test -e extra}] }
E2
change a
is '[condition.ref] another branch' "$log" command
git switch -qc topic 2>/dev/null
: > extra
change b
is '[condition.ref] a branch that matches' "$log" branch
is '[condition.run] a command that succeeds' "$log" branch

project <<'E2'
pre-commit:
  setup:
    - run: echo setup >> log
    - run: echo again >> log
  jobs:
    - run: echo job >> log
E2
change a
is '[hook.setup] commands before the jobs' "$log" 'setup
again
job'
has '[setup.run] each of them' "$log" again

project <<'E2'
pre-commit:
  jobs:
    - run: echo job >> log
  commands:
    one: { run: echo command >> log }
  scripts:
    two: { runner: sh }
E2
mkdir -p .lefthook/pre-commit
echo 'echo script >> log' > .lefthook/pre-commit/two
change a
is '[hook.jobs] jobs come first' "$(echo "$log" | head -n 1)" job
is '[hook.commands] then commands' "$(echo "$log" | sed -n 2p)" command
is '[hook.scripts] then scripts' "$(echo "$log" | sed -n 3p)" script

# ---- groups ---------------------------------------------------------------

project <<'E2'
pre-commit:
  jobs:
    - name: g
      root: sub
      group:
        root: nowhere
        parallel: true
        jobs:
          - run: touch extra-a; for i in $(seq 100); do [ -e extra-b ] && echo a >> ../log && exit 0; sleep 0.1; done; exit 1
          - run: touch extra-b; for i in $(seq 100); do [ -e extra-a ] && echo b >> ../log && exit 0; sleep 0.1; done; exit 1
    - name: p
      group:
        piped: true
        jobs:
          - { name: bad, run: exit 1 }
          - { name: never, run: echo never >> log }
E2
change sub/a
is '[group.parallel] members run side by side' "$(printf '%s\n' "$log" | sort | tr '\n' ' ')" 'a b '
is '[group.root] has no effect, the root of the job around it has' "$(ls sub)" 'a
extra-a
extra-b'
hasnt '[group.piped] nothing runs behind a failure' "$log" never
has '[group.piped] and that is said' "$out" 'p ❯ never (skip) broken pipe'
has '[group.jobs] members are named with their group' "$out" 'p ❯ bad'
is '[group.jobs] a failing member fails the hook' "$status" 1

finish
