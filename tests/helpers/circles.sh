#!/bin/sh
# circles.sh OBJECT...: fail where files of different nouns need each other in a
# circle.  Of two headers, includes tell; of two sources, the objects do: one
# has a symbol that the other defines, and back, by way of others or not.
set -eu
[ $# -gt 0 ] || {
	echo "usage: circles.sh OBJECT..." >&2
	exit 2
}

symbols=$(nm -A -P -g "$@")

# USER USED WHAT: one line for each need.
needs() {
	find src include/hookrun -name '*.[ch]' | sort | xargs awk '
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		user = FILENAME
		sub(/^(src|include)\//, "", user)
		split($0, quoted, "\"")
		print user, quoted[2], "include"
	}'
	echo "$symbols" | awk '
	{
		file = $1
		sub(/^(.*\/)?src\//, "", file)
		sub(/\.o:$/, ".c", file)
	}
	$3 == "U" {
		user[++nr] = file
		symbol[nr] = $2
		next
	}
	{ owner[$2] = file }
	END {
		for (i = 1; i <= nr; i++)
			if (symbol[i] in owner)
				print user[i], owner[symbol[i]], symbol[i]
	}'
}

needs | awk '
BEGIN {
	# Halves of one noun: a value may be a table of pairs, which have
	# values; a pattern that the automaton cannot hold is matched by hand.
	nr_halves = split("config/toml base/glob", halves, " ")
}
function noun(file,    name, i) {
	name = file
	sub(/\.[ch]$/, "", name)
	sub(/_(linux|darwin|posix)$/, "", name) # ports of it
	for (i = 1; i <= nr_halves; i++)
		if (index(name "_", halves[i] "_") == 1)
			return halves[i]
	return name
}
function node(file) {
	if (!(file in used))
		files[++nr_files] = file
	used[file] = used[file]
}
$1 != $2 && !(($1, $2) in what) {
	node($1)
	node($2)
	used[$1] = used[$1] " " $2
	what[$1, $2] = $3
}
# Tarjan: a component is complete when the walk leaves its first file.
function visit(file,    list, nr, i, to) {
	order[file] = low[file] = ++counter
	stack[++depth] = file
	on_stack[file] = 1
	nr = split(used[file], list, " ")
	for (i = 1; i <= nr; i++) {
		to = list[i]
		if (!(to in order))
			visit(to)
		if (on_stack[to] && low[to] < low[file])
			low[file] = low[to]
	}
	if (low[file] == order[file])
		leave(file)
}
function leave(first,    top) {
	do {
		top = stack[depth--]
		on_stack[top] = 0
		group[top] = first
		if (!((first, noun(top)) in seen)) {
			seen[first, noun(top)] = 1
			nouns_of[first]++
		}
	} while (top != first)
}
END {
	for (i = 1; i <= nr_files; i++)
		if (!(files[i] in order))
			visit(files[i])
	for (i = 1; i <= nr_files; i++) {
		from = files[i]
		nr = split(used[from], list, " ")
		for (k = 1; k <= nr; k++) {
			if (group[list[k]] != group[from] ||
				nouns_of[group[from]] < 2)
				continue
			print "layers: in a circle: " from " needs " list[k] \
				" (" what[from, list[k]] ")" > "/dev/stderr"
			bad = 1
		}
	}
	exit bad
}'
