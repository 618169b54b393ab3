#!/bin/sh
# hookrun and the driver killed at every point of a switch, on SQLite.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_sqlite.sh"
. "$HERE/tests/helpers/rails_points.sh"
points_lab sqlite_lab
points_killed both driver hookrun killall kill
finish
