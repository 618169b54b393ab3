#!/bin/sh
# shellcheck disable=SC2154 # out, status and log are set by change()
# Every top-level option, remotes and ai, as doc/lefthook.md lists them.
. "$(dirname "$0")/../helpers/tap.sh"
. "$(dirname "$0")/../helpers/lefthook.sh"

project <<'E2'
min_version: 2.2.2
pre-commit:
  jobs:
    - run: echo ran >> log
E2
change a
is '[top.min_version] a version that is met' "$log" ran
sed -i 's/2\.2\.2/13.1.1/' lefthook.yml
change b
is '[top.min_version] one that is not' "$status" 1
has '[top.min_version] is said' "$out" 13.1.1

project <<'E2'
x-common: &common
  run: echo anchored >> log
pre-commit:
  jobs:
    - *common
E2
change a
is 'a key of one'"'"'s own holds what anchors name' "$log" anchored
hasnt 'without a warning' "$out" x-common

project <<'E2'
lefthook: MARK=key lefthook
rc: ./lefthook-rc.sh
pre-commit:
  jobs:
    - run: echo "$MARK $RC" >> log
E2
echo 'export RC=rc' > lefthook-rc.sh
lefthook install >/dev/null 2>&1
change a
is '[top.lefthook] the command that hooks call' "${log%% *}" key
is '[top.rc] the file that hooks read first' "${log##* }" rc

project <<'E2'
source_dir: .lefthook-own
source_dir_local: .lefthook-mine
pre-commit:
  scripts:
    shared: { runner: sh }
    local: { runner: sh }
E2
mkdir -p .lefthook-own/pre-commit .lefthook-mine/pre-commit
echo 'echo shared >> log' > .lefthook-own/pre-commit/shared
echo 'echo local >> log' > .lefthook-mine/pre-commit/local
change a
has '[top.source_dir] scripts are found there' "$log" shared
has '[top.source_dir_local] and there' "$log" local

project <<'E2'
output: [success]
pre-commit:
  jobs:
    - { name: it, run: echo said }
    - { name: skipped, run: echo no, skip: true }
E2
change a
has '[top.output] what is named is printed' "$out" '✓ it'
hasnt '[top.output] the rest is not' "$out" 'said'
hasnt '[top.output] nor that' "$out" '(skip)'
sed -i 's/output:.*/output: false/' lefthook.yml
change b
hasnt '[top.output] false: nothing' "$out" 'it'
project <<'E2'
output: false
pre-commit:
  jobs:
    - { name: it, run: "echo reason; exit 4" }
E2
change a
has '[top.output] but what failed always is' "$out" 'reason'
has '[top.output] with its status' "$out" 'exit status 4'

esc=$(printf '\033')
project <<'E2'
colors: true
output: lefthook
pre-commit:
  jobs:
    - { name: it, run: echo said }
E2
change a
has '[top.colors] colours on a pipe where they are asked for' "$out" "${esc}["
sed -i 's/colors: true/colors: false/' lefthook.yml
echo b > b
git add b
on_terminal git commit -m b
hasnt '[top.colors] none on a terminal where they are not wanted' "$out" "${esc}["

