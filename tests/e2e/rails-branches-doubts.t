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
finish
