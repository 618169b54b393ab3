#!/bin/sh
# What lefthook 2.2.2 does with configurations that are no model of neatness,
# as it was seen to do it.
. "$(dirname "$0")/../helpers/tap.sh"

ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"

run() { # COMMAND...: leaves `out` and `status`
	out=$("$@" 2>&1 </dev/null)
	status=$?
}

lines() { # FILE-TEXT: the number of its first line, or nothing
	printf '%s\n' "$out" | grep -n -F -- "$1" | head -n 1 | cut -d: -f1
}

repo

# ---- a version that is not there yet ---------------------------------------------
cat > lefthook.yml <<'E2'
min_version: 9.0.0
pre-commit:
  jobs:
    - run: echo ran
E2
run lefthook run pre-commit
is 'min_version: no hook runs' "$status" 1
has 'min_version: the reason' "$out" \
	'Error: required lefthook version (9.0.0) is higher than current (2.2.2)'
hasnt 'min_version: nothing ran' "$out" 'echo ran ❯'
run lefthook run post-merge
is 'min_version: nor one that is not there' "$status" 1
run lefthook dump
is 'min_version: can be dumped' "$status" 0
has 'min_version: with all' "$out" 'run: echo ran'
run lefthook install
is 'min_version: can be installed' "$status" 0
ok 'min_version: with its hooks' test -x .git/hooks/pre-commit
run lefthook check-install
is 'min_version: is installed' "$status" 0
run lefthook sync
is 'min_version: no steps by hand' "$status" 1

# ---- the box comes first ----------------------------------------------------------
cat > lefthook.yml <<'E2'
own:
  jobs:
    - { name: a, tags: [t], run: echo a-ran }
commit-msg:
  jobs:
    - run: echo
E2
rm -f .git/info/lefthook.checksum .git/hooks/pre-commit
run lefthook run own
has 'the hooks are synced' "$out" 'sync hooks: ✔️(commit-msg)'
is 'after the box' "$(lines 'hook:  own')" 2
is 'before the jobs' "$(lines 'sync hooks')" 4
run lefthook run own --tag zz
has 'no job has the tag' "$out" 'summary: (done in '
hasnt 'which is no empty hook' "$out" '(skip) empty'

# ---- who asks for completion gets an answer ---------------------------------------
run lefthook completion
is 'completion without a shell' "$status" 0
has 'completion without a shell: its usage' "$out" 'bash | zsh | fish | pwsh'
run lefthook completion tcsh
is 'completion for an unknown one' "$status" 3
has 'completion for an unknown one is said' "$out" "No help topic for 'tcsh'"

# ---- what a slot does not know has no effect there --------------------------------
mkdir -p .lefthook/pre-commit
echo 'echo "script: $*"' > .lefthook/pre-commit/s.sh
cat > lefthook.yml <<'E2'
pre-commit:
  commands:
    c: { run: echo command-, args: "{staged_files}" }
  scripts:
    s.sh: { runner: sh, args: "{staged_files}", glob: "*.md", exclude: a.md }
E2
touch a.md b.rb
git add a.md b.rb
run lefthook run pre-commit
has 'a script has no glob' "$out" 'script: a.md b.rb'
has 'a command has no args' "$out" 'command-'
hasnt 'nor the files of them' "$out" 'command- a.md'
has 'which is said' "$out" "unknown key 'glob' in script 's.sh'"

# ---- a script without mode and #! line --------------------------------------------
cat > lefthook.yml <<'E2'
pre-commit:
  scripts:
    s.sh: {}
    data: {}
E2
printf 'x\0y' > .lefthook/pre-commit/data
run lefthook run pre-commit one two
is 'a script without a mode: the other one failed' "$status" 1
has 'a script without a mode is one of sh' "$out" 'script: one two'
ok 'a script without a mode keeps it' test ! -x .lefthook/pre-commit/s.sh
has 'what is no text is none' "$out" "script 'data' is not executable"
echo 'pre-commit: { jobs: [{ run: "echo name $0" }] }' > lefthook.yml
run lefthook run pre-commit
has 'the shell has its name' "$out" 'name sh'

