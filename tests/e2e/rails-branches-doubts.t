#!/bin/sh
# Each branch its own database, where what hookrun knows is not what is so: what
# lies outside of a database, a ledger that is lost or another clone's, a branch
# with another name, databases that somebody has dropped.  PostgreSQL.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
. "$HERE/tests/helpers/rails_branches.sh"
DATABASE=app_development
on_server() { psql -X -q -A -t -d postgres -c "$1"; }
rows() { psql -X -q -A -t -d app_development -c "$1"; }
databases() {
	on_server "SELECT datname FROM pg_database
		WHERE datname LIKE 'app_development%' ORDER BY 1" | tr '\n' ' '
}
# What a database has that lies outside of it.
belongings() {
	on_server "SELECT coalesce(shobj_description(d.oid, 'pg_database'), '-'),
		datconnlimit, datacl, pg_get_userbyid(datdba),
		(SELECT string_agg(setrole::regrole || ' ' || setconfig::text, ' '
			ORDER BY setrole) FROM pg_db_role_setting
			WHERE setdatabase = d.oid)
		FROM pg_database d WHERE datname = 'app_development'"
}
branches_lab rails_lab
git switch -q main > "$TAP_DIR/switch.out" 2>&1

# ---- what a template does not copy ---------------------------------------------
on_server "CREATE ROLE reader; CREATE ROLE writer LOGIN" > "$TAP_DIR/out" 2>&1
on_server "ALTER DATABASE app_development SET session_preload_libraries =
		'auto_explain', 'pg_prewarm';
	ALTER DATABASE app_development SET search_path = '\$user', \"a, \"\"b\", public;
	ALTER DATABASE app_development SET my_app.tenant = 'it''s \\ 1';
	ALTER DATABASE app_development SET statement_timeout = '10min';
	ALTER ROLE writer IN DATABASE app_development SET work_mem = '7MB';
	ALTER DATABASE app_development CONNECTION LIMIT 70;
	COMMENT ON DATABASE app_development IS 'it''s mine';
	REVOKE ALL ON DATABASE app_development FROM PUBLIC;
	GRANT CONNECT ON DATABASE app_development TO reader WITH GRANT OPTION"
before=$(belongings)
go git switch -c settled
is 'with settings of its own: exit status' "$status" 0
has 'it is copied' "$out" "that of 'settled' made as a copy of it"
is 'and all that belongs to it' "$(belongings)" "$before"
go git switch main
is 'so has the first one' "$(belongings)" "$before"
on_server "ALTER DATABASE app_development RESET ALL;
	ALTER DATABASE app_development SET role = 'reader'"
before=$(belongings)
go git switch -c settled-again
has 'a role for all its sessions: it is copied' "$out" "made as a copy of it"
is 'with that' "$(belongings)" "$before"
go git switch main
on_server "ALTER DATABASE app_development RESET ALL;
	GRANT CONNECT ON DATABASE app_development TO PUBLIC"
git branch -qD settled settled-again
hookrun db prune --yes > "$TAP_DIR/out" 2>&1

# ---- the ledger is lost --------------------------------------------------------
# feature-a had the first database; main's came later.
user on-main
rm -rf .git/hookrun/db/copies
go git switch feature-a
has 'without a ledger a branch finds its own by name' "$out" \
	"that of 'feature-a' brought back"
go git switch main
is 'so does the other' "$(names)" 'on-main '
go git switch -c third
unhooked branch -qD feature-a
before=$(databases)
go hookrun db prune --yes
is 'what it forgot is dropped by nobody' "$(databases)" "$before"
unhooked branch -q feature-a main
git switch -q main > "$TAP_DIR/switch.out" 2>&1
for text in 'live' 'no ledger' "$(printf 'copy.x branch made\n')"; do
	for ledger in .git/hookrun/db/copies/*/ledger; do echo "$text" > "$ledger"; done
	before=$(databases)
	go hookrun db prune --yes
	is "a ledger that says '$text': nothing is dropped" "$(databases)" "$before"
done

# ---- a clone that is a copy ----------------------------------------------------
rm -rf .git/hookrun/db/copies
hookrun sync > "$TAP_DIR/sync.out" 2>&1
go git switch -c mine
user on-mine
git switch -q main > "$TAP_DIR/switch.out" 2>&1
before=$(databases)
cp -a . "$TAP_DIR/clone"
go git -C "$TAP_DIR/clone" branch -D mine
go sh -c 'cd "$1" && hookrun db prune --yes' sh "$TAP_DIR/clone"
is "what another clone has is not dropped" "$(databases)" "$before"
hasnt 'nor said to be' "$out" dropped
go git switch mine
is 'it has it still' "$(names)" 'on-main on-mine '
git switch -q main > "$TAP_DIR/switch.out" 2>&1
rm -rf "$TAP_DIR/clone"

# ---- a branch with another name ------------------------------------------------
git branch -m mine team/yours
git branch -m team/yours yours
go hookrun db prune -n
is 'a branch that was renamed is not gone' "$out" 'there is nothing to drop'
go git switch yours
has 'and finds what it had' "$out" "that of 'yours' brought back"
is 'with its rows' "$(names)" 'on-main on-mine '
git switch -q main > "$TAP_DIR/switch.out" 2>&1
git branch -q -D yours
go hookrun db prune -n
has 'when that is deleted it is' "$out" "'yours' ("

# ---- dropped by hand -----------------------------------------------------------
git switch -q -c broken > "$TAP_DIR/switch.out" 2>&1
dropdb app_development
go git switch main
is 'there is no database: exit status' "$status" 0
has 'that of the other branch is brought back' "$out" \
	"that of 'broken' is not there any more, that of 'main' brought back"
is 'with its rows' "$(names)" 'on-main '
go git switch broken
has 'the one that was dropped is made anew' "$out" 'made as a copy of it'
dropdb app_development
go git switch -c other
has 'nothing at all is there: as always' "$out" "database 'app_development' does not exist"
hasnt 'nothing is exchanged' "$out" 'put aside'
createdb app_development
hookrun sync > "$TAP_DIR/sync.out" 2>&1
go git switch main
has 'what is made then is of this branch' "$out" "that of 'other' put aside, that of 'main' brought back"

# ---- too late ------------------------------------------------------------------
# Whoever waits for another hookrun does nothing for a branch that has been left.
lock=$(echo .git/hookrun/db/app_development-*.lock)
openers() { find /proc/[0-9]*/fd -lname "*/$lock" 2> /dev/null | wc -l; }
enough() { [ "$(openers)" -ge "$1" ]; }
mkfifo "$TAP_DIR/hold"
flock -F "$lock" cat "$TAP_DIR/hold" > /dev/null &
holder=$!
exec 7> "$TAP_DIR/hold"
await enough 1
before=$(openers)
git switch other 7>&- > "$TAP_DIR/late" 2>&1 &
late=$!
ok 'one waits' await enough $((before + 1))
unhooked switch -q main
exec 7>&-
wait "$holder"
wait "$late"
has 'it is said' "$(cat "$TAP_DIR/late")" \
	"'other' is not checked out any more: nothing was exchanged for it"
is 'the rows are those of the branch' "$(names)" 'on-main '

# ---- who may not make databases --------------------------------------------------
on_server "ALTER DATABASE app_development OWNER TO writer"
go env PGUSER=writer git switch -c norights
is 'without the right to: exit status' "$status" 1
has 'it is said what is missing' "$out" "'ALTER ROLE writer CREATEDB'"
has 'and that nothing has changed' "$out" "is still that of 'main'"
finish
