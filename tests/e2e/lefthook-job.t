#!/bin/sh
# shellcheck disable=SC2154 # out, status and log are set by change()
# Every option of jobs, commands and scripts, as doc/lefthook.md lists them.
. "$(dirname "$0")/../helpers/tap.sh"
lefthook_output
. "$(dirname "$0")/../helpers/lefthook.sh"

# ---- what runs ------------------------------------------------------------

project <<'E2'
pre-commit:
  jobs:
    - name: named
      run: echo "{lefthook_job_name}" >> log
    - run: echo unnamed >> log
    - name: outer
      group:
        jobs:
          - run: echo inner >> log
    - script: it
      runner: sh
      args: one 'two words' >> log
E2
mkdir -p .lefthook/pre-commit
echo 'echo "$#: $2"' > .lefthook/pre-commit/it
change a
is '[job.run] a job runs its command' "$log" 'named
unnamed
inner
2: two words'
has '[job.name] the name is in the summary, else the command' "$out" '✓ named'
has '[job.group] the members of a group run' "$log" inner
has '[job.script] a job runs a script' "$log" 'two words'
has '[job.runner] through its runner' "$log" 'two words'
has '[job.args] with its arguments' "$log" '2: two words'
project <<'E2'
pre-commit:
  jobs:
    - run: printf '%s\n'
      args: "x {staged_files} >> log"
E2
change b.txt
is '[job.args] arguments are appended to the command, templates filled in' "$log" 'x
b.txt'
project <<'E2'
pre-commit:
  commands:
    it:
      run: echo command >> log
  scripts:
    it:
      runner: sh
      args: given >> log
E2
mkdir -p .lefthook/pre-commit
echo 'echo "script $1"' > .lefthook/pre-commit/it
change a
is '[command.run] a command runs' "$log" 'command
script given'
has '[script.runner] a script runs through its runner' "$log" script
has '[script.args] with its arguments' "$log" given

# ---- options that jobs, commands and scripts share -------------------------

for kind in job command script; do
	repo
	printf '%s\n' log 'lefthook*' '.lefthook*' > .git/info/exclude

	one $kind 'exit 3' <<'E2'
fail_text: ask the linter
E2
	change a
	is "[$kind.fail_text] a failing job stops the commit" "$status" 1
	has "[$kind.fail_text] and its text is in the summary" "$out" '✗ it: ask the linter'

	one $kind 'sleep 60' <<'E2'
timeout: 200ms
E2
	change a
	has "[$kind.timeout] it is stopped after its time" "$out" '✗ it: timeout (200ms)'

	one $kind 'echo ran >> log' <<'E2'
skip: true
E2
	change a
	is "[$kind.skip] skip: true" "$log" ''
	has "[$kind.skip] is said" "$out" 'it (skip) by condition'
	one $kind 'echo ran >> log' <<'E2'
skip: [merge, {ref: main}]
E2
	change a1
	is "[$kind.skip] a branch" "$log" ''
	git switch -qc topic 2>/dev/null
	change a2
	is "[$kind.skip] and another branch" "$log" ran
	git switch -q main
	one $kind 'echo ran >> log' <<'E2'
only:
  - run: test -e extra
E2
	change a3
	is "[$kind.only] a command that says no" "$log" ''
	: > extra
	change a4
	is "[$kind.only] a command that says yes" "$log" ran
	rm extra

	one $kind 'echo ran >> log' <<'E2'
tags: [backend, slow]
E2
	change a5
	is "[$kind.tags] tags alone change nothing" "$log" ran
	rm -f log
	LEFTHOOK_EXCLUDE=slow git commit -q --allow-empty -m x >/dev/null 2>&1
	is "[$kind.tags] an excluded tag" "$(cat log 2>/dev/null)" ''
	echo b >> b
	git add b
	lefthook run pre-commit --tag backend >/dev/null 2>&1
	is "[$kind.tags] a chosen tag" "$(cat log)" ran
	rm log
	lefthook run pre-commit --tag other >/dev/null 2>&1
	is "[$kind.tags] another tag" "$(cat log 2>/dev/null)" ''

	one $kind 'echo "$MARK" >> log' <<'E2'
env:
  MARK: from $HOME
E2
	change a6
	is "[$kind.env] variables, expanded" "$log" "from $HOME"

	one $kind 'if [ -t 0 ]; then echo terminal >> log; fi' <<'E2'