# ---- the dump of what is empty ----------------------------------------------------
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - name: b
      group: {}
    - name: c
      group: { jobs: [] }
    - name: d
      group: { parallel: true }
  commands: { a: null, b: {} }
  scripts: { a: null, b: {} }
E2
is 'dump of empty groups' "$(lefthook dump 2> /dev/null)" 'pre-commit:
  jobs:
    - name: b
      group:
        jobs: []
    - name: c
      group:
        jobs: []
    - name: d
      group:
        parallel: true
        jobs: []
  commands:
    a: null
    b:
      run: ""
  scripts:
    a: null
    b: {}'
is 'in JSON, where none is not empty' \
	"$(lefthook dump -f json 2> /dev/null | tr -d ' \n')" \
	'{"pre-commit":{"jobs":[{"name":"b","group":{"jobs":null}},{"name":"c","group":{"jobs":[]}},{"name":"d","group":{"parallel":true,"jobs":null}}],"commands":{"a":null,"b":{"run":""}},"scripts":{"a":null,"b":{}}}}'
is 'in TOML' "$(lefthook dump -f toml 2> /dev/null | tr '\n' ' ')" \
	"[pre-commit] [[pre-commit.jobs]] name = 'b'  [pre-commit.jobs.group] jobs = []  [[pre-commit.jobs]] name = 'c'  [pre-commit.jobs.group] jobs = []  [[pre-commit.jobs]] name = 'd'  [pre-commit.jobs.group] parallel = true jobs = []  [pre-commit.commands] [pre-commit.commands.a] run = ''  [pre-commit.commands.b] run = ''  [pre-commit.scripts] [pre-commit.scripts.a] [pre-commit.scripts.b] "

# ---- names that end in NUL ---------------------------------------------------------
cat > lefthook.yml <<'E2'
own:
  jobs:
    - name: zero
      files: git ls-files -z
      run: printf '<%s>' {files}
E2
git reset -q
touch 'c "d".rb' 'n
l.rb'
git add ./*.rb
run lefthook run own
has 'files: names that end in NUL are all there' "$out" '<b.rb><c "d".rb><n
l.rb>'

# ---- the box is there also where no job is ------------------------------------------
run lefthook run own --job nobody
is 'a job that is not there' "$status" 1
has 'a job that is not there: the box' "$out" 'hook:  own'

# ---- jobs of the same name ----------------------------------------------------------
cat > lefthook.yml <<'E2'
own:
  jobs:
    - { name: q, run: a }
    - name: g
      group:
        jobs:
          - { name: q, run: b }
          - { name: q, run: c }
    - { name: q, run: d }
E2
cat > lefthook-local.yml <<'E2'
own:
  jobs:
    - { name: q, run: "{cmd} x" }
    - { name: g, group: { jobs: [{ name: q, run: "{cmd} y" }] } }
E2
is 'of two jobs of one name the last is changed' "$(lefthook dump | grep run:)" \
	'      run: a
            run: b
            run: c y
      run: d x'
rm lefthook-local.yml

# ---- Ctrl-C -------------------------------------------------------------------------
cat > lefthook.yml <<'E2'
own: { jobs: [{ run: "touch started; sleep 1000" }] }
E2
lefthook run own > out 2>&1 &
pid=$!
await test -e started
kill -INT "$pid"
wait "$pid"
is 'Ctrl-C: the exit code' $? 1
has 'Ctrl-C: is said' "$(cat out)" 'Error: Interrupted'

# ---- what is dumped of extends where there are remotes --------------------------------
echo 'own: { jobs: [{ run: "true" }] }' > lefthook.yml
cp lefthook.yml e.yml
printf 'extends: [e.yml]\n' >> lefthook.yml
has 'extends is in the dump' "$(lefthook dump)" '- e.yml'
printf 'remotes: [{ git_url: /nope }]\n' >> lefthook.yml
hasnt 'extends: not beside remotes' "$(lefthook dump 2> /dev/null)" 'extends'
has 'extends: which has been followed' "$(lefthook dump 2> /dev/null)" \
	"$(printf -- '- run: "true"\n    - run: "true"')"
printf 'extends: [l.yml]\n' > lefthook-local.yml
has 'extends: but for that of the local file' "$(lefthook dump 2> /dev/null)" '- l.yml'
finish
