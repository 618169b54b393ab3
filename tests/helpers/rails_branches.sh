# shellcheck disable=SC2154 # $out and $status are set by go(), of rails_test.sh
# `database: per_branch`; sourced after rails_test.sh or rails_sqlite.sh, whose
# lab it makes: branches_lab LAB.  What differs between the two: `rows SQL`, which
# asks the application's database, `databases`, how many there are with its
# copies, and DATABASE, what it is called in messages.
# shellcheck disable=SC2034 # for rails_test.sh
REPLAY=true

branches_lab() {
	"$1" '        database: per_branch'
	hookrun sync > "$TAP_DIR/sync.out" 2>&1
	git switch -q main > "$TAP_DIR/switch.out" 2>&1
	git switch -q feature-a > "$TAP_DIR/switch.out" 2>&1
	rm -f "$HOOKRUN_TEST_BOOTS"
}

names() { rows 'SELECT name FROM users ORDER BY name' | tr '\n' ' '; }
user() {
	rows "INSERT INTO users (name, created_at, updated_at)
		VALUES ('$1', '2024-01-01', '2024-01-01')"
}
# Everything in the database of now.
dump() { picture; }

branches_to_and_fro() {
	is 'the branch has its own database, and main has one' "$(databases)" 2
	user on-a
	go git switch main
	is 'to main: exit status' "$status" 0
	has 'is said' "$out" "migrate: $DATABASE: that of 'feature-a' put aside, that of 'main' brought back"
	is 'no start of Rails' "$(boots)" 0
	is 'its rows are its own' "$(names)" ''
	user on-main
	go git switch feature-a
	is 'and back: the rows' "$(names)" 'on-a '
	in_sync 'and back'
	is 'no start of Rails' "$(boots)" 0
	fails 'no journal is left' test -e .git/hookrun/db/unfinished
	go git switch main
	is 'main has its own' "$(names)" 'on-main '
	in_sync 'main'
}

branches_new() {
	go git switch -c topic
	has 'a new branch: a copy' "$out" "put aside, that of 'topic' made as a copy of it ("
	is 'with the rows of where it came from' "$(names)" 'on-main '
	user on-topic
	add 20240401000001 add_topic topic
	written 'topic'
	go hookrun sync
	has 'migrated as usual' "$out" AddTopic
	go git switch main
	is 'main knows nothing of it' "$(names)" 'on-main '
	in_sync 'main after topic'
	hasnt 'nothing was rolled back' "$out" '↓'
	go git switch topic
	is 'topic has its rows' "$(names)" 'on-main on-topic '
	in_sync 'topic'
	go git switch -c empty main
	is 'a branch off main, from topic: as its migrations say' \
		"$(versions)" '20240101000001 20240101000002 '
	in_sync 'empty'
	git switch -q main > "$TAP_DIR/switch.out" 2>&1
}

branches_quiet() {
	before=$(databases)
	go git switch --detach feature-a
	hasnt 'a detached HEAD exchanges nothing' "$out" 'put aside'
	go git switch main
	hasnt 'nor does the way back' "$out" 'put aside'
	is 'the rows are there' "$(names)" 'on-main '
	go git checkout -b rebased feature-a
	git commit -q --allow-empty -m more
	go git rebase main
	is 'a rebase: exit status' "$status" 0
	hasnt 'exchanges nothing' "$out" 'put aside'
	go git rebase main feature-b
	has 'a rebase of another branch does at its end' "$out" \
		"that of 'rebased' put aside, that of 'feature-b' made as a copy of it"
	in_sync 'the other branch, rebased'
	go git branch -m feature-b feature-c
	go git switch -q feature-c
	has 'a branch with another name keeps its database' \
		"$(hookrun sync 2>&1; echo "$out")" "that of 'feature-b', which is gone, is that of 'feature-c' now"
	git switch -q main > "$TAP_DIR/switch.out" 2>&1
}

branches_modes() {
	cp lefthook.yml "$TAP_DIR/lefthook.yml"
	sed -i 's/database: per_branch/&\n        mode: notify/' lefthook.yml
	before=$(dump)
	go git switch topic
	has 'notify: said' "$out" "$DATABASE is that of 'main': that of 'topic' takes its place first"
	is 'notify: nothing done' "$(dump)" "$before"
	go hookrun migrate --plan
	has 'the plan says it too' "$out" "that of 'topic' takes its place first"
	go hookrun status
	has 'and the status' "$out" "that of 'topic' takes its place first"
	cp "$TAP_DIR/lefthook.yml" lefthook.yml
	go hookrun sync
	has 'by hand it is done' "$out" "that of 'topic' brought back"
	git switch -q main > "$TAP_DIR/switch.out" 2>&1
}

