#!/bin/sh
# shellcheck disable=SC2154 # out, status and log are set by change()
# Every command, flag, variable and template, as doc/lefthook.md lists them.
. "$(dirname "$0")/../helpers/tap.sh"
. "$(dirname "$0")/../helpers/lefthook.sh"

# ---- commands -------------------------------------------------------------

repo
printf 'pre-commit:\n  jobs:\n    - { name: it, run: echo ran >> log }\n' > lefthook.yml
ok '[cli.install] hook files are written' lefthook install
git add -A
git commit -qm x >/dev/null 2>&1
is '[cli.install] which git calls' "$(cat log)" ran
ok '[cli.check-install] all is there' lefthook check-install
ok '[flag.check-install.verbose] the same' lefthook check-install --verbose
rm .git/hooks/pre-commit
fails '[cli.check-install] something is missing' lefthook check-install
printf '#!/bin/sh\necho mine >> log\n' > .git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
ok '[flag.install.force] install beside a hook that was there' lefthook install --force
[ -e .git/hooks/pre-commit.old ]
result $? '[flag.install.force] keeps it as NAME.old'
ok '[cli.uninstall] hooks are removed' lefthook uninstall
is '[cli.uninstall] and what was there is put back' "$(tail -n 1 .git/hooks/pre-commit)" 'echo mine >> log'
git config core.hooksPath .githooks
fails '[flag.install.reset-hooks-path] another folder for hooks is refused' lefthook install
ok '[flag.install.reset-hooks-path] or no longer named' lefthook install --reset-hooks-path
is '[flag.install.reset-hooks-path] in the configuration' "$(git config core.hooksPath)" ''
lefthook install --direct --no-path >/dev/null
has '[flag.install.direct] the first line of a hook file is no shell' \
	"$(head -n 1 .git/hooks/pre-commit)" '/hookrun hook'
has '[flag.install.no-path] and no PATH is in it' "$(cat .git/hooks/pre-commit)" \
	"hookrun_search=''"
# what such a git then runs is in config-hooks.t
mkdir -p "$TAP_DIR/newer"
printf '#!/bin/sh\n[ "$1" != version ] || exec echo git version 2.54.0\nexec %s "$@"\n' \
	"$(command -v git)" > "$TAP_DIR/newer/git"
chmod +x "$TAP_DIR/newer/git"
PATH=$TAP_DIR/newer:$PATH lefthook install --config >/dev/null
is '[flag.install.config] the configuration of git names the hook file' \
	"$(git config hook.hookrun-pre-commit.event)" pre-commit
lefthook uninstall >/dev/null
lefthook install >/dev/null
ok '[flag.install.verbose] says more' lefthook install --verbose
ok '[flag.uninstall.force] uninstall takes its flags' lefthook uninstall --force
lefthook install >/dev/null 2>&1
ok '[flag.uninstall.remove-configs] the configuration too' \
	lefthook uninstall --remove-configs
ok '[flag.uninstall.verbose] twice is no failure' lefthook uninstall --verbose
[ ! -e lefthook.yml ]
result $? '[flag.uninstall.remove-configs] is removed'

repo
printf 'pre-push:\n  jobs:\n    - { run: echo ran >> log }\n' > lefthook.yml
ok '[cli.add] one hook file' lefthook add commit-msg
[ -x .git/hooks/commit-msg ]
result $? '[cli.add] is written'
ok '[flag.add.create-dirs] with its folders' lefthook add pre-commit --create-dirs
[ -d .lefthook/pre-commit ]
result $? '[flag.add.create-dirs] which are there'
ok '[flag.add.dirs] the same' lefthook add commit-msg --dirs
[ -d .lefthook/commit-msg ]
result $? '[flag.add.dirs] folders'
ok '[flag.add.verbose] the same' lefthook add commit-msg --verbose
printf '#!/bin/sh\n' > .git/hooks/post-merge
cp .git/hooks/post-merge .git/hooks/post-merge.old
fails '[flag.add.force] no NAME.old is overwritten' lefthook add post-merge
ok '[flag.add.force] but by force' lefthook add post-merge --force

project <<'E2'
pre-commit:
  jobs:
    - { name: it, run: echo ran >> log, timeout: 90s }
