#!/bin/sh
# `hookrun init`: a first configuration out of what a repository has, which
# works at once.
. "$(dirname "$0")/../helpers/tap.sh"

program() { # FOLDER NAME
	mkdir -p "$1/node_modules/.bin"
	printf '#!/bin/sh\necho "%s in ${PWD##*/}: $*" >> "%s"\n' "$2" "$TAP_DIR/log" \
		> "$1/node_modules/.bin/$2"
	chmod +x "$1/node_modules/.bin/$2"
}

# ---- JavaScript with workspaces --------------------------------------------------
repo
mkdir -p packages/web packages/api packages/none
echo '{ "workspaces": ["packages/*"], "scripts": { "lint": "x", "test": "y" } }' > package.json
for package in web api; do echo '{}' > packages/$package/package.json; done
echo '{}' > packages/web/.eslintrc.json
echo '{}' > .prettierrc
echo 'module.exports = {}' > commitlint.config.js
: > pnpm-lock.yaml
program . eslint
program . prettier
program packages/web eslint
program . commitlint
echo node_modules > .gitignore
commit base

out=$(hookrun init < /dev/null 2>&1)
is 'where nobody can be asked' "$?" 1
has 'it shows what it would write' "$out" '    - name: eslint-packages/web'
has 'and says what to type' "$out" "'hookrun init --yes' does not ask"
fails 'nothing is written' test -e lefthook.yml
fails 'nor installed' test -e .git/hooks/pre-commit

out=$(printf 'n\n' | TERM=xterm script -qec 'hookrun init' /dev/null 2>&1)
has 'on a terminal it asks' "$out" 'write lefthook.yml and install its hooks? [y/N]'
fails 'no is no' test -e lefthook.yml

out=$(hookrun init --yes 2>&1)
is '--yes' "$?" 0
is 'what is written is sound' "$(hookrun validate 2>&1)" 'All good'
yml=$(cat lefthook.yml)
has 'a linter in a workspace' "$yml" '    # because of .eslintrc.json
    - name: eslint-packages/web
      root: packages/web'
has 'one for all' "$yml" 'run: prettier --check --ignore-unknown {staged_files}'
has 'the tests' "$yml" 'run: pnpm run test'
hasnt 'a script beside linters that were found' "$yml" 'pnpm run lint'
has 'dependencies' "$yml" 'uses: deps'
echo 'x' > packages/web/a.js
echo 'x' > packages/api/b.js
git add -A
git commit -qm 'a message' > "$TAP_DIR/out" 2>&1
result $? 'a commit works'
log=$(sort "$TAP_DIR/log")
has 'the linter ran in its folder' "$log" 'eslint in web: ./a.js'
hasnt 'on nothing else' "$log" b.js:
has 'the other one on both' "$log" 'packages/api/b.js'
has 'the message was checked' "$log" 'commitlint in '
is 'it is there already' "$(hookrun init --yes 2>&1)" \
	"hookrun: there is a configuration already; 'hookrun install' writes its hooks"

# ---- Rails -------------------------------------------------------------------------
repo
mkdir -p db/migrate bin
: > bin/rails
printf 'GEM\n  specs:\n    crystalball (0.7)\n' > Gemfile.lock
: > .rubocop.yml
: > .rspec
hookrun init --yes >/dev/null 2>&1
is 'Rails' "$(grep -v '#' lefthook.yml)" '
pre-commit:
  jobs:
    - name: rubocop
      file_types: ruby
      run: bundle exec rubocop --force-exclusion {staged_files}

pre-push:
  jobs:
    - name: rspec
      run: bundle exec rspec

post-checkout:
  piped: true
  jobs:
    - name: deps
      uses: deps
    - name: migrate
      uses: migrate
    - name: test-map
      uses: test-map'
is 'sound' "$(hookrun validate 2>&1)" 'All good'

# ---- others --------------------------------------------------------------------------
repo
printf '# x\n[tool.ruff]\nline-length = 80\n[tool.mypy]\n' > pyproject.toml
echo 'module x' > go.mod
echo '[package]' > Cargo.toml
printf 'all:\n\ntest: all\n\ttrue\n' > Makefile
: > .shellcheckrc
hookrun init --yes >/dev/null 2>&1
names=$(sed -n 's/.*- name: //p' lefthook.yml | tr '\n' ' ')
# HOOKRUN_EXCLUDE splits its value at blanks
is 'Python, Go, Rust, shell, make; each name can be excluded' "$names" \
	'ruff gofmt cargo-fmt shellcheck mypy go-vet '
is 'sound' "$(hookrun validate 2>&1)" 'All good'

repo
printf 'lint:\n\ttrue\ntest:\n\ttrue\n' > Makefile
hookrun init --yes >/dev/null 2>&1
has 'targets of make' "$(cat lefthook.yml)" 'run: make lint'
has 'before a push' "$(cat lefthook.yml)" 'run: make test'

repo
mkdir .husky
echo 'echo from husky' > .husky/pre-commit
: > .rubocop.yml
hookrun init --yes >/dev/null 2>&1
has 'what another tool has is taken over' "$(cat lefthook.yml)" 'run: echo from husky'
hasnt 'and nothing else' "$(cat lefthook.yml)" rubocop

repo
out=$(hookrun init --yes 2>&1)
is 'nothing to find' "$?" 1
has 'is said' "$out" "found nothing here that a hook could run; 'hookrun install' writes an example"
echo '{ "scripts": { "test": "x" ' > package.json
out=$(hookrun init --yes 2>&1)
has 'what cannot be read is told with its line' "$out" package.json:

finish
