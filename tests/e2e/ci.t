#!/bin/sh
# Runs without a commit, as in continuous integration: the files between two
# commits, all files, and the commands of doc/ci.md.
. "$(dirname "$0")/../helpers/tap.sh"

run() { out=$(hookrun run "$@" 2>&1) && status=0 || status=$?; }
# What the job `list` was given, in one line.
given() { echo "$out" | sed -n 's,^ *\(<.*>\)$,\1,p' | tr '\n' ' '; }

# ---- main, and a branch beside it ----
repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: lint, show: always, run: "printf '<%s>\n' {staged_files}", glob: "*.rb" }
    - { name: slow, run: "true" }
all:
  jobs: [{ name: lint, show: always, run: "printf '<%s>\n' {all_files}" }]
pushed:
  jobs: [{ name: lint, show: always, run: "printf '<%s>\n' {push_files}" }]
command:
  jobs: [{ name: lint, show: always, run: "printf '<%s>\n' {files}", files: "echo never" }]
deleted:
  jobs: [{ name: lint, show: always, run: "printf '<%s>\n' {deleted_files}" }]
E2
for file in old.rb gone.rb kept.rb old.js; do echo "$file" > "$file"; done
commit base
base=$(git rev-parse HEAD)
git checkout -q -b topic
echo new > 'new file.rb'
echo new > new.js
echo changed > old.rb
git rm -q gone.rb
commit topic
git checkout -q main
echo main > kept.rb
commit 'on main meanwhile'
git checkout -q topic

run pre-commit --from-ref main
is 'the files that the branch has changed, not those of the other' \
	"$status $(given)" '0 <new file.rb> <old.rb> '
run pre-commit --from-ref main --to-ref topic
is 'the same with its name' "$(given)" '<new file.rb> <old.rb> '
run pre-commit --from-ref HEAD
is 'between a commit and itself is nothing' "$status $(given)" '0 '
run pre-commit --from-ref 0000000000000000000000000000000000000000
is 'since nothing everything is new' "$(given)" \
	'<kept.rb> <new file.rb> <old.rb> '
run pushed --from-ref "$base"
is 'for {push_files} too' "$(given)" '<new file.rb> <new.js> <old.rb> '
run command --from-ref "$base"
is 'and for what a files command would print' "$(given)" \
	'<new file.rb> <new.js> <old.rb> '
run deleted --from-ref "$base"
is 'what is gone is deleted' "$(given)" '<gone.rb> '
run all --from-ref "$base"
is 'all files stay all' "$(given)" \
	'<README> <kept.rb> <lefthook.yml> <new file.rb> <new.js> <old.js> <old.rb> '
run pre-commit --from-ref "$base" --plan
has 'the plan counts what changed' "$out" 'files changed: 3'
is 'it is no commit: no hook file is written' \
	"$(find .git/hooks ! -name '*.sample' -type f)" ''

# ---- nothing is hidden, nothing is staged ----
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - name: fix
      show: always
      run: cat old.rb; for f in {staged_files}; do echo fixed >> "$f"; done
      glob: old.rb
      stage_fixed: true
E2
echo staged > old.rb
git add old.rb
echo built >> old.rb
run pre-commit --from-ref "$base"
has 'jobs see the work tree as it is' "$out" built
is 'what they change is not staged' "$(git show :old.rb)" staged
is 'and nothing was kept' "$(hookrun recover --list)" \
	"nothing is kept: no run has put files aside in this work tree lately"
echo built > old.rb
out=$(CI=true hookrun run pre-commit --all-files 2>&1)
has 'so with --all-files on CI' "$out" built
is 'staged is what was' "$(git show :old.rb)" staged
git checkout -qf topic

# ---- what cannot be told is an error ----
run pre-commit --from-ref nowhere
is 'a commit that is not there' "$status" 1
has 'is named' "$out" "'nowhere' is no commit that this clone has (fetch it first)"
git clone -q --depth 1 "file://$PWD" "$TAP_DIR/shallow"
cd "$TAP_DIR/shallow" || exit 1
run pre-commit --from-ref "$base"
has 'in a shallow clone with the way out' "$out" "'git fetch --unshallow'"
git fetch -q --depth 1 origin main
run pre-commit --from-ref FETCH_HEAD
is 'the same where the common commit is missing' "$status" 1
has 'and what that is' "$out" 'have in common is not in this clone'
git fetch -q --unshallow origin main topic
run pre-commit --from-ref FETCH_HEAD
is 'which helps' "$status" 0
cd "$TAP_REPO" || exit 1
run pre-commit --from-ref "$base" --to-ref main
has 'where another commit is checked out that is said' "$out" \
	"another commit than 'main' is checked out"
run pre-commit --to-ref main
is 'an end without a start' "$status" 2
run pre-commit --from-ref main --all-files
is 'two ways to name files' "$status" 2
git checkout -q --orphan alone
git rm -rqf .
echo alone > a.rb
git show topic:lefthook.yml | sed 's/: all_files//' > lefthook.yml
commit alone
run pre-commit --from-ref topic
is 'histories without a common commit are compared as they are' "$(given)" '<a.rb> '
git checkout -q topic

# ---- each command of the page ----
git update-ref refs/remotes/origin/main main
export GITHUB_BASE_REF=main GITHUB_SHA CI_MERGE_REQUEST_DIFF_BASE_SHA="$base" \
	BEFORE="$base"
GITHUB_SHA=$(git rev-parse topic)
awk '/^```sh/ { on = 1; next } /^```/ { on = 0 } on' "$HERE/doc/ci.md" > "$TAP_DIR/commands"
ok 'the page has commands' test "$(wc -l < "$TAP_DIR/commands")" -ge 8
while read -r line; do
	out=$(CI=true sh -c "$line" 2>&1) && status=0 || status=$?
	is "doc: $line" "$status" 0
	case $line in
	*validate* | *--plan*) ;;
	*--agent*) is 'doc: says nothing' "$out" '' ;;
	*--all-files*) has 'doc: looks at them' "$(given)" '<kept.rb> <new file.rb> <old.rb>' ;;
	*--report*)
		is 'doc: looks at what changed, and reports' \
			"$(given)$(find . -name "hooks.*" | wc -l)" '<new file.rb> <old.rb> 1'
		rm hooks.*
		;;
	*) is 'doc: looks at what changed' "$(given)" '<new file.rb> <old.rb> ' ;;
	esac
done < "$TAP_DIR/commands"

# ---- its exit codes ----
codes() { sed -n '/^## Exit codes/,$s/^| \([0-9][^|]*\) |.*/\1/p' "$HERE/doc/ci.md" | tr '\n' ';'; }
is 'the page lists these exit codes' "$(codes)" '0;1;2;128;128 + N;'
run pre-commit --from-ref main
is 'passed' "$status" 0
printf 'pre-commit:\n  jobs: [{ run: exit 7 }]\n' > lefthook.yml
run pre-commit --from-ref main
is 'a job failed' "$status" 1
run pre-commit --from-ref main --agent
is 'for an agent' "$status" 2
run pre-commit --form-ref main
is 'the command line' "$status" 2
has 'with what was meant' "$out" "'--from-ref'"
(cd "$TAP_DIR" && hookrun run pre-commit > /dev/null 2>&1)
is 'no work tree' $? 128
# shellcheck disable=SC2016 # for the job's shell
printf 'pre-commit:\n  jobs: [{ run: kill -TERM $PPID; sleep 1000 }]\n' > lefthook.yml
run pre-commit --from-ref main
is 'a signal' "$status" 143
finish
