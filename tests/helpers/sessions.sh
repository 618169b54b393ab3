# Other sessions of the application's database; sourced, after rails_lab.

sql() { psql -X -q -A -t -d app_development -c "$1"; }
# says QUERY ANSWER
says() { [ "$(sql "$1")" = "$2" ]; }

# Another session, which does its work when it is told to and then sits there:
# session NAME SQL [DATABASE].  Its pid at the server is in $session.
session() {
	rm -f "$TAP_DIR/session" "$TAP_DIR/session.out"
	mkfifo "$TAP_DIR/session"
	PGAPPNAME=$1 psql -X -q -A -t -d "${3:-app_development}" \
		< "$TAP_DIR/session" > "$TAP_DIR/session.out" 2>&1 &
	session_client=$!
	exec 8> "$TAP_DIR/session"
	printf '%s\nSELECT %s;\n' "$2" "'pid ' || pg_backend_pid()" >&8
	await grep -q '^pid ' "$TAP_DIR/session.out"
	# shellcheck disable=SC2034 # for the test that sources this
	session=$(sed -n 's/^pid //p' "$TAP_DIR/session.out")
}
session_ends() {
	exec 8>&-
	wait "$session_client"
}
