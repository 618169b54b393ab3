#!/bin/sh
# database: per_worktree, in a clone that is moved, or copied: what was made for
# its trees is theirs still.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
databases() {
	psql -X -q -A -t -d postgres -c "SELECT datname FROM pg_database
		WHERE datname LIKE 'app_development%' ORDER BY 1" | tr '\n' ' '
}
unhooked stash -q -u 2> /dev/null
: > "$TAP_DIR/ignore"
sed -i 's/database: app_development/database: <%= ENV.fetch("DATABASE_NAME", "app_development") %>/' \
	config/database.yml
echo /.env >> .gitignore
cat > lefthook.yml << 'E2'
post-checkout:
  jobs:
    - uses: migrate
      with:
        database: per_worktree
        database_env: DATABASE_NAME
E2
git add -A && unhooked commit -qm configured
hookrun sync > "$TAP_DIR/out" 2>&1
go git worktree add --detach "$TAP_DIR/one"
both='app_development app_development_wt_one '
is 'a tree has its own' "$(databases)" "$both"

mv "$TAP_DIR/app" "$TAP_DIR/moved"
cd "$TAP_DIR/moved" || exit 1
git worktree repair "$TAP_DIR/one" > "$TAP_DIR/out" 2>&1
go hookrun db prune --yes
is 'moved: it is not dropped' "$(databases)" "$both"
has 'nor taken for needless' "$out" 'there is nothing to drop'
go sh -c 'cd "$1" && hookrun status' sh "$TAP_DIR/one"
has 'and is that tree'"'"'s own still' "$out" 'database app_development_wt_one: in sync'

cp -a . "$TAP_DIR/copied"
git worktree remove --force "$TAP_DIR/one"
go git worktree add --detach "$TAP_DIR/one"
has 'another tree of that name: one of its own' "$out" app_development_wt_one_2
git worktree remove --force "$TAP_DIR/one"
go hookrun db prune --yes
is 'of trees that are gone they go' "$(databases)" 'app_development '
finish
