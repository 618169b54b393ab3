#!/bin/sh
# Fail where a file includes a room beside or above its own, another room's
# private header, or a library's header outside the one room that may have it;
# or where config names a step; or where what one system alone has is outside of
# the files that are chosen by the port.
set -eu
find src include/hookrun -name '*.[ch]' | sort | xargs awk '
function complain(text) {
	print "layers: " FILENAME ": " text > "/dev/stderr"
	bad = 1
}
# Rooms on one floor stand beside each other.
function floors(text,    each, rooms, count, i, n, j) {
	count = split(text, each, " > ")
	for (i = 1; i <= count; i++) {
		n = split(each[i], rooms, " ")
		for (j = 1; j <= n; j++)
			floor_of[rooms[j]] = i
	}
}
function is_step(room) {
	return room in floor_of && floor_of[room] > floor_of["steps"] &&
		floor_of[room] < floor_of["cli"]
}
# Steps bring their names and keys with them: config has no word of either.  A
# name may be part of another: "test-map" is testmap, step_deps is deps.
function name_no_step(line,    words, parts, i, j, k, n, word) {
	split(tolower(line), words, /[^a-z0-9_-]+/)
	for (i = 1; i in words; i++) {
		n = split(words[i], parts, /[-_]+/)
		for (j = 1; j <= n; j++) {
			word = ""
			for (k = j; k <= n; k++) {
				word = word parts[k]
				if (is_step(word))
					complain("config names the step \"" \
						word "\"")
			}
		}
	}
}
BEGIN {
	floors("base > proc > config > git > guard install trust import schemafile > files > runner > " \
		"db > steps libhost > deps migrate newtree testmap > cli")
	only_linux = "\"/proc/|[^_a-z](memfd_create|renameat2|close_range|prctl|syncfs|" \
		"sync_file_range|fstatfs|sendfile|copy_file_range|epoll_[a-z]+|pidfd_[a-z]+|" \
		"signalfd|eventfd|timerfd_[a-z]+|inotify_[a-z0-9_]+|sched_[gs]etaffinity|" \
		"sigwaitinfo|sigtimedwait|accept4|execvpe|fexecve|splice|tee|vmsplice|statx|" \
		"getrandom|mremap|syscall|get_current_dir_name|canonicalize_file_name|" \
		"qsort_r|rawmemchr|mempcpy|fopencookie|secure_getenv|strverscmp|" \
		"sysctl|fdatasync|euidaccess)[(]|" \
		"FICLONE|O_TMPFILE|CLOCK_[A-Z_]+_COARSE|AT_EMPTY_PATH|<(linux|sys/(epoll|prctl|" \
		"syscall|sendfile|statfs|sysmacros|inotify|eventfd|signalfd|sysctl)|" \
		"libproc|mach)"
	split("dlfcn base yaml config git2 git zlib git " \
		"magic libhost libpq-fe db sqlite3 db", pairs, " ")
	for (i = 1; i in pairs; i += 2)
		owner[pairs[i] ".h"] = pairs[i + 1]
}
FNR == 1 {
	ported = FILENAME ~ /_(linux|darwin|posix)\.[ch]$/
	own = FILENAME
	sub(/^(src|include\/hookrun)\//, "", own)
	sub(/\/.*/, "", own)
	if (!(own in floor_of))
		complain("no such room \"" own "\"")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	used = $0
	sub(/^[^"]*"/, "", used)
	sub(/".*/, "", used)
	shared = sub(/^hookrun\//, "", used)
	if (used !~ /\//) {
		if (used !~ /\.inc$/)
			complain("\"" used "\" does not name its room")
		next
	}
	sub(/\/.*/, "", used)
	if (used == own)
		next
	if (!(used in floor_of))
		complain("no such room \"" used "\"")
	else if (!shared)
		complain("a private header of room \"" used "\"")
	else if (floor_of[used] >= floor_of[own])
		complain("room \"" own "\" may not include room \"" used "\"")
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	header = $0
	sub(/^[^<]*</, "", header)
	sub(/>.*/, "", header)
	if (header in owner && owner[header] != own)
		complain("only room \"" owner[header] "\" may include <" header ">")
}
/^[ \t]*#[ \t]*(if|ifdef|elif|ifndef)/ && !ported && !/^#ifndef [A-Z0-9_]+_H$/ {
	complain("\"" $0 "\": what differs is in a file of each port")
}
!ported && !/^[ \t]*(\/?\*|\/\/)/ {
	code = $0
	gsub(/\/\*.*\*\//, "", code)
	if (match(code, only_linux))
		complain("\"" substr(code, RSTART, RLENGTH) \
			"\" is not on every system: see the ports of doc/internals.md")
}
/(^|[^_a-z])exit\(/ && own != "cli" { complain("only room \"cli\" may call exit()") }
own == "config" { name_no_step($0) }
END { exit bad }
'
