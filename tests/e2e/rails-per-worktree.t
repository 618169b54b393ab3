#!/bin/sh
# database: per_worktree, with a real server: `git worktree add` makes the new
# tree a database, a copy of that of the tree it was made from; the application,
# the jobs and the steps there use it, and those elsewhere do not.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab

# The name comes from a variable, on every branch; so does the configuration.
configured() {
	cat > lefthook.yml <<E2
post-checkout: &steps
  jobs:
    - uses: worktree
      with:
        mode: auto
        copy: .env
    - uses: migrate
      with:
        database: per_worktree
        replay: false
${1-        database_env: DATABASE_NAME}
    - run: echo "\${DATABASE_NAME:-none}" > tmp/seen
post-merge: *steps
E2
}
unhooked stash -q -u 2>/dev/null
: > "$TAP_DIR/ignore"
for branch in main feature-a feature-b; do
	unhooked switch -q "$branch"
	sed -i 's/database: app_development/database: <%= ENV.fetch("DATABASE_NAME", "app_development") %>/' \
		config/database.yml
	echo /.env >> .gitignore
	configured
	git add -A && git commit -qm configured
done
unhooked switch -q feature-a
printf 'OTHER=1\nDATABASE_NAME=app_development\n' > .env
chmod 600 .env
hookrun sync > /dev/null 2>&1
psql -X -q -d app_development -c "INSERT INTO users (name, created_at, updated_at)
	VALUES ('mine', now(), now())"

in_db() { # DATABASE SQL
	psql -X -q -A -t -d "$1" -c "$2" 2>&1 | tr '\n' ' '
}
applied_in() { in_db "$1" 'SELECT version FROM schema_migrations ORDER BY 1'; }
names_in() { in_db "$1" 'SELECT name FROM users ORDER BY 1'; }
databases() {
	in_db postgres "SELECT datname FROM pg_database WHERE datname LIKE 'app\\_%' ORDER BY 1"
}
# A session has left when the server says so, which is later than its client.
nobody_in() {
	[ "$(in_db postgres "SELECT count(*) FROM pg_stat_activity
		WHERE datname = '$1' AND backend_type = 'client backend'")" = '0 ' ]
}
calm() {
	for database in app_development app_test "${1:-}"; do
		await nobody_in "$database"
	done
}
common='20240101000001 20240101000002'
of_a="$common 20240201000001 20240201000002 "
of_b="$common 20240202000001 "
is 'the start' "$(applied_in app_development)" "$of_a"

# ---- it is made ----------------------------------------------------------------

tree="$TAP_DIR/one"
own=app_development_wt_one
calm
go git worktree add "$tree" feature-b
is 'git worktree add succeeds' "$status" 0
has 'it says what the tree has' "$out" \
	"migrate: this work tree has '$own', a copy of 'app_development' of '../app'"
has 'and how the application finds it' "$out" "'.env' says DATABASE_NAME=$own"
is 'the variable is in the file, the rest as it was' "$(cat "$tree/.env")" \
	"$(printf 'OTHER=1\nDATABASE_NAME=%s' "$own")"
is 'which only its owner may read' "$(stat -c %a "$tree/.env")" 600
is 'git sees nothing new' "$(git -C "$tree" status --porcelain)" ''
is 'the rows have come along' "$(names_in "$own")" 'mine '
is 'it is migrated to the branch of the tree' "$(applied_in "$own")" "$of_b"
is 'the other one is as it was' "$(applied_in app_development)" "$of_a"
is 'and its file' "$(cat .env)" "$(printf 'OTHER=1\nDATABASE_NAME=app_development')"
is 'jobs behind it have the variable' "$(cat "$tree/tmp/seen")" "$own"

# ---- each tree has its own -----------------------------------------------------

