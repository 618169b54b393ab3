#!/bin/sh
# Install what is missing of the named groups of packages: build, demo, test,
# cross, deb (what the Debian package is made and looked at with).
# With apt-get as root or through sudo, saying what; elsewhere print the names.
# For tests also package managers out of npm's registry, below build/npm; where it
# cannot be reached, the tests have stand-ins.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)

build='gcc make libc6-dev libgit2-dev libyaml-dev libpcre2-dev zlib1g-dev
	libmbedtls-dev libhttp-parser-dev libssh2-1-dev pkg-config git libpq5'
demo='ruby-rails ruby-pg bundler postgresql'
test='libcmocka-dev perl strace git-lfs valgrind shellcheck clang-format cppcheck
	mandoc libmagic1 libsqlite3-0 sqlite3 ruby-sqlite3 ruby-dotenv zsh fish
	tmux libxml2-utils pre-commit nix-bin procps'
cross='dpkg-dev llvm qemu-user-static busybox-static'
deb='dpkg-dev lintian debootstrap'
# Node.js comes in more packages than Debian's own; any will do.
command -v node >/dev/null 2>&1 || test="$test nodejs"
command -v npm >/dev/null 2>&1 || test="$test npm" cross="$cross npm"
# ajv judges the JSON schema; where npm's registry has none, Debian's does.
test="$test node-ajv node-yaml"

want=
for group; do
	case $group in
	build) want="$want $build" ;;
	demo) want="$want $demo" ;;
	test) want="$want $test" ;;
	cross) want="$want $cross" ;;
	deb) want="$want $deb" ;;
	*)
		echo "deps: no such group '$group'" >&2
		exit 2
		;;
	esac
done

if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
	echo "deps: no apt-get here; hookrun needs these, under Debian's names:"
	# shellcheck disable=SC2086 # a list of words
	printf '  %s\n' $want
	exit 0
fi

missing=
for package in $want; do
	case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) in
	installed) ;;
	*) missing="$missing $package" ;;
	esac
done

npm_programs() {
	case " $* " in *' test '*) ;; *) return 0 ;; esac
	for program in yarn@1 @yarnpkg/cli-dist@4 pnpm@9 'ajv@8 yaml@2'; do
		folder=$root/build/npm/$(basename "${program%% *}")
		[ ! -e "$folder/node_modules" ] || continue
		rm -rf "$folder" "$folder.new"
		mkdir -p "$folder.new"
		# shellcheck disable=SC2086 # one package or two
		npm install --prefix "$folder.new" --cache "$root/build/npm/cache" \
			--fetch-timeout=20000 --fetch-retries=1 --ignore-scripts \
			--no-audit --no-fund --no-update-notifier $program \
			>/dev/null 2>&1 && mv "$folder.new" "$folder" ||
			echo "deps: no $program: its tests run with something else"
	done
}
[ -n "$missing" ] || {
	npm_programs "$@"
	exit 0
}

as_root=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "deps: missing:$missing" >&2
		echo "deps: run as root: apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
	as_root=sudo
fi
echo "deps: installing through apt-get:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # lists of words
if ! $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1; then
	$as_root apt-get update -qq
	$as_root apt-get install -y -qq --no-install-recommends $missing
fi
npm_programs "$@"
