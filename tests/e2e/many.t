#!/bin/sh
# Many jobs, much output, odd names: counted, not timed.
. "$(dirname "$0")/../helpers/tap.sh"

repo
jobs() { # HOOK PARALLEL NUMBER COMMAND
	printf '%s:\n  parallel: %s\n  jobs:\n' "$1" "$2"
	n=0
	while [ "$n" -lt "$3" ]; do
		n=$((n + 1))
		printf '    - { name: j%s, run: "%s" }\n' "$n" "$4"
	done
}
{
	jobs row50 false 50 true
	jobs row200 false 200 true
	jobs side50 true 50 true
	jobs side200 true 200 true
	jobs side1000 true 1000 true
	cat <<'E2'
limits:
  parallel: true
  jobs:
E2
	jobs x true 100 'ulimit -Sn >> limits' | sed 1,3d
	cat <<'E2'
much:
  jobs:
    - name: much
      run: "head -c 30000000 /dev/zero | tr '\\0' x; echo; echo end"
E2
} > lefthook.yml

passed() {
	printf '%s\n' "$1" | grep -c '^✓ j[0-9]'
}

for hook in row200 side200 side1000; do
	out=$(hookrun run "$hook" -v 2>&1)
	is "$hook: passes" $? 0
	is "$hook: every job was run" "$(passed "$out")" "${hook##*[a-z]}"
done

# Each job has descriptors; where there are not enough for all jobs at once,
# some wait.
# shellcheck disable=SC3045
out=$(ulimit -n 100 && hookrun run side200 -v 2>&1)
is 'few descriptors: passes' $? 0
is 'few descriptors: every job was run' "$(passed "$out")" 200
# shellcheck disable=SC3045
out=$(ulimit -Sn 100 && hookrun run limits 2>&1)
is 'a raised limit: passes' $? 0
is 'jobs keep the limit that we were started with' "$(sort -u limits)" 100

# What hookrun itself asks of the kernel.
calls() {
	strace -qq -o calls hookrun run "$1" >/dev/null 2>&1
	wc -l < calls
}
if [ "${HOOKRUN_TEST_VARIANT:-release}" = release ]; then
	for shape in row side; do
		few=$(calls "${shape}50")
		many=$(calls "${shape}200")
		[ "$many" -gt 0 ] && [ "$many" -le $((4 * few)) ]
		result $? "$shape: four times the jobs, at most four times the calls ($few, $many)"
	done
	others=0
	[ "$(port)" = linux ] || others=3 # ps: who called us, what jobs have left
	is 'one child a job' "$(grep -c -E '^(vfork|fork|clone3?)\(' calls)" \
		$((200 + others))
fi

hookrun run much > out 2>&1
is 'much output: passes' $? 0
is 'much output: nothing is lost' "$(tr -cd x < out | wc -c)" 30000000
is 'much output: in order' "$(grep -c '^end$' out)" 1
out=$(TMPDIR=/nonexistent hookrun run much 2>&1 | tail -c 500)
has 'no place for the rest of it: said' "$out" 'output cut: No such file or directory'
out=$(TMPDIR=/nonexistent hookrun run much 2>/dev/null | tr -cd x | wc -c)
is 'and what there was place for is shown' "$out" 1048576

# Nothing that users or files say drives the terminal through our messages.
esc=$(printf '\033]0;title\a')
for words in "run bad$esc" "bad$esc" "run --bad$esc" "install bad$esc" \
	"run row50 --job bad$esc"; do
	# shellcheck disable=SC2086
	out=$(hookrun $words 2>&1)
	hasnt "no escape code from: $(printf %s "$words" | tr -cd 'a-z0-9 -')" \
		"$out" "$(printf '\033')"
done
printf 'pre-commit:\n  jobs:\n    - name: "a\\e[31mb"\n      run: "true"\n      "gl\\eob": "*"\n' \
	> lefthook.yml
for words in validate 'run pre-commit' status; do
	# shellcheck disable=SC2086
	out=$(hookrun $words 2>&1)
	hasnt "no escape code from the file: $words" "$out" "$(printf '\033')"
done

finish
