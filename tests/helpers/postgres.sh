#!/bin/sh
# Sourced by tests and the demo: a PostgreSQL server of their own.
#
#	. tests/helpers/postgres.sh
#	pg_start DIR    # DIR is made; exports PGHOST, PGPORT and PGUSER
#	pg_stop         # the server of the last pg_start (or of DIR as argument)
#	pg_keep COPY    # stops it and copies its data, for a later pg_start DIR COPY
#
# The server has its data in DIR/data, listens on a Unix socket in DIR only,
# trusts everybody, does not sync, and logs to DIR/log.  As root everything runs
# as the user postgres, to whom DIR then belongs, since the server refuses to run
# as root.  Nothing is printed unless something failed: then one line, and the
# return status is not 0.

pg_fail() {
	echo "postgres.sh: $1" >&2
	return 1
}

# The folder with initdb and pg_ctl: the newest installed, or the one in PATH.
pg_bin() {
	pg_found=$(find /usr/lib/postgresql /usr/local/pgsql /opt/homebrew/opt \
		-name initdb -path '*/bin/*' 2>/dev/null | sort -V | tail -n 1)
	[ -n "$pg_found" ] || pg_found=$(command -v initdb) || return 1
	dirname "$pg_found"
}

# Run a command as a user whom PostgreSQL accepts, in a folder he can enter.
pg_as_owner() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
	elif command -v setpriv >/dev/null; then
		(cd / && setpriv --reuid=postgres --regid=postgres \
			--init-groups "$@")
	else
		(cd / && runuser -u postgres -- "$@")
	fi
}

pg_prepare_dir() {
	mkdir -p "$1" || return 1
	[ "$(id -u)" = 0 ] || return 0
	id postgres >/dev/null 2>&1 ||
		pg_fail "run as root it needs the user 'postgres'" || return 1
	chown postgres "$1" && chmod 755 "$1"
	pg_as_owner test -x "$1" ||
		pg_fail "user 'postgres' cannot enter '$1'"
}

# The programs themselves come first in PATH: Debian's psql is a Perl script
# that looks for one of them, at a tenth of a second each time.
pg_start() {
	PG_DIR=$1
	PG_BIN=$(pg_bin) || pg_fail 'no PostgreSQL server is installed' ||
		return 1
	# The path of a Unix socket has room for 107 bytes.
	[ "${#PG_DIR}" -le 90 ] || pg_fail "'$PG_DIR' is too long for a socket" ||
		return 1
	pg_prepare_dir "$PG_DIR" || return 1
	if [ -n "${2:-}" ]; then
		cp -a "$2" "$PG_DIR/data" || return 1
	else
		pg_init || return 1
	fi
	pg_run || return 1
	PATH=$PG_BIN:$PATH
	PGHOST=$PG_DIR PGPORT=5432 PGUSER=postgres
	export PGHOST PGPORT PGUSER
	unset PGDATABASE PGPASSWORD PGSERVICE PGOPTIONS PGHOSTADDR
}

pg_init() {
	pg_as_owner "$PG_BIN/initdb" --no-sync -A trust -U postgres -E UTF8 \
		--locale=C --wal-segsize=1 -D "$PG_DIR/data" \
		>"$PG_DIR/initdb.log" 2>&1 ||
		pg_fail "initdb failed: $(tail -n 1 "$PG_DIR/initdb.log")"
}

# Start the server of PG_DIR (again, after a pg_stop).
pg_run() {
	pg_as_owner "$PG_BIN/pg_ctl" start -w -s -t 60 -D "$PG_DIR/data" \
		-l "$PG_DIR/log" -o "-c listen_addresses= -p 5432 \
-c unix_socket_directories='$PG_DIR' -c fsync=off \
-c synchronous_commit=off -c full_page_writes=off \
-c max_connections=40 -c shared_buffers=16MB" >/dev/null 2>&1 </dev/null ||
		pg_fail "no start: $(tail -n 1 "$PG_DIR/log" 2>/dev/null)"
}

pg_stop() { # [DIR [immediate | fast]]
	PG_DIR=${1:-$PG_DIR}
	PG_BIN=${PG_BIN:-$(pg_bin)} || return 1
	[ -e "$PG_DIR/data/postmaster.pid" ] || return 0
	pg_as_owner "$PG_BIN/pg_ctl" stop -w -s -m "${2:-immediate}" -t 60 \
		-D "$PG_DIR/data" >/dev/null 2>&1 ||
		pg_fail "the server in '$PG_DIR' does not stop"
}

pg_keep() {
	pg_stop "$PG_DIR" fast && cp -a "$PG_DIR/data" "$1"
}
