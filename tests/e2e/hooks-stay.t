#!/bin/sh
# A hook file never goes by itself.  Five branches have different configurations;
# switches, commits, merges, rebases, resets and work trees follow each other at
# random, and after each the hooks of the configuration that is there now must
# run.  SEED and STEPS repeat or lengthen it.
. "$(dirname "$0")/../helpers/tap.sh"

seed=${SEED:-7}
steps=${STEPS:-300}
LOG=$TAP_DIR/log
export LOG
random() { # LIMIT -> $R, of the generator that C's standard has as an example
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	R=$((seed / 65536 % $1))
}
config() { # HOOK...
	for hook; do
		printf '%s:\n  jobs: [{ run: "echo %s >> $LOG" }]\n' "$hook" "$hook"
	done
}

files() { # of hooks
	find .git/hooks -type f ! -name '*.sample' -exec basename {} \; | sort
}
change() { # a commit
	echo more >> count
	git add count && git commit -qm change >/dev/null 2>&1
}

# ---- one by one ----
repo
config pre-commit commit-msg > lefthook.yml
hookrun install >/dev/null
commit 'checked' >/dev/null 2>&1
git switch -qc other 2>/dev/null
config pre-push > lefthook.yml
commit 'other hooks' >/dev/null 2>&1
files > "$TAP_DIR/before"
hookrun run pre-push </dev/null >/dev/null 2>&1
is 'a run of another hook removes no file' "$(files)" \
	"$(sort -u "$TAP_DIR/before" - <<'E2'
pre-push
E2
)"
: > "$LOG"
out=$(.git/hooks/commit-msg file 2>&1)
is 'one that is not configured ends well' "$?" 0
is 'at once' "$out$(cat "$LOG")" ''
is 'and check-install asks only for those that are' "$(
	rm .git/hooks/commit-msg .git/hooks/pre-push
	hookrun check-install
)" 'pre-push is not installed'
has 'as status does' "$(hookrun status)" 'pre-push is not installed'
git switch -q main 2>/dev/null
: > "$LOG"
change
is 'a switch brings back what this branch needs' "$(cat "$LOG")" 'pre-commit
commit-msg'
git switch -q other 2>/dev/null
out=$(hookrun install 2>&1)
has 'install removes, and says so' "$out" \
	'removed the commit-msg hook, which is not configured any more'
git switch -q main 2>/dev/null
: > "$LOG"
change
is 'and the next switch brings it back' "$(cat "$LOG")" 'pre-commit
commit-msg'
printf '#!/bin/sh\necho mine\n' > .git/hooks/post-merge
hookrun install >/dev/null
is 'what is not configured takes no hook of others away' \
	"$(sed -n 2p .git/hooks/post-merge)$(ls .git/hooks/*.old 2>/dev/null)" 'echo mine'
rm .git/hooks/post-merge
echo 'no_auto_install: true' >> lefthook.yml
hookrun install >/dev/null
is 'without automatic installs no file waits for them' \
	"$(files)" "$(printf 'commit-msg\npre-commit')"

# ---- at random ----
repo
set -- 'pre-commit' 'commit-msg post-commit' 'pre-push pre-rebase' \
	'post-checkout pre-commit prepare-commit-msg' 'post-merge commit-msg'
number=0
for hooks; do
	number=$((number + 1))
	git switch -qc "b$number" main
	# shellcheck disable=SC2086 # a list
	config $hooks > lefthook.yml
	echo "$number" > "own$number"
	commit "b$number"
done
hookrun install >/dev/null

wanted() { sed -n 's/^\([a-z-]*\):$/\1/p' lefthook.yml 2>/dev/null; }

# In the folder where we stand: every configured hook runs, once.
checked() {
	for hook in $(wanted); do
		: > "$LOG"
		case $hook in
		pre-commit | commit-msg | post-commit | prepare-commit-msg) continue ;;
		esac
		"$(git rev-parse --git-path hooks)/$hook" 0 0 1 </dev/null >/dev/null 2>&1
		[ "$(cat "$LOG")" = "$hook" ] || return 1
	done
	: > "$LOG"
	change || return 1
	[ "$(grep -e commit "$LOG")" = "$(wanted | grep commit | order)" ]
}

order() { # as git runs them
	cat > "$TAP_DIR/names"
	for name in pre-commit prepare-commit-msg commit-msg post-commit; do
		grep -x "$name" "$TAP_DIR/names"
	done
	:
}

settle() { # what stopped in the middle
	git rebase --abort || git merge --abort || git reset -q --hard
}

step() {
	random 8
	what=$R
	random 5
	branch=b$((R + 1))
	case $what in
	0 | 1) git switch -q "$branch" ;;
	2) git switch -q --detach "$branch" && git switch -q "$branch" ;;
	3)
		random 5
		# shellcheck disable=SC2046 # the words of a list
		config $(echo "$configs" | sed -n "$((R + 1))p") > lefthook.yml
		git commit -qam 'another configuration'
		;;
	4) git merge -q -X theirs -m merge "$branch" || settle ;;
	5) git rebase -q -X theirs "$branch" || settle ;;
	6) git reset -q --hard "$branch" ;;
	7)
		git worktree remove --force "$TAP_DIR/tree" 2>/dev/null
		git worktree add -q --detach "$TAP_DIR/tree" "$branch" &&
			(cd "$TAP_DIR/tree" && checked) || return 1
		;;
	esac >/dev/null 2>&1
	return 0 # git may have found nothing to do
}
configs=$(printf '%s\n' "$@")

bad=
done=0
while [ "$done" -lt "$steps" ]; do
	step || bad="$bad step $done (work tree) on $branch"
	checked || bad="$bad step $done (kind $what) on $branch wants: $(wanted | tr '\n' ' ') ran: $(tr '\n' ' ' < "$LOG")"
	[ -z "$bad" ] || break
	done=$((done + 1))
done
is "every configured hook runs after each of $steps steps (SEED=${SEED:-7})" "$bad" ''
is 'and all were made' "$done" "$steps"

finish
