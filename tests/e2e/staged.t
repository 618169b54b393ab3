#!/bin/sh
# What is staged, as jobs get it, beside what git says; and the same list on
# random states of a repository.  Prints the seeds: HOOKRUN_TEST_SEED and
# HOOKRUN_TEST_STATES run one again.
. "$(dirname "$0")/../helpers/tap.sh"

random=$(dirname "$HOOKRUN_TEST_BIN")/unit/staged_random.test
if [ -x "$random" ] && [ "${HOOKRUN_TEST_VARIANT:-release}" = release ]; then
	seed=${HOOKRUN_TEST_SEED:-$(date +%s)}
	export HOOKRUN_TEST_STATES="${HOOKRUN_TEST_STATES:-500}"
	HOOKRUN_TEST_SEED=$seed "$random" >"$TAP_DIR/one" 2>&1 &
	one=$!
	HOOKRUN_TEST_SEED=$((seed + 1)) "$random" >"$TAP_DIR/two" 2>&1
	result $? "$HOOKRUN_TEST_STATES random states, seed $((seed + 1))"
	wait "$one"
	result $? "$HOOKRUN_TEST_STATES random states, seed $seed"
	[ "$TAP_BAD" = 0 ] || cat "$TAP_DIR/one" "$TAP_DIR/two" >&2
fi

repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - name: list
      run: printf '%s\n' {staged_files} > "$(git rev-parse --git-dir)/list"
E2
mkdir -p src/deep
for n in one two three gone old typed; do echo "$n" > "src/deep/$n"; done
commit start
hookrun install >/dev/null

# What the job gets, and what git would have given it.
compare() {
	git diff --cached --name-only --diff-filter=ACMR > "$TAP_DIR/want"
	: > .git/list
	git commit -qm "$1" >/dev/null 2>&1
	is "$1" "$(cat .git/list)" "$(cat "$TAP_DIR/want")"
}

change() {
	echo "$1" >> src/deep/one
	chmod +x src/deep/two
	git rm -q src/deep/gone 2>/dev/null
	git mv src/deep/old "src/old-$1" 2>/dev/null
	rm -f src/deep/typed
	ln -s one src/deep/typed
	echo "$1" > "a new $1"
	ln -s src/deep/one "link-$1"
	git add -A
	echo intent > "intent-$1"
	git add -N "intent-$1"
	git rm -q --cached src/deep/three 2>/dev/null
}

change first
compare 'changes of every kind'
git update-index --index-version 4
change second
compare 'index version 4'
git update-index --split-index
change third
compare 'a split index'
git update-index --no-split-index
change fourth
git repack -adq
git pack-refs --all
compare 'packed objects and refs'
echo all >> src/deep/one
git commit -qam all
is 'commit -a: of its private index' "$(cat .git/list)" \
	"$(printf 'intent-fourth\nsrc/deep/one')"
echo only >> src/deep/two
echo other > src/deep/other
git add src/deep/other
git commit -qm only src/deep/two
is 'commit FILE: only that file' "$(cat .git/list)" src/deep/two
mkdir -p down/below
echo x > down/below/x
git add down
(cd down/below && git commit -qm sub)
is 'from a folder below: paths from the root' "$(cat .git/list)" \
	"$(printf 'down/below/x\nsrc/deep/other')"

git config core.hooksPath "$PWD/.git/hooks"
git worktree add -q ../linked
cd ../linked || exit 1
echo 1 > in-linked
git add in-linked
git commit -qm linked
is 'a linked work tree has its own index' \
	"$(cat "$(git rev-parse --git-dir)/list")" in-linked

finish
