#!/bin/sh
# make bench: what hooks cost, beside a plain shell hook and lefthook 2.2.2
# (from npm, where it can be had).  Contenders run in turn, so that a noisy
# machine is noisy for all of them.  RUNS sets how often.
set -eu
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/hookrun-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP
export HOME="$dir" GIT_CONFIG_GLOBAL="$dir/gitconfig" GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=b GIT_AUTHOR_EMAIL=b@example.org
export GIT_COMMITTER_NAME=b GIT_COMMITTER_EMAIL=b@example.org
mkdir "$dir/bin"
ln -s "$bin" "$dir/bin/hookrun"
PATH="$dir/bin:$PATH"

lefthook=
if command -v npm >/dev/null 2>&1 &&
	npm install --silent --ignore-scripts --prefix "$dir/npm" lefthook@2.2.2 >/dev/null 2>&1; then
	lefthook=$(find "$dir/npm/node_modules" -path '*linux*' -name lefthook -type f | head -n 1)
	[ -z "$lefthook" ] || ln -s "$lefthook" "$dir/bin/lefthook"
fi
[ -n "$lefthook" ] || echo 'bench: no lefthook from npm here; without it' >&2

# A repository for one contender: NAME, the text of its lefthook.yml.
make_repo() {
	mkdir "$dir/$1"
	cd "$dir/$1"
	git -c init.defaultBranch=main init -q .
	echo x > file
	printf '%s\n' "$2" > lefthook.yml
	git add file
	git commit -qm start
	git branch other
	echo y > file
	git add file
}

yml='pre-commit:
  jobs:
    - run: "true"'
make_repo shell ''
printf '#!/bin/sh\ntrue\n' > .git/hooks/pre-commit
# shellcheck disable=SC2016 # the hook's own variables
printf '#!/bin/sh\n[ "$1" = "$2" ] && exit 0\nexit 0\n' > .git/hooks/post-checkout
chmod +x .git/hooks/*
make_repo hookrun "$yml
post-checkout:
  piped: true
  jobs:
    - uses: deps
    - uses: migrate
    - uses: test-map"
hookrun install >/dev/null
if [ -n "$lefthook" ]; then
	make_repo lefthook "$yml
post-checkout:
  piped: true
  jobs:
    - run: '[ {1} = {2} ]'"
	lefthook install >/dev/null
fi

perl "$here/compare.pl" "${RUNS:-20}" "$dir" ${lefthook:+lefthook} <<'EOF'
one job that runs `true`: git hook run pre-commit
a switch with nothing to do: git switch -q other && git switch -q main
EOF
echo
echo "programs alone:"
perl "$here/compare.pl" "${RUNS:-20}" "$dir" --alone <<EOF
hookrun version: $bin version
sh -c :: sh -c :
EOF