branches_limits() {
	sed -i 's/database: per_branch/&\n        max_copies: 3/' lefthook.yml
	go git switch feature-a
	has 'beyond the limit: told before' "$out" "goes with the next switch: more than 'max_copies: 3' are kept"
	hasnt 'not dropped yet' "$out" ' dropped'
	count=$(databases)
	go hookrun db prune -n
	has 'prune would' "$out" "more than 'max_copies: 3' are kept"
	go git switch main
	has 'with the next switch it goes' "$out" ' dropped: more than'
	ok 'there are fewer' [ "$(databases)" -lt "$count" ]
	cp "$TAP_DIR/lefthook.yml" lefthook.yml
	git branch -qD topic
	go hookrun db prune --yes
	has 'a deleted branch: pruned' "$out" "the database of the branch 'topic' ("
	has 'and why' "$out" 'dropped: its branch is gone'
	go hookrun db drop feature-a --yes
	is 'what was there first is not dropped' "$status" 1
	has 'as is said' "$out" 'was there before hookrun made copies'
	sed -i 's/database: per_branch/&\n        max_copies_mb: 0/' lefthook.yml
	go git switch -c large
	has 'too large to copy' "$out" "is larger than 'max_copies_mb: 0', and stays that of 'main'"
	is 'exit status' "$status" 0
	go git switch main
	cp "$TAP_DIR/lefthook.yml" lefthook.yml
}

# ---- killed ------------------------------------------------------------------

# What hookrun may be killed in: a static binary takes no library in front of
# libc, so it is the same objects, linked once more.
branches_fault() {
	fault_bin=$HOOKRUN_TEST_BIN
	[ ! -x "${fault_bin%/*}/dynamic/hookrun" ] ||
		fault_bin=${fault_bin%/*}/dynamic/hookrun
	${CC:-cc} -shared -fPIC -O1 "$HERE/tests/helpers/fault.c" \
		-o "$TAP_DIR/fault.so" || exit 1
}

# sync_killed AT: `hookrun sync`, killed at that call; 0: only counted.
sync_killed() {
	head -c 8192 /dev/zero > "$TAP_DIR/fault.state"
	LD_PRELOAD="$TAP_DIR/fault.so" FAULT_STATE="$TAP_DIR/fault.state" \
		FAULT_AT="$1" FAULT_KIND=killall FAULT_SENDS=yes \
		ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 \
		"$fault_bin" sync > "$TAP_DIR/killed.out" 2>&1
}

# The calls that were made.
fault_count() { od -An -tu4 -N4 "$TAP_DIR/fault.state" | tr -d ' '; }

# What came to light when `hookrun sync` had been killed: the next command leaves
# nothing open, the database is there and all of one branch; then each branch
# has its rows.  branches_settled BRANCH ROWS
branches_settled() {
	wrong=
	hookrun db list > "$TAP_DIR/list.out" 2>&1 || wrong="list failed"
	[ -z "$(find .git/hookrun/db/unfinished -type f 2>/dev/null)" ] ||
		wrong="$wrong, something is open"
	case "$(names)" in
	'on-a ' | "$2") ;;
	*) wrong="$wrong, the database has '$(names)'" ;;
	esac
	hookrun sync > "$TAP_DIR/sync.out" 2>&1 || wrong="$wrong, sync failed"
	[ "$(names)" = "$2" ] || wrong="$wrong, $1 has '$(names)'"
	unhooked switch -q feature-a
	hookrun sync > "$TAP_DIR/back.out" 2>&1 || wrong="$wrong, no way back"
	[ "$(names)" = 'on-a ' ] || wrong="$wrong, feature-a has '$(names)'"
}

# Forget the branch that is begun anew with each point.
branches_no_fresh() {
	git branch -qD fresh 2>/dev/null
	hookrun db prune --yes > "$TAP_DIR/prune.out" 2>&1
}

# branches_points BRANCH ROWS: killed at points of the way there: each fourth, other
# ones with each commit; HOOKRUN_TEST_POINTS=1 takes all.
branches_points() {
	unhooked switch -q "$1" 2>/dev/null || unhooked switch -q -c "$1"
	sync_killed 0
	count=$(fault_count)
	branches_settled "$1" "$2"
	is "to $1: not killed" "$wrong" ''
	note "$count calls"
	step=${HOOKRUN_TEST_POINTS:-4}
	[ "${HOOKRUN_TEST_VARIANT:-}" != asan ] || step=$((step * 3))
	at=$(git -C "$HERE" rev-parse -q --verify HEAD 2>/dev/null | cut -c1-6)
	at=$((1 + 0x${at:-0} % step))
	while [ "$at" -le "$count" ]; do
		[ "$1" != fresh ] || branches_no_fresh
		unhooked switch -q "$1" 2>/dev/null || unhooked switch -q -c "$1"
		sync_killed "$at"
		branches_settled "$1" "$2"
		is "to $1: killed at $at of $count" "$wrong" ''
		[ -z "$wrong" ] ||
			note "$(cat "$TAP_DIR/killed.out" "$TAP_DIR/list.out" "$TAP_DIR/sync.out")"
		at=$((at + step))
	done
}

branches_killed() {
	branches_fault
	sed -i '/^post-checkout/,$d' lefthook.yml
	cat >> lefthook.yml <<'END'
post-checkout:
  jobs:
    - { name: migrate, uses: migrate, with: { database: per_branch } }
END
	user on-a
	git switch -q main > "$TAP_DIR/switch.out" 2>&1
	user on-main
	git switch -q feature-a > "$TAP_DIR/switch.out" 2>&1
	branches_points main 'on-main '
	branches_points fresh 'on-a '
}
