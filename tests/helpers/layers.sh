#!/bin/sh
# Fail where a file includes a layer above its own, or a library's header
# outside the one layer that may include it.
set -eu
find src include/hookrun -name '*.[ch]' | sort | xargs awk '
function complain(text) {
	print "layers: " FILENAME ": " text > "/dev/stderr"
	bad = 1
}
BEGIN {
	count = split("base proc config git files runner db steps cli", names, " ")
	for (i = 1; i <= count; i++)
		rank[names[i]] = i
	rank["libhost"] = rank["steps"] # a program of its own
	split("pcre2 base dlfcn base yaml config git2 git magic files libpq-fe db sqlite3 db",
		pairs, " ")
	for (i = 1; i in pairs; i += 2)
		owner[pairs[i] ".h"] = pairs[i + 1]
}
FNR == 1 {
	own = FILENAME
	sub(/^(src|include\/hookrun)\//, "", own)
	sub(/\/.*/, "", own)
	if (!(own in rank))
		complain("no such layer \"" own "\"")
}
/^#include "hookrun\// {
	used = $2
	sub(/^"hookrun\//, "", used)
	sub(/\/.*/, "", used)
	if (rank[used] > rank[own])
		complain("layer \"" own "\" may not include layer \"" used "\"")
}
/^#include </ {
	header = substr($2, 2, length($2) - 2)
	if (header in owner && owner[header] != own)
		complain("only layer \"" owner[header] "\" may include <" header ">")
}
/(^|[^_a-z])exit\(/ && own != "cli" { complain("only layer \"cli\" may call exit()") }
END { exit bad }
'
