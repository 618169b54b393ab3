#!/bin/sh
# The recorder: `hookrun last` and `hookrun slow`, and what recording costs.
. "$(dirname "$0")/../helpers/tap.sh"

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
LOG=.git/hookrun/runs/log

umask 022 # else the repository would be for its group

# ---- what is kept ------------------------------------------------------------

repo
cat > lefthook.yml <<'E2'
pre-commit:
  parallel: true
  jobs:
    - { name: lint, run: "echo linted; printf 'a\\0b\\033[31mred\\033[m'" }
    - name: spec
      run: "i=0; while [ $i -lt 30 ]; do i=$((i + 1)); echo line $i; done; [ ! -e red ]"
    - { name: rb, glob: "*.rb", run: "true" }
    - name: grp
      group:
        jobs: [ { name: inner, run: "true" } ]
commit-msg:
  jobs: [ { name: "word", run: "grep -q good {1}" } ]
off:
  skip: true
  jobs: [ { run: "true" } ]
E2
hookrun install >/dev/null
out=$(hookrun last 2>&1)
is 'nothing is recorded yet' "$? $out" '1 hookrun: no run is recorded'
before=$(git rev-parse HEAD)
git add . && git commit -qm good >/dev/null 2>&1
is 'the file is for its owner' "$(stat -c %a $LOG)" 600
json=$(hookrun last 2 --json)
is 'a record has a version, a hook and an outcome' \
	"$(at version) $(at hook) $(at outcome)" '1 pre-commit passed'
is 'who called' "$(at git) $(at terminal)" 'commit false'
has 'from where' "$(at program)" sh
is 'the commit before' "$(at head)" "$before"
is 'the tree that was checked' "$(at trees/0)" "$(git rev-parse 'HEAD^{tree}')"
is 'the folder' "$(at worktree)" "$(pwd -P)"
is 'a job: plan and outcome' \
	"$(at jobs/1/name) $(at jobs/1/file):$(at jobs/1/line) $(at jobs/1/verdict) $(at jobs/1/outcome)" \
	'spec lefthook.yml:5 runs passed'
is 'why one did not run' "$(at jobs/2/outcome) $(at jobs/2/reason/word)" 'skipped no-staged'
is 'a job in a group' "$(at jobs/4/path) $(at jobs/4/outcome)" 'grp > inner passed'
is 'output, bytes that are none included' "$(hookrun last 2 --output lint)" \
	"$(printf 'linted\na?b\033[31mred\033[m')"
is 'the newest is number 1' "$(hookrun last --json | json_at hook)" commit-msg
is 'its arguments' "$(hookrun last --json | json_at args)" '[".git/COMMIT_EDITMSG"]'

# ---- a red one ---------------------------------------------------------------

touch red && git add .
git commit -qm bad >/dev/null 2>&1
out=$(hookrun last)
has 'the hook' "$out" 'pre-commit failed in '
has 'the caller' "$out" '
  by git commit from /'
has 'where HEAD was' "$out" ", HEAD was $(git rev-parse HEAD)"
has 'what failed, where, and why' "$out" 'spec  '
has 'with its line' "$out" '(lefthook.yml:5)'
has 'the end of its output' "$out" '
    line 30'
hasnt 'and not all of it' "$out" 'line 10
'
has 'but how to get it' "$out" 'hookrun last 1 --output '
has 'what was skipped' "$out" '  skipped  rb  (lefthook.yml:7): glob '"'*.rb' matched none"
hasnt 'no escape code' "$out" "$(printf '\033')"
is 'all of the output' "$(hookrun last --output spec | wc -l | tr -d ' ')" 30
fails 'no such job' hookrun last --output spek
out=$(hookrun last --list)
has 'all runs, a line each' "$(echo "$out" | head -n 1)" '  1  pre-commit failed in '
has 'with what failed' "$(echo "$out" | head -n 1)" ': spec'
is 'there are three' "$(echo "$out" | wc -l | tr -d ' ')" 3
is 'the last of a hook' "$(hookrun last --hook commit-msg --json | json_at outcome)" passed
fails 'there are no more' hookrun last 4
fails 'no number' hookrun last none
hookrun run off
has 'a hook that is left out' "$(hookrun last)" 'off skipped in '
git rm -qf red
sed -i 's/^  parallel: true/  parallel: true\n  piped: true/' lefthook.yml
hookrun run pre-commit >/dev/null 2>&1
has 'one that cannot run' "$(hookrun last)" "conflicting options 'piped' and 'parallel'"
has 'by hand' "$(hookrun last)" '
  by hand'
git checkout -q lefthook.yml

