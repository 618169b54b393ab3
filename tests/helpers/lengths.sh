#!/bin/sh
# Fail where a function has more than 70 lines, from its name to its last brace.
set -eu
find src include tests -name '*.[ch]' | sort | xargs awk '
/^[A-Za-z_]/ && !/:$/ { first = FNR }
/^}$/ && FNR - first + 1 > 70 {
	print "lengths: " FILENAME ":" first ": " FNR - first + 1 \
		" lines are too many for one function" > "/dev/stderr"
	bad = 1
}
END { exit bad }
'
