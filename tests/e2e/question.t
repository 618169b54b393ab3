#!/bin/sh
# A step's question on a terminal: it waits for an answer and keeps nobody from
# ending it.
. "$(dirname "$0")/../helpers/tap.sh"

repo
mkdir a b
lock_file 1.0 | tee a/Gemfile.lock b/Gemfile.lock > Gemfile.lock
printf '/lefthook.yml\n/keys\n/typescript\n' > .gitignore
commit one
git switch -q -c next
lock_file 2.0 | tee a/Gemfile.lock b/Gemfile.lock > Gemfile.lock
commit two
git switch -q main

configured() {
	cat > lefthook.yml
	hookrun install > /dev/null
	git -c core.hooksPath=/dev/null switch -q main
	rm -rf .git/hookrun/deps .git/hookrun/heads keys
	mkfifo keys
	: > typescript
}

asked() { [ "$(grep -c 'Install now?' typescript)" = "$1" ]; }

# `git switch next` on a terminal, up to the question; $pid is the terminal.
switched() {
	TERM=xterm script -qfec 'git switch next' typescript < keys \
		> /dev/null 2>&1 &
	pid=$!
	exec 7> keys
	await asked 1
	result $? "$1: it is asked"
}

# Processes of git and of the hook in this repository.
those() {
	for dir in /proc/[0-9]*; do
		[ "$(readlink "$dir/cwd" 2>/dev/null)" = "$PWD" ] || continue
		case $(cat "$dir/comm" 2>/dev/null) in
		git | hookrun) echo "${dir#/proc/}" ;;
		esac
	done
}

# The hook's own process, of which the one that asks is a child.
hook() {
	for one in $(those); do
		parent=$(sed 's/.*) . //; s/ .*//' "/proc/$one/stat")
		[ "$(cat "/proc/$parent/comm")" != hookrun ] || echo "$parent"
	done
}

gone() { [ -z "$(those)" ]; }

# No answer was given, and there is an end.
ended() {
	await gone
	result $? "$1: all of it has ended without an answer"
	exec 7>&-
	await_end
	is "$1: the switch itself is done" "$(git branch --show-current)" next
	hasnt "$1: nothing was started" "$(cat typescript)" 'bundle install'
}

await_end() { wait "$pid" 2>/dev/null; }

ask='post-checkout:
  jobs:
    - uses: deps
      with: { mode: ask }'

echo "$ask" | configured
switched Ctrl-C
printf '\003' >&7
ended Ctrl-C

echo "$ask" | configured
switched TERM
kill -TERM "$(hook)"
ended TERM

echo "$ask" | configured
switched 'closed terminal'
kill -KILL "$pid"
ended 'closed terminal'

printf '%s\n' "$ask" '      timeout: 1s' | configured
switched timeout
ended timeout
has 'timeout: it says so' "$(cat typescript)" 'timeout (1s)'

# ---- two questions at once -----------------------------------------------------
configured <<'E2'
post-checkout:
  parallel: true
  jobs:
    - { name: first, uses: deps, with: { mode: ask, root: a } }
    - { name: second, uses: deps, with: { mode: ask, root: b } }
E2
switched two
sleep 0.5 # for the second to come up, if it would
ok 'two: one at a time' asked 1
echo n >&7
await asked 2
result $? 'two: the second after the first was answered'
echo n >&7
await gone
exec 7>&-
await_end
# The line of a job that is drawn may have the same words, behind its name.
is 'two: both are told how to go on' \
	"$(grep -c "^  run 'hookrun sync' to install" typescript)" 2

finish
