#!/bin/sh
# uses: deps with Yarn and pnpm out of npm's registry, put below build/npm by
# tests/helpers/deps.sh, and packages on the disk.  Where the registry could not
# be reached, small programs stand in, which do to the lock file what the real
# ones do.
. "$(dirname "$0")/../helpers/tap.sh"
export npm_config_offline=true npm_config_cache="$TAP_DIR/cache"
export npm_config_update_notifier=false npm_config_fund=false
export YARN_ENABLE_TELEMETRY=0 YARN_ENABLE_GLOBAL_CACHE=false DO_NOT_TRACK=1
unset npm_config_prefix
npm=$HERE/build/npm

# stand_in NAME VERSION: what `install` does comes on stdin.
stand_in() {
	note "a stand-in for $1 $2"
	mkdir -p "$TAP_DIR/$1-$2"
	{
		printf '#!/bin/sh\n[ "$1" != --version ] || exec echo %s.0.0\n' "$2"
		cat
	} > "$TAP_DIR/$1-$2/$1"
	chmod +x "$TAP_DIR/$1-$2/$1"
}
# folder NAME VERSION PACKAGE: of a program, for PATH.
folder() {
	if [ -x "$npm/$3/node_modules/.bin/$1" ]; then
		echo "$npm/$3/node_modules/.bin"
	else
		echo "$TAP_DIR/$1-$2"
	fi
}
[ -x "$npm/yarn@1/node_modules/.bin/yarn" ] || stand_in yarn 1 <<'E2'
printf '# yarn lockfile v1\n\n\n"one@file:lib/one-1.0.0.tgz":\n  version "1.0.0"\n' > yarn.lock
mkdir -p node_modules/one
E2
[ -x "$npm/cli-dist@4/node_modules/.bin/yarn" ] || stand_in yarn 4 <<'E2'
grep -q '^  version: 8' yarn.lock || exit 1
mkdir -p node_modules/one
E2
[ -x "$npm/pnpm@9/node_modules/.bin/pnpm" ] || stand_in pnpm 9 <<'E2'
mkdir -p node_modules/.pnpm node_modules/one
cp pnpm-lock.yaml node_modules/.pnpm/lock.yaml
E2
yarn1=$(folder yarn 1 yarn@1)
yarn4=$(folder yarn 4 cli-dist@4)
pnpm=$(folder pnpm 9 pnpm@9)

go() {
	out=$("$@" 2>&1)
	status=$?
}
with() { # FOLDER COMMAND...
	with_path=$1
	shift
	go env PATH="$with_path:$PATH" "$@"
}
clean() { is "$1: git status is clean" "$(git status --porcelain)" ''; }

repo
printf '%s\n' /node_modules /.yarn /.pnp.* /lefthook.yml /npm > .gitignore
printf 'post-checkout:\n  jobs:\n    - uses: deps\n' > lefthook.yml
mkdir -p lib "$TAP_DIR/pack/package"
printf '{"name":"one","version":"1.0.0"}\n' > "$TAP_DIR/pack/package/package.json"
tar -czf lib/one-1.0.0.tgz --mtime 2001-01-01 -C "$TAP_DIR/pack" package
printf '{"name":"app","version":"1.0.0","dependencies":{"one":"file:lib/one-1.0.0.tgz"}}\n' \
	> package.json
printf 'nodeLinker: node-modules\n' > .yarnrc.yml
commit 'no lock file'

# Lock files as each program writes them, and as recorded for a stand-in.
lock_of() { # FOLDER PROGRAM
	PATH="$1:$PATH" "$2" install >/dev/null 2>&1
	rm -rf node_modules .yarn
}
git switch -q -c one
lock_of "$yarn1" yarn
commit 'Yarn 1'
git switch -q -c four main
if [ "$yarn4" = "$TAP_DIR/yarn-4" ]; then
	printf "__metadata:\n  version: 8\n" > yarn.lock
else
	lock_of "$yarn4" yarn
fi
commit 'Yarn 4'
git switch -q -c pnpm main
[ "$pnpm" != "$TAP_DIR/pnpm-9" ] || printf "lockfileVersion: '9.0'\n" > pnpm-lock.yaml
lock_of "$pnpm" pnpm
commit 'pnpm'
git switch -q main
hookrun install --no-path >/dev/null
for branch in one four; do
	ok "a lock file of Yarn $branch" git cat-file -e "$branch:yarn.lock"
done

with "$yarn1" git switch four
is "a lock file of Yarn 4 and Yarn 1: the hook fails" "$status" 1
has 'says which is which' "$out" "'yarn.lock' is of yarn 4, but 'yarn' here is 1."
has 'and what to do' "$out" "run 'npm install -g @yarnpkg/cli-dist@4', then 'hookrun sync'"
clean 'Yarn 4 with Yarn 1'
fails 'nothing was installed' test -e node_modules
with "$yarn4" hookrun sync
is 'with Yarn 4 it is installed' "$status" 0
ok 'the package is there' test -e node_modules/one
clean 'Yarn 4'
with "$yarn4" git switch main
is 'the way back is free' "$status" 0
rm -rf node_modules

with "$yarn4" git switch one
is 'a lock file of Yarn 1 and Yarn 4: the hook fails' "$status" 1
has 'and says what to do' "$out" "run 'npm install -g yarn@1', then 'hookrun sync'"
clean 'Yarn 1 with Yarn 4'
with "$yarn1" hookrun sync
is 'with Yarn 1 it is installed' "$status" 0
ok 'the package is there' test -e node_modules/one
clean 'Yarn 1'
if [ "$yarn1" = "$npm/yarn@1/node_modules/.bin" ]; then
	rm -rf node_modules .git/hookrun/deps
	with "$yarn4" hookrun sync
	advice=$(printf '%s\n' "$out" | sed -n "s/.*run '\(npm install -g [^']*\)'.*/\1/p")
	ok 'the advice can be followed' env npm_config_prefix="$PWD/npm" \
		npm_config_cache="$npm/cache" sh -c "$advice"
	with "$PWD/npm/bin:$yarn4" hookrun sync
	is 'and leads out of it' "$status" 0
	ok 'installed' test -e node_modules/one
fi

with "$pnpm" git switch pnpm
is 'pnpm: a switch' "$status" 0
ok 'pnpm: the package is there' test -e node_modules/one
clean 'pnpm'
rm .git/hookrun/deps
started=$(PATH="$pnpm:$PATH" programs hookrun sync)
is 'pnpm: its own record is believed without starting it' "$started" \
	"$TAP_DIR/bin/hookrun"

finish
