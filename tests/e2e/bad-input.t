#!/bin/sh
# Hostile configurations of every format end with status 1 and a place, within
# 100 MB of memory.  (What needs thousands of cases is in tests/unit.)
. "$(dirname "$0")/../helpers/tap.sh"
repo
LIMIT='ulimit -v 102400'
# The sanitizers reserve terabytes.
[ "${HOOKRUN_TEST_VARIANT:-}" != asan ] || LIMIT=:

bad() { # NAME FILE, which is to be refused at a line of it
	out=$(sh -c "$LIMIT; exec timeout 20 hookrun validate" 2>&1)
	is "$1: status" $? 1
	has "$1: with its place" "$out" "$2:"
	rm "$2"
}
repeat() { # TEXT TIMES
	awk -v text="$1" -v times="$2" 'BEGIN { while (times-- > 0) printf "%s", text }'
}

for ext in yml json jsonc toml; do
	start=
	[ $ext != toml ] || start='a = '
	{ printf '%s' "$start"; repeat '[' 10000; } > lefthook.$ext
	bad "$ext, 10,000 levels" lefthook.$ext
	case $ext in
	yml) printf 'h: \000x\n' ;;
	toml) printf 'h = "\000x"\n' ;;
	*) printf '{"h": "\000x"}\n' ;;
	esac > lefthook.$ext
	bad "$ext, a NUL byte" lefthook.$ext
	case $ext in
	yml) printf 'h: \377\376\n' ;;
	toml) printf 'h = "\377\376"\n' ;;
	*) printf '{"h": "\377\376"}\n' ;;
	esac > lefthook.$ext
	bad "$ext, invalid UTF-8" lefthook.$ext
	case $ext in
	yml) printf '"pre-commit": "x\n' ;;
	toml) printf '[pre-commit\n' ;;
	*) printf '{"pre-commit": {\n' ;;
	esac > lefthook.$ext
	bad "$ext, cut short" lefthook.$ext
	case $ext in
	yml) printf 'pre-commit: {parallel: {}, jobs: x}\n' ;;
	toml) printf '[pre-commit]\nparallel = []\n' ;;
	*) printf '{"pre-commit": {"parallel": []}}\n' ;;
	esac > lefthook.$ext
	bad "$ext, a wrong type" lefthook.$ext
done

repeat '- ' 10000 > lefthook.yml
bad 'a list in a list' lefthook.yml
repeat 'a. ' 10000 > lefthook.toml
bad 'a key of 10,000 parts' lefthook.toml
echo 'pre-commit: &a { jobs: *a }' > lefthook.yml
bad 'an alias to itself' lefthook.yml
{
	echo 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
	n=0
	while [ $n -lt 20 ]; do
		echo "a$((n + 1)): &a$((n + 1)) [*a$n, *a$n, *a$n, *a$n, *a$n, *a$n]"
		n=$((n + 1))
	done
} > lefthook.yml
bad 'an alias bomb' lefthook.yml
awk 'BEGIN { for (i = 0; i < 90000; i++) printf "k%d: 1\n", i }' > lefthook.yml
bad 'very many keys' lefthook.yml
{ printf 'pre-commit: ['; repeat '1,' 500000; echo ']'; } > lefthook.yml
bad 'a very long list' lefthook.yml
{ printf '{"a": ['; repeat '[],' 300000; echo '1]'; } > lefthook.json
bad 'a list of very many lists, cut short' lefthook.json
repeat 'x: 1 #' 400000 > lefthook.yml
out=$(sh -c "$LIMIT; exec timeout 20 hookrun validate" 2>&1)
is 'a file that is too large: status' $? 1
has 'and the reason' "$out" larger

finish
