#!/bin/sh
# Remotes: repositories whose configuration is laid over the work tree's own.
. "$(dirname "$0")/../helpers/tap.sh"
lefthook_output

# A repository with rules, at DIR; what is printed by its job is WORD.
rules() { # DIR WORD
	[ -d "$1" ] || git init -q "$1"
	cat > "$1/lefthook.yml" <<E2
h:
  jobs:
    - { name: shared, run: echo $2 }
E2
	(cd "$1" && commit "$2")
}

A=$TAP_DIR/a/rules
B=$TAP_DIR/b/rules.git
mkdir -p "$TAP_DIR/a" "$TAP_DIR/b"
rules "$A" from-a
mkdir -p "$A/sub" "$A/.lefthook/h"
cat > "$A/sub/more.yml" <<'E2'
extends: [deeper.toml]
lefthook: evil
h:
  jobs:
    - { name: more, run: echo more }
E2
cat > "$A/sub/deeper.toml" <<'E2'
[[h.jobs]]
name = 'deeper'
run = 'echo deeper'
[[h.jobs]]
script = 'remote.sh'
runner = 'sh'
E2
echo 'echo script-of-the-remote' > "$A/.lefthook/h/remote.sh"
(cd "$A" && commit more && git tag v1)
rules "$A" from-a-2
git init -q "$B"
cat > "$B/lefthook.yml" <<'E2'
h:
  jobs:
    - { name: other, run: echo from-b }
E2
(cd "$B" && commit b)

repo
cat > lefthook.yml <<E2
remotes:
  - git_url: $A
    ref: v1
    configs: [lefthook.yml, sub/more.yml]
  - git_url: file://$B
h:
  jobs:
    - { name: own, run: echo own }
    - { name: shared, run: echo overridden }
E2
out=$(hookrun dump 2>&1)
has 'a dump fetches nothing, and says so' "$out" 'was not fetched yet'
out=$(hookrun run h 2>&1)
is 'the first run fetches' $? 0
has 'a file of the remote is laid over ours' "$out" from-a
hasnt 'as the ref has it' "$out" from-a-2
hasnt 'our own is overridden' "$out" overridden
has 'further files of the remote' "$out" more
has 'extends in a remote is relative to its file' "$out" deeper
has 'scripts of a remote are found' "$out" script-of-the-remote
has 'a second remote of the same name does not collide' "$out" from-b
has 'a remote cannot choose the binary' "$out" "'lefthook' has no effect"
ok 'the copies are complete' test "$(find .git/info/hookrun-remotes -name tree | wc -l)" = 2
cat > lefthook-local.yml <<'E2'
h:
  jobs:
    - { name: shared, run: echo local }
E2
has 'the local file is laid over remotes' "$(hookrun run h 2>&1)" local
rm lefthook-local.yml

# A copy is fetched once, unless it says otherwise.
cat > lefthook.yml <<E2
remotes:
  - git_url: $A
h:
  jobs: []
E2
hookrun run h >/dev/null 2>&1
rules "$A" from-a-3
has 'it is not fetched again' "$(hookrun run h 2>&1)" from-a-2
ok 'install fetches' hookrun install
has 'and the new one is used' "$(hookrun run h 2>&1)" from-a-3
is 'install removes copies that nobody names' \
	"$(find .git/info/hookrun-remotes -name tree | wc -l)" 1
rules "$A" from-a-4
echo '    refetch: true' > "$TAP_DIR/line"
sed -i "2r $TAP_DIR/line" lefthook.yml
has 'refetch fetches at every run' "$(hookrun run h 2>&1)" from-a-4
rules "$A" from-a-5
has 'not with --no-auto-install' "$(hookrun run h --no-auto-install 2>&1)" from-a-4
echo 'no_auto_install: true' >> lefthook.yml
has 'nor with no_auto_install' "$(hookrun run h 2>&1)" from-a-4
sed -i '$d' lefthook.yml
has 'else it does' "$(hookrun run h 2>&1)" from-a-5
sed -i 's/refetch: true/refetch_frequency: 1h/' lefthook.yml
rules "$A" from-a-6
has 'a young copy is used' "$(hookrun run h 2>&1)" from-a-5
find .git/info/hookrun-remotes -name fetched -exec touch -d '2 hours ago' {} +
has 'an old one is fetched again' "$(hookrun run h 2>&1)" from-a-6
sed -i 's/refetch_frequency: 1h/refetch_frequency: 1x/' lefthook.yml
has 'a bad duration is reported' "$(hookrun validate 2>&1)" refetch_frequency
sed -i 's/refetch_frequency: 1x/refetch_frequency: always/' lefthook.yml

# The server is away.
mv "$A" "$A.away"
out=$(hookrun run h 2>&1)
is 'without the server the hook runs' $? 0
has 'and says so' "$out" 'its last copy is used'
has 'with the last copy' "$out" from-a-6
out=$(hookrun run h 2>&1)
hasnt 'it is not tried again at once' "$out" 'its last copy is used'
has 'the copy is still used' "$out" from-a-6
mv "$A.away" "$A"
rules "$A" from-a-7
has 'nor when the server is back' "$(hookrun run h 2>&1)" from-a-6
find .git/info/hookrun-remotes -name failed -exec touch -d '2 hours ago' {} +
has 'but after a while' "$(hookrun run h 2>&1)" from-a-7
is 'and the failure is forgotten' "$(find .git/info/hookrun-remotes -name failed)" ''

