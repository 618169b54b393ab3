# What every test with the real Rails application starts from; sourced.  A
# server of its own, the application on main, feature-a and feature-b, the
# hooks installed, feature-a checked out and migrated.

. "$HERE/tests/helpers/postgres.sh"
. "$HERE/tests/helpers/rails.sh"

cleanup() { pg_stop; }

# $REPLAY: the option `replay`; off unless a test is about it, since the others
# are about what Rails does.
#
# rails_lab ["more options of uses: migrate, six blanks before each"]
#
# Five seconds of Ruby make the application and its database, so that it is done
# once and copied from build/lab by every file that follows: a folder there is
# named after all that it depends on.
rails_lab() {
	export HOOKRUN_TEST_BOOTS="$TAP_DIR/boots"
	lab_key=$({
		cat "$HERE/tests/helpers/rails.sh" "$HERE/tests/helpers/rails_test.sh" \
			"$HERE/tests/helpers/postgres.sh"
		ruby -e 'puts RUBY_VERSION, Gem::Specification.map(&:full_name).sort'
		"$(pg_bin)/postgres" --version
	} 2>/dev/null | git hash-object --stdin)
	lab=$HERE/build/lab/$lab_key
	mkdir -p "$HERE/build/lab"
	# Copied under the lock too: whoever makes another one removes this.
	{
		flock 9
		[ -d "$lab" ] || (make_lab 9>&-) || no_lab
		cp -a "$lab/app" "$TAP_DIR/app"
		pg_start "$TAP_DIR/pg" "$lab/data" 9>&- || no_lab
	} 9< "$HERE/build/lab"
	cd "$TAP_DIR/app" || exit 1
	git update-index -q --refresh
	migrate_options "${1:-}"
	hookrun install > "$TAP_DIR/install.out" || exit 1
}

no_lab() {
	echo 'Bail out! no Rails application with a PostgreSQL server'
	exit 1
}

make_lab() {
	trap pg_stop EXIT
	rm -rf "$HERE/build/lab"/*
	pg_start "$TAP_DIR/made" || return 1
	createdb app_development
	mkdir "$TAP_DIR/lab"
	mkdir "$TAP_DIR/lab/app"
	cd "$TAP_DIR/lab/app" || return 1
	git init -q .
	rails_app && rails_branches && pg_keep "$TAP_DIR/lab/data" &&
		mv "$TAP_DIR/lab" "$lab.new" && mv "$lab.new" "$lab"
}

# Write lefthook.yml; not tracked, so that it is the same on every branch.
migrate_options() {
	git config core.excludesFile "$TAP_DIR/ignore"
	echo lefthook.yml > "$TAP_DIR/ignore"
	cat > lefthook.yml <<EOF
post-checkout: &steps
  piped: true
  jobs:
    - uses: deps
    - name: migrate
      uses: migrate
      with:
        engine: rails
        replay: ${REPLAY:-false}
${1:-}
    - uses: test-map
      with:
        branches: [release]
        refresh: echo refreshed > tmp/map
        map: tmp/map
        timestamp: mtime
        background: false
post-merge: *steps
post-rewrite: *steps
EOF
}

# branch_schema, made once for each state of the migrations and what they use.
own_schema() {
	rails_id=$(git rev-parse "$1:db/migrate" "$1:app" "$1:config" 2>&1 |
		git hash-object --stdin)
	mkdir -p "$TAP_DIR/schemas"
	[ -s "$TAP_DIR/schemas/$rails_id" ] ||
		branch_schema "$1" > "$TAP_DIR/schemas/$rails_id"
	cat "$TAP_DIR/schemas/$rails_id"
}

# The database is what the branch's own db:migrate makes of an empty one, and
# the work tree is clean.
in_sync() {
	is "$1: the schema is the branch's own" "$(schema app_development)" \
		"$(own_schema HEAD)"
	is "$1: git status is clean" "$(git status --porcelain)" ''
}

versions() {
	psql -X -q -A -t -d app_development -c \
		'SELECT version FROM schema_migrations ORDER BY 1' | tr '\n' ' '
}

# git as if the hooks were not there.
unhooked() { git -c core.hooksPath=/dev/null "$@"; }

# Make the state of now, on the branch of now, the one that `home` goes back to.
home_is_here() {
	HOME_BRANCH=$(git branch --show-current)
	dropdb --if-exists app_home 2>/dev/null
	createdb -T app_development app_home
}

# To the branch and database of home_is_here, with hookrun's memory of it wiped
# and no boots counted so far.  Untracked files go, ignored ones stay.
home() {
	unhooked checkout -qf "$HOME_BRANCH" && git clean -qfd
	dropdb -f app_development
	createdb -T app_home app_development
	forget
	rm -f "$HOOKRUN_TEST_BOOTS"
}

# Wipe what hookrun remembers of databases and heads.
forget() {
	rm -rf .git/hookrun/db .git/hookrun/heads .git/hookrun/migrat*
}

# branch NAME [START]: a branch off home's to write migrations on, committed by
# `written`.  The database hears of neither.
branch() { unhooked checkout -qf -b "$1" "${2:-$HOME_BRANCH}"; }
written() {
	git add -A
	unhooked commit -qm "${1:-migrations}"
}

# add VERSION NAME COLUMN: a migration that gives users a column.
add() { migration "$1" "$2" "  def change
    add_column :users, :$3, :string
  end"; }

# Run a command; then $out is what it printed, $status how it ended.
go() {
	# shellcheck disable=SC2034 # for the test that sources this
	out=$("$@" 2>&1) && status=0 || status=$?
}

# The same on a terminal where ANSWER is typed: typed ANSWER 'COMMAND'.
typed() {
	# shellcheck disable=SC2034
	out=$(printf '%s\n' "$1" |
		TERM=xterm script -qec "$2" /dev/null 2>&1 | tr -d '\r')
}

# Everything in the database, to see that it was left alone.
picture() {
	pg_dump "${1:-app_development}" | grep -v '^\\.*restrict' | cksum
}
