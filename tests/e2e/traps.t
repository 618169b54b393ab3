#!/bin/sh
# What used to go wrong without a word is told, with its line.
. "$(dirname "$0")/../helpers/tap.sh"

# trap_of WHAT MESSAGE < FILE: validate tells MESSAGE, and it alone, and fails.
trap_of() {
	cat > lefthook.yml
	out=$(hookrun validate 2>&1)
	is "$1: validate fails" $? 1
	has "$1: and names it" "$out" "$2"
	has "$1: and nothing else" "$out" 'hookrun: 1 problem in the configuration'
}

# ---- validate ----------------------------------------------------------------
repo
mkdir sub
trap_of 'a class that is never closed' \
	"lefthook.yml:2:21: invalid glob 'src/[a': '[' is never closed at character 5" <<'E2'
pre-commit:
  jobs: [ { glob: [ "src/[a" ], run: "true" } ]
E2
trap_of 'a brace that is never closed' \
	"lefthook.yml:2:12: invalid glob '{a,b': '{' is never closed at character 1" <<'E2'
pre-commit:
  exclude: "{a,b"
  jobs: [ { run: "true" } ]
E2
trap_of 'a pattern of a condition' "lefthook.yml:2:16: invalid glob 'x['" <<'E2'
pre-commit:
  only: [{ref: "x["}]
  jobs: [ { run: "true" } ]
E2
trap_of 'a root that is no folder' \
	"lefthook.yml:2:19: root 'nowhere' of job 1 of hook 'pre-commit' is not a directory" <<'E2'
pre-commit:
  jobs: [ { root: nowhere, run: "true" }, { root: sub/, run: "true" } ]
E2
trap_of 'a script that is nowhere' \
	"lefthook.yml:2:13: script 'no.sh' of hook 'pre-push' does not exist" <<'E2'
pre-push:
  jobs: [ { script: no.sh, runner: sh } ]
E2
trap_of 'one of scripts' "lefthook.yml:3:5: script 'no.sh' of hook 'pre-push' does not exist" <<'E2'
pre-push:
  scripts:
    no.sh: { runner: sh }
E2
mkdir -p .lefthook/pre-push
printf '#!/bin/sh\r\necho\r\n' > .lefthook/pre-push/win.sh
chmod +x .lefthook/pre-push/win.sh
trap_of 'a script from Windows' \
	"pre-push/win.sh' ends in a carriage return" <<'E2'
pre-push:
  jobs: [ { script: win.sh }, { script: win.sh, runner: tr -d '\r' | sh } ]
E2
trap_of 'staged files after the commit' \
	"lefthook.yml:2:13: '{staged_files}' in job 1 of hook 'post-merge': in 'post-merge' nothing is staged as a rule" <<'E2'
post-merge:
  jobs: [ { run: "ls {staged_files} {staged_files}" } ]
E2
trap_of 'staged files of a push' "(did you mean '{push_files}'?)" <<'E2'
pre-push:
  jobs: [ { run: "ls {staged_files}" } ]
E2
trap_of 'files without a command' "'{files}' in job 1 of hook 'pre-push' has no 'files' command" <<'E2'
pre-push:
  jobs: [ { run: "ls {files}" } ]
E2
trap_of 'a hook that never runs' \
	"lefthook.yml:2:9: an empty list as 'only' in hook 'pre-commit' never holds" <<'E2'
pre-commit:
  only: []
  jobs: [ { run: "true" } ]
E2
mkdir -p .lefthook/pre-push
touch .lefthook/pre-push/yes.sh
cat > lefthook.yml <<'E2'
glob_matcher: doublestar
templates: { files: mine }
pre-commit:
  root: sub
  jobs:
    - { glob: [ "**/[!a]*.{rb,js}" ], run: "ls {staged_files} {deleted_files} {files}" }
pre-push:
  files: git ls-files
  jobs:
    - { script: yes.sh, runner: sh }
    - { group: { jobs: [ { run: "ls {files} {deleted_files}" } ] } }
by-hand:
  jobs: [ { run: "ls {staged_files}" } ]
E2
is 'where there is none validate says so' "$(hookrun validate 2>&1)" 'All good'

# ---- at run ------------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - name: one
      glob: [ "*.rb", "src/[a" ]
      run: echo {staged_files}
    - { name: two, skip: [ { ref: "x[" } ], run: "true" }
post-merge:
  only: 7
  jobs: [ { run: "true" } ]
