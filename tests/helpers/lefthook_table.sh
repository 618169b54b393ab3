#!/bin/sh
# Fail where doc/lefthook.md lacks a key, a command or a flag that the program
# knows, or a row has no test of its name, or one that is not there any more.
set -eu
bin=$1
table=doc/lefthook.md
bad=0

complain() {
	echo "lefthook.md: $1" >&2
	bad=1
}

rows=$(sed -n 's/^| `\([^`]*\)` | .*/\1/p' "$table" | sort)
places='s/^top level:/top/; s/^a hook:/hook/; s/^a job .*/job/; s/^a group:/group/
	s/^a command .*/command/; s/^a script .*/script/; s/^a remote:/remote/
	s/^an entry of skip.*/condition/; s/^setup:/setup/; s/^with, .*/with/'
known=$("$bin" help keys | sed "$places" |
	awk '/^[a-z]+$/ { place = $1; next } /^  [$a-z]/ && place != "with" { print place "." $1 }')
for command in $("$bin" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p'); do
	known="$known cli.$command"
	for flag in $("$bin" help "$command" | sed -n 's/^  .*--\([a-z-]*\).*/\1/p'); do
		known="$known flag.$command.$flag"
	done
done
for name in $known; do
	printf '%s\n' "$rows" | grep -qxF -- "$name" || complain "no row for $name"
done
for row in $rows; do
	for file in $(sed -n "s/^| .$row. | own | //p" "$table" | grep -o '[a-z-]*\.t'); do
		[ -f "tests/e2e/$file" ] || complain "no $file, which $row names"
		continue 2
	done
	# Tests that go through kinds of jobs, or through prefixes, in a loop.
	case $row in
	job.* | command.* | script.*) loop="[\$kind.${row#*.}]" ;;
	env.*_*) loop="[env.\${prefix}_${row#*_}]" ;;
	env.*) loop='[env.$prefix]' ;;
	*) loop="[$row]" ;;
	esac
	grep -qF -e "[$row]" -e "$loop" tests/e2e/*.t ||
		grep -q "^[[:space:]]*# rows:.* $row\( .*\)*\$" tests/e2e/*.t || complain "no test for $row"
done
for name in $(grep -ho "['\"]\[[a-z]*\.[A-Za-z0-9_.-]*\]" tests/e2e/*.t | tr -d "'\"[]" | sort -u); do
	printf '%s\n' "$rows" | grep -qxF -- "$name" || complain "a test for $name, which is no row"
done
exit "$bad"
