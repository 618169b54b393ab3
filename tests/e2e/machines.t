#!/bin/sh
# Machines that are somebody else's: a container that runs as root, a repository
# that several people share, one that another user owns, and package managers
# that call install where there is nothing to install.
. "$(dirname "$0")/../helpers/tap.sh"

# ---- what calls install after its own installation ----
repo
printf 'pre-commit:\n  jobs: [{ run: "true" }]\n' > lefthook-local.yml
out=$(hookrun install)
is 'a local configuration alone is one' "$?$out" '0sync hooks: ✔️(pre-commit)'
is 'so that no example is written' "$(git status --porcelain)" '?? lefthook-local.yml'
out=$(HOOKRUN=0 hookrun install 2>&1)
is 'install with HOOKRUN=0 ends well, with one line' "$?$out" \
	'0no hooks are installed: the environment says HOOKRUN=0 or LEFTHOOK=0'
mkdir "$TAP_DIR/outside"
cd "$TAP_DIR/outside" || exit 1
out=$(hookrun install 2>&1)
is 'so does one outside of a repository' "$?$out" \
	'0no hooks are installed: this is no git repository'
is 'which writes nothing' "$(ls -A)" ''
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"
lefthook install >/dev/null 2>&1
is 'lefthook fails there' $? 128

# ---- a repository that git does not trust ----
repo
printf 'pre-commit:\n  jobs: [{ run: "echo ran" }]\n' > lefthook.yml
out=$(GIT_TEST_ASSUME_DIFFERENT_OWNER=1 hookrun run pre-commit --force 2>&1)
is 'a repository of another owner is refused' $? 1
has 'as git refuses it' "$out" 'dubious ownership'
hasnt 'and nothing runs' "$out" ran
git config --global safe.directory "$TAP_REPO"
out=$(GIT_TEST_ASSUME_DIFFERENT_OWNER=1 hookrun run pre-commit --force 2>&1)
has 'unless git trusts it' "$out" ran
git config --global --unset-all safe.directory
out=$(GIT_TEST_ASSUME_DIFFERENT_OWNER=1 GIT_DIR=.git hookrun run pre-commit --force 2>&1)
has 'or the environment names it' "$out" ran
hasnt 'git is asked about no repository of our own' \
	"$(programs hookrun run pre-commit --force)" /git

# ---- the rest is about other users ----
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then finish; fi

# ---- root in a user's repository ----
user() { # NAME COMMAND; the group of the shared repository is everybody's
	setpriv --reuid="$1" --regid="$(id -g "$1")" --groups=daemon sh -c "umask 002; $2"
}
partly() { # NAME: a file that is partly staged
	count=$((${count:-0} + 1))
	user "$1" "echo staged $count > f; git add f; echo eleven >> f"
}
strangers() { # files of ours that are not of the owner of .git
	find .git/hookrun .git/hooks .git/refs/hookrun .git/info \
		-newer "$TAP_DIR/start" ! -user "$(stat -c %U .git)" 2>/dev/null
}
git config --global safe.directory '*'
repo
chmod 755 .
printf 'pre-commit:\n  jobs: [{ run: "true" }]\n' > lefthook.yml
commit config >/dev/null
chown -R nobody .
touch "$TAP_DIR/start"
partly nobody
hookrun install >/dev/null
hookrun run pre-commit >/dev/null
is 'what root leaves is of the owner of the repository' "$(strangers)" ''
chown nobody .git/index # git's own trace
ok 'who can still commit what is partly staged' user nobody 'git commit -qm two'
is 'and has all files back' "$(tail -n 1 f)" eleven
partly nobody
printf 'pre-commit:\n  jobs: [{ run: "kill -9 $PPID" }]\n' > lefthook.yml
hookrun run pre-commit >/dev/null 2>&1
is 'also after a run of root that was killed' "$(strangers)" ''
printf 'pre-commit:\n  jobs: [{ run: "true" }]\n' > lefthook.yml
chown nobody .git/index
ok 'the user can go on' user nobody 'git commit -qm three'
is 'with the file as it was' "$(tail -n 1 f)$(stat -c %U f)" elevennobody

# ---- a repository of a group ----
others=$(mktemp -d "$TAP_DIR/group.XXXXXX")
cd "$others" || exit 1
git init -q --shared=group .
printf 'pre-commit:\n  jobs: [{ run: "true" }]\n' > lefthook.yml
chgrp -R daemon .
chmod -R g+rwX .
chmod g+s .
find .git -type d -exec chmod g+s {} +
chown -R daemon .
partly daemon
ok 'one member commits' user daemon 'hookrun install && git commit -qm one'
partly games
ok 'and another one does' user games 'git commit -qm two'
partly daemon
ok 'and the first again' user daemon 'git commit -qm three'
is 'what is of hookrun is of the group' \
	"$(find .git/hookrun ! -perm -g=w -o ! -group daemon)" ''

finish