E2
touch a.rb
git add .
out=$(hookrun run pre-commit 2>/dev/null)
has 'a job whose glob cannot be read shows the place' "$out" \
	"  lefthook.yml:4:23: invalid glob 'src/[a': '[' is never closed at character 5
        glob: [ \"*.rb\", \"src/[a\" ]
                        ^"
has 'so does one with such a condition' "$out" "  lefthook.yml:6:35: invalid glob 'x['"
out=$(hookrun run post-merge 2>&1)
is 'a hook that can never run names its place once' "$(echo "$out" | grep -c 'lefthook.yml:8:9')" 1
has 'and fails' "$out" "hookrun: hook 'post-merge' does not run: 'only' can never hold, so that this would never run"

# ---- the file that git names --------------------------------------------------
repo
mkdir sub .lefthook .lefthook/commit-msg
touch sub/keep
echo 'echo "script: $(cat "$1")"' > .lefthook/commit-msg/say.sh
cat > lefthook.yml <<'E2'
commit-msg:
  root: sub
  jobs:
    - { name: all, show: always, run: "cat {0}" }
    - { name: one, show: always, run: "cat {1}" }
    - { name: say, show: always, script: say.sh, runner: sh }
post-checkout:
  root: sub
  jobs: [ { name: args, show: always, run: "echo [{3}]" } ]
E2
git add .
hookrun install >/dev/null
out=$(git commit -m hello 2>&1)
is 'a job with a root can read the message' "$(echo "$out" | grep -c '^  hello$')" 2
has 'and so can a script' "$out" '  script: hello'
out=$(hookrun run post-checkout a b 1 2>&1)
has 'other arguments stay as they are' "$out" '[1]'
ln -s "$(command -v hookrun)" "$TAP_DIR/bin/lefthook"
out=$(lefthook run commit-msg .git/COMMIT_EDITMSG 2>&1)
has 'called lefthook it names what lefthook names' "$out" "No such file"

# ---- why a job is skipped ------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
pre-commit:
  piped: true
  jobs:
    - { name: glob, glob: [ "*.rb", "*.py" ], run: "ls {staged_files}" }
    - { name: bare, glob: "*.rb", run: "true" }
    - { name: exclude, exclude: "*", run: "true" }
    - { name: root, root: sub, run: "true" }
    - { name: types, file_types: symlink, run: "true" }
    - { name: deleted, run: "ls {deleted_files}" }
    - { name: branch, only: [ { ref: other }, merge ], run: "true" }
    - { name: state, only: merge, run: "true" }
    - { name: held, skip: [ { ref: "to*" } ], run: "true" }
    - { name: never, skip: true, run: "true" }
    - { name: asked, skip: { run: "test -e a.js" }, run: "true" }
    - { name: fails, run: "false" }
    - { name: after, run: "true" }
E2
mkdir sub
touch a.js
git add .
git switch -qc topic
words="glob: glob '*.rb', '*.py' matched none of 2 staged files (lefthook.yml:4)
bare: glob '*.rb' matched none of 2 staged files (lefthook.yml:5)
exclude: exclude '*' left none of 2 staged files (lefthook.yml:6)
root: root 'sub' has none of 2 staged files (lefthook.yml:7)
types: file_types 'symlink' matched none of 2 staged files (lefthook.yml:8)
deleted: no deleted files
branch: only.ref 'other' or only 'merge', on 'topic' (lefthook.yml:10)
state: only 'merge', in no such state (lefthook.yml:11)
held: skip.ref 'to*', on 'topic' (lefthook.yml:12)
never: skip: true (lefthook.yml:13)
asked: skip.run 'test -e a.js' (lefthook.yml:14)
after: piped: true, and a job before it failed"
is 'each skip names its key and what it was held against' \
	"$(hookrun run -v pre-commit 2>&1 | sed -n 's/^- \(.*\)  skipped: /\1: /p')" "$words"
is 'so does the plan' "$(hookrun run --plan pre-commit | sed -n 's/^  \([a-z]*\) .* skipped: /\1: /p')" \
	"$(echo "$words" | grep -v '^a[sf]')"
out=$(hookrun run pre-commit --job bare --file x.js)
has 'of files that were named by hand it does not say staged' "$out" \
	"glob '*.rb' matched none of 1 named file (lefthook.yml:5)"
out=$(hookrun run pre-commit --plan --tag slow 2>&1)
has 'a tag that nobody has is told' "$out" 'no job with tag slow'

# ---- files commands that let nothing through -------------------------------------
repo
mkdir sub
touch sub/in a.js
cat > lefthook.yml <<'E2'
by-hand:
  jobs:
    - name: none
      files: git ls-files
      glob: "*.rb"
      run: ls {files}
    - name: unused
      files: git ls-files
      glob: "*.rb"
      run: "true"
    - { name: empty, files: "true", run: "ls {files}" }
    - { name: gone, files: echo no, run: "ls {files}" }
    - name: astray
      root: sub
      files: ls
      run: ls {files}
E2
git add .
is 'they are named although skips are not' "$(hookrun run by-hand 2>&1 | grep -v '^hookrun by-hand')" \
	"- none  skipped: glob '*.rb' matched none of 4 files named by 'files' (lefthook.yml:5)
- unused  skipped: glob '*.rb' matched none of 4 files named by 'files' (lefthook.yml:9)
hookrun: warning: job 'astray' is skipped: files 'ls' printed 1 name, none of which is there (they count from the top of the work tree, not from 'root') (lefthook.yml:15)"
out=$(hookrun run by-hand -v 2>&1)
has 'an empty list is a skip like others' "$out" "empty  skipped: files 'true' printed no names (lefthook.yml:11)"
has 'and so is one of what is gone' "$out" \
	"gone  skipped: files 'echo no' printed 1 name, none of which is there (lefthook.yml:12)"
hasnt '-q is quiet of them' "$(hookrun run by-hand -q 2>&1)" 'none  skipped'
finish
