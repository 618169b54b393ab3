#!/bin/sh
# Each branch its own database, on PostgreSQL: to and fro, new branches, who is
# connected, limits, and a second work tree.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
. "$HERE/tests/helpers/rails_branches.sh"
DATABASE=app_development
rows() { psql -X -q -A -t -d app_development -c "$1"; }
databases() {
	psql -X -q -A -t -d postgres -c "SELECT count(*) FROM pg_database
		WHERE datname LIKE 'app_development%'"
}
branches_lab rails_lab
branches_to_and_fro
branches_new
branches_quiet
branches_modes
branches_limits

# ---- who is connected ------------------------------------------------------------------
. "$HERE/tests/helpers/sessions.sh"
session puma 'SELECT 1;'
before=$(picture)
go git switch feature-a
is 'somebody is connected: exit status' "$status" 1
has 'he is named' "$out" "  pid $session (puma): idle for "
has 'and how he is ended' "$out" "'hookrun db unblock $session --terminate'"
has 'and what that means' "$out" "app_development is still that of 'main', and nothing was migrated"
is 'nothing has changed' "$(picture)" "$before"
fails 'no journal is left' test -e .git/hookrun/db/unfinished
session_ends
await says "SELECT count(*) FROM pg_stat_activity WHERE pid = $session" 0
go hookrun sync
has 'when he has left, it is done' "$out" "that of 'feature-a' brought back"
go git switch main

# ---- a copy that somebody has dropped --------------------------------------------------
dropdb "$(hookrun db list | sed -n 's/^feature-c .*  //p')"
go git switch feature-c
has 'a copy that is gone is made anew' "$out" "that of 'feature-c' made as a copy of it"
in_sync 'made anew'
go git switch main

# ---- made by somebody else meanwhile ---------------------------------------------------
branches_fault
unhooked switch -q feature-a
sync_killed 0
unhooked switch -q main
at=1
while [ "$at" -le 200 ] && psql -X -q -d app_development -c '' 2>/dev/null; do
	hookrun sync > "$TAP_DIR/sync.out" 2>&1
	unhooked switch -q feature-a
	hookrun sync > "$TAP_DIR/sync.out" 2>&1
	unhooked switch -q main
	sync_killed "$at"
	at=$((at + 1))
done
fails 'killed where there is no database' psql -X -q -d app_development -c ''
createdb app_development
go hookrun db list
is 'one was made meanwhile: exit status' "$status" 1
has 'what is where is said' "$out" "'app_development' was made by somebody else while"
has 'by name' "$out" "that of 'main' is 'app_development_hookrun_main_"
dropdb app_development
go hookrun db list
has 'without it the exchange goes on' "$out" "it is 'main' now"
is 'and the rows are there' "$(names)" 'on-main '

# ---- a second work tree on the same database -------------------------------------------
git worktree add -q "$TAP_DIR/other" rebased > "$TAP_DIR/out" 2>&1
go git switch feature-a
has 'shared with a work tree: not exchanged, and said' "$out" \
	"app_development stays that of 'main': the work tree '../other' uses it too"
is 'but migrated' "$(versions)" \
	'20240101000001 20240101000002 20240201000001 20240201000002 '
go git switch main
git worktree remove --force "$TAP_DIR/other"
go git switch feature-a
has 'when it has gone, exchanged' "$out" "that of 'feature-a' brought back"
finish
