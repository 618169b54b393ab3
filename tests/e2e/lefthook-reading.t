#!/bin/sh
# shellcheck disable=SC2154 # out, status and log are set by change()
# What lefthook makes of files that say things in an odd way: each runs here as
# it runs there, and `dump` (observed with lefthook 2.2.2) is the same.
. "$(dirname "$0")/../helpers/tap.sh"
. "$(dirname "$0")/../helpers/lefthook.sh"

# `dump` as one line, and what it warns of.
dumped() {
	lefthook dump --format json 2>warnings | tr -d ' \n'
}

project <<'E2'
# one instead of a list, a list instead of a map
remotes: []
templates: [{say: echo}, {to: log}]
pre-commit:
  setup:
    run: echo setup >> log
  exclude: {}
  jobs:
    group:
      jobs:
        run: "{say} job >> {to}"
        env: [{A: a}]
  commands:
    - first: { run: echo first >> log }
    - second: { run: echo second >> log, priority: true }
E2
change a
is 'one map is a list of one, a list of maps is a map' "$log" 'setup
job
second
first'
is 'and dump shows them in the usual form' "$(dumped)" \
	'{"pre-commit":{"setup":[{"run":"echosetup\u003e\u003elog"}],"jobs":[{"group":{"jobs":[{"run":"{say}job\u003e\u003e{to}","env":{"A":"a"}}]}}],"commands":{"first":{"run":"echofirst\u003e\u003elog"},"second":{"run":"echosecond\u003e\u003elog","priority":1}}},"templates":{"say":"echo","to":"log"}}'
is 'nothing is warned of' "$(cat warnings)" ''

project <<'E2'
Source_Dir: scripts
pre-commit:
  Parallel: 0
  Jobs:
    - Name: Job
      RUN: echo "$Foo$FOO" >> log
      Env: { Foo: a, FOO: b }
  Commands:
    Lint: { Run: echo Lint >> log }
E2
change a
is 'keys in another letter case count, names keep theirs' "$log" 'ab
Lint'
is 'dump spells the keys as usual' "$(dumped)" \
	'{"pre-commit":{"jobs":[{"name":"Job","run":"echo\"$Foo$FOO\"\u003e\u003elog","env":{"FOO":"b","Foo":"a"}}],"commands":{"Lint":{"run":"echoLint\u003e\u003elog"}}},"source_dir":"scripts"}'

# ---- extends -------------------------------------------------------------------------

project <<'E2'
extends: lefthook-more.yml
pre-commit:
  jobs:
    - run: echo main >> log
E2
cat > lefthook-more.yml <<'E2'
pre-commit:
  jobs:
    - run: echo more >> log
E2
change a
is '[top.extends] a text by itself is not followed' "$log" main
has '[top.extends] which is said' "$out" "lefthook.yml:1:10: 'extends' is followed only where it is a list"
sed -i '1s/.*/extends: [lefthook-more.yml, gone, "gone-*", 5]/' lefthook.yml
change b
is '[top.extends] in a list it is, and what is missing stops nothing' "$log" 'main
more'
has '[top.extends] the missing one is named' "$out" "the file 'gone' in 'extends' does not exist"
printf 'extends: [lefthook-more.yml, gone, "gone-*", 5]\n' > lefthook-local.yml
change c
is '[top.extends] the same list in the local file adds nothing' "$log" 'main
more'
mkdir lefthook-folder
printf 'extends: [lefthook-folder]\n' > lefthook-local.yml
change d
is '[top.extends] a folder is refused' "$status" 1
printf 'extends: ["[x.yml"]\n' > lefthook-local.yml
change e
is '[top.extends] so is a bad pattern' "$status" 1
has '[top.extends] with its line' "$out" "lefthook-local.yml:1:11: '[x.yml'"

# ---- names that are no hooks' ---------------------------------------------------------