: > "$HOOKRUN_TEST_BOOTS"
go git -C "$tree" switch -q feature-a --detach
is 'a switch there' "$status" 0
is 'is one of its own database' "$(applied_in "$own")" "$of_a"
is 'with its rows' "$(names_in "$own")" 'mine '
is 'jobs have the variable' "$(cat "$tree/tmp/seen")" "$own"
psql -X -q -d "$own" -c "UPDATE users SET name = 'theirs'"
go git switch -q main
is 'a switch here is one of this one' "$(applied_in app_development)" "$common "
hasnt 'which nobody else uses' "$out" 'in use by'
is 'the other stays' "$(applied_in "$own")" "$of_a"
is 'jobs here have no variable' "$(cat tmp/seen)" none
go sh -c 'cd "$1" && hookrun status' sh "$tree"
has 'status there is of its own' "$out" "database $own: in sync with HEAD"
go git -C "$tree" switch -q feature-b
git -C "$tree" commit -q --allow-empty -m more
is 'the rows are its own too' "$(names_in "$own") $(names_in app_development)" \
	'theirs  mine '

# A shell that has the variable of one tree does not carry it into another; one
# that names a third database is obeyed.
go env DATABASE_NAME=app_development git -C "$tree" switch -q --detach main
is 'the value of the other tree is overruled' "$(cat "$tree/tmp/seen")" "$own"
is 'in the database too' "$(applied_in "$own")" "$common "
go env DATABASE_NAME=app_third git -C "$tree" switch -q feature-b
is 'a third one is not' "$(cat "$tree/tmp/seen")" app_third
unhooked -C "$tree" switch -q --detach main

# Made in that tree, with its variable in the shell: a copy of its database, and
# a name that does not grow.
psql -X -q -d "$own" -c "UPDATE users SET name = 'nested'"
calm "$own"
go env DATABASE_NAME="$own" git -C "$tree" worktree add --detach "$TAP_DIR/two" \
	feature-b
case $(port) in
posix) from=../app rows='mine ' ;;
*) from=../one rows='nested ' ;;
esac
[ "$(port)" = posix ] || has 'one made in it is a copy of its own' "$out" \
	"has 'app_development_wt_two', a copy of '$own' of '$from'"
is 'with its rows' "$(names_in app_development_wt_two)" "$rows"
go env DATABASE_NAME="$own" git -C "$TAP_DIR/two" switch -q --detach feature-a
is 'that shell switches it, not its origin' \
	"$(applied_in app_development_wt_two); $(applied_in "$own")" \
	"$of_a; $common "
is 'there are so many' "$(databases)" \
	"app_development $own app_development_wt_two "

# Nor does it count for a tree that is made from a third one.
calm
go env DATABASE_NAME="$own" git worktree add --detach "$TAP_DIR/from-main" main
has 'that shell does not say where the rows come from' "$out" \
	"this work tree has 'app_development_wt_from_main', a copy of 'app_development'"
dropdb --force app_development_wt_from_main
git worktree remove --force "$TAP_DIR/from-main"

# ---- killed --------------------------------------------------------------------

# At every call that gives a file its name, what is remembered and what the
# application is told: the other database is as it was, and the next one has the
# rest, under the same name.
unhooked switch -q feature-a
hookrun sync > /dev/null 2>&1
before=$(applied_in app_development)
n=1
while [ "$n" -le 60 ]; do
	tree="$TAP_DIR/k$n"
	unhooked worktree add -q --detach "$tree" feature-a 2> /dev/null
	cp .env "$tree/.env"
	calm
	(cd "$tree" && ASAN_OPTIONS=detect_leaks=0 strace -f -qq \
		-o "$TAP_DIR/trace" -e trace=rename,renameat,renameat2 \
		-e inject=rename,renameat,renameat2:signal=KILL:when="$n" \
		hookrun sync) > "$TAP_DIR/killed" 2>&1
	grep -q 'killed by SIGKILL' "$TAP_DIR/trace" || break
	calm
	(cd "$tree" && hookrun sync) > "$TAP_DIR/killed" 2>&1
	is "killed at $n: the next one has it" \
		"$(applied_in "app_development_wt_k$n"); $(cat "$tree/.env")" \
		"$of_a; $(printf 'OTHER=1\nDATABASE_NAME=app_development_wt_k%s' "$n")"
	is "killed at $n: the other is as it was" "$(applied_in app_development)" \
		"$before"
	is "killed at $n: nothing else is left" \
		"$(databases | tr ' ' '\n' | grep -v -e one -e two)" \
		"$(printf 'app_development\napp_development_wt_k%s' "$n")"
	dropdb --force "app_development_wt_k$n"
	git worktree remove --force "$tree"
	n=$((n + 1))
