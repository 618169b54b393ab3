#!/bin/sh
# Our own output: nothing when green in a pipe, one line on a terminal, and of
# a failure all that its mending takes.
. "$(dirname "$0")/../helpers/tap.sh"
unset CI GITHUB_ACTIONS GITLAB_CI HOOKRUN_PLAIN 2>/dev/null || :

# Durations without their digits, the repository without its path.
plain() { sed -E -e 's/[0-9]+\.[0-9]s/T/g' -e "s,$TAP_REPO,REPO,g"; }
# Bytes below a blank that are neither line breaks nor tabs.
controls() { LC_ALL=C tr -d '\n\t\040-\377' | wc -c | tr -d ' '; }
on_terminal() { script -qec "$*" /dev/null </dev/null | tr -d '\r'; }

repo
mkdir -p packages/web
echo x > packages/web/a.js
cat > lefthook.yml <<'E2'
green:
  jobs:
    - { name: a, run: echo hi }
    - { name: b, run: echo ho }
    - { name: c, run: echo x, skip: true }
pre-commit:
  jobs:
    - { name: ok, run: echo hi }
    - name: eslint
      root: packages/web
      run: echo '{staged_files}'; echo '2:1 error'; exit 3
      fail_text: read the guide
    - { name: none, run: "echo {staged_files}", glob: "*.zzz" }
    - { name: may, run: "echo no; exit 2", allow_failure: true }
    - { name: told, run: echo told, show: always }
alone: { jobs: [ { name: a, run: printf lone } ] }
nameless: { jobs: [ { run: exit 2 }, { run: "true" } ] }
group:
  jobs:
    - name: grp
      group: { jobs: [ { name: in, run: exit 4 }, { name: other, run: "true" } ] }
broken: { jobs: [ { name: a, script: gone, runner: sh }, { run: "true" } ] }
skipped: { skip: true, jobs: [ { name: a, run: "true" } ] }
killed: { jobs: [ { name: a, run: kill -9 $$ }, { run: "true" } ] }
late: { jobs: [ { name: a, run: sleep 60, timeout: 100ms }, { run: "true" } ] }
changed:
  fail_on_changes: always
  jobs: [ { name: a, run: echo y >> README }, { run: "true" } ]
E2
git add -A
hookrun install >/dev/null

# ---- a pipe -------------------------------------------------------------------
is 'green: nothing' "$(hookrun run green 2>&1)" ''
is 'a job that is alone is the hook' "$(hookrun run alone 2>&1)" lone
is 'and so is one that is chosen' "$(hookrun run green --job b 2>&1)" ho
is 'what was chosen and does not run is told' "$(hookrun run green --job c 2>&1)" \
	'- c  skipped: skip: true (lefthook.yml:5)'
red='✗ eslint  packages/web  T  exit status 3   (lefthook.yml:9)
  $ echo '"'./a.js'"'; echo '"'2:1 error'"'; exit 3
  ./a.js
  2:1 error
  read the guide
! may  T  exit status 2  allowed to fail   (lefthook.yml:14)
  $ echo no; exit 2
  no
✓ told  T   (lefthook.yml:15)
  told'
out=$(git commit -m x 2>&1)
is 'red: the job, where it is written, what it said, what to type' \
	"$(echo "$out" | plain)" "$red
hookrun pre-commit ✗ 1 of 4 failed: eslint; 1 skipped; the commit was stopped
  again:  hookrun run pre-commit --job eslint
  skip:   HOOKRUN_EXCLUDE=eslint git commit"
is 'no control character is among it' "$(echo "$out" | controls)" 0
out=$(hookrun run pre-commit 2>&1 | plain)
is 'by hand no commit was stopped, and none is to be tried again' "$out" "$red
hookrun pre-commit ✗ 1 of 4 failed: eslint; 1 skipped
  again:  hookrun run pre-commit --job eslint"
has 'again: works when typed' "$(sh -c "$(echo "$out" | sed -n 's/.*again: *//p')" 2>&1)" \
	'✗ eslint  packages/web'
is 'again: is for the same files' "$(hookrun run pre-commit --all-files --exclude 'x*' 2>&1 |
	sed -n 's/ *again: *//p')" \
	"hookrun run pre-commit --job eslint --exclude 'x*' --all-files"
is 'and for those that were named' \
	"$(hookrun run pre-commit --file packages/web/a.js 2>&1 |
		sed -n 's/ *again: *//p')" \
	'hookrun run pre-commit --job eslint --file packages/web/a.js'