# Jobs under a name that can be no hook's are there for their anchors.
for name in .dependency_detection _shared.jobs 'a b'; do
	project <<E2
$name:
  jobs: &shared
    - run: echo ran >> log
pre-commit:
  jobs: *shared
E2
	change a
	is "jobs under '$name' stop no hook" "$status$log" 0ran
	rm -f log
	echo more >> a
	git add a
	ok "nor by the name lefthook" lefthook run pre-commit
	is "they run" "$(cat log)" ran
done
has 'a name that does not say so itself is told' "$out" \
	"lefthook.yml:1:1: 'a b' cannot be the name of a hook"
sed -i '1i install_non_git_hooks: true' lefthook.yml
change a
is 'where it would become the name of a file it is refused' "$status$log" 1

# ---- TOML ----------------------------------------------------------------------------

project </dev/null
rm lefthook.yml
cat > lefthook.toml <<'E2'
[pre-commit]
commands = { # several lines
  one = { run = "echo one >> log" },

  two = { run = "echo \x74wo >> log", },
}
E2
lefthook install >/dev/null
change a
is 'an inline table of several lines' "$status$log" '0one
two'

# ---- what could never run ------------------------------------------------------------

# A hook of its own text after `only` or `skip`; of a job and of a command, too.
never() { # NAME YAML
	printf 'pre-commit:\n  %s\n  jobs: [{ run: echo ran >> log }]\n' "$2" > lefthook.yml
	change a
	is "$1 fails the hook" "$status$log" 1
	has "$1 is told with its line" "$out" 'lefthook.yml:2:'
	has "$1 is told as what stops it" "$out" "$3"
	rm -f log
	ok "$1 stops nothing by the name lefthook" lefthook run pre-commit
	ok "$1 does not run there" test ! -e log
	printf 'pre-commit:\n  jobs:\n    - { %s, name: bad, run: echo bad >> log }\n    - run: echo ran >> log\n' \
		"$2" > lefthook.yml
	change a
	is "$1 in a job fails the hook, and the others run" "$status$log" 1ran
	has "$1 in a job is told in its line" "$out" '  lefthook.yml:3:'
	rm -f log
	ok "$1 in a job stops nothing by the name lefthook" lefthook run pre-commit
	is "$1 in a job: the others run there" "$(cat log)" ran
}
project <<'E2'
pre-commit:
E2
export CLICOLOR_FORCE=1
for text in 7 '{ }' '[ ]' '[ 7 ]' mrege '{ rf: main }' '{ ref: 5 }' '[ true ]' "'true'" '[ [ merge ] ]' '{ run: true }'; do
	never "[hook.only] $text" "only: $text" "'only' can never hold"
done
never "[hook.skip] an empty text" "skip: ''" "an empty text as 'skip'"
cat > lefthook.yml <<'E2'
pre-commit:
  only: [7, { ref: main }]
  skip: [mrege, 7]
  jobs:
    - { run: echo one >> log, only: [[], { ref: main }] }
    - { run: echo two >> log, only: false }
    - { run: echo three >> log, only: '' }
E2
change a
is '[hook.only] what may hold is no mistake' "$status$log" '0one
three'
for text in 5 true text '[ { jobs: [ { run: echo ran >> log } ] } ]' \
	'{ comands: { a: { run: echo ran >> log } } }' '{ run: echo ran >> log }'; do
	echo "pre-commit: $text" > lefthook.yml
	change a
	is "a hook that is $text fails" "$status$log" 1
	has 'with its line' "$out" "lefthook.yml:1:13: hook 'pre-commit' has no jobs"
	ok 'but not by the name lefthook' lefthook run pre-commit
done
for text in '' '{ }' '{ jobs: }' '{ commands: { } }' '{ parallel: true }' '{ x-text: a }'; do
	echo "pre-commit: $text" > lefthook.yml
	change a
	is "a hook that is empty on purpose ($text) passes" "$status" 0
done
unset CLICOLOR_FORCE

