#!/bin/sh
# make demo: the main job while you watch.  A throwaway Rails application with
# diverging branches, a PostgreSQL server of its own on a Unix socket, and the
# hooks of the built binary.  Everything is removed at the end.
set -eu
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/hookrun-demo.XXXXXX")
chmod 755 "$dir" # the database server runs as another user
export HOME="$dir/home" GIT_CONFIG_GLOBAL="$dir/gitconfig" GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=demo GIT_AUTHOR_EMAIL=demo@example.org
export GIT_COMMITTER_NAME=demo GIT_COMMITTER_EMAIL=demo@example.org
export LC_ALL=C.UTF-8 HOOKRUN_TEST_BOOTS="$dir/boots"
unset HOOKRUN LEFTHOOK GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE RAILS_ENV \
	RACK_ENV DATABASE_URL 2>/dev/null || :
mkdir -p "$HOME" "$dir/bin" "$dir/app"
ln -s "$bin" "$dir/bin/hookrun"
PATH="$dir/bin:$PATH"
. "$here/postgres.sh"
. "$here/rails.sh"

end() {
	status=$?
	trap - EXIT
	pg_stop || :
	cd /
	rm -rf "$dir"
	[ "$status" = 0 ] || echo "demo: failed with status $status" >&2
	exit "$status"
}
trap end EXIT
trap 'exit 1' INT TERM HUP

bold=
plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m')
	plain=$(printf '\033[0m')
fi

say() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }

# Show a command, then run it.
do_() {
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	"$@"
}

columns() {
	psql -X -q -A -t -d app_development -c "
		SELECT '    ' || table_name || '(' || string_agg(column_name, ', '
		       ORDER BY ordinal_position) || ')'
		  FROM information_schema.columns WHERE table_schema = 'public'
		   AND table_name NOT IN ('schema_migrations', 'ar_internal_metadata')
		 GROUP BY table_name ORDER BY table_name"
}

# The database must be what the branch's own migrations make of an empty one.
expect_schema() {
	columns
	if [ "$(schema app_development)" = "$(branch_schema HEAD)" ]; then
		echo "    = what this branch's own db:migrate gives on an empty database"
	else
		echo "    differs from what this branch's own db:migrate gives" >&2
		exit 1
	fi
	[ -z "$(git status --porcelain)" ] || {
		git status --short >&2
		exit 1
	}
}

echo "demo: starting PostgreSQL and writing a Rails application in $dir"
pg_start "$dir/pg"
createdb app_development
cd "$dir/app"
git -c init.defaultBranch=main init -q .
rails_app
mkdir -p spec
cat > lefthook.yml <<'EOF'
post-checkout:
  piped: true
  jobs:
    - uses: deps
    - uses: migrate
    - uses: test-map
      with:
        refresh: >-
          printf -- "---\n:type: Crystalball::ExecutionMap\n:commit: %s\n:timestamp: %s\n---\nspec: []\n"
          "$(git rev-parse HEAD)" "$(date +%s)" > tmp/crystalball_data.yml

pre-push:
  parallel: true
  jobs:
    - name: syntax
      run: ruby -c app/models/application_record.rb
    - name: migrations
      run: ls db/migrate
EOF
rails_branches

say 'The hooks: one binary, one file of configuration'
do_ hookrun install

say 'On feature-a the column "legacy" is gone and "nick" is there'
do_ git branch --show-current
expect_schema

say 'What would a switch to feature-b do?  (nothing is changed by asking)'
do_ git -c core.hooksPath=/dev/null switch -q feature-b
do_ hookrun migrate --plan
do_ git -c core.hooksPath=/dev/null switch -q feature-a

say 'Switch: gems first, then roll back what only feature-a had, then migrate'
do_ git switch feature-b
expect_schema

say 'And back again'
do_ git switch feature-a
expect_schema

say 'To main: the test map is refreshed in the background'
do_ git switch main
expect_schema
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -s tmp/crystalball_data.yml ] && break
	sleep 0.2
done
do_ hookrun status

say 'Nothing to do: no Rails, no database, no gems; just the switch'
before=$(boots)
do_ git switch -c topic
[ "$(boots)" = "$before" ] || {
	echo 'demo: Rails was started for nothing' >&2
	exit 1
}

say 'A push runs its jobs side by side'
git init -q --bare "$dir/origin.git"
git remote add origin "$dir/origin.git"
do_ git push -q origin topic

printf '\ndemo: done; Rails was started %s times for 3 switches with work\n' "$(boots)"