interactive: true
E2
	echo i >> i
	git add i
	rm -f log
	on_terminal git commit -m x
	is "[$kind.interactive] the job has the terminal" "$(cat log 2>/dev/null)" terminal

	HOOK=pre-push one $kind 'cat >> log' <<'E2'
use_stdin: true
E2
	remote
	rm -f log
	git push -q origin main >/dev/null 2>&1
	has "[$kind.use_stdin] the job reads what git wrote" "$(cat log 2>/dev/null)" \
		"refs/heads/main $(git rev-parse main) refs/heads/main"

	rm -rf .git/hooks/pre-push .lefthook/pre-push
	one $kind 'echo fixed >> f.txt' <<'E2'
stage_fixed: true
E2
	change f.txt
	is "[$kind.stage_fixed] what the job changed is committed" "$(git show HEAD:f.txt)" 'f.txt
fixed'
	is "[$kind.stage_fixed] and the tree is clean" "$(git status --porcelain -uno)" ''
done

for kind in command script; do
	repo
	printf '%s\n' log 'lefthook*' '.lefthook*' > .git/info/exclude
	case $kind in
	command)
		cat > lefthook.yml <<'E2'
pre-commit:
  commands:
    b: { run: "echo b >> log" }
    10a: { run: "echo 10a >> log" }
    9a: { run: "echo 9a >> log" }
    z: { run: "echo z >> log", priority: 1 }
    y: { run: "echo y >> log", priority: 2 }
E2
		;;
	script)
		mkdir -p .lefthook/pre-commit
		for name in b 10a 9a z y; do
			echo "echo $name >> log" > ".lefthook/pre-commit/$name"
		done
		cat > lefthook.yml <<'E2'
pre-commit:
  scripts:
    b: { runner: sh }
    10a: { runner: sh }
    9a: { runner: sh }
    z: { runner: sh, priority: 1 }
    y: { runner: sh, priority: 2 }
E2
		;;
	esac
	lefthook install >/dev/null 2>&1
	change a
	is "[$kind.priority] priority first, then numbers, then names" "$log" 'z
y
9a
10a
b'
done

# ---- options that jobs and commands share ----------------------------------

for kind in job command; do
	repo
	printf '%s\n' log 'lefthook*' '.lefthook*' > .git/info/exclude

	one $kind 'printf "%s\n" {staged_files} >> log' <<'E2'
glob: "*.{js,TS}"
E2
	change a.js b.ts c.md sub/d.js
	is "[$kind.glob] files that match, at any depth, in any case" "$log" 'a.js
b.ts
sub/d.js'
	change only.md
	is "[$kind.glob] none: nothing runs" "$log" ''
	has "[$kind.glob] and that is said" "$out" 'it (skip) no files for inspection'

	one $kind 'printf "%s\n" {staged_files} >> log' <<'E2'
glob: "*.js"
exclude: ["sub/*", "*.min.js"]
E2
	change a.js a.min.js sub/d.js
	is "[$kind.exclude] files that match are left out" "$log" a.js

	one $kind 'pwd >> ../log; printf "%s\n" {staged_files} >> ../log' <<'E2'
root: sub
E2
	change a.js sub/d.js subway/e.js
	is "[$kind.root] runs there, with the files below it, whole components" "$log" \
		"$(pwd -P)/sub
./d.js"

	one $kind 'printf "%s\n" {files} >> log' <<'E2'
files: printf 'a.js\nREADME\nmissing\n'
E2
	change z
	is "[$kind.files] the files that a command prints, where they exist" "$log" 'a.js
README'

	one $kind 'echo {files} >> log' < /dev/null
	change z
	is "[$kind.files] without that command the job is skipped" "$log" ''
	has "[$kind.files] and that is said" "$out" "(skip) no 'files' command"

	one $kind 'printf "%s\n" {staged_files} >> log' <<'E2'
file_types: [text, not executable]
E2
	printf 'x\n' > run.sh
	chmod +x run.sh
	printf '\000\001' > bin.dat
	ln -sf README link
	git add run.sh bin.dat link
	change plain.txt
	is "[$kind.file_types] only files of these types" "$log" plain.txt
	one $kind 'printf "%s\n" {staged_files} >> log' <<'E2'
file_types: [application/json, text/x-shellscript]
E2
	printf '#!/bin/sh\nexit 0\n' > tool
	printf '{"a": [1, 2]}\n' > data
	git add tool data
	change plain.txt
	is "[$kind.file_types] MIME types" "$log" 'data
tool'
done

finish