# ---- values --------------------------------------------------------------------------

project <<'E2'
output: 5
colors: maybe
pre-commit:
  follow: 1
  jobs:
    - run: echo ran {staged_files} >> log
      skip: [merg, true]
      file_types: [texx, text]
      timeout: false
    - run: echo never >> log
      only: [{ ref: 5 }, { run: true }]
    - run: echo after >> log
      stage_fixed: 1.5
      tags: [1, 2.50, true, ~]
  commands:
    1.50: { run: echo number >> log, priority: "0x10" }
E2
change a
is 'words that are none stop nothing' "$log" 'ran a
after
number'
has '[top.output] an odd value has no effect' "$out" "lefthook.yml:1:9: 5 as 'output' has no effect"
has '[top.colors] nor here' "$out" "as 'colors' has no effect"
has '[job.skip] a word that is none' "$out" "lefthook.yml:7:14: unknown condition 'merg'"
has '[job.skip] true has no meaning in a list' "$out" "lefthook.yml:7:20: true as 'skip'"
has '[job.only] only texts count' "$out" "lefthook.yml:11:21: 5 as 'ref'"
has '[job.file_types] an unknown type is passed over' "$out" "unknown file type 'texx'"
is 'dump' "$(dumped)" \
	'{"colors":"maybe","output":5,"pre-commit":{"follow":true,"jobs":[{"run":"echoran{staged_files}\u003e\u003elog","file_types":["texx","text"],"skip":["merg",true]},{"run":"echonever\u003e\u003elog","only":[{"ref":5},{"run":true}]},{"run":"echoafter\u003e\u003elog","tags":["1","2.5","1",""],"stage_fixed":true}],"commands":{"1.5":{"run":"echonumber\u003e\u003elog","priority":16}}}}'

project <<'E2'
pre-commit:
  jobs:
    - run: echo empty >> log
      skip: ""
    - run: echo command >> log
      skip: { run: "" }
E2
change a
is '[job.skip] an empty text is the state of no merge, an empty command nothing' "$log" command

project <<'E2'
pre-commit: true
pre-push:
  fail_on_changes: perhaps
  jobs:
    - run: "true"
E2
change a
is 'a hook that is no map fails' "$status" 1
has 'which is said' "$out" "lefthook.yml:1:13: hook 'pre-commit' has no jobs"
ok 'but not by the name lefthook' lefthook run pre-commit
out=$(lefthook run pre-push 2>&1)
is '[hook.fail_on_changes] a word that is none stops its hook' "$?" 1
has '[hook.fail_on_changes] and no other' "$out" 'invalid value for fail_on_changes: perhaps'

project <<'E2'
min_version: 9.1
pre-commit:
  jobs:
    - run: echo ran >> log
E2
is '[top.min_version] hooks are installed' "$(ls .git/hooks/pre-commit)" .git/hooks/pre-commit
is '[top.min_version] dump shows it' "$(dumped)" \
	'{"min_version":"9.1","pre-commit":{"jobs":[{"run":"echoran\u003e\u003elog"}]}}'
change a
is '[top.min_version] but nothing runs' "$status $log" '1 '
has '[top.min_version] and why is said' "$out" 'lefthook.yml:1:14: required lefthook version (9.1)'
sed -i '1s/.*/min_version: 1.02/' lefthook.yml
change a
is '[top.min_version] nor with a version that is none' "$status" 1
sed -i '1s/.*/min_version: ""/' lefthook.yml
change a
is '[top.min_version] an empty one asks for nothing' "$log" ran

# ---- YAML ----------------------------------------------------------------------------

project <<'E2'
pre-commit:
  jobs:
    - !mine { name: !own 5, run: echo ran >> log }
---
pre-commit: [
E2
change a
is 'behind the first document nothing is read, tags say nothing' "$log" ran
has 'and where it ends is said' "$out" 'lefthook.yml:4:1: what stands from here on is not read'

finish
