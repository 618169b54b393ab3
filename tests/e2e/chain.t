#!/bin/sh
# Hooks that were there before ours: kept, and with `chain: true` run before the
# jobs as git would run them.
. "$(dirname "$0")/../helpers/tap.sh"

config() { # HOOK [EXTRA]
	printf '%s\n%s:\n  jobs:\n    - { name: job, run: "echo the job" }\n' \
		"${2-}" "$1" > lefthook.yml
}

hook() { # FILE TEXT
	mkdir -p "$(dirname "$1")"
	printf '#!/bin/sh\n%s\n' "$2" > "$1"
	chmod +x "$1"
}

# NAME.old
repo
config commit-msg
hook .git/hooks/commit-msg 'echo old saw "$(basename "$1")"; pwd > where
	echo "$GIT_INDEX_FILE" > index'
hookrun install >/dev/null
git add -A
hasnt 'without chain an old hook only rests' \
	"$(git commit --allow-empty -m a 2>&1)" 'old saw'
config commit-msg 'chain: true'
git add -A
out=$(git commit --allow-empty -m a 2>&1)
has 'with chain it runs' "$out" 'old saw COMMIT_EDITMSG'
has 'and the jobs after it' "$out" 'the job'
is 'in the root of the work tree' "$(cat where)" "$PWD"
is 'with the environment that git gave' "$(cat index)" '.git/index'
hasnt 'but not where single jobs are asked for' \
	"$(hookrun run commit-msg --job job -- x 2>&1)" 'old saw'

hook .git/hooks/commit-msg.old 'echo refused; exit 3'
git add -A
out=$(git commit --allow-empty -m b 2>&1)
is 'one that fails stops the commit' $? 1
has 'and is named' "$out" 'commit-msg.old'
hasnt 'before any job' "$out" 'the job'
out=$(env --ignore-signal=CHLD hookrun hook .git/hooks/commit-msg x 2>&1)
has 'its status is not lost where SIGCHLD is ignored' "$out" 'with status 3'
chmod -x .git/hooks/commit-msg.old
out=$(git commit --allow-empty -m b 2>&1)
is 'one that is not executable does not' $? 0
has 'and is named' "$out" 'not executable'

# A hook may opt out or in.
printf 'chain: true\ncommit-msg:\n  chain: false\n  jobs: [{run: echo the job}]\n' \
	> lefthook.yml
hook .git/hooks/commit-msg.old 'echo old ran'
hasnt 'a hook may say no' "$(git commit --allow-empty -m c 2>&1)" 'old ran'
printf 'commit-msg:\n  chain: true\n  jobs: [{run: echo the job}]\n' > lefthook.yml
has 'or yes' "$(git commit --allow-empty -m c 2>&1)" 'old ran'

# No hook starts itself.
printf '#!/bin/sh\n# LEFTHOOK\ncall_lefthook() { echo again; }; call_lefthook\n' \
	> .git/hooks/commit-msg.old
hasnt 'a hook of lefthook is not run' \
	"$(git commit --allow-empty -m d 2>&1)" 'again'
hook .git/hooks/commit-msg.old 'echo old ran; exec hookrun run commit-msg -- "$1"'
out=$(git commit --allow-empty -m e 2>&1)
is 'one that calls hookrun itself is one call' \
	"$(printf '%s\n' "$out" | grep -c 'old ran')" 1
is 'and the jobs run once' "$(printf '%s\n' "$out" | grep -c '^the job')" 1

# stdin is for both.
repo
printf 'pre-push:\n  chain: true\n  jobs:\n    - { name: j, run: "sed s,^,job:,", use_stdin: true }\n' \
	> lefthook.yml
hook .git/hooks/pre-push 'echo "args: $*"; sed s,^,old:,'
hookrun install >/dev/null
git init -q --bare ../remote.$$
git remote add origin ../remote.$$
out=$(git push origin main 2>&1)
has 'the old hook reads the refs' "$out" 'old:refs/heads/main'
has 'has the arguments' "$out" "args: origin ../remote.$$"
has 'and the job reads them again' "$out" 'job:refs/heads/main'

# After the fact nothing can be stopped.
repo
config post-commit 'chain: true'
hook .git/hooks/post-commit 'exit 1'
hookrun install >/dev/null
has 'after a post hook that failed the jobs run' \
	"$(git commit --allow-empty -m x 2>&1)" 'the job'

# A global core.hooksPath.
all=$TAP_DIR/all
hook "$all/pre-commit" 'echo global pre-commit'
hook "$all/post-commit" 'echo global post-commit'
repo
git config --global core.hooksPath "$all"
config pre-commit
fails 'a shared folder is refused' hookrun install
has 'and chain is offered' "$(hookrun install 2>&1)" 'chain: true'
config pre-commit 'chain: true'
out=$(hookrun install 2>&1)
has 'with chain it is not' "$out" "$all"
[ ! -e "$all/pre-commit.old" ] && [ -x .git/hooks/pre-commit ]
result $? 'and the hooks are in the repository'
git add -A
out=$(git commit -m x 2>&1)
has 'the global hook runs' "$out" 'global pre-commit'
has 'and ours' "$out" 'the job'
has 'and one that only the folder has' "$out" 'global post-commit'
git worktree add -q ../chained -b chained >/dev/null 2>&1
out=$(cd ../chained && echo more >> README && git commit -am x 2>&1)
has 'in a linked work tree too' "$out" 'the job'
ok 'check-install is content' hookrun check-install
has 'uninstall puts that right' "$(hookrun uninstall)" "$all"
out=$(git commit --allow-empty -m x 2>&1)
has 'the global hook runs' "$out" 'global pre-commit'
hasnt 'and ours does not' "$out" 'the job'
finish
