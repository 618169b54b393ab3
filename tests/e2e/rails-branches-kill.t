#!/bin/sh
# An exchange of databases killed at each of its points, on PostgreSQL: nothing is
# lost, and the next command says what is where and finishes it or undoes it.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
. "$HERE/tests/helpers/rails_branches.sh"
rows() { psql -X -q -A -t -d app_development -c "$1"; }
branches_lab rails_lab
branches_killed
finish