E2
has '[cli.dump] the merged configuration' "$(lefthook dump)" 'timeout: 1m30s'
has '[flag.dump.format] as JSON' "$(lefthook dump --format json)" '"name": "it"'
has '[flag.dump.format] as TOML' "$(lefthook dump -f toml)" "name = 'it'"
ok '[cli.validate] a good file' lefthook validate
ok '[flag.validate.verbose] the same' lefthook validate --verbose
printf 'pre-commit:\n  jobs:\n    - { rnu: x }\n' > lefthook-local.yml
fails '[cli.validate] a bad one' lefthook validate
rm lefthook-local.yml
has '[cli.version] the version that is met' "$(lefthook version)" 2.2.2
ok '[flag.version.full] with more' lefthook version --full
has '[cli.help] the commands' "$(lefthook help)" install
has '[cli.run] help of one' "$(lefthook help run)" --all-files
has '[cli.completion] a script for the shell' "$(lefthook completion bash)" complete
has '[cli.self-update] how it is updated' "$(lefthook self-update 2>&1)" updat
for flag in --yes --force --verbose; do
	# rows: flag.self-update.yes flag.self-update.force flag.self-update.verbose
	ok "self-update takes $flag" lefthook self-update $flag
done
lefthook no-such-command >/dev/null 2>&1
is '[cli.help] an unknown command' "$?" 3

# ---- flags of run ---------------------------------------------------------

project <<'E2'
pre-commit:
  jobs:
    - { name: files, tags: [t], run: "printf '%s\n' {staged_files} >> log", stage_fixed: true }
    - { name: other, run: echo other >> log }
E2
run() { # FLAGS: the hook by hand
	rm -f log
	out=$(lefthook run pre-commit "$@" 2>&1)
	status=$?
	log=$(cat log 2>/dev/null)
}
echo a > a.txt
echo b > b.md
git add .
run --job other
is '[flag.run.job] one job' "$log" other
run --command other
is '[flag.run.command] the same' "$log" other
run --job mistyped
is '[flag.run.job] no such job' "$status" 1
run --tag t
is '[flag.run.tag] by tag' "$log" 'a.txt
b.md'
run --job other --tag t
is '[flag.run.tag] a job of other tags does not run' "$log" ''
has '[flag.run.tag] which is said where it was named' "$out" 'other (skip) other tags'
run --tag t --exclude '*.md'
is '[flag.run.exclude] without some files' "$log" a.txt
run --tag t --file README --file b.md
is '[flag.run.file] these files' "$log" 'README
b.md'
run --tag t --all-files
has '[flag.run.all-files] all tracked files' "$log" README
rm -f log
printf 'README\0a.txt\0' | lefthook run pre-commit --tag t --files-from-stdin >/dev/null 2>&1
is '[flag.run.files-from-stdin] files from stdin' "$(cat log)" 'README
a.txt'
git reset -q
run
is '[flag.run.force] nothing staged' "$log" ''
run --force --job other
is '[flag.run.force] and yet' "$log" other
git add .
run --no-auto-install
is '[flag.run.no-auto-install] runs' "$status" 0
run --no-tty
is '[flag.run.no-tty] runs' "$status" 0
run --skip-lfs
is '[flag.run.skip-lfs] runs' "$status" 0
run --verbose
is '[flag.run.verbose] runs' "$status" 0
run --colors on
has '[flag.run.colors] on' "$out" "$(printf '\033[')"
run --colors off
hasnt '[flag.run.colors] off' "$out" "$(printf '\033[')"

project <<'E2'
pre-commit:
  jobs:
    - { name: fixer, run: echo fixed >> README, stage_fixed: true }
E2
echo more >> README
git add README
run --no-stage-fixed
is '[flag.run.no-stage-fixed] the fix is not staged' "$(git show :README)" 'start
more'
git add README
run --fail-on-changes
is '[flag.run.fail-on-changes] a change is a failure' "$status" 1
run --no-fail-on-changes
is '[flag.run.no-fail-on-changes] or not' "$status" 0
run --fail-on-changes --fail-on-changes-diff
has '[flag.run.fail-on-changes-diff] with its diff' "$out" '+fixed'

# ---- variables ------------------------------------------------------------

for prefix in LEFTHOOK HOOKRUN; do
	project <<'E2'
pre-commit:
  jobs:
    - { name: it, run: echo ran >> log }
    - { name: slow, tags: [slow], run: echo slow >> log }
