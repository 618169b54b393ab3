#!/bin/sh
# hookrun and its git children are ended at every call that changes the disk,
# and every such call is made to fail; the next command finds every byte of the
# user's work.  See tests/helpers/fault.c and guard_kill.pl.
#
# The release binary is ended at all of them.  The sanitizers look for wrong
# memory, not for lost work, on the same paths: they take every third call of
# one shape, and a third of the commits at the end.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/guard_shapes.sh"

${CC:-cc} -shared -fPIC -O1 "$HERE/tests/helpers/fault.c" -o "$TAP_DIR/fault.so" || {
	echo 'Bail out! the fault library cannot be built'
	exit 1
}
# The sanitizers' library does not come first then, and exit is slow.
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0

# A repository of the shape $1 in $TAP_DIR/NAME.
prepare() {
	repo
	cat > lefthook.yml <<'E2'
output: false
pre-commit:
  jobs:
    - { name: none, run: 'true' }
    - { name: merge, run: "sed -i '10s/.*/by a job/' a" }
    - { name: conflict, run: "sed -i '19s/.*/by a job/' a" }
    - { name: suicide, run: 'kill -9 $PPID' }
E2
	git add lefthook.yml && git commit -qm config
	shape "$1"
	rm -rf .git/hooks .git/description .git/info
	git update-index -q --refresh
	git status > /dev/null
}

step=1 each='all calls' commits=100
[ "${HOOKRUN_TEST_VARIANT:-}" != asan ] || step=3 each='every third call' commits=30

points() { # SHAPE JOB KIND...
	prepare "$1"
	perl "$HERE/tests/helpers/guard_kill.pl" "$bin" \
		"$TAP_DIR/fault.so" "$TAP_DIR/state.$1.$2" "$(pwd -P)" "$step" "$@"
}

# A static binary takes no library in front of libc: the same objects, linked
# once more.
bin=$HOOKRUN_TEST_BIN
[ ! -x "${bin%/*}/dynamic/hookrun" ] || bin=${bin%/*}/dynamic/hookrun
ldd "$bin" | grep -q libc || {
	echo "Bail out! no fault can be put into $bin"
	exit 1
}

# Each line is one repository; two go on at a time.
cat > "$TAP_DIR/plan" <<'E2'
text none killall kill ENOSPC EIO EINVAL recover
text conflict killall
text merge killall
deleted none killall ENOSPC recover
other none killall ENOSPC
newdeleted none killall EIO
binary none killall
link none killall
exec none killall
filetolink none killall
filter none killall
first none killall
names none killall
readonly none killall
empty none killall
folder none killall ENOSPC EIO EINVAL recover
folderfile none killall ENOSPC EINVAL recover
folderlink none killall
E2
[ "$step" = 1 ] || sed -i '/^text /!d' "$TAP_DIR/plan"

half() { # of the plan: 0 or 1
	awk -v half="$1" 'NR % 2 == half' "$TAP_DIR/plan" | while read -r line; do
		# shellcheck disable=SC2086 # words
		points $line < /dev/null || echo "not ok - $line"
	done
}
half 0 > "$TAP_DIR/out.0" 2>&1 &
half 1 > "$TAP_DIR/out.1" 2>&1
wait

while read -r line; do
	case $line in
	'ok - '*) result 0 "$each: ${line#ok - }" ;;
	'not ok - '*) result 1 "${line#not ok - }" ;;
	*) note "$line" ;;
	esac
done <<E2
$(cat "$TAP_DIR/out.0" "$TAP_DIR/out.1")
E2
total=$(sed -n 's/^ok - .*: \([0-9]*\) points$/\1/p' "$TAP_DIR/out.0" "$TAP_DIR/out.1" |
	awk '{ sum += $1 } END { print sum + 0 }')
note "$total points"
[ "$step" != 1 ] || ok 'at least a thousand points, none lost' test "$total" -ge 1000

# ---- two work trees at the same moment ------------------------------------

repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: check, run: 'git diff --quiet && ! grep -q unstaged a' }
E2
lines 1 20 > a
commit config
git worktree add -q "$TAP_DIR/second"
hookrun install > /dev/null

# Commits, each with work that is not staged.
commits() { # FOLDER NAME
	cd "$1" || exit 1
	for i in $(seq "$commits"); do
		sed -i "2s/.*/$2 staged $i/" a
		git add a
		sed -i "19s/.*/$2 unstaged $i/" a
		cp a "$TAP_DIR/$2.want"
		git commit -qm "$2 $i" > "$TAP_DIR/$2.out" 2>&1 || {
			cat "$TAP_DIR/$2.out"
			return 1
		}
		cmp a "$TAP_DIR/$2.want" || return 1
		[ "$(git show HEAD:a | sed -n '2p;19p')" = "$2 staged $i
line 19" ] || return 1
		git checkout -q a
		sed -i '19s/.*/line 19/' a
	done
}
commits "$TAP_DIR/second" second > "$TAP_DIR/second.log" 2>&1 &
pid=$!
ok "$commits commits in one work tree" commits "$TAP_REPO" first
wait "$pid"
result $? 'and in another at the same moment'
note "$(cat "$TAP_DIR/second.log")"

finish