ok 'skip: works when typed' env HOOKRUN_EXCLUDE=eslint git commit -qm x
out=$(hookrun run nameless 2>&1 | plain)
is 'a job without a name cannot be chosen' "$(echo "$out" | tail -n 1)" \
	'  again:  hookrun run nameless'
cat >> lefthook.yml <<'E2'
pre-push: { jobs: [ { name: go vet, run: exit 2 }, { run: "true" } ] }
E2
out=$(GIT_EXEC_PATH=/ hookrun run pre-push </dev/null 2>&1 | tail -n 2)
is 'one with a blank can be chosen, and not be excluded' "$out" \
	"  again:  hookrun run pre-push --job 'go vet'
  skip:   HOOKRUN=0 git push"
has 'and again: works when typed' "$(hookrun run pre-push --job 'go vet' 2>&1)" \
	'exit status 2'
out=$(hookrun run group 2>&1 | plain)
is 'a job in a group' "$out" '✗ grp ❯ in  T  exit status 4   (lefthook.yml:21)
  $ exit 4
hookrun group ✗ 1 of 2 failed: in
  again:  hookrun run group --job in'
has 'what cannot run says why' "$(hookrun run broken 2>&1)" '✗ a   (lefthook.yml:22)
  script does not exist: gone'
has 'a signal' "$(hookrun run killed 2>&1)" 'signal: killed'
has 'a timeout' "$(hookrun run late 2>&1)" 'timeout (100ms)'
out=$(hookrun run changed 2>&1)
has 'changes that are refused' "$out" 'modified files:'
hasnt 'are not followed by a green line' "$out" '✓'
git checkout -q README

# ---- long output ----------------------------------------------------------------
cat > lefthook.yml <<'E2'
long:
  jobs:
    - { name: long/one, run: seq 1000; exit 1 }
    - { name: eighty, run: seq 80; exit 1 }
    - { name: huge, run: "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last; exit 1" }
    - { name: "true", run: "true" }
E2
out=$(hookrun run long 2>&1)
is 'the begin is there' "$(echo "$out" | sed -n 22p)" '  20'
has 'and the cut, with the path of the whole' "$out" \
	"bytes are left out here; the whole output: $TAP_REPO/.git/hookrun/output/long-long_one-3.log"
has 'and the end' "$out" '
  951
'
hasnt 'and not the middle' "$out" '
  500
'
is 'the whole is there' "$(sha256sum < .git/hookrun/output/long-long_one-3.log)" \
	"$(seq 1000 | sha256sum)"
is 'and nobody else may read it' \
	"$(stat -c %a .git/hookrun/output/long-long_one-3.log)" 600
has 'eighty lines are not cut' "$out" '
  40
