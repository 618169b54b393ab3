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
