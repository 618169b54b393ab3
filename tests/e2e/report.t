#!/bin/sh
# What machines are told: --report json, junit and sarif, and --agent.
. "$(dirname "$0")/../helpers/tap.sh"

# The value at a path of keys and numbers in a JSON file.
at() { # FILE KEY...
	perl -MJSON::PP -e '
		local $/; open my $f, "<", shift or die;
		my $v = decode_json(<$f>);
		$v = ref $v eq "ARRAY" ? $v->[$_] : $v->{$_} for @ARGV;
		binmode STDOUT, ":utf8";
		print ref $v eq "ARRAY" ? scalar @$v : JSON::PP::is_bool($v) ? ($v ? "true" : "false") : $v // "-"' "$@"
}
xpath() { xmllint --xpath "$1" out.xml 2>&1; }
run() { out=$(hookrun run "$@" 2>&1) && status=0 || status=$?; }
reported() { # HOOK
	run "$1" --force --report json=out.json --report junit=out.xml --report sarif=out.sarif
}

repo
mkdir sub
: > sub/a.js
: > 'b ü.rb'
cat > lint.sh <<'E2'
printf '\033[31ma.js:3:14:\033[m bad <x> & "y" \001\303\050\n'
printf 'a.js:4: again\nnothing.js:3: no\n'
exit 3
E2
cat > own.sh <<'E2'
echo '{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "theirs" } },
 "results": [ { "message": { "text": "own" }, "rank": 1.50 } ] } ] }'
E2
cat > lefthook.yml <<'E2'
all:
  jobs:
    - { name: good, run: echo fine & true }
    - name: "lint <\"&'>"
      root: sub
      run: sh ../lint.sh
    - { name: own, run: sh own.sh }
    - { name: quiet, run: exit 4 }
    - { name: may, run: exit 5, allow_failure: true }
    - { name: skipped, run: echo, skip: true }
    - { group: { jobs: [{ name: inner, run: "kill -KILL $$" }] } }
    - { name: spaces, run: "echo 'b ü.rb:7: here'; exit 1" }
green:
  jobs: [{ name: ok, run: "echo ok > ran" }]
off:
  skip: true
  jobs: [{ name: ok, run: echo ok }]
stopped:
  jobs: [{ name: long, run: "kill -TERM $PPID; sleep 1000" }]
big:
  jobs: [{ name: big, run: "sh big.sh" }]
E2

# ---- all of it ----
reported all
is 'the exit code is what it was' "$status" 1
ok 'JUnit is XML' xmllint --noout out.xml
is 'the suite' "$(xpath 'string(/testsuites/testsuite/@name)')" all
is 'its counts' \
	"$(xpath 'concat(//testsuite/@tests, " ", //testsuite/@failures, " ", //testsuite/@errors, " ", //testsuite/@skipped)')" \
	'8 4 0 2'
is 'which are those of its cases' \
	"$(xpath 'concat(count(//testcase), " ", count(//testcase/failure), " ", count(//testcase/error), " ", count(//testcase/skipped))')" \
	'8 4 0 2'
is 'a name arrives as it is' "$(xpath 'string(//testcase[2]/@name)')" "lint <\"&'>"
is 'with its place' "$(xpath 'concat(//testcase[2]/@file, ":", //testcase[2]/@line)')" lefthook.yml:4
is 'why it failed' "$(xpath 'string(//testcase[2]/failure/@message)')" 'exit status 3'
is 'its command and output, without what XML cannot have' \
	"$(xpath 'string(//testcase[2]/failure)')" '$ sh ../lint.sh
