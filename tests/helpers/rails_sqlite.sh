# As rails_test.sh, with the application on SQLite; sourced instead of it.  The
# database is tmp/development.sqlite3, $DB.

. "$HERE/tests/helpers/rails_test.sh"

DB=tmp/development.sqlite3

cleanup() { :; }

# sqlite_lab ["more options of uses: migrate, six blanks before each"]
sqlite_lab() {
	export HOOKRUN_TEST_BOOTS="$TAP_DIR/boots"
	lab_key=$({
		cat "$HERE/tests/helpers/rails.sh" "$HERE/tests/helpers/rails_test.sh" \
			"$HERE/tests/helpers/rails_sqlite.sh"
		ruby -e 'puts RUBY_VERSION, Gem::Specification.map(&:full_name).sort'
		sqlite3 --version
	} 2>/dev/null | git hash-object --stdin)
	lab=$HERE/build/lab-sqlite/$lab_key
	mkdir -p "$HERE/build/lab-sqlite"
	{
		flock 9
		[ -d "$lab" ] || (make_sqlite_lab 9>&-) || no_lab
		cp -a "$lab" "$TAP_DIR/app"
	} 9< "$HERE/build/lab-sqlite"
	cd "$TAP_DIR/app" || exit 1
	git update-index -q --refresh
	migrate_options "${1:-}"
	hookrun install > "$TAP_DIR/install.out" || exit 1
}

make_sqlite_lab() {
	rm -rf "$HERE/build/lab-sqlite"/*
	mkdir "$TAP_DIR/lab"
	cd "$TAP_DIR/lab" || return 1
	git init -q .
	rails_app sqlite && rails_branches && cp -a "$TAP_DIR/lab" "$lab.new" &&
		mv "$lab.new" "$lab"
}

q() { sqlite3 -batch "$DB" "$@"; }

# One line a column, index, reference and applied version, sorted.
schema() {
	sqlite3 -batch "$1" <<'EOF'
.output /dev/null
PRAGMA busy_timeout = 10000;
.output
WITH t AS (SELECT name FROM sqlite_master WHERE type = 'table' AND name
  NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND name NOT IN ('schema_migrations', 'ar_internal_metadata'))
SELECT 'column ' || t.name || '.' || p.name || ' ' || p.type || ' ' ||
       p."notnull" || ' ' || coalesce(nullif(p.dflt_value, 'NULL'), '-') || ' ' || p.pk
  FROM t, pragma_table_info(t.name) p
 UNION ALL SELECT 'index ' || sql FROM sqlite_master
 WHERE type = 'index' AND sql IS NOT NULL
 UNION ALL SELECT 'reference ' || t.name || '.' || f."from" || ' ' ||
       f."table" || ' ' || f.on_delete FROM t, pragma_foreign_key_list(t.name) f
 UNION ALL SELECT 'version ' || version FROM schema_migrations
 ORDER BY 1;
EOF
}

branch_schema() {
	rails_tree=$(mktemp -d "${TMPDIR:-/tmp}/hookrun-tree.XXXXXX")
	git archive "$1" | tar -x -C "$rails_tree"
	(
		cd "$rails_tree" || exit 1
		unset GIT_DIR
		mkdir -p tmp
		SCHEMA="$rails_tree/schema" rails_task db:migrate >/dev/null
		schema "$(ls tmp/*dev*)"
	)
	rm -rf "$rails_tree"
}

in_sync() {
	is "$1: the schema is the branch's own" "$(schema "$DB")" \
		"$(own_schema HEAD)"
	is "$1: git status is clean" "$(git status --porcelain)" ''
}

versions() { q 'SELECT version FROM schema_migrations ORDER BY 1' | tr '\n' ' '; }

home_is_here() {
	HOME_BRANCH=$(git branch --show-current)
	cp "$DB" "$TAP_DIR/home.sqlite3"
}

home() {
	unhooked checkout -qf "$HOME_BRANCH" && git clean -qfd
	rm -f "$DB"*
	cp "$TAP_DIR/home.sqlite3" "$DB"
	forget
	rm -f "$HOOKRUN_TEST_BOOTS"
}

picture() { sqlite3 -batch "$DB" .dump | cksum; }