'
ok 'a line of megabytes is' test ${#out} -lt 60000
has 'and its last words are shown' "$out" '
  last
'
has 'with -v nothing is cut' "$(hookrun run long -v 2>&1)" '
  500
'
rm -rf .git/hookrun/output
echo > .git/hookrun/output
has 'nor where the whole cannot be kept' "$(hookrun run long --job long/one 2>&1)" '
  500
'
rm .git/hookrun/output

# ---- options ----------------------------------------------------------------------
cat > lefthook.yml <<'E2'
mixed:
  jobs:
    - { name: ok, run: echo hi }
    - { name: off, run: x, skip: true }
    - { name: told, run: echo told, show: always }
red: { jobs: [ { name: a, run: exit 1 }, { name: b, run: "true" } ] }
follow:
  follow: true
  parallel: true
  jobs:
    - { name: a, run: "printf 'begin '; touch a; until [ -e b ]; do sleep 0.01; done; echo end" }
    - { name: b, run: "until [ -e a ]; do sleep 0.01; done; echo between; touch b" }
followed:
  follow: true
  jobs: [ { name: a, run: echo no; exit 3 }, { run: "true" } ]
E2
is '-v shows all of it' "$(hookrun run mixed -v 2>&1 | plain)" \
	'✓ ok  T   (lefthook.yml:3)
  $ echo hi
  hi
- off  skipped: skip: true (lefthook.yml:4)
✓ told  T   (lefthook.yml:5)
  $ echo told
  told
hookrun mixed ✓ 2 jobs, 1 skipped, T'
is '-q nothing' "$(hookrun run mixed -q 2>&1)" ''
has 'but what failed' "$(hookrun run red -q 2>&1)" '✗ a  '
# A line is one, and whole; of two that are there at once, either is first.
is 'follow names the job before each line' "$(hookrun run follow 2>&1 | sort)" \
	'a | begin end
b | between'
is 'and a failure is told all the same' "$(hookrun run followed 2>&1 | plain)" 'a | no
✗ a  T  exit status 3   (lefthook.yml:15)
  $ echo no; exit 3
hookrun followed ✗ 1 of 2 failed: a
  again:  hookrun run followed --job a'
out=$(HOOKRUN_PLAIN=1 hookrun run red 2>&1 | plain)
is 'HOOKRUN_PLAIN has words for marks' "$out" 'failed: a  T  exit status 1   (lefthook.yml:6)
  $ exit 1
hookrun red failed: 1 of 2 failed: a
  again:  hookrun run red --job a'
has 'output: lefthook is lefthook'"'"'s' "$(HOOKRUN_OUTPUT=lefthook hookrun run red 2>&1)" 'summary: '
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"
has 'and so is its name' "$(HOOKRUN_OUTPUT=compact lefthook run red 2>&1)" 'summary: '

# ---- CI ------------------------------------------------------------------------------
cat > lefthook.yml <<'E2'
ci:
  jobs:
    - { name: lint, run: "echo 'README:1:2: is 50% off, see: x'; echo 'gone:1: no file'; exit 1" }
    - { name: tests, run: echo passed }
E2
out=$(CI=true GITHUB_ACTIONS=true hookrun run ci 2>&1 | plain)
is 'GitHub: sections and annotations' "$out" "✗ lint  T  exit status 1   (lefthook.yml:3)
  \$ echo 'README:1:2: is 50% off, see: x'; echo 'gone:1: no file'; exit 1
  README:1:2: is 50% off, see: x
  gone:1: no file
::error file=$(echo "$TAP_REPO/README" | plain),line=1,col=2,title=lint::is 50%25 off, see: x
::group::✓ tests  T   (lefthook.yml:4)
  passed
::endgroup::
hookrun ci ✗ 1 of 2 failed: lint
  again:  hookrun run ci --job lint"
has 'its paths are those of the checkout' \
	"$(GITHUB_WORKSPACE=$TAP_REPO GITHUB_ACTIONS=true hookrun run ci 2>&1)" \
	'::error file=README,line=1,'
out=$(CI=true GITLAB_CI=true hookrun run ci 2>&1 | tr '\r\033' '<^' | sed 's/:[0-9]*:/:N:/')
has 'GitLab: the begin of a section' "$out" '^[0Ksection_start:N:hookrun_tests[collapsed=true]<^[0K✓ tests'
has 'and its end' "$out" '^[0Ksection_end:N:hookrun_tests<^[0K'

# ---- a terminal ------------------------------------------------------------------------
export TERM=xterm
cat > lefthook.yml <<'E2'
green: { jobs: [ { name: a, run: echo hi }, { name: b, run: "true" }, { run: x, skip: true } ] }
steps: { jobs: [ { uses: deps } ] }
none: { jobs: [ { name: a, run: x, skip: true } ] }
off: { skip: true, jobs: [ { name: a, run: x } ] }
E2
is 'a green hook is one line' "$(on_terminal hookrun run green | plain)" \
	'hookrun green ✓ 2 jobs, 1 skipped, T'
has 'in colour where that is welcome' "$(unset CLICOLOR; on_terminal hookrun run green)" \
	"$(printf '\033[32m✓')"
is 'a step without work is none' "$(on_terminal hookrun run steps)" ''
is 'nothing to do' "$(on_terminal hookrun run none)" 'hookrun none ✓ nothing to do, 1 skipped'
is 'a hook that is skipped is told' "$(on_terminal hookrun run off)" \
	'- off  skipped: skip: true (lefthook.yml:4)'
is '-q not' "$(on_terminal hookrun run green -q)" ''

# ---- screens ----------------------------------------------------------------------------
if ! command -v tmux >/dev/null 2>&1; then
	note 'no tmux here: screens are not looked at'
	finish
fi
# A server each, since one that is killed takes its time.
TMUX_N=0
tmux() { command tmux -L "hookrun$$.$TMUX_N" -f /dev/null "$@"; }
cleanup() { tmux kill-server 2>/dev/null; }

# Begin `hookrun run HOOK` in a terminal of COLUMNS and ROWS.
screen() { # COLUMNS ROWS HOOK
	tmux kill-server 2>/dev/null
	TMUX_N=$((TMUX_N + 1))
	rm -f go
	tmux new-session -d -x "$1" -y "$2" \
		"trap : INT; env -u CLICOLOR -u CI HOOKRUN_OUTPUT=compact NO_COLOR=1 hookrun run $3; echo done; sleep 600"
}
# What is there, seconds and the turning mark without their value.
shot() {
	tmux capture-pane -p | sed -E -e 's/[0-9]+\.[0-9]s/T/g' -e 's/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /* /' \
		-e '/^$/d' -e 's/ *$//'
}
shows() { shot | grep -qF -- "$1"; }

wait='until [ -e go ]; do sleep 0.05; done'
{
	printf 'two:\n  parallel: true\n  jobs:\n'
	printf '    - { name: quick, run: "true" }\n'
	printf '    - { name: rspec, run: "%s" }\n' "$wait"
	printf '    - { name: "日本語e\314\201 a name that is much longer than a narrow terminal", run: "%s" }\n' "$wait"
	printf 'many:\n  parallel: true\n  jobs_limit: 200\n  jobs:\n'
	i=1
	while [ $i -le 200 ]; do
		printf '    - { name: job%d, run: "%s" }\n' $i "$wait"
		i=$((i + 1))
	done
} > lefthook.yml

name=$(printf '日本語e\314\201 a name that is much longer than a narrow terminal')
name20=$(printf '日本語e\314\201 a name t…')
name30=$(printf '日本語e\314\201 a name that is muc…')
name40=$(printf '日本語e\314\201 a name that is much longer t…')
for columns in 20 40 80 200 400; do
	screen $columns 24 two
	await shows '* two 1/3' || note "$(shot)"
	got=$(shot)
	case $columns in
	20) line=$name20 ;;
	40) line=$name40 ;;
	*) line="$name  T" ;;
	esac
	is "$columns columns: a line for each job that runs" "$got" "* two 1/3
  rspec  T
  $line"
	touch go
	await shows 'done'
	got=$(shot)
	want='hookrun two ✓ 3 jobs, T'
	[ $columns -gt 20 ] || want='hookrun two ✓ 3 jo…'
	has "$columns columns: it collapses into the last line" "$got" "$want"
	is "$columns columns: nothing else is left" "$(echo "$got" | wc -l)" 2
