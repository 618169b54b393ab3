#!/bin/sh
# doc/answers.md: each question's command is run as it stands there, and has to
# answer.  The repository has what the commands name.
. "$(dirname "$0")/../helpers/tap.sh"

DOC="$HERE/doc/answers.md"
asked=0

# The command below the heading, and all headings.
command_of() {
	awk -v title="### $1" '$0 == title { on = 1 } on && /^```$/ { exit }
		on && text { print } on && /^```sh$/ { text = 1 }' "$DOC"
}
# QUESTION TEXT...: the answer has these.
ask() {
	question=$1
	shift
	asked=$((asked + 1))
	command=$(command_of "$question")
	out=$(sh -c "$command" 2>&1)
	for text; do
		has "$question" "\$ $command
$out" "$text"
	done
}

repo
mkdir vendor
cat > lefthook.yml <<'E2'
pre-commit:
  parallel: true
  exclude: vendor/**
  jobs:
    - { name: lint, glob: "*.js", run: "echo linting {staged_files}" }
    - { name: rubocop, glob: "*.rb", run: "rubocop {staged_files}" }
    - { name: spec, run: "echo 1 example; [ ! -e red ]" }
E2
cat > lefthook-local.yml <<'E2'
pre-commit:
  jobs:
    - { name: lint, run: "echo linting at home {staged_files}" }
E2
echo lefthook-local.yml > .gitignore
hookrun install >/dev/null
echo 1 > app.js
echo 1 > vendor/lib.js
git add . && git commit -qm one >/dev/null 2>&1
echo 2 > app.js
echo 2 > vendor/lib.js
git add .
git commit -qnm unseen
echo 3 > app.js
echo 3 > vendor/lib.js
git add .

ask 'What will run when I commit?' 'lint (lefthook.yml:5) runs' \
	'$ echo linting at home app.js'
ask 'Why does this job not run?' 'rubocop (lefthook.yml:6) skipped: ' \
	'glob *.rb (lefthook.yml:6): 0 of 2 files'
ask 'Which jobs take this file?' 'lint (lefthook.yml:5) takes it' \
	'rubocop (lefthook.yml:6) does not take it: glob *.rb'
ask 'Why is this file not checked?' \
	'does not take it: exclude vendor/** (lefthook.yml:3) leaves it out'
ask 'Can a script or an editor ask that?' '"version": 1'
ask 'Which file sets this?' 'lefthook-local.yml:3	pre-commit.jobs.lint.run: echo linting at home'
ask 'What do I have in my local file?' 'lefthook-local.yml:3	pre-commit.jobs.lint.name'
ask 'What is the whole configuration?' 'run: echo linting at home {staged_files}'
ask 'Is it right?' 'All good'
ask 'What may I write in it?' 'stage_fixed'

touch red
git commit -qm two >/dev/null 2>&1
ask 'Why was my commit stopped?' 'pre-commit failed in ' 'failed   spec' '1 example'
ask 'What did this job print?' '1 example'
ask 'What happened in the hook of the commit that I made in a GUI?' \
	'  1  pre-commit failed in ' 'by git commit from /' 'without a terminal: spec'
ask 'Which commits were never checked?' unseen
ask 'Where is the work that was put aside?' ''
ask 'What takes so long?' 'median' '  spec '
for ms in 900 900 900 100 100 100; do
	printf '{"version": 1, "hook": "pace", "outcome": "passed", "ms": %s, "jobs": []}\n' $ms
done | tac >> .git/hookrun/runs/log
ask 'What got slower since Monday?' 'slower: 100ms, then 900ms'
hookrun run pre-commit >/dev/null 2>&1
ask 'Which jobs ran beside which?' 'lint  ' 'spec  '
ask 'Can I see that in Perfetto?' ''
has 'which has it' "$(cat trace.json)" '"traceEvents"'
git config core.hooksPath elsewhere
ask 'Why did no hook run at all?' 'hooksPath'
git config --unset core.hooksPath
ask 'Are the hook files there and fresh?' ''
result "$(hookrun check-install >/dev/null 2>&1; echo $?)" 'they are'
ask 'Is everything in line with the branch that I am on?' 'installed and fresh'

is 'every question was asked' "$asked" "$(grep -c '^### ' "$DOC")"
[ "$asked" -ge 20 ]
result $? 'and there are twenty'

finish
