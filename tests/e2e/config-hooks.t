#!/bin/sh
# Hooks that git's configuration names, as git runs them from 2.54 on.  An older
# git stands in for it: its hooks go through a program that does what git-hook(1)
# says, first the configured ones in their order, then the file.
. "$(dirname "$0")/../helpers/tap.sh"

real=$(command -v git)
stand_in=$TAP_DIR/newer
mkdir -p "$stand_in" "$TAP_DIR/dispatch"
export REAL_GIT="$real" DISPATCH="$TAP_DIR/dispatch" STAND_IN="$stand_in"
cat > "$stand_in/git" <<'E2'
#!/bin/sh
case ${1-} in
version | --version) echo 'git version 2.54.0'; exit ;;
commit | push) exec "$REAL_GIT" -c core.hooksPath="$DISPATCH" "$@" ;;
esac
exec "$REAL_GIT" "$@"
E2
cat > "$TAP_DIR/dispatch/any" <<'E2'
#!/bin/sh
hook=${0##*/}
unset GIT_CONFIG_PARAMETERS
PATH=$STAND_IN:$PATH # git puts its own folder in front
status=0
input=$(mktemp)
case $hook in pre-push) cat > "$input" ;; esac
for name in $("$REAL_GIT" config --get-regexp '^hook\..*\.event$' |
	awk -v hook="$hook" '$2 == hook { sub(/^hook\./, "", $1); sub(/\.event$/, "", $1); print $1 }'); do
	[ "$("$REAL_GIT" config --type=bool "hook.$name.enabled" || :)" != false ] || continue
	sh -c "$("$REAL_GIT" config "hook.$name.command") \"\$@\"" "$name" "$@" \
		< "$input" || status=1
done
file=$("$REAL_GIT" rev-parse --git-path hooks)/$hook
[ ! -x "$file" ] || "$file" "$@" < "$input" || status=1
rm -f "$input"
exit $status
E2
chmod +x "$stand_in/git" "$TAP_DIR/dispatch/any"
for hook in pre-commit commit-msg pre-push post-commit; do
	ln -s any "$TAP_DIR/dispatch/$hook"
done

RAN=$TAP_DIR/ran
export RAN
ran() { cat "$RAN" 2>/dev/null; }
a_commit() {
	rm -f "$RAN"
	echo "$1" > a
	"$real" add a
	git commit -qm "$1" 2>&1
}

hook_files() { find .git/hooks -type f ! -name '*.sample' -printf '%f\n'; }

config() {
	cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - run: echo pre-commit >> "$RAN"
commit-msg:
  jobs:
    - run: echo "commit-msg {1}" >> "$RAN"
pre-push:
  jobs:
    - run: echo pre-push >> "$RAN"
E2
}

# ---- the version ----
repo
config
if [ "$("$real" version | sed 's/.*version //' | awk -F. '{ print ($1 > 2 || $2 >= 54) }')" = 0 ]; then
	out=$(hookrun install --config 2>&1)
	is 'an older git is refused' $? 1
	has 'and named' "$out" 'does not run hooks from its configuration, 2.54 does'
else
	ok 'this git runs them itself' hookrun install --config
	ok 'and takes them back' hookrun uninstall
fi
fails 'nothing was written' test -e .git/hookrun/config-hooks
PATH=$stand_in:$PATH

# ---- install --config ----
repo
config
printf '#!/bin/sh\necho theirs >> "$RAN"\n' > .git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
ok 'it installs' hookrun install --config
is 'git is told of the event' "$(git config hook.hookrun-pre-commit.event)" pre-commit
is 'and of the file' "$(git config hook.hookrun-pre-commit.command)" \
	"$(pwd -P)/.git/hookrun/config-hooks/pre-commit"
is 'the folder of hook files stays as it is' "$(hook_files)" pre-commit
a_commit one
is 'a commit runs all, and what was there' "$(ran)" "pre-commit
theirs
commit-msg .git/COMMIT_EDITMSG"
ok 'check-install is content' hookrun check-install
has 'install names the folder' "$(hookrun install -v)" config-hooks
is 'a second install keeps the form' "$(hook_files)" pre-commit
sed -i 's/exit 0/exit 0/; s/echo pre-commit/exit 1; echo pre-commit/' lefthook.yml
out=$(a_commit two)
is 'a job that fails stops the commit' "$(git log --format=%s -1)" one
config
cat >> lefthook.yml <<'E2'
post-commit:
  jobs:
    - run: echo post-commit >> "$RAN"
