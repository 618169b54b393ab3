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
out=$(timeout 60 hookrun run background 2>&1)
is 'a process left behind does not hang the hook' $? 0
has 'its output is there' "$out" started
has 'it serves the following jobs' "$out" served
ok 'and ends with the run' gone pid-bg

rm -f pid-*
out=$(timeout 60 hookrun run late 2>&1)
is 'a timeout fails the job' $? 1
has 'the summary says timeout' "$out" 'timeout (300ms)'
ok 'and ends its tree' gone pid-bg

finish
