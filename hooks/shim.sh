#!/bin/sh
# hookrun shim 1 for @HOOK@, written by 'hookrun install', which overwrites
# what is changed here.  The word LEFTHOOK is how lefthook and hookrun know each
# other's files.  Up to the exec nothing but this shell runs.

case ${HOOKRUN_VERBOSE-}:${LEFTHOOK_VERBOSE-} in
1:* | true:* | *:1 | *:true) set -x ;;
esac
case ${HOOKRUN-}:${LEFTHOOK-} in
0:* | false:* | *:0 | *:false) exit 0 ;;
esac
#@RC@

if [ -n "${HOOKRUN_BIN-}" ]; then
	if command -v "$HOOKRUN_BIN" >/dev/null 2>&1; then
		exec "$HOOKRUN_BIN" run '@HOOK@' -- "$@"
	fi
else
	#@COMMAND@
	if command -v hookrun >/dev/null 2>&1; then
		exec hookrun run '@HOOK@' -- "$@"
	fi
	hookrun_path=@BINARY_PATH@
	if [ -f "$hookrun_path" ] && [ -x "$hookrun_path" ]; then
		exec "$hookrun_path" run '@HOOK@' -- "$@"
	fi
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
	if [ -n "${HOOKRUN_BIN-}" ]; then
		printf '%s\n' "  HOOKRUN_BIN is '$HOOKRUN_BIN', which cannot be executed"
	else
		#@COMMAND_NOTE@
		printf '%s\n' "  looked for 'hookrun' along PATH, and at '$hookrun_path'"
	fi
	printf '%s\n' "  install it, or set HOOKRUN_BIN to its path; HOOKRUN=0 skips hooks"
} >&2
exit 1