E2
a_commit three
has 'a hook that comes to the configuration runs with the same commit' \
	"$(ran)" post-commit
config
hookrun install >/dev/null
is 'one that goes is not named any more' "$(git config hook.hookrun-post-commit.event)" ''
git config --unset hook.hookrun-commit-msg.event
has 'a missing setting is told' "$(hookrun check-install)" \
	'commit-msg is not in git'"'"'s configuration'
fails 'by status 1' hookrun check-install
hookrun install >/dev/null
ok 'and written again' hookrun check-install
git init -q --bare "$TAP_DIR/bare"
rm -f "$RAN"
git push -q "$TAP_DIR/bare" HEAD 2>/dev/null
is 'a push' "$(ran)" pre-push
git worktree add -q ../with-hooks 2>/dev/null
cp lefthook.yml ../with-hooks
(cd ../with-hooks && a_commit linked)
has 'a linked work tree' "$(ran)" pre-commit
ok 'uninstall' hookrun uninstall
is 'leaves no setting' "$(git config --get-regexp '^hook\.')" ''
fails 'nor the folder' test -e .git/hookrun/config-hooks
a_commit four
is 'and what was there' "$(ran)" theirs

# From hook files to settings, in a folder that sh would take apart.
mkdir "$TAP_DIR/it's a clone"
cd "$TAP_DIR/it's a clone" || exit 1
git init -q .
config
hookrun install >/dev/null
hookrun install --config >/dev/null
is 'the hook files are gone' "$(hook_files)" ''
a_commit one
is 'jobs run once' "$(ran)" "pre-commit
commit-msg .git/COMMIT_EDITMSG"

# Another folder of hooks is no hindrance.
git config core.hooksPath /nowhere
ok 'whatever core.hooksPath says' hookrun install --config
hasnt 'doctor finds nothing wrong with it' "$(hookrun doctor 2>&1)" /nowhere
git config --unset core.hooksPath
hookrun uninstall >/dev/null

# ---- a setting of the user's own beside a hook file ----
git config --global hook.mine.command 'hookrun run pre-commit --'
git config --global hook.mine.event pre-commit
hookrun install >/dev/null
a_commit five
is 'jobs run once by both' "$(ran)" "pre-commit
commit-msg .git/COMMIT_EDITMSG"
has 'and that is told' "$(hookrun check-install)" \
	"pre-commit is run by 'hook.mine' of git's configuration"
out=$(hookrun doctor 2>&1)
has 'doctor tells it' "$out" "'hook.mine'"
has 'and finds nothing wrong with that' "$out" 'nothing is wrong'
hookrun install --direct >/dev/null
a_commit six
is 'nor twice by a file that names hookrun' "$(ran | grep -c pre-commit)" 1
hookrun uninstall >/dev/null
hookrun install --config >/dev/null
a_commit seven
is 'nor by two settings' "$(ran | grep -c pre-commit)" 1
hookrun uninstall >/dev/null
hookrun install >/dev/null
git config hook.mine.enabled false
a_commit eight
is 'one that is switched off does not count' "$(ran | grep -c pre-commit)" 1
git config --unset hook.mine.enabled
git config --global hook.mine.command 'test -f a'
a_commit nine
is 'nor one that starts something else' "$(ran | grep -c pre-commit)" 1
git config --global hook.mine.command 'hookrun run commit-msg --'
a_commit ten
is 'nor one for another hook' "$(ran | grep -c '^pre-commit')" 1
git config --global hook.mine.command 'hookrun run pre-commit --'
rm -f "$RAN"
echo more > a
git add a
hookrun run pre-commit >/dev/null
is 'a run by hand is none of these' "$(ran)" pre-commit
rm -f "$RAN"
PATH=${PATH#*:} git commit -qm old
is 'nor does an older git count, which runs the file alone' "$(ran | grep -c '^pre-commit')" 1
has 'jobs know nothing of the file' "$(printf 'h:\n  jobs:\n    - run: env\n' > lefthook.yml
	HOOKRUN_HOOK_FILE=x HOOKRUN_OUTPUT=lefthook hookrun run h)" PATH=
hasnt 'that called' "$(HOOKRUN_HOOK_FILE=x HOOKRUN_OUTPUT=lefthook hookrun run h)" HOOK_FILE
finish