done

screen 80 24 two
await shows '* two 1/3'
tmux resize-window -x 30 -y 20
await shows '日本語' && sleep 0.5
is 'narrower while it runs' "$(shot)" "* two 1/3
  rspec  T
  $name30"
tmux resize-window -x 100 -y 20
await shows 'narrow terminal'
sleep 0.5
is 'and wider again' "$(shot)" "* two 1/3
  rspec  T
  $name  T"
touch go
await shows 'done'
is 'one line is left' "$(shot | wc -l)" 2

screen 80 24 many
await shows 'and 179 more'
got=$(shot)
is '200 jobs: as many lines as there is room for' "$(echo "$got" | wc -l)" 23
has 'and how many more' "$got" '* many 0/200'
touch go
await shows 'done'
is 'one line is left of them' "$(shot | wc -l)" 2

# A question of a step: what is drawn makes way, and comes back.
cp lefthook.yml "$TAP_DIR/two.yml"
lock_file 1.0 > Gemfile.lock
commit one
lock_file 2.0 > Gemfile.lock
commit two
cat > lefthook.yml <<E2
post-checkout:
  parallel: true
  jobs:
    - { name: slow, run: "$wait" }
    - { name: late, run: "until [ -e asked ]; do sleep 0.05; done" }
    - { uses: deps, needs: late, with: { mode: ask } }
E2
rm -f asked
screen 80 24 "post-checkout -- $(git rev-parse HEAD~1 HEAD | tr "\n" " ")1"
await shows '* post-checkout 0/3'
touch asked
await shows 'Install now?'
sleep 0.5
got=$(shot)
hasnt 'nothing is drawn beside a question' "$got" '* post-checkout'
hasnt 'nor left of what was drawn' "$got" '  slow  T'
tmux send-keys n Enter
await shows '* post-checkout 2/3'
is 'after the answer it is drawn again' "$(shot | tail -n 2)" "* post-checkout 2/3
  slow  T"
touch go
await shows 'done'
has 'and collapses as ever' "$(shot)" 'hookrun post-checkout ✓ 3 jobs, T'
cp "$TAP_DIR/two.yml" lefthook.yml

screen 80 24 two
await shows '* two 1/3'
tmux send-keys C-c
await shows interrupted
has 'Ctrl-C is told' "$(shot)" 'hookrun two ✗ interrupted'
hasnt 'and what was drawn is gone' "$(shot)" '* two'
touch go

finish
