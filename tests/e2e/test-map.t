#!/bin/sh
# uses: test-map: when the map is refreshed, and that it is refreshed once.
. "$(dirname "$0")/../helpers/tap.sh"

# The refresh leaves its trace in `runs` and waits for `go-on` where `hold` is.
configured() {
	cat > lefthook.yml <<E2
post-checkout:
  jobs:
    - uses: test-map
      with:
        map: tmp/map.yml
        max_age: 1h
        branches: [main, 'release/*']
        refresh: sh ./refresh
${1:-}
E2
}

repo
mkdir tmp
printf '/tmp\n/lefthook.yml\n/runs\n/hold\n/go-on\n/refresh\n/pid\n/fail\n' > .gitignore
cat > refresh <<'E2'
echo run >> runs
echo $$ > pid
echo 'the suite speaks'
printf -- '---\n:type: Crystalball::ExecutionMap\n:commit: x\n:timestamp: 0\n' > tmp/map.yml
while [ -e hold ] && [ ! -e go-on ]; do sleep 0.05; done
[ ! -e fail ] || exit 3
printf -- '---\n"./spec/a_spec.rb[1:1]":\n- lib/a.rb\n' >> tmp/map.yml
E2
commit 'ignored files'
git branch topic
git branch release/1
configured
hookrun install >/dev/null

go() {
	out=$("$@" 2>&1)
	status=$?
}
runs() { # how often the refresh ran since the last call
	if [ -e runs ]; then
		grep -c run runs
	else
		echo 0
	fi
	rm -f runs
}
# From topic to a branch, main by default.
switch() {
	unhooked switch -q topic
	go git switch "${1:-main}"
}
unhooked() { git -c core.hooksPath=/dev/null "$@"; }
at_rest() { ! hookrun status | grep -q 'refreshing in the background'; }

# ---- when --------------------------------------------------------------------
configured '        background: false'
rm -f tmp/map.yml
go git switch topic
is 'another branch: silence' "$out" "Switched to branch 'topic'"
go git checkout --detach main
is 'a detached head' "$(runs)" 0
go git checkout main
is 'missing: refreshed' "$(runs)" 1
has 'its output is shown' "$out" 'the suite speaks'
switch
is 'fresh: silence' "$out" "Switched to branch 'main'"
is 'and no run' "$(runs)" 0
touch -d '2 hours ago' tmp/map.yml
has 'expired, says status' "$(hookrun status)" 'expired, 2h old'
switch release/1
is 'expired: refreshed, on any of the branches' "$(runs)" 1
has 'fresh, says status' "$(hookrun status)" 'fresh'
head -n 4 tmp/map.yml > tmp/head && mv tmp/head tmp/map.yml
switch
is 'headless: refreshed' "$(runs)" 1
go hookrun sync
is 'sync has nothing to do then' "$(runs)" 0
sed -i "s/:timestamp: 0/:timestamp: $(date +%s)/" tmp/map.yml
touch -d '2 hours ago' tmp/map.yml
switch
is 'of the date in the head and of the file the younger counts' "$(runs)" 0

rm tmp/map.yml
touch fail
switch
is 'a failing refresh fails the hook' "$status" 1
has 'says that' "$out" 'failed with status 3'
has 'and what holds' "$out" 'the switch itself is done'
[ ! -e tmp/map.yml ]
result $? 'the headless file is removed'
rm fail
switch
is 'the next event tries again' "$(runs)" 2

rm tmp/map.yml
go git worktree add -q ../tree-$$ release/1
is 'not in a new work tree' "$status" 0
[ ! -e "../tree-$$/runs" ]
result $? 'not even where it is missing'
git worktree remove -f ../tree-$$

# ---- in the background -------------------------------------------------------
configured
touch hold
switch
is 'the switch does not wait' "$status" 0
has 'it is told' "$out" 'refreshing in the background (log: '
await test -s pid
has 'status shows it' "$(hookrun status)" 'refreshing in the background (pid '
switch
is 'not twice at once' "$out" "Switched to branch 'main'"
go hookrun sync
is 'nor by hand' "$(runs)" 1
touch go-on
await at_rest
has 'status shows how it ended' "$(hookrun status)" 'last refresh: ok'
has 'and the map' "$(hookrun status)" 'tmp/map.yml: fresh'
has 'the log has the output' "$(cat .git/hookrun/test-map.log)" 'the suite speaks'

# The command's own pid is not ours to know when its watcher is gone; it ends
# with it.
rm -f go-on tmp/map.yml pid
switch
await test -s pid
refresher=$(cat pid)
watcher=$(hookrun status | sed -n 's/.*(pid \([0-9]*\)).*/\1/p')
kill -9 "$watcher"
dead() {
	case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in
	'' | Z*) return 0 ;;
	esac
	return 1
}
if [ "$(port)" = linux ]; then
	ok 'killed: its command ends with it' await dead "$refresher"
else # no signal tells of a parent's death
	fails 'killed: its command goes on' dead "$refresher"
	kill "$refresher"
fi
await at_rest
has 'status says interrupted' "$(hookrun status)" 'last refresh: interrupted'
has 'and what it left' "$(hookrun status)" 'without data'
runs >/dev/null
touch go-on
switch
await at_rest
is 'the next event starts it again' "$(runs)" 1
has 'and it ends well' "$(hookrun status)" 'last refresh: ok'

rm -f tmp/map.yml
touch fail
switch
is 'a failure in the background is no failure of the hook' "$status" 0
await at_rest
has 'status shows it' "$(hookrun status)" 'last refresh: failed with status 3'
[ ! -e tmp/map.yml ]
result $? 'the headless file is removed here too'

finish
