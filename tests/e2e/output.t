#!/bin/sh
# Lefthook's output: its marks and lines, `output`, colours, `follow`.
. "$(dirname "$0")/../helpers/tap.sh"

esc=$(printf '\033')

# The box without its width, durations without their digits.
plain() {
	sed -e 's/^[╭╰]─*[╮╯]$/BOX/' -e 's/^  ──*$/LINE/' \
		-e 's/[0-9][0-9]*\.[0-9][0-9] seconds/T/'
}

config() { # the value of `output`, or every part
	{
		echo "output: ${1-lefthook}"
		cat <<'E2'
pre-commit:
  jobs:
    - { name: ok, run: echo hi }
    - { name: still, run: ":" }
    - { name: bad, run: "echo no; exit 3", fail_text: fix it }
    - { name: skipped, run: echo x, skip: true }
    - { name: none, run: "echo {staged_files}", glob: "*.zzz" }
    - name: grp
      group:
        jobs:
          - { name: in, run: printf x }
          - { run: exit 4 }
pre-push:
post-merge: { jobs: [] }
all-skipped:
  jobs: [ { name: a, run: x, skip: true } ]
hook-skipped:
  skip: true
  jobs: [ { name: a, run: x } ]
E2
	} > lefthook.yml
}

# ---- every line -------------------------------------------------------------
repo
config
git add -A
hookrun install >/dev/null
version=$(hookrun version)
out=$(git commit -m x 2>&1 | plain)
is 'a commit prints what lefthook prints' "$out" "BOX
│ hookrun  v$version   hook:  pre-commit │
BOX
┃  ok ❯ 
hi

┃  still ❯ 

┃  bad ❯ 
no

exit status 3
│  skipped (skip) by condition
│  none (skip) no files for inspection
┃  grp ❯ in ❯ 
x
┃  grp ❯ exit 4 ❯ 

exit status 4
LINE
summary: (done in T)
✓ ok (T)
✓ still (T)
✗ bad: fix it (T)
✗ grp (T)
  ✓ in (T)
  ✗ exit 4 (T)"
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"
out=$(lefthook run pre-push 2>&1 | plain)
is 'an empty hook says so, under the name it was called by' "$out" "BOX
│ lefthook  v2.2.2   hook:  pre-push │
BOX
LINE
summary: (skip) empty"
out=$(hookrun run all-skipped 2>&1 | plain | tail -n 3)
is 'all jobs skipped' "$out" "│  a (skip) by condition
LINE
summary: (done in T)"
out=$(hookrun run hook-skipped 2>&1 | plain | tail -n 3)
is 'the whole hook skipped' "$out" "│  hook-skipped (skip) hook setting
LINE
summary: (skip) empty"

# ---- output -------------------------------------------------------------------
shown() { # `output`; the rest are NAME=VALUE
	config "$1"
	shift
	env "$@" hookrun run pre-commit 2>&1 | plain | grep -v '^$'
}
failures='no
exit status 3'
rest='x
exit status 4'
is 'output: false shows what failed' "$(shown false)" "$failures
exit status 4"
is 'output: [meta]' "$(shown '[meta]' | sed -n 2p)" \
	"│ hookrun  v$version   hook:  pre-commit │"
is 'output: [success]' "$(shown '[success]' | sed -n 4,5p)" "✓ ok (T)
✓ still (T)"
is 'output: [failure]' "$(shown '[failure]' | sed -n 4,6p)" "✗ bad: fix it (T)
✗ grp (T)
  ✗ exit 4 (T)"
out=$(shown '[summary]')
has 'output: [summary]' "$out" 'summary: (done in T)
✓ ok (T)'
hasnt 'without a line above it' "$out" LINE
has 'that line is for output' "$(shown '[summary, execution]')" LINE
is 'output: [skips]' "$(shown '[skips]' | grep skip)" \
	'│  skipped (skip) by condition
│  none (skip) no files for inspection'
is 'output: [execution_out]' "$(shown '[execution_out]')" "hi
$failures
$rest"
is 'output: [jobs_info]' "$(shown '[jobs_info]' | head -n 3)" "┃  ok ❯ 
┃  still ❯ 
┃  bad ❯ "
out=$(config '[execution, summary]' && hookrun run post-merge 2>&1)
is 'an empty summary only where it is wanted' "$out" ''
out=$(config '[empty_summary, summary]' && hookrun run post-merge 2>&1)
is 'output: [empty_summary, summary]' "$out" 'summary: (skip) empty'
is 'LEFTHOOK_OUTPUT replaces the setting' \
	"$(shown '[meta]' LEFTHOOK_OUTPUT=success | tail -n 2)" '✓ ok (T)