E2
	echo a > a
	git add a
	rm -f log
	env "$prefix=0" git commit -qm x >/dev/null 2>&1
	is "[env.$prefix] 0: no hooks" "$(cat log 2>/dev/null)" ''
	commit_with() { # VARIABLE=VALUE: a commit
		rm -f log
		out=$(env "$1" git commit --allow-empty -m x 2>&1)
		log=$(cat log 2>/dev/null)
	}
	echo b > b
	git add b
	commit_with "${prefix}_EXCLUDE=slow,other"
	is "[env.${prefix}_EXCLUDE] jobs are left out" "$log" ran
	echo b2 > b
	git add b
	commit_with "${prefix}_OUTPUT=false"
	hasnt "[env.${prefix}_OUTPUT] nothing is printed" "$out" '✓ it'
	echo b3 > b
	git add b
	commit_with "${prefix}_VERBOSE=1"
	has "[env.${prefix}_VERBOSE] more is said" "$out" 'run pre-commit'
	printf '#!/bin/sh\necho own >> log\n' > "$TAP_DIR/own"
	chmod +x "$TAP_DIR/own"
	commit_with "${prefix}_BIN=$TAP_DIR/own"
	is "[env.${prefix}_BIN] another binary" "$log" own
	printf 'pre-commit:\n  jobs:\n    - { run: echo elsewhere >> log }\n' > lefthook-else.yml
	echo b4 > b
	git add b
	commit_with "${prefix}_CONFIG=lefthook-else.yml"
	is "[env.${prefix}_CONFIG] another file" "$log" elsewhere
done
echo b5 > b
git add b
printf 'pre-commit:\n  fail_on_changes: ci\n  jobs:\n    - { run: echo x >> README }\n' > lefthook.yml
commit_with CI=true
has '[env.CI] is looked at' "$out" 'fail_on_changes'
git checkout -q README
# Jobs are told to be without colours where somebody said so, and not because
# nobody sees them.
cat > lefthook.yml <<'E2'
env:
  jobs:
    - run: 'echo "no=${NO_COLOR-} force=${CLICOLOR_FORCE-}" > log'
E2
for row in A=1: TERM=dumb: CLICOLOR=1: NO_COLOR=1:true CLICOLOR=0:true; do
	env -u CLICOLOR "${row%%:*}" lefthook run env >/dev/null 2>&1
	is "[env.NO_COLOR] what a job sees with ${row%%:*}" "$(cat log)" "no=${row##*:} force="
done
env -u CLICOLOR lefthook run env --colors off >/dev/null 2>&1
is '[flag.run.colors] what a job sees with --colors off' "$(cat log)" 'no=true force='
esc=$(printf '\033[')
printf 'output: lefthook\npre-commit:\n  jobs:\n    - { name: it, run: "true" }\n' > lefthook.yml
commit_with FORCE_COLOR=1
has '[env.FORCE_COLOR] colours' "$out" "$esc"
echo b6 > b
git add b
commit_with CLICOLOR_FORCE=1
has '[env.CLICOLOR_FORCE] colours' "$out" "$esc"
# rows: env.NO_COLOR env.CLICOLOR env.TERM
for off in NO_COLOR=1 CLICOLOR=0 TERM=dumb; do
	echo "$off" > b
	git add b
	on_terminal env -u CLICOLOR TERM=xterm "$off" git commit -m x
	hasnt "[env.${off%%=*}] none on a terminal" "$out" "$esc"
done
echo c > b
git add b
on_terminal env -u CLICOLOR TERM=xterm COLORTERM=truecolor git commit -m x
has '[env.COLORTERM] colours on a terminal' "$out" "$esc"

# ---- templates ------------------------------------------------------------

project <<'E2'
pre-commit:
  jobs:
    - { run: "echo staged {staged_files} >> log" }
    - { run: "echo all {all_files} >> log" }
    - { run: "echo files {files} >> log", files: echo README }
    - { name: it's me, run: "echo {lefthook_job_name} >> log" }
commit-msg:
  jobs:
    - { run: "echo first={1} all={0} third={3} >> log" }
pre-push:
  jobs:
    - { run: "echo push {push_files} >> log" }
E2
change a
has '[template.staged_files] what is staged' "$log" 'staged a'
has '[template.all_files] what is tracked' "$log" 'all README a'
has '[template.files] what a command prints' "$log" 'files README'
has '[template.lefthook_job_name] the name, quoted' "$log" "it's me"
has '[template.1] an argument of git' "$log" 'first=.git/COMMIT_EDITMSG'
has '[template.0] all of them' "$log" 'all=.git/COMMIT_EDITMSG'
has '[template.1] one that is not there stays' "$log" 'third={3}'
remote
git push -q origin main >/dev/null 2>&1
change pushed
rm -f log
git push -q origin main >/dev/null 2>&1
is '[template.push_files] what is pushed' "$(cat log)" 'push pushed'
project <<'E2'
extends: [lefthook-more.yml]
pre-commit:
  jobs:
    - { name: it, run: echo one >> log }
E2
printf 'pre-commit:\n  jobs:\n    - { name: it, run: "{cmd}; echo two >> log" }\n' > lefthook-more.yml
change a
is '[template.cmd] the command that is overridden' "$log" 'one
two'

finish
