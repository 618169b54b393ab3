#!/bin/sh
# `run HOOK --plan --json` and `hookrun why HOOK JOB|FILE`: the plan for
# programs, and for one question.
. "$(dirname "$0")/../helpers/tap.sh"

# What perl's JSON reader finds at a path such as jobs/1/name.
json_at() {
	perl -MJSON::PP -0e '
		my $value = decode_json(<STDIN>);
		for my $key (split m{/}, $ARGV[0]) {
			$value = ref $value eq "ARRAY" ? $value->[$key] : $value->{$key};
		}
		print ref $value ? JSON::PP->new->canonical->encode($value) : $value // "none";
	' "$1"
}
at() { printf %s "$json" | json_at "$1"; }

repo
mkdir web
cat > lefthook.yml <<'E2'
pre-commit:
  exclude: vendor/**
  jobs:
    - name: lint
      root: web/
      glob: "*.js"
      run: lint {staged_files}
    - name: rb
      glob: "*.rb"
      exclude: b.rb
      run: rb {staged_files}
    - { name: tagged, only: [ { ref: other } ], run: "true" }
    - name: asks
      skip: { run: touch asked }
      run: "true"
    - name: grp
      group:
        parallel: true
        jobs: [ { name: "in \"ner", run: "true" } ]
    - { name: gone, script: gone.sh }
post-merge:
  jobs: [ { name: hello, run: "true" } ]
E2
echo 1 > web/a.js
echo 1 > b.rb
git add .
echo 1 > web/late.js

# ---- JSON --------------------------------------------------------------------

json=$(hookrun run pre-commit --plan --json)
is 'the shape has a version' "$(at version)" 1
is 'the hook' "$(at hook) $(at file):$(at line) $(at verdict) $(at flow)" \
	'pre-commit lefthook.yml:1 runs in turn'
is 'a job that runs' "$(at jobs/0/name) $(at jobs/0/kind) $(at jobs/0/verdict) $(at jobs/0/line)" \
	'lint run runs 4'
is 'its command and folder' "$(at jobs/0/commands/0) in $(at jobs/0/folder)" \
	'lint ./a.js in web'
is 'its files' "$(at jobs/0/lists/0/list) $(at jobs/0/lists/0/files)" 'staged 3'
is 'each filter with what set it' "$(at jobs/0/lists/0/filters/0)" \
	'{"after":1,"before":3,"key":"glob","set":[{"file":"lefthook.yml","line":6,"values":["*.js"]}]}'
is 'innermost first' "$(at jobs/1/lists/0/filters/1/set)" \
	'[{"file":"lefthook.yml","line":10,"values":["b.rb"]},{"file":"lefthook.yml","line":2,"values":["vendor/**"]}]'
is 'one that is skipped' "$(at jobs/1/verdict) $(at jobs/1/reason/word)" 'skipped no-files'
is 'by a condition' "$(at jobs/2/reason/word) $(at jobs/2/reason/key) $(at jobs/2/reason/line)" \
	'only only 12'
is 'one that is open' "$(at jobs/3/verdict) $(at jobs/3/reason/word) $(at jobs/3/reason/value)" \
	'open asks-condition touch asked'
is 'a group' "$(at jobs/4/kind) $(at jobs/4/flow)" 'group in parallel'
is 'a job in it' "$(at jobs/5/path)" 'grp > in "ner'
has 'one that would fail' "$(at jobs/6/verdict) $(at jobs/6/error)" \
	'fails script does not exist: gone.sh'
[ ! -e asked ]
result $? 'no program was asked'
fails '--json without --plan' hookrun run pre-commit --json
json=$(hookrun run pre-commit --plan --json --job rb)
is 'what was not chosen is told' "$(at jobs/0/reason/word)" not-named

# ---- one job -----------------------------------------------------------------

is 'one job' "$(hookrun why pre-commit rb)" \
	'pre-commit (lefthook.yml:1) runs its jobs in turn
  rb (lefthook.yml:8) skipped: exclude '\''vendor/**'\'', '\''b.rb'\'' left none of 1 staged file (lefthook.yml:10)
    files staged: 3
    glob *.rb (lefthook.yml:9): 1 of 3 files
    exclude b.rb (lefthook.yml:10) or vendor/** (lefthook.yml:2): 0 of 1 files'
is 'one of a group, by its path' "$(hookrun why pre-commit 'grp > in "ner' | tail -n +2)" \
	'  grp > in "ner (lefthook.yml:19) runs
    files staged: 3
    exclude vendor/** (lefthook.yml:2): 3 of 3 files
    $ true'
has 'a group with what is in it' "$(hookrun why pre-commit grp)" 'grp > in "ner'
hasnt 'and without the others' "$(hookrun why pre-commit grp)" lint
json=$(hookrun why pre-commit rb --json)
is 'as JSON' "$(at version) $(at jobs/0/name) $(at jobs/1)" '1 rb none'

# ---- one file ----------------------------------------------------------------

is 'one file, and what each job makes of it' "$(cd web && hookrun why pre-commit a.js)" \
	'web/a.js in pre-commit (lefthook.yml:1) runs its jobs in turn
  lint (lefthook.yml:4) takes it
  rb (lefthook.yml:8) does not take it: glob *.rb (lefthook.yml:9) leaves it out
  tagged (lefthook.yml:12) skipped: only.ref '\''other'\'', on '\''main'\'' (lefthook.yml:12)
  asks (lefthook.yml:13) open: a condition is asked when its turn comes, skip.run '\''touch asked'\'' (lefthook.yml:14)
  grp > in "ner (lefthook.yml:19) runs for it, but is given no names
  gone (lefthook.yml:20) fails: script does not exist: gone.sh'
has 'an exclusion' "$(hookrun why pre-commit b.rb)" \
	'rb (lefthook.yml:8) does not take it: exclude b.rb (lefthook.yml:10) or vendor/** (lefthook.yml:2) leaves it out'
has 'a root' "$(hookrun why pre-commit b.rb)" \
	'lint (lefthook.yml:4) does not take it: glob *.js (lefthook.yml:6) leaves it out'
has 'one that is not staged' "$(hookrun why pre-commit web/late.js)" \
	'lint (lefthook.yml:4) does not take it: it is none of the 3 files staged, but would pass'
has 'a hook without files' "$(hookrun why post-merge b.rb)" 'hello (lefthook.yml:22) runs'
git rm -q README
has 'one that is staged as deleted' "$(hookrun why pre-commit README)" \
	'in "ner (lefthook.yml:19)'
json=$(hookrun why pre-commit b.rb --json)
is 'as JSON, taken or dropped' "$(at asked) $(at jobs/1/fate/word) $(at jobs/1/fate/key) $(at jobs/5/fate/word)" \
	'b.rb dropped exclude counted'
out=$(hookrun why pre-commit lnt 2>&1)
is 'what is neither fails' "$?" 1
is 'with the nearest name' "$out" \
	"hookrun: 'lnt' is neither a job of pre-commit nor a file (did you mean 'lint'?)"
fails 'no such hook' hookrun why pre-comit lint

finish
