#!/bin/sh
# hookrun and the driver killed at every point of a switch, on PostgreSQL: the
# database is at one of the two trees, what is said of it is true, the next
# command names what is left and does it, and no row is lost.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
. "$HERE/tests/helpers/rails_points.sh"
points_lab rails_lab
points_killed both driver hookrun killall kill
finish
