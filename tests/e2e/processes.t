#!/bin/sh
# What is started and what is loaded: counted, not timed.
. "$(dirname "$0")/../helpers/tap.sh"

# Sanitizers load libraries of their own.
if [ "${HOOKRUN_TEST_VARIANT:-release}" = release ]; then
	libs=$(ldd "$HOOKRUN_TEST_BIN" 2>&1 | sed 's/^[[:space:]]*\([^ ]*\).*/\1/')
	hasnt 'libpq is not linked' "$libs" libpq
	hasnt 'nor a TLS library' "$libs" ssl
	if [ -n "$(find /usr/lib -name libgit2.a 2>/dev/null | head -n 1)" ]; then
		is 'no shared library is loaded at start' "$libs" not
	fi
	opens=$(strace -f -qq -e trace=openat "$HOOKRUN_TEST_BIN" version 2>&1 |
		grep -c -v ENOENT)
	[ "$opens" -le 3 ]
	result $? "hookrun version opens no more than the loader does ($opens)"
	echo 'int main(void) { return 0; }' > "$TAP_DIR/empty.c"
	${CC:-cc} -O2 "$TAP_DIR/empty.c" -o "$TAP_DIR/empty"
	empty=$(strace -f -qq "$TAP_DIR/empty" 2>&1 | wc -l)
	calls=$(strace -f -qq "$HOOKRUN_TEST_BIN" version 2>&1 | wc -l)
	[ "$calls" -le $((2 * empty)) ]
	result $? "it makes at most twice the calls of an empty program ($calls, $empty)"
fi

repo
cat > lefthook.yml <<'E2'
post-checkout:
  piped: true
  jobs:
    - uses: deps
    - uses: migrate
    - uses: test-map
pre-commit:
  jobs:
    - { name: direct, run: ls README }
E2
mkdir -p db/migrate config
echo 'development: { adapter: postgresql, database: nowhere }' > config/database.yml
echo 'class A; end' > db/migrate/20240101000001_a.rb
printf 'GEM\n  remote: x\n  specs:\n    rake (13.0)\n\nPLATFORMS\n  ruby\n' > Gemfile.lock
commit config
git reflog expire --expire=now --all # as if it had been so from the start
git branch other
hookrun install >/dev/null
shell=$(command -v sh)

started=$(programs git switch -q -c same | grep -v -e '/git$' -e git-core | but_ps)
is 'a switch with nothing to do: the hook file becomes hookrun, nothing else' \
	"$started" ".git/hooks/post-checkout
$TAP_DIR/bin/hookrun"
has 'the calls of hookrun are seen' "$(hookrun_calls)" lefthook.yml
is 'it forks nothing' "$(hookrun_forks)" ''
hasnt 'and loads no libpq' "$(hookrun_calls)" libpq
out=$(git switch -c other-name 2>&1)
is 'nor has it anything to say' "$out" "Switched to a new branch 'other-name'"

git add -A
echo x >> README
git add README
started=$(programs git commit -qm direct | grep -v -e '/git$' -e git-core)
has 'a command without shell syntax is executed directly' "$started" /ls
hasnt 'without a shell' "$started" "$shell
"

# Lists, branch, state and HEAD are read without git.
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: staged, run: 'ls -d {staged_files}', glob: '*.txt' }
    - { name: all, run: 'ls -d {all_files}' }
    - { name: not-here, run: 'ls nothing', only: [{ ref: elsewhere }] }
    - { name: no-merge, run: 'ls -d .', skip: [merge, rebase, merge-commit] }
E2
commit lists
hookrun install >/dev/null
git gc -q
echo 1 > new.txt
stage_aged
git rm -q --cached Gemfile.lock
programs git commit -qm lists
is 'pre-commit with file lists starts the jobs and nothing else' \
	"$(hookrun_started | but_ps | sort -u)" "$(command -v ls)"
is 'three of them' "$(hookrun_started | but_ps | grep -c .)" 3

cat > lefthook.yml <<'E2'
commit-msg:
  jobs:
    - { name: message, run: 'ls {1}' }
E2
commit message-hook
hookrun uninstall >/dev/null
hookrun install commit-msg >/dev/null # nothing stands for pre-commit
programs git commit -q --allow-empty -m message
is 'commit-msg starts its job and nothing else' "$(hookrun_started | but_ps)" \
	"$(command -v ls)"

finish
