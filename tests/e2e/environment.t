#!/bin/sh
# What of git's environment reaches jobs, and that hooks work on their own tree
# wherever they are fired.
. "$(dirname "$0")/../helpers/tap.sh"

setup() {
	repo
	printf '%s\n' lefthook.yml log elsewhere > .git/info/exclude
	cat > lefthook.yml
	hookrun install >/dev/null
}
# A test suite in short: a repository of its own.
cat > "$TAP_DIR/bin/suite" <<'EOT'
#!/bin/sh
set -e
rm -rf "$TMPDIR/suite"
git init -q "$TMPDIR/suite"
cd "$TMPDIR/suite"
echo x > x
git add x
HOOKRUN=0 git commit -qm suite
EOT
chmod +x "$TAP_DIR/bin/suite"
export TMPDIR="$TAP_DIR"

# ---- jobs -------------------------------------------------------------------

setup <<'EOT'
pre-commit:
  jobs:
    - { name: env, run: 'env | grep ^GIT_ | sort > "$TMPDIR/env"; true' }
    - { name: suite, run: suite }
    - { name: status, run: 'git status --porcelain > "$TMPDIR/status"' }
    - { name: top, run: 'git rev-parse --show-toplevel > "$TMPDIR/top"' }
EOT
local_vars() {
	git rev-parse --local-env-vars | while read -r name; do
		grep "^$name=" "$TAP_DIR/env"
	done
}
echo a > a; git add a
ok 'a commit whose job has a repository of its own' git commit -qm one
is 'no local variable reaches a job' "$(local_vars)" ''
is 'the commit is that of the user' "$(git log --format=%s | tr '\n' ' ')" 'one start '
is 'the job its own' "$(git -C "$TAP_DIR/suite" log --format=%s)" suite
is 'a job that asks git sees what is committed' "$(cat "$TAP_DIR/status")" 'A  a'
echo b > b; git add b
ok 'also with git -C and -c' \
	sh -c 'cd / && git -C "$1" -c a.b=c commit -qm two' sh "$PWD"
is 'the setting and no other then' "$(local_vars)" "GIT_CONFIG_PARAMETERS='a.b'='c'"
echo c > c; git add c
ok 'also with GIT_DIR of the user' sh -c '
	cd / && GIT_DIR=$1/.git GIT_WORK_TREE=$1 git commit -qm three' sh "$PWD"
is 'no local variable then either' "$(local_vars)" ''
is 'and the right tree' "$(cat "$TAP_DIR/top")" "$PWD"

# A private index is the one exception.
sed -i '/suite/d' lefthook.yml
echo a2 > a; echo b2 > b; git add b
ok 'git commit FILE' git commit -qm file a
is 'the job sees that index' "$(cat "$TAP_DIR/status")" 'M  a
 M b'
has 'by its absolute name' "$(local_vars)" "GIT_INDEX_FILE=$PWD/.git/next-index-"
ok 'git commit -a' git commit -qam all
is 'the job sees that index too' "$(cat "$TAP_DIR/status")" 'M  b'
is 'and no other variable' "$(local_vars)" "GIT_INDEX_FILE=$PWD/.git/index.lock"
ln -s "$PWD" "$TAP_DIR/link"
echo a3 > a; git add a
ok 'by way of a symbolic link' \
	sh -c 'cd "$1" && GIT_DIR=$1/.git git commit -qm link' sh "$TAP_DIR/link"
is 'the index is not private' "$(local_vars)" ''
cat > lefthook.yml <<'EOT'
pre-commit:
  jobs:
    - { root: sub, run: 'git status --porcelain > "$TMPDIR/status"' }
EOT
mkdir sub; echo s > sub/s; git add sub
ok 'an index of the user, in a folder' \
	sh -c 'cp .git/index other; GIT_INDEX_FILE=other git commit -qm other; rm other'
is 'is found from there' "$(grep -v other "$TAP_DIR/status")" 'A  sub/s'

# ---- settings for one command -----------------------------------------------

setup <<'EOT'
pre-commit:
  jobs:
    - { name: fmt, run: 'printf "x\r\n" >> {staged_files}', stage_fixed: true }
EOT
printf 'a\r\n' > a
git -c core.autocrlf=input add a 2>/dev/null
ok 'git -c core.autocrlf=input commit' git -c core.autocrlf=input commit -qm one
is 'counts for what is staged' "$(git show HEAD:a | od -c | head -n 1)" \
	"$(printf 'a\nx\n' | od -c | head -n 1)"
printf 'b\r\n' > b
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.autocrlf GIT_CONFIG_VALUE_0=input
git add b 2>/dev/null
ok 'the same by GIT_CONFIG_COUNT' git commit -qm two
is 'counts too' "$(git show HEAD:b | od -c | head -n 1)" \
	"$(printf 'b\nx\n' | od -c | head -n 1)"
unset GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0

# ---- linked work trees ------------------------------------------------------

setup <<'EOT'
pre-commit:
  fail_on_changes: never
  jobs:
    - name: fmt
      run: 'git rev-parse --show-toplevel >> "$TMPDIR/tops"; echo fixed >> {staged_files}'
      stage_fixed: true
    - { name: suite, run: suite }
EOT
main=$PWD
linked=$TAP_DIR/linked
: > .git/info/exclude
git add lefthook.yml; HOOKRUN=0 git commit -qm config
git worktree add -q "$linked"
cd "$linked" || exit 1
echo a > a; git add a
echo main > "$main/a"
: > "$TAP_DIR/tops"
ok 'a commit in a linked work tree' git commit -qm linked
ok 'one by git -C from the other' \
	sh -c 'echo b > b; git add b; cd "$1"; git -C "$2" commit -qm again' \
	sh "$main" "$linked"
is 'jobs stand in that tree' "$(sort -u "$TAP_DIR/tops")" "$linked"
is 'its files were fixed and staged' "$(git show HEAD:a HEAD:b | tr '\n' ' ')" \
	'a fixed b fixed '
is 'and it is clean' "$(git status --porcelain)" ''
is 'the other tree is not touched' "$(cat "$main/a")" main
is 'nor its index' "$(git -C "$main" status --porcelain)" '?? a'
is 'nor its branch' "$(git -C "$main" log -1 --format=%s)" config

# ---- submodules -------------------------------------------------------------

cd "$main" || exit 1
rm -f a
git init -q "$TAP_DIR/module"
(cd "$TAP_DIR/module" && echo m > m && cp "$main/lefthook.yml" . && git add . &&
	git commit -qm module)
HOOKRUN=0 git submodule --quiet add "$TAP_DIR/module" mod
HOOKRUN=0 git commit -qm submodule
cd mod || exit 1
hookrun install >/dev/null
: > "$TAP_DIR/tops"
echo s > s; git add s
ok 'a commit in a submodule' git commit -qm one
echo t > t; git add t; cd ..
ok 'one from outside' git -C mod commit -qm two
is 'jobs stand in the submodule' "$(sort -u "$TAP_DIR/tops")" "$main/mod"
is 'its files were fixed and staged' \
	"$(git -C mod show HEAD~:s HEAD:t | tr '\n' ' ')" 's fixed t fixed '
is 'and it is clean' "$(git -C mod status --porcelain)" ''
is 'the repository around it has nothing staged' \
	"$(git status --porcelain)" ' M mod'
: > "$TAP_DIR/tops"
echo o > o; git add o mod
ok 'a commit around it' git commit -qm outer
is 'is of the outer tree' "$(sort -u "$TAP_DIR/tops")" "$main"
is 'and fixes its file only' "$(git show HEAD:o | tr '\n' ' ')" 'o fixed '

finish
