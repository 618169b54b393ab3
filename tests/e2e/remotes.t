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
    - run: echo runs
E2
out=$(hookrun run h 2>&1)
is 'a file outside of the remote is an error' $? 1
has 'and said with its line' "$out" 'lefthook.yml:4:25'
sed -i 's/, [.][^]]*//' lefthook.yml
out=$(hookrun run h 2>&1)
is 'an unreachable remote is left out' $? 0
has 'and said' "$out" 'is left out'
has 'a file that it lacks is a warning' "$out" 'of a remote does not exist'
has 'jobs run' "$out" runs
git worktree add -q ../linked 2>/dev/null
cp lefthook.yml ../linked
hasnt 'a linked work tree uses the same copies' "$(cd ../linked && hookrun run h 2>&1)" "cannot fetch the remote '$A'"
hookrun uninstall >/dev/null
ok 'uninstall removes the copies' test ! -e .git/info/hookrun-remotes

# A server that only a setting in the environment leads to.
repo
cat > lefthook.yml <<E2
remotes:
  - git_url: https://rules.example/rules
    ref: v1
E2
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="url.$A.insteadOf" \
	GIT_CONFIG_VALUE_0=https://rules.example/rules
has 'settings in the environment lead to a remote' \
	"$(hookrun run h 2>&1)" from-a
unset GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0

finish
