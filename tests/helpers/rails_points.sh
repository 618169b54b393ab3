# A switch that takes rows and values away, killed at each of its points; sourced
# after rails_test.sh or rails_sqlite.sh, whose lab it makes.  See rails_points.rb.

# points_lab LAB: on the branch `to`, with the database of `from` and its rows.
points_lab() {
	"$1"
	cat > lefthook.yml <<'E2'
post-checkout:
  jobs:
    - { name: migrate, uses: migrate, with: { engine: rails } }
E2
	unhooked switch -q main
	hookrun sync > "$TAP_DIR/sync.out" 2>&1
	home_is_here
	branch from
	migration 20240301000001 create_notes '  def change
    create_table(:notes) { |t| t.string :text }
  end'
	add 20240301000002 add_mood mood
	written
	branch to main
	migration 20240302000001 drop_legacy '  def change
    remove_column :users, :legacy, :string
  end'
	migration 20240302000002 create_gadgets '  def change
    create_table(:gadgets) { |t| t.references :user, foreign_key: true }
  end'
	written
	unhooked switch -q from
	hookrun sync > "$TAP_DIR/sync.out" 2>&1
	rows="INSERT INTO notes (text) VALUES
		('precious-note-1'), ('precious-note-2');
		INSERT INTO users (name, legacy, mood, created_at, updated_at) VALUES
		('ada', 'precious-legacy', 'precious-mood', '2024-01-01', '2024-01-01')"
	if [ -f tmp/development.sqlite3 ]; then
		sqlite3 -batch tmp/development.sqlite3 "$rows"
	else
		psql -X -q -d app_development -c "$rows"
	fi
	unhooked switch -q to
}

# points_killed MODE...: a part of the points, another one for each commit;
# HOOKRUN_TEST_POINTS=1 takes all, and takes its time.
points_killed() {
	step=${HOOKRUN_TEST_POINTS:-24}
	[ "${HOOKRUN_TEST_VARIANT:-}" != asan ] || step=$((step * 4))
	phase=$(git -C "$HERE" rev-parse -q --verify HEAD 2>/dev/null | cut -c1-6)
	phase=$((0x${phase:-0} % step))
	note "each ${step}th point, from $phase on"
	mkdir "$TAP_DIR/points"
	${CC:-cc} -shared -fPIC -O1 "$HERE/tests/helpers/fault.c" \
		-o "$TAP_DIR/fault.so" || exit 1
	# A static binary takes no library in front of libc: the same objects,
	# linked once more.
	bin=$HOOKRUN_TEST_BIN
	[ ! -x "${bin%/*}/dynamic/hookrun" ] || bin=${bin%/*}/dynamic/hookrun
	ldd "$bin" | grep -q libc || {
		echo "Bail out! no fault can be put into $bin"
		exit 1
	}
	ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 \
		FAULT_SO="$TAP_DIR/fault.so" \
	bundle exec ruby "$HERE/tests/helpers/rails_points.rb" "$bin" \
		"$TAP_DIR/points" "$(git rev-parse from)" "$(git rev-parse to)" \
		"$step" "$phase" "$@" 3<> /dev/null 4<> /dev/null \
		> "$TAP_DIR/points.out" 2>&1
	while read -r line; do
		case $line in
		'ok - '*) result 0 "${line#ok - }" ;;
		'not ok - '*) result 1 "${line#not ok - }" ;;
		*) note "${line#'# '}" ;;
		esac
	done < "$TAP_DIR/points.out"
	in_sync 'at the end'
}
