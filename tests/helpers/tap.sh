# A small TAP library for the end-to-end tests; sourced.
#
#   . "$(dirname "$0")/../helpers/tap.sh"
#   repo                      # a throwaway repository, made the current folder
#   ok 'what must hold' COMMAND...
#   is 'what' "$got" "$wanted"
#   has 'what' "$text" 'part'          # and hasnt
#   fails 'what' COMMAND...   # must exit non-zero, but not by a signal
#   lefthook_output           # what passed jobs print is shown, in lefthook's form
#   finish
#
# hookrun is on PATH as `hookrun`.  The user's own git configuration and
# hookrun variables are kept out.

set -u
HERE=$(cd "$(dirname "$0")/../.." && pwd)
: "${HOOKRUN_TEST_BIN:=$HERE/build/release/hookrun}"
[ -x "$HOOKRUN_TEST_BIN" ] || {
	echo "Bail out! no binary at $HOOKRUN_TEST_BIN"
	exit 1
}
TAP_N=0
TAP_BAD=0
TAP_DIR=$(mktemp -d "${TMPDIR:-/tmp}/hookrun-test.XXXXXX")
chmod 755 "$TAP_DIR" # the database server runs as another user
TAP_PID=$$
export HOME="$TAP_DIR/home"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$TAP_DIR/gitconfig"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_TERMINAL_PROMPT=0 LC_ALL=C.UTF-8 TERM=dumb
export CLICOLOR=0 # plain marks in summaries
unset HOOKRUN LEFTHOOK HOOKRUN_OUTPUT LEFTHOOK_OUTPUT \
	CI GITHUB_ACTIONS GITLAB_CI HOOKRUN_PLAIN LEFTHOOK_PLAIN \
	HOOKRUN_VERBOSE LEFTHOOK_VERBOSE HOOKRUN_BIN HOOKRUN_CONFIG LEFTHOOK_CONFIG NO_COLOR \
	FORCE_COLOR CLICOLOR_FORCE GIT_DIR GIT_INDEX_FILE \
	GIT_WORK_TREE RAILS_ENV RACK_ENV DATABASE_URL PRIMARY_DATABASE_URL \
	PGHOST PGPORT PGDATABASE 2>/dev/null || :
mkdir -p "$HOME" "$TAP_DIR/bin"
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/hookrun"
PATH="$TAP_DIR/bin:$PATH"
export PATH
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git config --global commit.gpgsign false
git config --global protocol.file.allow always

# Called at exit of the test's own shell; a test that needs more cleaning
# defines cleanup().
tap_exit() {
	status=$?
	[ "$TAP_PID" = $$ ] || exit "$status"
	trap - EXIT
	if command -v cleanup >/dev/null 2>&1; then cleanup; fi
	cd /
	chmod -R u+w "$TAP_DIR" 2>/dev/null
	rm -rf "$TAP_DIR"
	exit "$status"
}
trap tap_exit EXIT
trap 'exit 1' INT TERM HUP

result() { # STATUS NAME
	TAP_N=$((TAP_N + 1))
	if [ "$1" = 0 ]; then
		echo "ok $TAP_N - $2"
	else
		echo "not ok $TAP_N - $2"
		TAP_BAD=$((TAP_BAD + 1))
	fi
}

# The port that is tested: linux, darwin or posix.
port() { hookrun version --full | sed -n 's/^port: //p'; }

note() { printf '%s\n' "$*" | sed 's/^/# /'; }

ok() {
	tap_name=$1
	shift
	if tap_out=$("$@" 2>&1); then
		result 0 "$tap_name"
	else
		tap_status=$?
		result 1 "$tap_name"
		note "exit status $tap_status of: $*"
		note "$tap_out"
	fi
}

fails() {
	tap_name=$1
	shift
	tap_out=$("$@" 2>&1)
	tap_status=$?
	if [ "$tap_status" -gt 0 ] && [ "$tap_status" -lt 126 ]; then
		result 0 "$tap_name"
	else
		result 1 "$tap_name"
		note "exit status $tap_status of: $*"
		note "$tap_out"
	fi
}

is() {
	if [ "$2" = "$3" ]; then
		result 0 "$1"
	else
		result 1 "$1"
		note "got:"
		note "$2"
		note "wanted:"
		note "$3"
	fi
}

has() {
	case $2 in
	*"$3"*) result 0 "$1" ;;
	*)
		result 1 "$1"
		note "no '$3' in:"
		note "$2"
		;;
	esac
}

