#!/bin/sh
# hookrun out of npm's tarballs, in projects of npm, Yarn 1 and 4 and pnpm: the
# tarballs are packed by packaging/npm/pack.sh and served by a registry of the
# test's own, so that the package of this system is chosen as in life.
#
# Yarn and pnpm are those below build/npm (tests/helpers/deps.sh); where npm's
# registry could not be reached there are none, and npm alone is tried.
. "$(dirname "$0")/../helpers/tap.sh"
PATH=${PATH#*:} # no hookrun but that of the project
export YARN_ENABLE_TELEMETRY=0 DO_NOT_TRACK=1
unset npm_config_prefix npm_config_registry npm_config_offline INIT_CWD NODE_OPTIONS

pack=$HERE/packaging/npm/pack.sh
store=$TAP_DIR/store log=$TAP_DIR/log
system=$(node -p 'process.platform + "-" + process.arch')
others=
for other in linux-x64 linux-arm64 darwin-x64 darwin-arm64; do
	[ "$other" = "$system" ] || others="$others $other=$TAP_DIR/foreign"
done
printf '#!/bin/sh\necho "not of this system"\nexit 1\n' > "$TAP_DIR/foreign"
chmod +x "$TAP_DIR/foreign"

publish() { # VERSION
	# shellcheck disable=SC2086 # a list of words
	sh "$pack" --version "$1" --out "$store" \
		"$system=$HOOKRUN_TEST_BIN" $others 2>&1
}
# A package that depends on hookrun, as a company's tools do.
mkdir -p "$store" "$TAP_DIR/kit/package"
printf '{"name":"kit","version":"1.0.0","dependencies":{"hookrun":"*"}}\n' \
	> "$TAP_DIR/kit/package/package.json"
tar -czf "$store/kit-1.0.0.tgz" -C "$TAP_DIR/kit" package
ok 'the tarballs are packed' publish 1.0.0

# ---- what they are --------------------------------------------------------
(umask 077 && sh "$pack" --version 1.0.0 --out "$TAP_DIR/again" \
	"$system=$HOOKRUN_TEST_BIN" >/dev/null 2>&1)
ok 'the same binary makes the same bytes' cmp \
	"$store/hookrun-$system-1.0.0.tgz" "$TAP_DIR/again/hookrun-$system-1.0.0.tgz"
fails 'what is no program is not packed' sh "$pack" --version 1 --out "$TAP_DIR/again" \
	"$system=$HERE/README.md"
if [ "${HOOKRUN_TEST_VARIANT:-release}" = release ]; then
	size=$(cat "$store/hookrun-1.0.0.tgz" "$store/hookrun-$system-1.0.0.tgz" | wc -c)
	note "$size bytes are downloaded for one machine"
	ok 'which are less than 2 MB' test "$size" -lt 2000000
fi

: > "$log"
node "$HERE/tests/helpers/npm_registry.js" "$store" "$TAP_DIR/port" "$log" \
	>"$TAP_DIR/registry.out" 2>&1 &
registry=$!
cleanup() { kill "$registry" 2>/dev/null; }
await test -s "$TAP_DIR/port"
url=http://127.0.0.1:$(cat "$TAP_DIR/port")
cat > "$HOME/.npmrc" <<E2
registry=$url/
audit=false
fund=false
update-notifier=false
cache=$TAP_DIR/cache
E2
echo "registry \"$url/\"" > "$HOME/.yarnrc"
cat > "$HOME/.yarnrc.yml" <<E2
npmRegistryServer: "$url"
unsafeHttpWhitelist: ["127.0.0.1"]
enableGlobalCache: false
E2

# ---- projects -------------------------------------------------------------
# project [PACKAGE]: a clone whose package.json names it.
project() {
	repo
	printf 'pre-commit:\n  jobs: [{ name: it, run: echo ran >> log }]\n' > lefthook.yml
	printf '%s\n' /node_modules/ /.yarn/ '/.pnp.*' /log > .gitignore
	printf '{"name":"app","version":"1.0.0","private":true,"devDependencies":{%s}}\n' \
		"${1+\"$1\":\"^1.0.0\"}" > package.json
}
go() {
	out=$("$@" 2>&1)
	status=$?
}
commits() { # NAME: the hook runs
	rm -f log
	echo more >> README
	git add -A
	go git commit -m more
	[ "$status" = 0 ] || note "$out"
	is "$1" "$(cat log 2>/dev/null)" ran
}
hooks() { # of git, without its examples
	find .git/hooks -type f ! -name '*.sample'
}
is_binary() { # NAME FILE
	is "$1" "$(head -c 4 "$2" | od -An -c | tr -d ' ')" '177ELF'
}
none() { is "$1" "$(hooks)" ''; }
installed() { [ "$status" = 0 ] || note "$out"; }

# ---- npm ------------------------------------------------------------------
project hookrun
go npm install
installed
commits 'npm install: then git commit runs the hook'
is_binary 'without node: the binary has taken the place of the launcher' \
	node_modules/.bin/hookrun
is 'only the package of this system was downloaded' "$(sort "$log")" \
	"hookrun-1.0.0.tgz
hookrun-$system-1.0.0.tgz"
hasnt 'and nothing of the installation is recorded as PATH' \
	"$(grep '^hookrun_search=' .git/hooks/pre-commit)" node_modules
is 'the processes of a commit' \
	"$(programs sh .git/hooks/pre-commit | grep -c node$)" 0
has 'self-update says who brings a new one' \
	"$(node_modules/.bin/hookrun self-update)" 'npm update hookrun'

publish 1.0.1 >/dev/null
go npm update hookrun
is 'an update' "$(node -p 'require("./node_modules/hookrun/package.json").version')" \
	1.0.1
is_binary 'the launcher is the binary again' node_modules/.bin/hookrun
commits 'and the hook runs'

rm -rf node_modules
go git commit --allow-empty -m x
is 'node_modules are gone: the commit fails' "$status" 1
has 'and says what to do' "$out" "package.json names it: 'npm install' brings it"
go npm ci --ignore-scripts
installed
commits 'npm ci --ignore-scripts: the hook files that are there run'
has 'through the launcher' "$(head -n 1 node_modules/.bin/hookrun)" node
printf 'pre-commit:\n  jobs: [{ name: it, run: exit 3 }]\n' > lefthook.yml
git add -A
go git commit -m red
is 'a red hook is red through it too' "$status" 1
has 'and says why' "$out" 'exit status 3'
fails 'so is an unknown option' node_modules/.bin/hookrun --no-such-option

rm -r "node_modules/hookrun-$system"
go git commit -m x
is 'the package of this system is missing: the commit fails' "$status" 1
has 'and says which' "$out" "package 'hookrun-$system' is not installed"
node -e '
	const file = "node_modules/hookrun/package.json";
	const json = require(`./${file}`);
	json.optionalDependencies = { "hookrun-plan9-mips": "1.0.0" };
	require("fs").writeFileSync(file, JSON.stringify(json));'
go node_modules/.bin/hookrun version
is 'a system without a binary' "$status" 1
has 'is told which there are' "$out" \
	"there is no binary for $system, only for plan9-mips"

go npm ci
printf 'pre-commit:\n  jobs: [{ name: it, run: echo ran >> log }]\n' > lefthook.yml
commits 'npm ci brings everything back'
go npx hookrun uninstall
none 'uninstall removes the hook files'
go npm uninstall hookrun
ok 'and without the package a commit is a commit' git commit -qam removed

# ---- a new dependency, and whose it is -------------------------------------
project
go npm install --save-dev hookrun
installed
commits 'npm install --save-dev hookrun installs the hooks at once'

project kit
go npm install
installed
ok 'as a dependency of a dependency it is there' test -e node_modules/hookrun
none 'but installs no hooks'
project
go npm install kit
none 'nor when that one is new'

project
mkdir -p packages/a packages/b
printf '{"name":"app","private":true,"workspaces":["packages/*"]}\n' > package.json
printf '{"name":"a","version":"1.0.0","devDependencies":{"hookrun":"*"}}\n' \
	> packages/a/package.json
printf '{"name":"b","version":"1.0.0"}\n' > packages/b/package.json
git add -A
go npm install
installed
commits 'a package of a workspace may be the one that names it'

project hookrun
mkdir web
mv package.json web
go npm install --prefix web
installed
commits 'the project may be in a folder of the clone'

# ---- where no hooks are wanted ----------------------------------------------
for off in CI=true HOOKRUN=0 LEFTHOOK=false; do
	project hookrun
	go env "$off" npm install
	installed
	none "with $off no hooks are installed"
	is_binary 'but the binary is in place' node_modules/.bin/hookrun
done
project hookrun
rm lefthook.yml
go npm install
none 'nor without a configuration'
fails 'and none is written' test -e lefthook.yml
rm -rf .git
touch lefthook.yml
go npm install
is 'outside of git the packages are installed' "$status" 0
is 'and nothing but these' "$(find . -mindepth 1 -maxdepth 1 | sort)" \
	"./.gitignore
./README
./lefthook.yml
./node_modules
./package-lock.json
./package.json"
project hookrun
git config core.hooksPath .husky/_
go npm install --foreground-scripts
is 'where husky has the hooks the packages are installed all the same' "$status" 0
has 'and it is told' "$out" 'no hooks were installed'
project
go npm install --global --prefix "$TAP_DIR/global" hookrun
none 'a global installation is of no clone'
is_binary 'and is the binary' "$TAP_DIR/global/bin/hookrun"
go npx --yes hookrun version
none 'nor is npx'

# ---- from husky -------------------------------------------------------------
project hookrun
rm lefthook.yml
mkdir .husky
echo 'echo ran >> log' > .husky/pre-commit
git config core.hooksPath .husky/_
go npm install
go npx hookrun import
is 'npx hookrun import takes over what husky had' "$status" 0
go npx hookrun install --reset-hooks-path
commits 'and after install it runs'

# ---- the launcher -------------------------------------------------------------
# Git waits for node, so node must not end before hookrun has put all in order.
project hookrun
printf 'pre-commit:\n  jobs: [{ name: it, run: "echo $PPID > job; sleep 1000" }]\n' \
	> lefthook.yml
go npm install --ignore-scripts
for signal in TERM INT; do
	rm -f job
	# In the background a shell has INT ignored, and so has what it starts.
	perl -e '$SIG{INT} = "DEFAULT"; setpgrp; exec @ARGV' \
		node_modules/.bin/hookrun run pre-commit --force >/dev/null 2>&1 &
	launcher=$!
	await test -s job
	# From a terminal INT comes to all of the group, TERM to one process.
	case $signal in
	TERM) kill -TERM "$launcher" ;;
	INT) kill -INT "-$launcher" ;;
	esac
	wait "$launcher"
	is "$signal: the launcher ends as hookrun does" "$(kill -l $?)" "$signal"
	fails 'after hookrun' kill -0 "$(cat job)"