project <<'E2'
extends:
  - lefthook-more.yml
  - lefthook-parts/*.yml
pre-commit:
  jobs:
    - { name: it, run: echo main >> log }
E2
mkdir lefthook-parts
printf 'pre-commit:\n  jobs:\n    - { name: it, run: "{cmd}; echo more >> log" }\n' > lefthook-more.yml
printf 'pre-commit:\n  jobs:\n    - { run: echo part >> log }\n' > lefthook-parts/a.yml
change a
is '[top.extends] files are laid over, globs too' "$log" 'main
more
part'

project <<'E2'
no_tty: true
pre-commit:
  jobs:
    - name: it
      interactive: true
      run: if [ -t 0 ]; then echo terminal; else echo none; fi >> log
E2
echo a > a
git add a
rm -f log
on_terminal git commit -m x
is '[top.no_tty] no terminal for jobs' "$(cat log)" none

for value in true false; do
	project <<E2
assert_lefthook_installed: $value
pre-commit:
  jobs:
    - run: echo ran >> log
E2
	mkdir -p "$TAP_DIR/gone"
	cp "$HOOKRUN_TEST_BIN" "$TAP_DIR/gone/lefthook"
	"$TAP_DIR/gone/lefthook" install --no-path >/dev/null 2>&1
	rm "$TAP_DIR/gone/lefthook"
	echo a > a
	git add a
	PATH=$(printf %s "$PATH" | sed "s,^$TAP_DIR/bin:,,") git commit -qm x >/dev/null 2>&1
	is "[top.assert_lefthook_installed] $value: no binary stops the commit" "$?" 1
done

git init -q --bare "$TAP_DIR/lfs.git"
project <<'E2'
pre-push:
  jobs:
    - run: echo ran >> log
E2
mkdir -p "$TAP_DIR/lfs"
printf '#!/bin/sh\necho "lfs $*" >> log\ncat > /dev/null\n' > "$TAP_DIR/lfs/git-lfs"
chmod +x "$TAP_DIR/lfs/git-lfs"
git remote add origin "$TAP_DIR/lfs.git"
PATH="$TAP_DIR/lfs:$PATH" git push -q origin main >/dev/null 2>&1
has '[top.skip_lfs] git-lfs is called' "$(cat log)" 'lfs pre-push origin'
rm -f log
printf 'skip_lfs: true\n' >> lefthook.yml
git commit -q --allow-empty -m x >/dev/null 2>&1
PATH="$TAP_DIR/lfs:$PATH" git push -q origin main >/dev/null 2>&1
hasnt '[top.skip_lfs] not where it is unwanted' "$(cat log 2>/dev/null)" lfs

project <<'E2'
no_auto_install: true
pre-commit:
  jobs:
    - run: echo ran >> log
E2
printf 'post-commit:\n  jobs:\n    - run: echo new >> log\n' >> lefthook.yml
change a
[ ! -e .git/hooks/post-commit ]
result $? '[top.no_auto_install] a new hook waits for install'
sed -i /no_auto/d lefthook.yml
change b
[ -e .git/hooks/post-commit ]
result $? '[top.no_auto_install] without it the hook comes by itself'

project <<'E2'
install_non_git_hooks: true
deploy:
  jobs:
    - run: echo deployed >> log
E2
[ -x .git/hooks/deploy ]
result $? '[top.install_non_git_hooks] a hook file for a name that git does not know'
git hook run deploy >/dev/null 2>&1
is '[top.install_non_git_hooks] that git can run' "$(cat log 2>/dev/null)" deployed

project <<'E2'
pre-commit:
  jobs:
    - { glob: "src/*.js", run: "printf '%s\n' {staged_files} >> log" }
E2
change src/a.js src/deep/b.js
is '[top.glob_matcher] gobwas: * crosses folders' "$log" 'src/a.js
src/deep/b.js'
printf 'glob_matcher: doublestar\n' >> lefthook.yml
change src/a.js src/deep/b.js
is '[top.glob_matcher] doublestar: it does not' "$log" src/a.js

project <<'E2'
templates:
  tool: echo own
  nothing:
pre-commit:
  jobs:
    - run: "{tool} [{nothing}] >> log"
E2
change a
is '[top.templates] a text of one'"'"'s own' "$log" 'own []'

# ---- remotes --------------------------------------------------------------

share() { # NAME TEXT: a repository with a lefthook.yml
	git init -q "$TAP_DIR/$1" 2>/dev/null
	printf '%s\n' "$2" > "$TAP_DIR/$1/lefthook.yml"
	git -C "$TAP_DIR/$1" add -A
	git -C "$TAP_DIR/$1" commit -qm "$2"
}
share shared 'pre-commit:
  jobs:
    - run: echo shared 1 >> log'
git -C "$TAP_DIR/shared" branch old
share shared 'pre-commit:
  jobs:
    - run: echo shared 2 >> log'
printf 'pre-commit:\n  jobs:\n    - run: echo other >> log\n' > "$TAP_DIR/shared/other.yml"
git -C "$TAP_DIR/shared" add -A
git -C "$TAP_DIR/shared" commit -qm other

project <<E2
remotes:
  - git_url: $TAP_DIR/shared
E2
change a
is '[remote.git_url] the configuration of another repository' "$log" 'shared 2'
is '[top.remotes] is laid over ours' "$log" 'shared 2'
project <<E2
remotes:
  - git_url: $TAP_DIR/shared
    ref: old
E2
change a
is '[remote.ref] of a branch' "$log" 'shared 1'
project <<E2
remotes:
  - git_url: $TAP_DIR/shared
    configs: [other.yml]
E2
change a
is '[remote.configs] of files by name' "$log" other
# rows: remote.refetch remote.refetch_frequency
for often in 'refetch: true' 'refetch_frequency: always'; do
	row=${often%%:*}
	project <<E2
remotes:
  - git_url: $TAP_DIR/shared
    $often
E2
	share shared "pre-commit:
  jobs:
    - run: echo new $row >> log"
	change a
	is "[remote.$row] fetched again at each run" "$log" "new $row"
done
project <<E2
remotes:
  - git_url: $TAP_DIR/shared
    refetch_frequency: never
E2
share shared 'pre-commit:
  jobs:
    - run: echo newest >> log'
change a
is '[remote.refetch_frequency] never: as it was installed' "$log" 'new refetch_frequency'

# ---- ai -------------------------------------------------------------------

project <<'E2'
ai:
  claude: { Stop: check }
  codex: { Stop: check }
  cursor: { stop: check }
  copilot: { sessionEnd: check }
check:
  jobs:
    - run: echo ran >> log
E2
# rows: ai.claude ai.codex ai.cursor ai.copilot
for pair in claude:.claude/settings.json codex:.codex/hooks.json cursor:.cursor/hooks.json \
	copilot:.github/hooks/lefthook.json; do
	has "[ai.${pair%%:*}] an entry that runs the hook" "$(cat "${pair#*:}" 2>/dev/null)" 'lefthook run check'
done
has '[top.ai] install writes them' "$(cat .claude/settings.json 2>/dev/null)" '"Stop"'
sh -c "$(sed -n 's/.*"command": "\(lefthook run check\)".*/\1/p' .claude/settings.json)" >/dev/null 2>&1
is '[top.ai] which runs it' "$(cat log 2>/dev/null)" ran

finish
