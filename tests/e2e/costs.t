#!/bin/sh
# What the common cases cost, in processes, system calls and instructions, which
# do not depend on the machine's mood.  None may grow by more than a tenth over
# what costs.txt records; `COSTS=record sh tests/e2e/costs.t` writes that anew.
. "$(dirname "$0")/../helpers/tap.sh"

record="$HERE/tests/e2e/costs.txt"
new="$TAP_DIR/costs"
port=$(port)

# Processes started by a command, itself included.
count_processes() {
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$TAP_DIR/trace" \
		-e trace=clone,clone3,fork,vfork "$@" >/dev/null 2>&1
	echo $((1 + $(grep -cE '(clone3?|v?fork)(\(.*| resumed.*)= [0-9]+$' "$TAP_DIR/trace")))
}

# System calls of the command's own process.
count_calls() {
	strace -qq -o "$TAP_DIR/trace" -e trace=all -e signal=none "$@" >/dev/null 2>&1
	wc -l < "$TAP_DIR/trace" | tr -d ' '
}

# Instructions of the command's own process, in thousands.
count_instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
		sed -n 's/.*Collected : \([0-9]*\)[0-9][0-9][0-9]$/\1/p'
}

# The recorded figure plus a tenth, and a few for what the order of events
# adds: a wait that is woken twice.
within() { # CASE WHAT GOT COLUMN
	recorded=$(awk -v name="$1" -v column="$4" '$1 == name { print $column }' "$record")
	if [ -n "$3" ] && [ "$3" -le $((${recorded:-0} + ${recorded:-0} / 10 + 3)) ]; then
		result 0 "$1: $2"
	else
		result 1 "$1: $2"
		note "$3 now, ${recorded:-nothing} recorded in tests/e2e/costs.txt"
	fi
}

cost() { # CASE COMMAND...
	name=$1
	shift
	processes=$(count_processes "$@")
	within "$name" 'no more processes' "$processes" 2
	# Sanitizers and other libcs have calls and instructions of their own.
	[ "${HOOKRUN_TEST_VARIANT:-release}" = release ] || return 0
	# So has a port whose kernel does not tell: ps(1) is asked, three times a
	# run, which is within the few processes that may be added.
	[ "$port" = linux ] || return 0
	calls=$(count_calls "$@")
	instructions=$(count_instructions "$@")
	within "$name" 'no more system calls' "$calls" 3
	within "$name" 'no more instructions (thousands)' "$instructions" 4
	printf '%-12s %9s %12s %12s\n' "$name" "$processes" "$calls" "$instructions" >> "$new"
}

printf '%-12s %9s %12s %12s\n' '# case' processes 'system calls' instructions > "$new"

repo
i=0
mkdir src
while [ $i -lt 300 ]; do
	echo x > "src/f$i.c"
	i=$((i + 1))
done
{
	printf 'pre-commit:\n  jobs:\n    - { name: one, run: "true" }\n'
	printf 'commit-msg:\n  jobs:\n    - { name: one, run: "true {1}" }\n'
	printf 'files:\n  jobs:\n    - { name: one, run: "true {staged_files}" }\n'
	printf 'post-checkout:\n  piped: true\n  jobs:\n'
	printf '    - uses: deps\n    - uses: migrate\n    - uses: test-map\n'
	printf 'hundred:\n  parallel: true\n  jobs:\n'
	i=0
	while [ $i -lt 100 ]; do
		printf '    - { name: j%d, run: "true" }\n' $i
		i=$((i + 1))
	done
} > lefthook.yml
hookrun install >/dev/null
stage_aged
HOOKRUN=0 git commit -qm files
HOOKRUN=0 git switch -qc topic # the map is made on the main branch
head=$(git rev-parse HEAD)
cost version hookrun version
cost nothing hookrun run pre-commit
cost switch hookrun run post-checkout -- "$head" "$head" 1
echo y > src/f1.c
stage_aged
cost commit hookrun run pre-commit
cost message hookrun run commit-msg -- .git/COMMIT_EDITMSG
cost one-file hookrun run files
for file in src/*.c; do echo z > "$file"; done
stage_aged
cost 300-files hookrun run files
cost 100-jobs hookrun run hundred

if [ "${COSTS-}" = record ]; then
	cp "$new" "$record"
	note "written: $record"
fi
finish