done

# ---- Yarn and pnpm ------------------------------------------------------------
with() { # FOLDER COMMAND...
	with_path=$HERE/build/npm/$1/node_modules/.bin
	shift
	go env PATH="$with_path:$PATH" "$@"
}
have() { # FOLDER PROGRAM
	[ ! -x "$HERE/build/npm/$1/node_modules/.bin/$2" ] || return 0
	note "no $1 below build/npm: not tried"
	return 1
}

if have yarn@1 yarn; then
	project hookrun
	with yarn@1 yarn install
	installed
	commits 'Yarn 1: install, then git commit runs the hook'
	is_binary 'by the binary' node_modules/.bin/hookrun
	is 'yarn hookrun' "$(with yarn@1 yarn -s hookrun version && echo "$out")" \
		"$("$HOOKRUN_TEST_BIN" version)"
	project
	with yarn@1 yarn add --dev hookrun
	commits 'Yarn 1: add'
	project
	with yarn@1 yarn add kit
	none 'Yarn 1: a dependency of a dependency'
	project hookrun
	with yarn@1 yarn install --ignore-scripts
	none 'Yarn 1: without scripts no hooks are installed'
	with yarn@1 yarn -s hookrun install
	commits 'until somebody does'
fi

# Yarn runs the scripts of packages only where it is told to.
yarn4() { # LINKER
	project hookrun
	printf 'nodeLinker: %s\n' "$1" > .yarnrc.yml
	node -e '
		const json = require("./package.json");
		json.dependenciesMeta = { hookrun: { built: true } };
		require("fs").writeFileSync("package.json", JSON.stringify(json));'
	with cli-dist@4 yarn install
	installed
	commits "Yarn 4, $1: install, then git commit runs the hook"
	with cli-dist@4 yarn hookrun version
	is 'yarn hookrun' "$out" "$("$HOOKRUN_TEST_BIN" version)"
	hasnt "no folder of Yarn's is recorded as PATH" \
		"$(grep '^hookrun_search=' .git/hooks/pre-commit)" /xfs-
}
if have cli-dist@4 yarn; then
	yarn4 node-modules
	is_binary 'by the binary' node_modules/.bin/hookrun
	yarn4 pnp
	rm -rf .yarn/unplugged
	go git commit --allow-empty -m x
	is 'its packages are gone: the commit fails' "$status" 1
	sed -i 's/"built":true/"built":false/; s/"built": true/"built": false/' package.json
	with cli-dist@4 yarn install
	installed
	PATH="$HERE/build/npm/cli-dist@4/node_modules/.bin:$PATH" \
		commits 'scripts are blocked: the hook file goes through Yarn'
	project
	printf 'enableScripts: true\n' > .yarnrc.yml
	with cli-dist@4 yarn add --dev hookrun
	commits 'Yarn 4: add'
	project
	printf 'enableScripts: true\n' > .yarnrc.yml
	with cli-dist@4 yarn add kit
	none 'Yarn 4: a dependency of a dependency'
