# Ways out of a refusal, taken from its text and typed as they stand; sourced
# after rails_test.sh.

sql() { psql -X -q -A -t -d app_development -c "$1"; }

# The commands under the Nth words of $out; nothing where there are not so many.
# What failed before anything was started is indented as a whole.
way() {
	printf '%s\n' "$out" | sed '/^✗ migrate/,/^hookrun /s/^  //' | awk -v n="$1" '
		/^[^ ].*:$/ { words = 1; next }
		words && /^    [^ ]/ { if (words++ == 1) nr++; if (nr == n) print }
		!/^    / { words = 0 }'
}

# The versions of the files that are here, and those that are given.
here() {
	{
		find db/migrate -name '*.rb' | sed 's,.*/\([0-9]*\)_.*,\1,'
		printf '%s\n' "$1" | tr ' ' '\n'
	} | grep . | sort -n | tr '\n' ' '
}

# Typed in one shell, as by a user; the first that fails ends it.
type_in() {
	[ -n "$1" ] || {
		out='there is nothing to type' status=1
		return
	}
	printf '%s\n' "$1" > "$TAP_DIR/typed"
	go sh -e "$TAP_DIR/typed"
}

# leads_out NAME [KEPT]: KEPT are versions that stay applied beside the tree's.
leads_out() {
	is "$1: it works" "$status" 0
	[ "$status" = 0 ] || note "$out"
	is "$1: the database is at the tree's state" "$(versions)" \
		"$(here "${2:-}")"
	is "$1: the work tree is clean" "$(git status --porcelain)" ''
	n=$((${n:-0} + 1))
	go git switch -c "next-$n"
	is "$1: the next switch has nothing to say" "$status: $out" \
		"0: Switched to a new branch 'next-$n'"
}

# refusal NAME WAYS: provoke_NAME, once for each way out, which is typed after
# mended_NAME, if there is such a thing to be done first.  It stands at home.
refusal() {
	nr=0
	while [ "$nr" -lt "$2" ]; do
		nr=$((nr + 1))
		home
		"provoke_$1"
		is "$1: the hook fails" "$status" 1
		commands=$(way "$nr")
		[ "$nr" -gt 1 ] || is "$1: as many ways out as are typed here" \
			"$(way $(($2 + 1)))" ''
		note "$1, way $nr: $(echo "$commands" | tr '\n' ';')"
		! command -v "mended_$1" > /dev/null || "mended_$1" "$nr"
		type_in "$commands"
		leads_out "$1, way $nr" "${3:-}"
		migrate_options
	done
}
