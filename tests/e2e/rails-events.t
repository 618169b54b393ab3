#!/bin/sh
# Git's events in a real Rails application: which of them do something, which
# must not, and how what fires no hook is caught up with.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
git switch -q main 2>/dev/null
psql -X -q -d app_development -c \
	"INSERT INTO users (name, created_at, updated_at) VALUES ('ada', now(), now())"
home_is_here

branch topic
add 20240401000001 add_topic topic
written 'topic: a migration'
echo 1 > topic.txt
written 'topic: a file'
branch ahead
add 20240402000001 add_ahead ahead
written 'ahead: a migration'
branch behind
branch clash
echo 2 > topic.txt
written 'clash: the same file'

nickname() {
	psql -X -q -A -t -d app_development -c "$1"
}

# ---- nothing to do -----------------------------------------------------------
home
unhooked switch -q topic
go git checkout -- Gemfile
is 'a file checkout says nothing' "$out" ''
go git restore --source main Gemfile
is 'nor does restore' "$out" ''
is 'though there is work' "$(versions)" '20240101000001 20240101000002 '
is 'no boot' "$(boots)" 0

# ---- a hook by hand, sync, migrate, plan, status -----------------------------
before=$(picture)
go hookrun migrate --plan
is 'migrate --plan' "$out" 'development: app_development (primary)
  ↑ 20240401000001 add_topic'
go hookrun status
has 'status says what is open' "$out" '1 to migrate'
is 'neither touches the database' "$(picture)" "$before"
is 'or starts Rails' "$(boots)" 0
go hookrun run post-checkout
is 'run post-checkout without arguments' "$status" 0
in_sync 'by hand'
is 'one boot' "$(boots)" 1
go hookrun status
has 'status: in sync' "$out" 'in sync with HEAD'
go hookrun sync
is 'sync with nothing to do' "$status" 0
go hookrun migrate
is 'migrate with nothing to do' "$status" 0
is 'no boot' "$(boots)" 1
unhooked switch -q ahead
go hookrun migrate --plan
is 'the plan names the branch it takes the old file from' "$out" \
	"development: app_development (primary)
  ↓ 20240401000001 add_topic (from topic $(git rev-parse --short=7 topic), previous head)
  ↑ 20240402000001 add_ahead"
go hookrun migrate
in_sync 'hookrun migrate'
is 'one boot' "$(boots)" 2

# ---- detached heads ----------------------------------------------------------
git tag v1 main
go git checkout v1
has 'a tag: rolled back' "$out" '↓1'
in_sync 'a tag'
go git checkout --detach topic
in_sync 'a detached head'
is 'a boot each' "$(boots)" 4
go git switch topic
is 'the branch of the same commit: silence' "$out" "Switched to branch 'topic'"

# ---- rebase ------------------------------------------------------------------
nickname "UPDATE users SET topic = 'precious'"
git switch -q -c rebasing
go git rebase ahead
is 'rebase with picks' "$status" 0
in_sync 'after a rebase'
is 'in one boot' "$(boots)" 5
is 'what topic brought was never away' "$(nickname 'SELECT topic FROM users')" precious

home
unhooked switch -q behind
before=$(picture)
go git rebase ahead
is 'a rebase that only moves forward ends without a hook' "$(picture)" "$before"
go git switch -c forward
has 'the next event catches up' "$out" '↑1'
in_sync 'after it'

home
unhooked switch -q topic
hookrun sync >/dev/null 2>&1
before=$(picture)
git rebase clash >/dev/null 2>&1
ok 'a rebase stops at a conflict' test -d .git/rebase-merge
is 'nothing was done so far' "$(picture)" "$before"
go git checkout --detach main -f
is 'nor while it is stopped' "$(picture)" "$before"
git rebase --abort
go git switch -c aborted
is 'after --abort there is nothing to do' "$out" \
	"Switched to a new branch 'aborted'"
is 'one boot in all' "$(boots)" 1

go git rebase -f -x 'git checkout -q ahead && git checkout -q -' main
is 'a rebase whose exec lines switch' "$status" 0
in_sync 'and its end'
is 'none of them did anything' "$(boots)" 1

# ---- reset, stash, merge --abort ---------------------------------------------
go git reset -q --hard ahead
is 'reset fires no hook' "$(boots)" 1
go hookrun run post-checkout
in_sync 'after reset, the hook without arguments'
is 'one boot' "$(boots)" 2

# ---- bisect ------------------------------------------------------------------
home
branch history ahead
unhooked merge -q --no-edit topic 2>/dev/null
hookrun sync >/dev/null 2>&1
before=$(picture)
git bisect start HEAD main >/dev/null 2>&1
git bisect bad >/dev/null 2>&1
git bisect good >/dev/null 2>&1
is 'nothing during a bisect' "$(picture)" "$before"
go git bisect reset
is 'where it began there is nothing to do' "$(boots)" 1
in_sync 'after a bisect'
git bisect start HEAD main >/dev/null 2>&1
go git bisect reset main
go git switch -c after-bisect
in_sync 'a bisect that ends elsewhere, at the next event'
is 'one boot for that' "$(boots)" 2

# ---- pull --------------------------------------------------------------------
home
git clone -q --bare . "$TAP_DIR/origin.git" 2>/dev/null
git remote add origin "$TAP_DIR/origin.git"
git fetch -q
branch pulled
git branch -q -u origin/ahead
go git pull -q --no-rebase
is 'pull' "$status" 0
in_sync 'pull (fast-forward)'
is 'one boot' "$(boots)" 1
home
branch merging
echo 1 > merging.txt
written
git branch -q -u origin/topic
go git pull -q --no-rebase --no-edit
in_sync 'pull (merge)'
git branch -q -u origin/ahead
go git pull -q --rebase
in_sync 'pull --rebase'
is 'a boot each' "$(boots)" 2

# ---- no previous head --------------------------------------------------------
home
before=$(picture)
git switch -q --orphan empty
go git switch topic
is 'leaving an orphan branch: no failure' "$status" 0
is 'nothing is done without a previous head' "$(picture)" "$before"
go git switch -c from-orphan
in_sync 'the next event catches up'

before=$(picture)
go git worktree add -q ../other main
is 'worktree add: no failure' "$status" 0
is 'the database is left alone' "$(picture)" "$before"
cp lefthook.yml ../other/
go git -C ../other switch -q --detach ahead
is 'what the first work tree has is left there' "$(versions)" \
	'20240101000001 20240101000002 20240401000001 20240402000001 '
has 'and it is said' "$out" "in use by the work tree"
git worktree remove -f ../other

go hookrun sync
in_sync 'when that work tree is gone'
before=$(picture)
mkdir -p "$TAP_DIR/template/hooks"
cp .git/hooks/post-checkout "$TAP_DIR/template/hooks/"
branch configured
git add -f lefthook.yml
unhooked commit -qm config
go git clone -q --template="$TAP_DIR/template" -b configured . ../cloned
is 'a clone with hooks from a template: no failure' "$status" 0
has 'it is told what to run' "$out" 'hookrun sync'
is 'the database is left alone' "$(picture)" "$before"

finish
