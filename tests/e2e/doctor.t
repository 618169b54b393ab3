#!/bin/sh
# `hookrun doctor`: each thing that keeps hooks from running is named, and what
# it says mends it does.
. "$(dirname "$0")/../helpers/tap.sh"
# npm has nothing to ask the registry for
export npm_config_offline=true npm_config_audit=false npm_config_fund=false \
	npm_config_update_notifier=false

look() { out=$(hookrun doctor 2>&1) && status=0 || status=$?; }
# The command below the line that has TEXT.
mend_for() {
	echo "$out" | awk -v text="$1" 'index($0, text) { on = 1; next }
		on && /^      mend: / { sub(/^      mend: /, ""); print; exit }
		on && /^  [^ ]/ { exit }'
}
# TEXT is told; the command that mends it is tried, and it is not told any more.
mended() { # NAME TEXT
	look
	has "$1: it is told" "$out" "✗ $2"
	is "$1: the status" "$status" 1
	command=$(mend_for "$2")
	note "$command"
	eval "$command" > "$TAP_DIR/mend.out" 2>&1
	result $? "$1: the command succeeds"
	look
	hasnt "$1: and mends it" "$out" "$2"
}
well() {
	look
	is "$1" "$status" 0
	[ "$status" = 0 ] || note "$(echo "$out" | grep -A1 ✗)"
}
configured() {
	printf 'pre-commit:\n  jobs:\n    - name: lint\n      run: %s\n' "${1:-"true"}" > lefthook.yml
}

# ---- where all is well ----
repo
mended 'no configuration' "there is none in '$TAP_REPO'"
configured
hookrun install > "$TAP_DIR/install"
well 'all is well: status'
has 'which is said' "$out" 'nothing is wrong'
has 'git is named' "$out" "git version $(git version | sed 's/git version //')"
has 'the hook files too' "$out" "installed and fresh in '$TAP_REPO/.git/hooks'"
before=$(find . -type f -exec ls -l --time-style=full-iso {} + | sort)
look
is 'nothing is changed' \
	"$(find . -type f -exec ls -l --time-style=full-iso {} + | sort)" "$before"
is 'outside of a repository' "$(cd "$TAP_DIR" && hookrun doctor 2>&1; echo $?)" \
	"$(cd "$TAP_DIR" && hookrun status 2>&1; echo $?)"

# ---- hook files ----
rm .git/hooks/pre-commit
mended 'a hook file that is gone' 'pre-commit is not installed'
chmod -x .git/hooks/pre-commit
mended 'one that cannot be executed' 'pre-commit is not executable'
rm .git/hooks/pre-commit
printf '#!/bin/sh\n' > .git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
mended "somebody else's" 'pre-commit is not ours'
well 'well again'

# ---- who else wants to own the hooks ----
mkdir -p .husky/_
git config core.hooksPath .husky/_
mended "husky's folder" "core.hooksPath is '.husky/_' (local: $TAP_REPO/.git/config), set by husky"
echo '{ "name": "x", "scripts": { "prepare": "husky" } }' > package.json
mended "husky's script" "the script 'prepare' in package.json starts husky"
rm package.json
mkdir "$TAP_DIR/all-hooks"
git config --global core.hooksPath "$TAP_DIR/all-hooks"
mended 'a global folder' "core.hooksPath is '$TAP_DIR/all-hooks' (global: $GIT_CONFIG_GLOBAL)"
is 'which stays as it is' "$(git config --global core.hooksPath)" "$TAP_DIR/all-hooks"
git config --global --unset core.hooksPath
well 'the own one that is set now is as good'

# ---- the environment ----
export HOOKRUN=0
mended 'hooks that are switched off' "HOOKRUN is '0'"
export LEFTHOOK=false
mended "by lefthook's name" "LEFTHOOK is 'false'"
export HOOKRUN_EXCLUDE=lint
mended 'jobs that are left out' "HOOKRUN_EXCLUDE is 'lint'"
export HOOKRUN_BIN=/nowhere/hookrun
mended 'a program that is gone' "HOOKRUN_BIN is '/nowhere/hookrun'"

# ---- PATH and programs ----
mkdir "$TAP_DIR/passing"
(PATH="$TAP_DIR/passing:$PATH" hookrun install)
rmdir "$TAP_DIR/passing"
mended 'a folder of the recorded PATH that is gone' \
	"the PATH recorded at install has '$TAP_DIR/passing', which is gone"
mkdir "$TAP_DIR/late"
printf '#!/bin/sh\n' > "$TAP_DIR/late/latelint"
chmod +x "$TAP_DIR/late/latelint"
configured 'latelint {staged_files}'
look
has 'a program that is nowhere' "$out" \
	"✗ there is no program 'latelint' along the PATH of hooks: install it (job 'lint', lefthook.yml:3)"