hasnt() {
	case $2 in
	*"$3"*)
		result 1 "$1"
		note "'$3' is in:"
		note "$2"
		;;
	*) result 0 "$1" ;;
	esac
}

# For tests that look at what jobs print though they pass, or at lefthook's own
# form; `output` in a configuration does not count then.
lefthook_output() { export HOOKRUN_OUTPUT=lefthook; }

# A new repository with one commit; its path is the current folder.
repo() {
	TAP_REPO=$(mktemp -d "$TAP_DIR/repo.XXXXXX")
	cd "$TAP_REPO" || exit 1
	git init -q .
	echo start > README
	git add README
	git commit -qm start
}

# Stage everything.  The files get an old time first: one that was written in the
# tick in which the index was is read again by whoever trusts the index, which
# would count as a call, or as a file looked at.
stage_aged() {
	find . -name .git -prune -o -type f -exec touch -d 2020-01-01 {} +
	git add -A
}

# A Gemfile.lock with one gem: lock_file VERSION.
lock_file() {
	printf 'GEM\n  remote: https://example.org/\n  specs:\n    rake (%s)\n' "$1"
	printf '\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rake\n'
}

# Commit everything with a message.
commit() {
	git add -A && git commit -qm "$1"
}

# Wait until a command succeeds, 20 s at most (a bound, not a measure).
await() {
	tap_tries=200
	while [ "$tap_tries" -gt 0 ]; do
		"$@" >/dev/null 2>&1 && return 0
		tap_tries=$((tap_tries - 1))
		sleep 0.1
	done
	return 1
}

# What strace -f writes, and a call that others interrupted (a vfork always) put
# together again.
strace_joined() {
	awk '/ <unfinished [.][.][.]>$/ {
		sub(/ <unfinished [.][.][.]>$/, "")
		held[$1] = $0
		next
	}
	/<[.][.][.] [a-z0-9_]+ resumed>/ {
		rest = $0
		sub(/^.*resumed>/, "", rest)
		print held[$1] rest
		next
	}
	{ print }' "$1"
}

# The programs that a command starts, one a line in order, by strace.
programs() {
	# The leak sanitizer starts a helper at exit and cannot be traced.
	ASAN_OPTIONS=detect_leaks=0 \
		strace -f -qq -e trace='execve,clone,clone3,fork,vfork,?open,openat,connect' \
		-o "$TAP_DIR/strace.raw" "$@" >/dev/null 2>&1
	strace_joined "$TAP_DIR/strace.raw" > "$TAP_DIR/strace"
	sed -n 's/.*execve("\([^"]*\)".*= 0$/\1/p' "$TAP_DIR/strace"
}

# Programs, one a line, without ps(1), which is asked who called us and what was
# left behind where the kernel does not tell of processes.
but_ps() {
	if [ "$(port)" = linux ]; then cat; else grep -v '/ps$'; fi
}

# The calls that hookrun itself made in the last programs(); the hook file names
# it, or becomes it, so its process is the same.
hookrun_calls() {
	tap_pid=$(sed -n -E 's,^([0-9]*) *execve\("[^"]*(/hookrun|hooks/[a-z-]*)".*= 0$,\1,p' \
		"$TAP_DIR/strace" | head -n 1)
	grep "^$tap_pid " "$TAP_DIR/strace"
}

# The programs that hookrun itself started then, one a line.
hookrun_started() {
	for tap_child in $(hookrun_calls |
		sed -n -E 's/.*(clone3?|v?fork)[ (].* = ([0-9]+)$/\2/p'); do
		sed -n "s/^$tap_child *execve(\"\([^\"]*\)\".*= 0\$/\1/p" \
			"$TAP_DIR/strace"
	done
}

# The calls by which hookrun itself made processes then; those of ps(1) are left
# out where but_ps leaves them out.
hookrun_forks() {
	tap_forks=$(hookrun_calls | grep -E ' (clone3?|v?fork)\(')
	if [ "$(port)" != linux ]; then
		tap_forks=$(echo "$tap_forks" | while read -r tap_call; do
			grep -q "^${tap_call##* } *execve(\"[^\"]*/ps\".*= 0\$" \
				"$TAP_DIR/strace" || echo "$tap_call"
		done)
	fi
	[ -z "$tap_forks" ] || echo "$tap_forks"
}

finish() {
	echo "1..$TAP_N"
	[ "$TAP_BAD" = 0 ] || exit 1
	exit 0
}