# A fetch that was killed leaves the old copy.
mkdir -p "$(dirname "$(find .git/info/hookrun-remotes -name fetched)")/new/half"
rules "$A" from-a-8
has 'what a killed fetch left is no hindrance' "$(hookrun run h 2>&1)" from-a-8

cat > lefthook.yml <<E2
remotes:
  - git_url: $TAP_DIR/nowhere
  - git_url: $A
    configs: [nope.yml, ../../../config]
h:
  jobs:
    - run: echo marked
E2
out=$(hookrun run h 2>&1)
is 'a file outside of the remote is an error' $? 1
has 'and said with its line' "$out" 'lefthook.yml:4:25'
sed -i 's/, [.][^]]*//' lefthook.yml
find .git/info/hookrun-remotes -name failed -exec touch -d '2 hours ago' {} +
out=$(hookrun run h 2>&1)
is 'a remote that was never fetched fails the hook' $? 1
has 'and is named' "$out" "cannot fetch the remote '$TAP_DIR/nowhere'"
has 'with the way out' "$out" "'optional: true'"
hasnt 'no job runs without its' "$out" marked
out=$(hookrun run h 2>&1)
is 'so does the next, which does not try again' $? 1
has 'and says how it is fetched' "$out" "'hookrun install' fetches it"
has 'doctor finds it' "$(hookrun doctor 2>&1)" "✗ the remote '$TAP_DIR/nowhere' was not fetched yet"
fails 'a hook that is not ours, but could be theirs' hookrun run pre-push
ln -sf "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"
ok 'under the name lefthook it is left out' lefthook run h
sed -i "s,nowhere,nowhere\n    optional: true," lefthook.yml
out=$(hookrun run h 2>&1)
is 'one that is optional is left out' $? 0
has 'and that is said' "$out" 'was not fetched yet'
has 'a file that it lacks is a warning' "$out" 'of a remote does not exist'
has 'jobs run' "$out" marked
git worktree add -q ../linked 2>/dev/null
cp lefthook.yml ../linked
hasnt 'a linked work tree uses the same copies' "$(cd ../linked && hookrun run h 2>&1)" "cannot fetch the remote '$A'"
hookrun uninstall >/dev/null
ok 'uninstall removes the copies' test ! -e .git/info/hookrun-remotes

# ---- a commit ----
repo
old=$(git -C "$A" rev-parse 'v1^{commit}')
cat > lefthook.yml <<E2
remotes:
  - git_url: file://$A
    ref: $old
    refetch: true
E2
has 'a ref may be a commit' "$(hookrun run h 2>&1)" from-a
is 'exactly that one' "$(git -C .git/info/hookrun-remotes/*/tree rev-parse HEAD)" "$old"
rules "$A" from-a-9
git -C "$A" tag -f v1 >/dev/null
hasnt 'it never moves' "$(hookrun run h 2>&1)" from-a-9
git -C "$A" branch -f "$(echo "$old" | cut -c1-12)" >/dev/null
hookrun install >/dev/null 2>&1
is 'not by install either' "$(git -C .git/info/hookrun-remotes/*/tree rev-parse HEAD)" "$old"
mv "$A" "$A.away"
hasnt 'the server is not asked' "$(hookrun run h 2>&1)" 'cannot fetch'
mv "$A.away" "$A"
# A server that gives out only what its refs name.
git -C "$A" config uploadpack.allowAnySHA1InWant false
rm -rf .git/info/hookrun-remotes
has 'a server that gives out refs only' \
	"$(git -c protocol.version=0 -c alias.h='!hookrun run h' h 2>&1)" from-a
is 'has it too' "$(git -C .git/info/hookrun-remotes/*/tree rev-parse HEAD)" "$old"
sed -i "s/ref: .*/ref: $(echo "$old" | tr 0-9a-f 1-9a-f0)/" lefthook.yml
out=$(hookrun run h 2>&1)
is 'a commit that it does not have fails the hook' $? 1
has 'and is said' "$out" 'cannot fetch the remote'
sed -i "s/ref: .*/ref: $(echo "$old" | cut -c1-10)/" lefthook.yml
has 'part of an id is none' "$(hookrun run h 2>&1)" 'all 40 characters'

# A hook that only the remote has: the file that watches fetches it.
repo
rules=$TAP_DIR/only
git init -q "$rules"
printf 'pre-commit:\n  jobs:\n    - { name: theirs, run: echo theirs; exit 1 }\n' \
	> "$rules/lefthook.yml"
(cd "$rules" && commit rules)
printf 'h:\n  jobs: []\n' > lefthook.yml
hookrun install >/dev/null
printf 'remotes:\n  - git_url: %s\n' "$rules" >> lefthook.yml
echo a > a
git add -A
out=$(git commit -m a 2>&1)
is 'a hook that only a remote has, new in the file, runs' $? 1
has 'really' "$out" theirs

# A server that only a setting in the environment leads to.
repo
cat > lefthook.yml <<E2
remotes:
  - git_url: https://rules.example/rules
    ref: main
E2
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="url.$A.insteadOf" \
	GIT_CONFIG_VALUE_0=https://rules.example/rules
has 'settings in the environment lead to a remote' \
	"$(hookrun run h 2>&1)" from-a-9
unset GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0

finish
