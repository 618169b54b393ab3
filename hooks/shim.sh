#!/bin/sh
# hookrun shim 3 for @HOOK@, written by 'hookrun install', which overwrites
# what is changed here.  The word LEFTHOOK is how lefthook and hookrun know each
# other's files.  Where the first line names hookrun itself (--direct), git
# starts no shell for this file, and the rest is for whoever gives it to one.

hookrun_path=@BINARY_PATH@
hookrun_search=@SEARCH_PATH@
case ${HOOKRUN_VERBOSE-}:${LEFTHOOK_VERBOSE-} in
1:* | true:* | *:1 | *:true) set -x ;;
esac
case ${HOOKRUN-}:${LEFTHOOK-} in
0:* | false:* | *:0 | *:false) exit 0 ;;
esac
#@RC@

# What is started from a desktop knows less of PATH than the shell that installed
# this; what it does know comes first.
case :$PATH: in
*":$hookrun_search:"*) ;;
*) PATH=$PATH${hookrun_search:+:$hookrun_search} ;;
esac

# Where git's configuration calls hookrun for the same hook, this file has
# nothing to do; hookrun sees from that name who asks.
HOOKRUN_HOOK_FILE=$0
export HOOKRUN_HOOK_FILE

hookrun_bin=${HOOKRUN_BIN:-${LEFTHOOK_BIN-}}
if [ -n "$hookrun_bin" ]; then
	if command -v "$hookrun_bin" >/dev/null 2>&1; then
		exec "$hookrun_bin" run '@HOOK@' -- "$@"
	fi
else
	#@COMMAND@
	if command -v hookrun >/dev/null 2>&1; then
		exec hookrun run '@HOOK@' -- "$@"
	fi
	if [ -f "$hookrun_path" ] && [ -x "$hookrun_path" ]; then
		exec "$hookrun_path" run '@HOOK@' -- "$@"
	fi
	if [ -x node_modules/.bin/hookrun ]; then
		exec node_modules/.bin/hookrun run '@HOOK@' -- "$@"
	fi
	hookrun_npm=
	! grep -q '"hookrun"' package.json 2>/dev/null || hookrun_npm=npm
	if [ -n "$hookrun_npm" ] && [ -f .pnp.cjs ] &&
		command -v yarn >/dev/null 2>&1; then
		exec yarn hookrun run '@HOOK@' -- "$@"
	fi
	for file in Gemfile.lock gems.locked; do
		if [ -f "$file" ] && command -v bundle >/dev/null 2>&1 &&
			grep -q '^ *hookrun ' "$file"; then
			exec bundle exec hookrun run '@HOOK@' -- "$@"
		fi
	done
	# A lefthook that is a link to hookrun is as good.
	hookrun_link=$(command -v lefthook 2>/dev/null) || hookrun_link=
	case $(readlink -f "${hookrun_link:-/}" 2>/dev/null || :) in
	*/hookrun) exec "$hookrun_link" run '@HOOK@' -- "$@" ;;
	esac
fi

# No hookrun.  That is an error where the repository has a configuration for
# it: a hook that is passed over in silence is believed to have run.  Hooks of a
# push that arrives are started in the git directory, the others in the root of
# the work tree.
root=.
if [ ! -e .git ]; then
	root=$(git rev-parse --show-toplevel 2>/dev/null) || root=$PWD
	root=${root%/.git}
fi
config=
for name in hookrun lefthook hookrun-local lefthook-local; do
	for place in "$root/" "$root/." "$root/.config/"; do
		for ext in yml yaml json jsonc toml; do
			[ ! -f "$place$name.$ext" ] || config=$name.$ext
		done
	done
done
for file in "${HOOKRUN_CONFIG-}" "${LEFTHOOK_CONFIG-}"; do
	[ ! -f "${file:-/}" ] || config=$file
done
[ -n "$config" ] || exit 0

{
	printf '%s\n' "hookrun: no hookrun found to run the @HOOK@ hook of '$config'"
	if [ -n "$hookrun_bin" ]; then
		printf '%s\n' "  HOOKRUN_BIN or LEFTHOOK_BIN is '$hookrun_bin', which cannot be executed"
	else
		#@COMMAND_NOTE@
		printf '%s\n' "  looked for 'hookrun' along PATH, at '$hookrun_path'," \
			"  in node_modules/.bin, and in the Gemfile"
		[ ! -f yarn.lock ] || hookrun_npm=${hookrun_npm:+yarn}
		[ ! -f pnpm-lock.yaml ] || hookrun_npm=${hookrun_npm:+pnpm}
		[ -z "$hookrun_npm" ] || printf '%s\n' \
			"  package.json names it: '$hookrun_npm install' brings it"
	fi
	printf '%s\n' "  install it, or set HOOKRUN_BIN to its path; HOOKRUN=0 skips hooks"
} >&2
exit 1