✓ still (T)'
is 'HOOKRUN_OUTPUT=false' "$(shown '[meta, success]' HOOKRUN_OUTPUT=false)" \
	"$failures
exit status 4"
out=$(shown '[meta]' LEFTHOOK_OUTPUT=skips,bogus)
has 'a name it does not know is told' "$out" 'unknown output setting: "bogus"'
has 'and the others count' "$out" '│  skipped (skip)'
out=$(shown '[sumary]')
has 'an unknown value in the file is told with its line' "$out" \
	"lefthook.yml:1:10: unknown value 'sumary' for 'output' (did you mean 'summary'?)"

# ---- colours --------------------------------------------------------------------
# A terminal of its own for the command.
on_terminal() { script -qec "$*" /dev/null </dev/null; }
config
export TERM=xterm
for var in A=1 NO_COLOR=1 CLICOLOR=0 TERM=dumb; do
	out=$(env -u CLICOLOR "$var" hookrun run pre-commit 2>&1)
	hasnt "no escape codes on a pipe, $var" "$out" "$esc"
done
out=$(env -u CLICOLOR hookrun run pre-commit)
has 'lefthook'"'"'s marks on a pipe' "$out" '✔️ ok'
has 'and for failures' "$out" '🥊 bad: fix it'
has 'and in the box' "$out" '🥊 hookrun'
out=$(env -u CLICOLOR NO_COLOR=1 hookrun run pre-commit)
has 'other marks under NO_COLOR' "$out" '✗ bad: fix it'
if command -v script >/dev/null 2>&1; then
	out=$(unset CLICOLOR && on_terminal hookrun run pre-commit)
	has 'colours on a terminal' "$out" "${esc}[32m✔️ ok"
	for var in NO_COLOR=1 CLICOLOR=0 TERM=dumb; do
		out=$(unset CLICOLOR && on_terminal "env $var hookrun run pre-commit")
		has "something is printed on a terminal with $var" "$out" 'hi'
		hasnt "and no escape codes, $var" "$out" "$esc"
	done
	out=$(on_terminal hookrun run pre-commit --colors=off)
	hasnt 'nor with --colors=off' "$out" "$esc"
fi
out=$(hookrun run pre-commit --colors=on)
has '--colors=on works on a pipe' "$out" "${esc}[32m✔️ ok"
has 'it beats NO_COLOR' "$(NO_COLOR=1 hookrun run pre-commit --colors=on)" "$esc"
for var in FORCE_COLOR=1 CLICOLOR_FORCE=1; do
	out=$(env -u CLICOLOR $var hookrun run pre-commit)
	has "$var does" "$out" "$esc"
	out=$(env NO_COLOR=1 $var hookrun run pre-commit)
	hasnt "but NO_COLOR beats $var" "$out" "$esc"
done
cat > lefthook.yml <<'E2'
output: lefthook
colors: { cyan: 13, red: "#ff0000", green: nope }
env:
  jobs:
    - run: 'echo "no=${NO_COLOR-} force=${CLICOLOR_FORCE-}"'
E2
out=$(hookrun run env --colors=on 2>&1)
has 'colours of one'"'"'s own' "$out" "${esc}[95m┃"
has 'one that is none is told with its line' "$out" "lefthook.yml:2:44: 'nope' is no colour"
has 'jobs are told to use colours' "$out" 'no= force=1'
has 'or not to' "$(hookrun run env 2>&1)" 'no=true force='
sed -i 2s/.*/'colors: true'/ lefthook.yml
has 'colors: true beats NO_COLOR' "$(NO_COLOR=1 hookrun run env)" "$esc"
hasnt '--colors=off beats it' "$(hookrun run env --colors=off)" "$esc"

# ---- follow ---------------------------------------------------------------------
repo
cat > lefthook.yml <<'E2'
output: lefthook
one:
  follow: true
  jobs:
    - { name: a, run: echo a }
    - { name: b, run: "echo b; exit 3" }
    - { name: c, run: printf x }
    - { name: d, run: ":" }
two:
  follow: true
  parallel: true
  jobs:
    - { name: a, run: "printf 'begin '; touch a; until [ -e b ]; do sleep 0.01; done; echo end" }
    - { name: b, run: "until [ -e a ]; do sleep 0.01; done; echo between; touch b" }
E2
out=$(hookrun run one 2>&1 | plain | tail -n +4)
is 'follow prints while jobs run' "$out" '┃  a ❯ 
a
┃  b ❯ 
b
┃  c ❯ 
x
┃  d ❯ 
LINE
summary: (done in T)
✓ a (T)
✓ c (T)
✓ d (T)
✗ b (T)'
out=$(hookrun run two 2>&1)
has 'lines of parallel jobs stay whole' "$out" 'begin end'

finish