# ---- output ------------------------------------------------------------------

cat > lefthook-local.yml <<'E2'
big:
  jobs:
    - { name: big, run: "echo begin; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end" }
live:
  follow: true
  jobs: [ { name: live, run: "echo alive" } ]
E2
hookrun run big >/dev/null
out=$(hookrun last --output big)
is 'long output is kept at both ends' "$(echo "$out" | head -n 1) $(echo "$out" | tail -n 1)" 'begin end'
has 'and says what is not' "$out" '[... '
[ "$(stat -c %s $LOG)" -lt 200000 ]
result $? 'the record is short'
is 'how much there was' "$(hookrun last --json | json_at jobs/0/output_bytes)" 3000011
hookrun run live >/dev/null
is 'what is shown as it comes' "$(hookrun last --output live)" alive

# ---- charts ------------------------------------------------------------------

cat > "$TAP_DIR/record" <<'E2'
{"version": 1, "date": 1700000000000, "hook": "chart", "outcome": "failed", "ms": 1000, "jobs": [
{"name": "a", "path": "a", "kind": "run", "outcome": "passed", "start": 0, "ms": 500},
{"name": "b", "path": "b", "kind": "run", "outcome": "failed", "start": 250, "ms": 750},
{"name": "s", "path": "s", "kind": "run", "outcome": "skipped", "ms": 0},
{"name": "c", "path": "c", "kind": "run", "outcome": "passed", "start": 500, "ms": 0}]}
E2
tr -d '\n' < "$TAP_DIR/record" >> $LOG
echo >> $LOG
is 'which jobs ran beside which' "$(HOOKRUN_PLAIN=1 TZ=UTC hookrun last --timeline | sed 's/  *$//')" \
	'chart failed in 1s, 2023-11-14 22:13:20
a  ################################                                   500ms
b                  #################################################  750ms failed
c                                  #                                  0s'
hookrun last --trace trace.json
json=$(cat trace.json)
is 'a trace for Chrome' "$(at traceEvents/0/args/name) $(at traceEvents/1/ph) $(at traceEvents/1/name)" \
	'chart X a'
is 'in microseconds' "$(at traceEvents/2/ts) $(at traceEvents/2/dur)" '1700000000250000 750000'
is 'one lane for those that ran beside each other' \
	"$(at traceEvents/1/tid) $(at traceEvents/2/tid) $(at traceEvents/3/tid)" '1 2 1'
json=$(hookrun last --list --hook chart --json)
is 'the list for programs' \
	"$(at version) $(at runs/0/number) $(at runs/0/date) $(at runs/0/hook) $(at runs/0/outcome) $(at runs/0/ms)" \
	'1 1 1700000000000 chart failed 1000'
is 'who called' "$(at runs/0/terminal)" false
is 'and what failed' "$(at runs/0/failed/0) $(at runs/0/failed/1)" 'b none'
json=$(hookrun last --list --json)
is 'all of them' "$(printf '%s\n' "$json" | grep -c '"number": ')" "$(hookrun last --list | wc -l)"

# ---- slow --------------------------------------------------------------------

for ms in 100 100 110 100 200 210 200 900; do
	printf '{"version": 1, "date": 1700000000000, "hook": "pace", "outcome": "passed", "ms": %s, "jobs": [{"name": "a", "path": "a", "kind": "run", "outcome": "passed", "start": 0, "ms": %s}, {"name": "q", "path": "q", "kind": "run", "outcome": "passed", "start": 0, "ms": 5}]}\n' $ms $ms
done >> $LOG
is 'median, 95 %, trend' "$(hookrun slow pace | tr -s ' ')" \
	' runs median 95 %
pace 8 110ms 900ms slower: 100ms, then 200ms
 a 8 110ms 900ms slower: 100ms, then 200ms
 q 8 5ms 5ms steady'
has 'of all hooks' "$(hookrun slow)" 'chart'
fails 'of none' hookrun slow nope
# rows: flag.slow.json
json=$(hookrun slow pace --json)
is 'for programs: the hook' \
	"$(at version) $(at times/0/hook) $(at times/0/path) $(at times/0/runs) $(at times/0/median_ms) $(at times/0/p95_ms)" \
	'1 pace none 8 110 900'
is 'a job, with its trend' \
	"$(at times/1/path) $(at times/1/trend) $(at times/1/older_ms) $(at times/1/newer_ms)" 'a slower 100 200'
is 'one without a change' "$(at times/2/path) $(at times/2/trend)" 'q steady'
json=$(hookrun slow chart --json)
is 'too few for a trend' "$(at times/0/hook) $(at times/0/trend)" 'chart none'
is 'of none' "$(hookrun slow nope --json | tr -d ' \n')" '{"version":1,"times":[]}'

