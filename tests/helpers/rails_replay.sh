# For the tests of replays, sourced after the application is there: migrations
# of all kinds go up by Rails once, and then down and up by replay, and what the
# database's own tool says of the schema has to be the same.

rm -f "$TAP_DIR/kinds"
KINDS=0
BATCHES=0


# kind NAME BODY: a migration that goes up and down.
kind() {
	KINDS=$((KINDS + 1))
	migration "$((20250101000000 + KINDS))" "kind_$1" "$2"
}

# change NAME BODY: the same, by `change` of one line or more.
change() { kind "$1" "  def change
    $2
  end"; }

# sql NAME UP DOWN: the same, by two statements.
both_ways() { kind "$1" "  def up
    execute <<~'SQL'
      $2
    SQL
  end

  def down
    execute <<~'SQL'
      $3
    SQL
  end"; }

# What was written since the last one becomes a branch, and goes to and fro.
# WARM: rounds that are left to Rails first.  ActiveRecord rebuilds tables on
# SQLite, and what it makes of one is a little different the first times.
batch() {
	BATCHES=$((BATCHES + 1))
	git add -A
	unhooked commit -qm "kinds $BATCHES"
	unhooked switch -q -c "batch-$BATCHES"
	unhooked switch -q -
	unhooked reset -q --hard HEAD~1
	for batch_round in $(seq "${WARM:-0}"); do
		git switch -q "batch-$BATCHES" > /dev/null 2>&1
		git switch -q main > /dev/null 2>&1
	done
	picture_of_schema > "$TAP_DIR/without"
	batch_boots=$(boots)
	batch_log=$(git switch "batch-$BATCHES" 2>&1) || note "$batch_log"
	[ "${WARM:-0}" != 0 ] || is "$1: up by Rails" "$(boots)" $((batch_boots + 1))
	batch_boots=$(boots)
	picture_of_schema > "$TAP_DIR/with"
	ok "$1: there is a difference" test "$(cmp "$TAP_DIR/with" "$TAP_DIR/without" 2>&1)"
	for batch_round in first second; do
		batch_log=$(git switch main 2>&1)
		has "$1: the $batch_round way back is a replay" "$batch_log" '(replayed)'
		picture_of_schema > "$TAP_DIR/now"
		same_files "$1: the $batch_round way back" "$TAP_DIR/without" "$TAP_DIR/now"
		batch_log=$(git switch "batch-$BATCHES" 2>&1)
		has "$1: and forth" "$batch_log" '(replayed)'
		picture_of_schema > "$TAP_DIR/now"
		same_files "$1: and forth" "$TAP_DIR/with" "$TAP_DIR/now"
	done
	is "$1: without Rails" "$(boots)" "$batch_boots"
	git switch -q main > /dev/null 2>&1
}

same_files() {
	files_differ=$(diff -U1 "$2" "$3" 2>&1) || note "$files_differ"
	is "$1: the schema is the same" "$files_differ" ''
}
