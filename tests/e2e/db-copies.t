#!/bin/sh
# `hookrun db snapshot`, `restore`, `list`, `drop` and `prune`, on PostgreSQL and
# on SQLite.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
. "$HERE/tests/helpers/sessions.sh"
rm -f "$HOOKRUN_TEST_BOOTS"

names() { sql 'SELECT name FROM users ORDER BY id' | tr '\n' ' '; }
user() {
	sql "INSERT INTO users (name, created_at, updated_at) VALUES ('$1', now(), now())"
}
# The databases of the server, but for those that everybody has.
databases() {
	psql -X -q -A -t -d postgres -c "SELECT datname FROM pg_database
		WHERE datname LIKE 'app%' ORDER BY 1" | tr '\n' ' '
}
# The line of a copy in the list.
line() { hookrun db list | grep "^$1  "; }

# ---- a snapshot ------------------------------------------------------------------
go hookrun db list
is 'nothing yet' "$out" \
	'nothing is kept: no switch has taken rows or values away, and there is no copy'
user ada
go hookrun db snapshot first
is 'a snapshot: exit status' "$status" 0
has 'is said, with its size' "$out" "app_development: copied as 'first' ("
has 'with a unit' "$out" ' MB)'
is 'the database is as it was' "$(names)" 'ada '
has 'there is another one' "$(databases)" 'app_development_hookrun_first_'
has 'the list has its kind' "$(line first)" '  snapshot  '
has 'its branch and commit' "$(line first)" "  feature-a  $(git rev-parse HEAD | cut -c1-7)  "
has 'its size' "$(line first)" ' MB  '
has 'when it was made' "$(line first)" "  $(date +%Y)-"
go hookrun db snapshot first
is 'no second one of that name' "$status" 1
has 'and says so' "$out" "there is a snapshot 'first' already"
for name in '20260101-010101' '../x' '-x' 'a b' "$(printf 'a\nb')" ''; do
	go hookrun db snapshot -- "$name"
	is "no name: '$(printf %s "$name" | tr '\n' ' ')'" "$status" 1
done
go hookrun db snapshot
has 'a name is made up' "$out" "copied as 'feature_a-$(date +%Y)"
is 'no start of Rails' "$(boots)" 0

# ---- who is connected --------------------------------------------------------------
session puma 'SELECT 1;'
go hookrun db snapshot second
is 'somebody is connected: exit status' "$status" 1
has 'he is named' "$out" "  pid $session (puma): idle for "
has 'and how he is ended' "$out" "'hookrun db unblock $session --terminate'"
hasnt 'there is no such snapshot' "$(databases)" second
is 'nor is it in the list' "$(line second)" ''
go hookrun db unblock "$session" --terminate --yes
is 'he can be' "$status" 0
go hookrun db snapshot second
is 'then it is made' "$status" 0

# ---- restore -----------------------------------------------------------------------
user bob
go hookrun db restore first
is 'restore: exit status' "$status" 0
has 'what was there is kept' "$out" "what it was until now is kept as 'before-first-"
is 'its rows are back' "$(names)" 'ada '
before=$(hookrun db list | sed -n 's/^\(before-first-[^ ]*\) .*/\1/p')
go hookrun db restore "$before"
is 'what was there can be brought back' "$(names)" 'ada bob '
go hookrun db restore nowhere
is 'an unknown one: exit status' "$status" 1
has 'is said' "$out" "there is no snapshot 'nowhere'"
session holder 'SELECT 1;'
before=$(databases)
go hookrun db restore first
is 'not while somebody is connected' "$status" 1
is 'nothing has changed' "$(databases)$(names)" "${before}ada bob "
session_ends
await says "SELECT count(*) FROM pg_stat_activity WHERE pid = $session" 0

# ---- JSON --------------------------------------------------------------------------
ruby -rjson -e 'l = JSON.parse(`hookrun db list --json`)["copies"]
	c = l.find { |x| x["name"] == "first" }
	puts c["kind"], c["branch"], c["database"], c["there"], c["size_bytes"] > 1000000' \
	> "$TAP_DIR/json"
is 'as JSON' "$(cat "$TAP_DIR/json")" 'snapshot
feature-a
app_development
true
true'

# ---- drop --------------------------------------------------------------------------
go hookrun db drop first
is 'nobody to ask: not dropped' "$status" 1
has 'what it would be' "$out" "app_development: the snapshot 'first' ("
has 'it is there' "$(databases)" app_development_hookrun_first_
typed y 'hookrun db drop first'
has 'asked, and dropped' "$out" ' dropped'
hasnt 'it is gone' "$(databases)" app_development_hookrun_first_
is 'from the list too' "$(line first)" ''
createdb app_development_hookrun_mine_01234567
go hookrun db drop app_development_hookrun_mine_01234567 --yes
is 'what is not in the list is not dropped' "$status" 1
has 'whatever it is called' "$(databases)" app_development_hookrun_mine_01234567
dropdb app_development_hookrun_mine_01234567
third=$(line second | sed 's/.*  //')
dropdb "$third"
has 'dropped by hand: the list says so' "$(line second)" 'is not there any more'
go hookrun db drop second --yes
is 'and can be told to forget it' "$status" 0
go hookrun db prune -n
has 'nothing to prune' "$out" 'there is nothing to drop'
for part in 'drop' 'prune now' 'snapshot a b' 'list -n' 'snapshot --yes'; do
	# shellcheck disable=SC2086 # the words of a line
	go hookrun db $part
	is "db $part: usage" "$status" 2
done
finish