# ---- damage ------------------------------------------------------------------

printf '{"version": 1, "hook": "cut' >> $LOG
hookrun run live >/dev/null
is 'a record that was cut spoils no other' "$(hookrun last --json 2>/dev/null | json_at hook)" live
has 'and is told' "$(hookrun last 2 2>&1 >/dev/null)" '1 damaged record is left out'
printf '\0\377{}[[[\n{"version": 1, "hook": 5, "jobs": "x"}\n{"version": 9}\n' >> $LOG
has 'no rubbish is taken for a record' "$(hookrun last 2>&1 >/dev/null)" '3 damaged records are left out'

# ---- how much ----------------------------------------------------------------

# Records of 30 kB: the log turns when it has the last 50, which one run of
# several looks for.
rm -rf .git/hookrun/runs
mkdir -p .git/hookrun/runs
records() {
	perl -e 'print qq({"version": 1, "hook": "h", "outcome": "passed", "jobs": [], "pad": ") . "x" x 30000 . qq("}\n) for 1 .. shift' "$1" >> $LOG
}
turns() {
	i=0
	while [ $i -lt 150 ] && [ ! -e $LOG.1 ]; do
		hookrun run live >/dev/null
		i=$((i + 1))
	done
	[ -e $LOG.1 ]
}
records 36
hookrun run big >/dev/null # a long record: it is looked at
[ ! -e $LOG.1 ]
result $? 'a log of few runs stays, though it is large'
records 13
ok 'then it turns' turns
hookrun run live >/dev/null
is 'both are read' "$(hookrun last 45 --json 2>/dev/null | json_at hook)" h

# ---- off ---------------------------------------------------------------------

rm -rf .git/hookrun/runs
echo 'recorder: false' >> lefthook-local.yml
hookrun run live >/dev/null
[ ! -e .git/hookrun/runs ]
result $? 'recorder: false keeps nothing'
sed -i /recorder/d lefthook-local.yml
mkdir -p .git/hookrun && : > .git/hookrun/runs
is 'where it cannot be written nothing is said' "$(hookrun run live 2>&1)" "$(
	rm .git/hookrun/runs
	hookrun run live 2>&1
)"
rm -rf .git/hookrun/runs
hookrun run pre-commit --plan >/dev/null
[ ! -e .git/hookrun/runs ]
result $? 'a plan is no run'

# ---- what it costs -----------------------------------------------------------

if [ "${HOOKRUN_TEST_VARIANT:-release}" = release ]; then
	cat > lefthook.yml <<'E2'
pre-commit:
  jobs: [ { name: c, run: "true" } ]
E2
	rm lefthook-local.yml
	hookrun install >/dev/null 2>&1
	commit cost >/dev/null 2>&1 # makes the folder
	# Behind the jobs nothing is waited for, so the calls are always the same,
	# but that one run of several looks at the size.  Off a terminal, which
	# costs more.
	trace() {
		echo "$1" > file && git add file
		strace -f -qq -e signal=none -o "$TAP_DIR/strace.raw" \
			git commit -qm cost >/dev/null 2>&1
		strace_joined "$TAP_DIR/strace.raw" > "$TAP_DIR/strace"
	}
	least() {
		least=
		for i in 1 2 3 4 5 6 7 8; do
			trace "$1 $i"
			calls=$(hookrun_calls |
				awk '/PR_SET_CHILD_SUBREAPER, 0/ { n = 0 } { n++ } END { print n }')
			[ -n "$least" ] && [ "$least" -le "$calls" ] || least=$calls
		done
		echo "$least"
	}
	with=$(least with)
	processes=$(hookrun_forks | grep -c .)
	with_ps=$(hookrun_started | grep -c '/ps$')
	is 'one write' "$(hookrun_calls | grep -c 'write([0-9]*, "\\n{')" 1
	hasnt 'git is not asked' "$(cat "$TAP_DIR/strace")" write-tree
	echo 'recorder: false' >> lefthook.yml
	without=$(least without)
	if [ "$(port)" = linux ]; then
		[ $((with - without)) -lt 12 ] && [ $((with - without)) -gt 0 ]
		result $? 'fewer than 12 system calls for a commit'
		note "$((with - without)) more"
	else # what ps(1) is waited for is not always the same
		is 'ps is asked twice for it: what called us, and who called that' \
			"$((with_ps - $(hookrun_started | grep -c '/ps$')))" 2
	fi
	is 'and no process' "$processes" "$(hookrun_forks | grep -c .)"
fi

finish
