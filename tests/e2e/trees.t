#!/bin/sh
# Whatever shape the processes of a job take, none outlives the end of the run;
# but a daemon that the job detached does.
. "$(dirname "$0")/../helpers/tap.sh"

repo
mkdir shapes

# Each says in pid-SHAPE what must be gone; `exec` keeps the number.
cat > shapes/child <<'E2'
sleep 1000 & echo $! > pid-child
wait
E2
cat > shapes/deaf <<'E2'
trap '' INT TERM HUP
sleep 1000 & echo $! > pid-deaf
wait; wait; wait
E2
cat > shapes/session <<'E2'
setsid sh -c 'echo $$ > pid-session; exec sleep 1000'
E2
cat > shapes/deep <<'E2'
setsid sh -c 'setsid sh -c "echo \$\$ > pid-deep; exec sleep 1000" & wait' &
wait
E2
cat > shapes/orphan <<'E2'
(sleep 1000 & echo $! > pid-orphan)
sleep 1000
E2
cat > shapes/stopped <<'E2'
sleep 1000 & echo $! > pid-stopped
kill -STOP $!
wait
E2
cat > shapes/group <<'E2'
set -m
sleep 1000 & echo $! > pid-group
wait
E2
cat > shapes/deafsession <<'E2'
setsid sh -c 'trap "" INT TERM HUP; echo $$ > pid-deafsession
	while :; do sleep 1000; done'
E2
cat > shapes/forks <<'E2'
trap '' INT HUP
(while :; do setsid sleep 0.01 & wait; done) & echo $! > pid-forks
wait; wait
E2
shapes='child deaf session deep orphan stopped group deafsession forks'

# Detached on purpose: whoever started it has ended, and it has a session of its
# own or ignores the hang-up.
cat > shapes/daemon <<'E2'
(setsid sh -c 'echo $$ > pid-daemon; exec sleep 1000' &)
nohup sleep 1000 >nohup.out 2>&1 & echo $! > pid-nohup
until test -s pid-daemon; do sleep 0.01; done
E2
# Not detached, but what it says is for nobody; and one that speaks to us.
cat > shapes/quiet <<'E2'
sh -c 'echo $$ > pid-quiet; sleep 1000; :' >quiet.out 2>&1 &
until test -s pid-quiet; do sleep 0.01; done
E2
cat > shapes/closed <<'E2'
sh -c 'echo $$ > pid-closed; exec sleep 1000' >&- 2>/dev/null &
until test -s pid-closed; do sleep 0.01; done
E2
cat > shapes/loud <<'E2'
sleep 1000 >/dev/null & echo $! > pid-loud
E2
{
	for hook in signal late; do
		printf '%s:\n  parallel: true\n  jobs_limit: 0\n  jobs:\n' "$hook"
		for shape in $shapes; do
			printf '    - name: %s\n      run: sh shapes/%s\n' "$shape" "$shape"
			[ "$hook" = signal ] || echo '      timeout: 5s'
		done
	done
	cat <<'E2'
daemons:
  jobs:
    - name: daemon
      run: sh shapes/daemon
    - name: wait
      run: "touch ready; if test -e stay; then sleep 1000; fi"
    - name: bad
      run: "test ! -e bad"
E2
	cat <<'E2'
put-off:
  jobs:
    - run: sh shapes/loud
    - run: sh shapes/quiet
    - run: sh shapes/closed
E2
} > lefthook.yml

pids() {
	for shape in $shapes; do
		echo "pid-$shape"
	done
}

all_there() {
	for file in $(pids); do
		test -s "$file" || return 1
	done
}

# One that only waits to be reaped by its new parent is dead.
alive() {
	state=$(sed 's/.*) //' "/proc/$(cat "$1")/stat" 2>/dev/null)
	case $state in
	'' | Z*) return 1 ;;
	esac
}

check_gone() { # WHAT
	for shape in $shapes; do
		[ -s "pid-$shape" ] && ! alive "pid-$shape"
		result $? "$1: nothing is left of '$shape'"
	done
}

end_daemons() {
	kill -KILL "$(cat pid-daemon)" "$(cat pid-nohup)" 2>/dev/null
}

cleanup() {
	for file in "$TAP_REPO"/pid-*; do
		[ -s "$file" ] && kill -KILL "$(cat "$file")" 2>/dev/null
	done
}

for signal in INT TERM HUP; do
	rm -f pid-*
	hookrun run signal > out 2>&1 &
	pid=$!
	await all_there
	kill -"$signal" "$pid"
	wait "$pid"
	is "$signal: hookrun dies of it" "$(kill -l $? 2>/dev/null)" "$signal"
	check_gone "$signal"
done

rm -f pid-*
hookrun run signal > out 2>&1 &
pid=$!
await all_there
kill -INT "$pid"
kill -INT "$pid"
wait "$pid"
is 'second Ctrl-C: hookrun dies of it' "$(kill -l $? 2>/dev/null)" INT
check_gone 'second Ctrl-C'

rm -f pid-*
hookrun run late > out 2>&1
is 'a timeout fails the hook' $? 1
has 'it says so' "$(grep 'session ' out)" 'timeout (5s)'
check_gone timeout

# The terminal goes away: its other end is closed by the death of script(1).
if command -v script >/dev/null; then
	rm -f pid-* hookrun.pid
	script -qec 'echo $$ > hookrun.pid; exec hookrun run signal' /dev/null \
		> out 2>&1 < /dev/null &
	pid=$!
	await all_there
	kill -KILL "$pid"
	wait "$pid"
	await eval '! alive hookrun.pid'
	check_gone 'closed terminal'
fi

# Whoever read our output goes away; the jobs are run to their end.
rm -f pid-* ready
mkfifo pipe
hookrun run daemons > pipe 2>&1 &
pid=$!
true < pipe
wait "$pid"
is 'no reader: the hook still passes' $? 0
[ -e ready ]
result $? 'no reader: all jobs were run'

ok 'a daemon outlives a run that ends well' alive pid-daemon
ok 'so does what nohup started' alive pid-nohup
end_daemons

rm -f pid-* ready
hookrun run put-off > out 2>&1
is 'what runs in the background is no failure' $? 0
ok 'with an output of its own it goes on' alive pid-quiet
ok 'or with none' alive pid-closed
fails 'what speaks to us does not' alive pid-loud
has 'which is said' "$(cat out)" 'ended what a job left in the background: s'
kill -KILL "$(cat pid-quiet)" "$(cat pid-closed)"

rm -f pid-* ready
touch bad
hookrun run daemons > out 2>&1
is 'a run that fails' $? 1
ok 'a daemon outlives it' alive pid-daemon
ok 'so does what nohup started' alive pid-nohup
end_daemons

rm -f pid-* ready
touch stay
hookrun run daemons > out 2>&1 &
pid=$!
await test -e ready
kill -INT "$pid"
wait "$pid"
ok 'a daemon that was detached before Ctrl-C outlives it' alive pid-daemon
ok 'so does what nohup started' alive pid-nohup
end_daemons

# What was our child before we became hookrun is none of the jobs'.
rm -f pid-* stay bad
sh -c 'sleep 1000 & echo $! > pid-before; exec hookrun run daemons' > out 2>&1
ok 'a child of the caller is left alone' alive pid-before
end_daemons

finish