a.js:3:14: bad <x> & "y" �(
a.js:4: again
nothing.js:3: no'
is 'what passed has its output' "$(xpath 'string(//testcase[1]/system-out)')" fine
is 'what failed and may is no failure' \
	"$(xpath 'string(//testcase[@name="may"]/skipped/@message)')" 'failed, and may: exit status 5'
has 'what was skipped says why' \
	"$(xpath 'string(//testcase[@name="skipped"]/skipped/@message)')" 'skip: true (lefthook.yml:'
is 'a group is its jobs' "$(xpath 'string(//testcase[7]/@name)')" 'group (6) > inner'
is 'times are seconds' "$(xpath 'string(//testsuite/@time)' | tr -d 0-9)" .

is 'SARIF has its version' "$(at out.sarif version)" 2.1.0
is 'our run, and the one that a job printed' "$(at out.sarif runs)" 2
is 'the tool' "$(at out.sarif runs 0 tool driver name)" hookrun
is 'the run failed' "$(at out.sarif runs 0 invocations 0 executionSuccessful)" false
is 'a result each place, and each job without one' "$(at out.sarif runs 0 results)" 6
result_at() { # NUMBER
	for key in 'ruleId' 'level' 'message text' \
		'locations 0 physicalLocation artifactLocation uri' \
		'locations 0 physicalLocation region startLine' \
		'locations 0 physicalLocation region startColumn'; do
		# shellcheck disable=SC2086 # several keys
		printf '%s|' "$(at out.sarif runs 0 results "$1" $key)"
	done
}
is 'the first' "$(result_at 0)" "lint <\"&'>|error|bad <x> & \"y\" $(printf '\001')�(|sub/a.js|3|14|"
is 'the second' "$(result_at 1)" "lint <\"&'>|error|again|sub/a.js|4|-|"
is 'without a place it is where the job is written' "$(result_at 2)" \
	'quiet|error|quiet failed: exit status 4|lefthook.yml|8|-|'
is 'what may fail is a warning' "$(result_at 3)" \
	'may|warning|may failed: exit status 5|lefthook.yml|9|-|'
is 'a signal' "$(result_at 4)" \
	'group (6) > inner|error|group (6) > inner failed: signal: killed|lefthook.yml|11|-|'
is 'a name is written as a URI' "$(result_at 5)" 'spaces|error|here|b%20%C3%BC.rb|7|-|'
is 'from the root' "$(at out.sarif runs 0 originalUriBaseIds SRCROOT uri)" "file://$TAP_REPO/"
is 'rules are those that have results' "$(at out.sarif runs 0 tool driver rules)" 5
is 'theirs' "$(at out.sarif runs 1 tool driver name)" theirs
is 'as it was' "$(at out.sarif runs 1 results 0 message text)" own
has 'number by number' "$(cat out.sarif)" '"rank": 1.50'

is 'JSON has its version' "$(at out.json version)" 1
is 'a job, and how it ended' "$(at out.json jobs 1 outcome) $(at out.json jobs 1 ending)" \
	'failed exit status 3'
is 'it is the recording' "$(cat out.json)" "$(hookrun last --json)"
echo 'recorder: false' >> lefthook.yml
rm -rf .git/hookrun/runs
reported green
ok 'nothing is recorded' test ! -e .git/hookrun/runs
is 'also where none is kept' "$(at out.json hook)" green

# ---- other ends ----
is 'green' "$status $(xpath 'string(//testsuite/@tests)') $(xpath 'string(//testsuite/@failures)')" '0 1 0'
is 'green in SARIF' "$(at out.sarif runs 0 results) $(at out.sarif runs 0 invocations 0 executionSuccessful)" '0 true'
reported off
is 'a hook that is skipped' "$status $(xpath 'string(//testcase/@name)')" '0 off'
has 'says why' "$(xpath 'string(//testcase/skipped/@message)')" 'skip: true'
cp lefthook.yml all.yml
printf 'broken:\n  piped: true\n  parallel: true\n  jobs: [{ run: "true" }]\n' > lefthook.yml
reported broken
cp all.yml lefthook.yml
is 'one that cannot run' "$status $(xpath 'string(//testsuite/@errors)')" '1 1'
ok 'says why in XML' test -n "$(xpath 'string(//testcase/error/@message)')"
is 'and in SARIF' "$(at out.sarif runs 0 invocations 0 executionSuccessful) \
$(at out.sarif runs 0 invocations 0 toolExecutionNotifications 0 level)" 'false error'
reported stopped
is 'one that a signal ended' "$status" 143
is 'is no success' "$(at out.sarif runs 0 invocations 0 executionSuccessful) $(at out.json outcome)" \
	'false interrupted'
ok 'in any format' test "$(xpath 'count(//failure) + count(//error)')" -ge 1

cat > big.sh <<'E2'
printf '{ "runs": ['
head -c 18000000 /dev/zero | tr '\0' ' '
echo '] }'
E2
reported big
is 'SARIF that is too long is missed' \
	"$(at out.sarif runs 0 invocations 0 toolExecutionNotifications 0 message text)" \
	'the SARIF of big is left out: its 18000015 bytes are more than is kept'

echo old > out.xml
printf 'green: [\n' > broken.yml
HOOKRUN_CONFIG=broken.yml hookrun run green --report junit=out.xml > /dev/null 2>&1
is 'a run that never began leaves an empty file, not an old one' "$(cat out.xml)" ''
rm ran
run green --report junit=no/such/folder/out.xml
is 'one that cannot be written' "$status" 1
has 'is named' "$out" "$TAP_REPO/no/such/folder/out.xml"
ok 'before anything runs' test ! -e ran
for word in junit junit= xml=out.xml =x; do
	run green --report "$word"
	is "--report $word: status" "$status" 2
done
has 'which there are is told' "$out" 'json=FILE, junit=FILE or sarif=FILE'
(cd sub && hookrun run green --report json=here.json > /dev/null 2>&1)
ok 'a name is one from where one stands' test -s sub/here.json

# ---- for agents ----
run green --agent
is 'an agent hears nothing of what is well' "$status$out" 0
run all --agent
is 'else the command and the places, or the output' "$status $out" "2 \$ cd sub && sh ../lint.sh
sub/a.js:3:14: bad <x> & \"y\" \\x01$(printf '\303')(
sub/a.js:4: again
\$ exit 4
exit status 4
\$ kill -KILL \$\$
signal: killed
\$ echo 'b ü.rb:7: here'; exit 1
b ü.rb:7: here"
is 'on standard error' "$(hookrun run all --agent 2> /dev/null)" ''
printf 'one:\n  jobs: [{ run: "echo what; echo it says; exit 1", fail_text: "read this" }]\n' > lefthook.yml
run one --agent
is 'one job that names no place' "$status $out" '2 $ echo what; echo it says; exit 1
what
it says
read this'
finish
