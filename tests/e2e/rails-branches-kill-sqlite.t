#!/bin/sh
# An exchange of databases killed at each of its points, on SQLite: nothing is
# lost, and the next command says what is where and finishes it or undoes it.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_sqlite.sh"
. "$HERE/tests/helpers/rails_branches.sh"
rows() { q "$1"; }
branches_lab sqlite_lab
branches_killed
finish