fi

if have pnpm@9 pnpm; then
	project hookrun
	with pnpm@9 pnpm install
	installed
	commits 'pnpm: install, then git commit runs the hook'
	is 'pnpm exec' "$(with pnpm@9 pnpm exec hookrun version && echo "$out")" \
		"$("$HOOKRUN_TEST_BIN" version)"
	has 'self-update says who brings a new one' \
		"$(node_modules/.bin/hookrun self-update)" 'pnpm update hookrun'
	project
	with pnpm@9 pnpm add kit
	none 'pnpm: a dependency of a dependency'
	# Once a package was built, pnpm takes the result out of its store and runs
	# no script in the next clone.  The project's own script is run everywhere.
	project hookrun
	node -e '
		const json = require("./package.json");
		json.scripts = { prepare: "hookrun install" };
		require("fs").writeFileSync("package.json", JSON.stringify(json));'
	with pnpm@9 pnpm install --ignore-scripts
	none 'pnpm: without scripts no hooks are installed'
	with pnpm@9 pnpm exec hookrun install
	commits 'until somebody does'
	rm -rf node_modules
	node_modules=$(hooks)
	# shellcheck disable=SC2086 # a list of files
	rm $node_modules
	with pnpm@9 pnpm install
	installed
	commits "the project's own script installs them"
fi
finish