PATH="$TAP_DIR/late:$PATH"
mended 'one that only this terminal has' "'latelint' is here in '$TAP_DIR/late/latelint', but not along the PATH recorded"
has 'is found then' "$out" 'found: latelint'
well 'all is well with it'
mkdir -p sub bin node_modules/.bin .lefthook/pre-commit
: > .lefthook/pre-commit/s.sh
: > bin/check
configured './bin/check'
mended 'a script that is not executable' "'./bin/check' is not executable"
configured './bin/nope'
look
has 'one that is not there' "$out" "✗ './bin/nope' is not there: looked in '$TAP_REPO'"
cp bin/check node_modules/.bin/locallint
configured locallint
look
has 'one of node_modules' "$out" "not along PATH: write 'npx locallint'"
cat > lefthook.yml <<'E2'
pre-commit:
  setup:
    - run: nosetup
  env: { X: "1" }
  jobs:
    - { run: noroot && ./here, root: sub }
    - { run: nopath, env: { PATH: /nowhere } }
    - { run: nocond, skip: { run: test -d x } }
    - { run: notrue, skip: true }
    - group: { jobs: [ { run: nogroup || true }, { run: nodeep } ] }
    - { script: s.sh, runner: norunner -x }
    - { uses: test-map }
E2
look
is 'each program once, where a hook would look for it' \
	"$(echo "$out" | sed -n "s/^  ✗ [^']*'\([^']*\)'.*/\1/p" | sort | tr '\n' ' ')" \
	'./here nodeep noroot norunner nosetup '
configured

# ---- configuration ----
printf 'pre-commit:\n  jobs:\n    - rnu: x\n' > lefthook.yml
look
is 'a mistake in the configuration' "$status" 1
has 'is told with its line' "$out" "✗ lefthook.yml:3:7: unknown key 'rnu'"
printf 'pre-commit: [\n' > lefthook.yml
look
is 'one that cannot be read' "$status" 1
has 'is told too' "$out" '✗ lefthook.yml:1:14'
has 'and the rest is looked at' "$out" disk
configured
printf 'min_version: 99.0.0\n' >> lefthook.yml
look
has 'a version that is not met' "$out" '✗ lefthook.yml:5:14: required lefthook version (99.0.0)'
configured

# ---- what was left behind ----
# Where nobody tells in which folder a process is, any git counts, so that those
# of other tests are kept from sight.
held='is held'
if [ "$(port)" = posix ]; then
	held='may be held'
	ps=$(command -v ps)
	cat > "$TAP_DIR/bin/ps" <<E2
#!/bin/sh
[ "\$*" = '-A -o pid= -o comm=' ] || exec "$ps" "\$@"
sed 's/$/ git/' "$TAP_DIR/gits"
E2
	chmod +x "$TAP_DIR/bin/ps"
fi
: > "$TAP_DIR/gits"
: > .git/index.lock
look
has 'a lock that is new' "$out" "'$TAP_REPO/.git/index.lock' is new"
touch -d '2 hours ago' .git/index.lock
mkfifo "$TAP_DIR/fifo"
git cat-file --batch < "$TAP_DIR/fifo" > "$TAP_DIR/cat.out" &
git_pid=$!
echo "$git_pid" > "$TAP_DIR/gits"
exec 8> "$TAP_DIR/fifo"
is_git() { [ "$(cat "/proc/$git_pid/comm")" = git ]; }
ok 'a git is at work' await is_git
look
has 'so that an old one may be its' "$out" 'index.lock'"' $held by a git that runs"
exec 8>&-
wait "$git_pid"
: > "$TAP_DIR/gits"
mended 'a lock that was left' "'$TAP_REPO/.git/index.lock' was left"
ok 'and git can stage again' git add lefthook.yml
git commit -qm config

echo one > f
git add f
echo two >> f
# shellcheck disable=SC2016 # for the job's shell
configured 'kill -KILL $PPID'
hookrun run pre-commit > "$TAP_DIR/killed" 2>&1
ok 'the run had hidden something' test -d .git/hookrun/guard
printf 'one\nthree\n' > f
configured
hookrun recover > "$TAP_DIR/recover" 2>&1
mended 'work that could not be put back' 'unstaged work of 1 file could not be put back'
is 'which is there again' "$(cat f)" 'one
two'

# ---- recordings ----
hookrun run pre-commit --force > "$TAP_DIR/run" 2>&1
echo '{ "version": 1' >> .git/hookrun/runs/log
mended 'a recording that cannot be read' '1 of the last'
ok 'by removing them' test ! -e .git/hookrun/runs

# ---- steps ----
repo
printf 'post-checkout:\n  jobs: [{ uses: deps }]\n' > lefthook.yml
printf '{ "lockfileVersion": 3, "packages": {} }\n' > package-lock.json
echo '{ "name": "x" }' > package.json
hookrun install > "$TAP_DIR/install"
mended 'packages that may not be installed' 'package-lock.json: not checked yet'
well 'after it all is well'

# ---- a folder that cannot be written ----
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod -R a+rX .
	git config --global safe.directory '*'
	out=$(setpriv --reuid=nobody --regid=nogroup --clear-groups hookrun doctor 2>&1)
	has "another user's repository" "$out" "✗ '$TAP_REPO/.git' is not writable for this user"
fi

finish