done
ok 'it was killed more than twice' test "$n" -gt 3
dropdb --force "app_development_wt_k$n" && git worktree remove --force "$tree"

# ---- it cannot be made ---------------------------------------------------------

# Somebody is connected: he is named, nothing has changed, and hookrun does not
# fall back upon the database of the other tree.
mkfifo "$TAP_DIR/in"
PGAPPNAME=console psql -X -q -A -t -d app_development < "$TAP_DIR/in" \
	> "$TAP_DIR/console" 2>&1 &
console=$!
exec 8> "$TAP_DIR/in"
echo 'SELECT pg_backend_pid();' >&8
await test -s "$TAP_DIR/console"
before=$(applied_in app_development)
tree="$TAP_DIR/three"
go git worktree add "$tree" -b three feature-b
has 'a session in the way is named' "$out" console
has 'with its pid' "$out" "$(cat "$TAP_DIR/console")"
is 'there is no database' "$(databases)" \
	"app_development $own app_development_wt_two "
is 'nor a line in the file' "$(grep DATABASE_NAME "$tree/.env")" \
	DATABASE_NAME=app_development
is 'the other one was not migrated' "$(applied_in app_development)" "$before"
go git -C "$tree" switch -q --detach feature-a
is 'neither by the next switch' "$(applied_in app_development)" "$before"
go sh -c 'cd "$1" && hookrun status' sh "$tree"
has 'status says what is missing' "$out" \
	'this work tree has none of its own yet'
exec 8>&-
wait "$console"
calm
go sh -c 'cd "$1" && hookrun sync' sh "$tree"
is 'the session gone, sync makes it' "$(applied_in app_development_wt_three)" \
	"$of_a"
has 'and says so' "$out" "this work tree has 'app_development_wt_three'"

# One of that name is there, and not hookrun's.
createdb app_development_wt_four
calm
go git worktree add --detach "$TAP_DIR/four" main
has 'one that is there is not taken' "$out" \
	"there is a database 'app_development_wt_four' already"
is 'it is as it was' "$(in_db app_development_wt_four '\\d')" \
	"$(in_db postgres '\\d')"
dropdb app_development_wt_four

# A name that the tests would have too.
unhooked switch -q main
sed -i 's/database: app_test/database: <%= ENV.fetch("DATABASE_NAME", "app_test") %>/' \
	config/database.yml
git commit -qam tests
calm
go git worktree add --detach "$TAP_DIR/five"
has 'a name that tests would empty is refused' "$out" \
	"the tests would use 'app_development_wt_five', too"
git reset -q --hard HEAD^

# No variable, or one that is not heeded.
configured '' && git commit -qam none
calm
go git worktree add --detach "$TAP_DIR/six"
has 'without a variable it says what is needed' "$out" \
	"name that in the option 'database_env'"
configured '        database_env: OTHER' && git commit -qam other
calm
go git worktree add --detach "$TAP_DIR/seven"
has 'one that is not heeded is told' "$out" \
	'config/database.yml does not take the name of a database from OTHER'
is 'nothing was made' "$(databases)" \
	"app_development app_development_wt_one app_development_wt_three app_development_wt_two "

# A suffix, of the tests' database too: that is copied as well, where there is
# one.
printf '        database_env: DB_SUFFIX\n        env_file: .envrc' > "$TAP_DIR/options"
configured "$(cat "$TAP_DIR/options")"
sed -i -e 's/database: <%= ENV.fetch.*/database: app_development<%= ENV["DB_SUFFIX"] %>/' \
	-e 's/database: app_test/database: app_test<%= ENV["DB_SUFFIX"] %>/' \
	config/database.yml
