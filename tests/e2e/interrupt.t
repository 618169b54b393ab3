#!/bin/sh
# Ctrl-C, TERM, HUP and timeouts: nothing is left running, nothing hangs.
. "$(dirname "$0")/../helpers/tap.sh"

repo
cat > lefthook.yml <<'E2'
tree:
  jobs:
    - name: tree
      run: "echo $$ > pid-sh; sleep 1000 & echo $! > pid-bg; sleep 1000 & echo $! > pid-fg; wait"
    - name: after
      run: touch after
stubborn:
  jobs:
    - name: stubborn
      run: "trap '' TERM INT HUP; echo $$ > pid-sh; sleep 1000 & echo $! > pid-bg; echo $! > pid-fg; wait; wait"
background:
  jobs:
    - name: start
      run: "sleep 1000 & echo $! > pid-bg; echo started"
    - name: use
      run: "kill -0 $(cat pid-bg) && echo served"
late:
  jobs:
    - name: slow
      timeout: 300ms
      fail_text: should not be shown
      run: "sleep 1000 & echo $! > pid-bg; wait"
E2

# No process of these files is alive; one that only waits to be reaped by its
# new parent is dead.
gone() {
	for file in "$@"; do
		state=$(sed 's/.*) //' "/proc/$(cat "$file")/stat" 2>/dev/null)
		case $state in
		'' | Z*) ;;
		*) return 1 ;;
		esac
	done
	return 0
}

for signal in INT TERM HUP; do
	rm -f pid-* after
	hookrun run tree > out 2>&1 &
	pid=$!
	await test -s pid-fg
	kill -"$signal" "$pid"
	wait "$pid"
	status=$?
	is "$signal: hookrun dies of it" "$(kill -l "$status" 2>/dev/null)" "$signal"
	ok "$signal: the whole tree is gone" gone pid-sh pid-bg pid-fg
	[ ! -e after ]
	result $? "$signal: what follows is not started"
done

rm -f pid-*
hookrun run stubborn > out 2>&1 &
pid=$!
await test -s pid-fg
kill -INT "$pid"
wait "$pid"
ok 'a tree that ignores signals is killed' gone pid-sh pid-bg

rm -f pid-*
hookrun run stubborn > out 2>&1 &
pid=$!
await test -s pid-fg
kill -INT "$pid"
kill -INT "$pid"
wait "$pid"
ok 'also by a second Ctrl-C' gone pid-sh pid-bg

rm -f pid-*
out=$(timeout 60 hookrun run background -v 2>&1)
is 'a process left behind does not hang the hook' $? 0
has 'its output is there' "$out" started
has 'it serves the following jobs' "$out" served
ok 'and ends with the run' gone pid-bg

rm -f pid-*
out=$(timeout 60 hookrun run late 2>&1)
is 'a timeout fails the job' $? 1
has 'the summary says timeout' "$out" 'timeout (300ms)'
ok 'and ends its tree' gone pid-bg

# ---- Ctrl-C in a shell's terminal ----
# Git ends at once and the shell prompts; what a hook still has to end is nobody's
# to see any more.
cat >> lefthook.yml <<'E2'
pre-commit:
  jobs:
    - name: stubborn
      run: "trap '' TERM INT HUP; echo $$ > pid-sh; sleep 1000 & echo $! > pid-bg; wait; wait"
    - name: tidy
      run: "touch unwanted"
tidy:
  jobs:
    - name: tidy
      run: "trap 'sleep 0.2; touch tidied; exit 1' INT; echo $$ > pid-sh; while :; do sleep 0.1; done"
E2
mkfifo keys
hookrun install >/dev/null
git add lefthook.yml
# A background process of sh would start its children deaf to Ctrl-C.
(unset CI && TERM=xterm exec env --default-signal=INT,QUIT script -qfec 'bash --norc --noprofile -i' typescript) \
	< keys >/dev/null 2>&1 &
exec 5> keys
keys() { printf %b "$1" >&5; }

rm -f pid-*
keys 'git commit -m stubborn\n'
await test -s pid-bg
keys '\003'
keys 'touch back; echo MA""RK\n'
ok 'the shell has its terminal again' await test -e back
ok 'the job is ended' await gone pid-sh pid-bg
[ ! -e unwanted ]
result $? 'and nothing more is run'
keys 'hookrun run late; echo late > over\n'
await test -s over
is 'nothing is written into the terminal of others' \
	"$(sed -n '/MARK/,/hookrun run/p' typescript | grep -c -e stubborn -e summary)" 0

rm -f pid-* tidied
keys 'hookrun run stubborn; echo $? > status\n'
await test -s pid-bg
keys '\003'
await gone pid-sh pid-bg
keys 'echo back > over2\n'
ok 'a run by hand gives it back too' await test -s over2

rm -f pid-*
sed -i '/^pre-commit:/,/^tidy:/{/^tidy:/!d}; s/^tidy:/pre-commit:/' lefthook.yml
git add lefthook.yml
keys 'git commit -m tidy\n'
await test -s pid-sh
keys '\003'
ok 'a job that tidies up after one Ctrl-C is not killed' \
	await test -e tidied
keys 'exit\n'
exec 5>&-
wait

finish
