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
finish