echo /.envrc >> .gitignore
git commit -qam suffix
calm
go git worktree add --detach "$TAP_DIR/nine"
has 'a suffix is enough' "$out" "this work tree has 'app_development_wt_nine'"
has 'where direnv has it' "$(cat "$TAP_DIR/nine/.envrc")" \
	'export DB_SUFFIX=_wt_nine'
hasnt 'there being none for tests, none is missed' "$out" tests
createdb app_test
calm
go git worktree add --detach "$TAP_DIR/ten"
has 'one for tests is copied, too' "$out" \
	"migrate: 'app_test_wt_ten' for tests, a copy of 'app_test'"
has 'it is there' "$(databases)" 'app_test_wt_ten '
git reset -q --hard HEAD^
dropdb --force app_test

# A tracked file is never written.
printf '%s\n' '/tmp/*' > .gitignore
echo OTHER=2 > .env
configured && git add -f .env .gitignore && git commit -qam tracked
calm
go git worktree add --detach "$TAP_DIR/eight"
has 'a tracked file is left alone' "$out" \
	"git does not ignore '.env', so set DATABASE_NAME=app_development_wt_eight"
is 'byte for byte' "$(git -C "$TAP_DIR/eight" status --porcelain)" ''
is 'hooks have it all the same' "$(cat "$TAP_DIR/eight/tmp/seen")" \
	app_development_wt_eight

# ---- work trees that are gone --------------------------------------------------

printf '/tmp/*\n/.env\n' > .gitignore
git rm -q --cached .env && git add .gitignore && git commit -qm 'not tracked'
made=$(databases)
go hookrun db prune --yes
is 'with all of them there, nothing is dropped' "$status $out" \
	'0 there is nothing to drop'
git worktree remove --force "$TAP_DIR/one"
git worktree remove --force "$TAP_DIR/two"
calm app_development_wt_two
go hookrun db prune -n
has 'those of the others are named' "$out" \
	"app_development_wt_one: made for the work tree 'one', which is gone"
has 'each' "$out" "app_development_wt_two: made for the work tree 'two'"
hasnt 'and none besides' "$out" three
is 'nothing was dropped yet' "$(databases)" "$made"
go hookrun db prune < /dev/null
is 'nor where nobody says yes' "$(databases)" "$made"

# Removed and made again under its name, it is another tree, and gets another
# database; the old one is of a tree that is gone.
calm
go git worktree add "$TAP_DIR/one" -b again
has 'a tree of the same name gets another one' "$out" \
	"this work tree has 'app_development_wt_one_2'"

# Somebody is connected to it.
mkfifo "$TAP_DIR/in2"
PGAPPNAME=console psql -X -q -A -t -d app_development_wt_one < "$TAP_DIR/in2" \
	> "$TAP_DIR/console2" 2>&1 &
console=$!
exec 8> "$TAP_DIR/in2"
echo 'SELECT pg_backend_pid();' >&8
await test -s "$TAP_DIR/console2"
go hookrun db prune --yes
is 'one that is in use is not dropped' "$status" 1
has 'and who is there is named' "$out" "$(cat "$TAP_DIR/console2")"
has 'it is there' "$(databases)" 'app_development_wt_one '
exec 8>&-
wait "$console"
calm app_development_wt_one
go hookrun db prune --yes
is 'then it is' "$status" 0
has 'which is said' "$out" 'dropped app_development_wt_one'
is 'and the others are there' "$(databases | tr ' ' '\n' | sort)" \
	"$(echo "$made app_development_wt_one_2" | tr -s ' ' '\n' |
		grep -v -e 'wt_one$' -e 'wt_two$' | sort)"
go hookrun db prune --yes
is 'once' "$status $out" '0 there is nothing to drop'

finish
