#!/bin/sh
# Build gems: pack.sh --version VERSION --out DIR SYSTEM=BINARY...
#
# One for each binary, of a system that is called as compilers do
# (aarch64-linux-musl) or as RubyGems does (arm64-darwin).  On Linux the binary is
# static, so that one gem is for every libc.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
# RubyGems gives this time to every file.
: "${SOURCE_DATE_EPOCH:=315619200}"
export SOURCE_DATE_EPOCH

fail() {
	echo "gem: $*" >&2
	exit 1
}

version='' out=''
while [ $# -gt 0 ]; do
	case $1 in
	--version) version=${2-} ;;
	--out) out=${2-} ;;
	*) break ;;
	esac
	shift 2 || fail "'$1' needs a value"
done
if [ -z "$version" ] || [ -z "$out" ] || [ $# = 0 ]; then
	fail 'usage: pack.sh --version VERSION --out DIR SYSTEM=BINARY...'
fi
command -v gem >/dev/null 2>&1 || fail 'RubyGems is needed (Debian: ruby)'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
out=$(cd "$out" && pwd)

gem_name() { # SYSTEM
	case $1 in
	x86_64-*linux*) echo x86_64-linux ;;
	aarch64-*linux*) echo aarch64-linux ;;
	x86_64-*macos* | x86_64-*darwin*) echo x86_64-darwin ;;
	aarch64-*macos* | arm64-*darwin* | aarch64-*darwin*) echo arm64-darwin ;;
	*) fail "'$1' is no system that there is a gem for" ;;
	esac
}

for each; do
	binary=${each#*=}
	if [ ! -f "$binary" ] || [ ! -x "$binary" ]; then
		fail "'$binary' is no program"
	fi
	platform=$(gem_name "${each%%=*}")
	dir=$work/$platform
	mkdir -p "$dir/exe" "$dir/libexec"
	cp "$here/hookrun.gemspec" "$source/LICENSE" "$dir/"
	linked=$(dirname "$binary")/LICENSE.linked
	[ ! -f "$linked" ] || cp "$linked" "$dir/"
	cp "$here/exe/hookrun" "$dir/exe/"
	# What strip(1) does not know is packed as it is.
	"${STRIP:-strip}" -o "$dir/libexec/hookrun" "$binary" 2>/dev/null ||
		cp "$binary" "$dir/libexec/hookrun"
	find "$dir" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
	chmod 755 "$dir/exe/hookrun" "$dir/libexec/hookrun"
	(cd "$dir" && HOOKRUN_VERSION=$version HOOKRUN_PLATFORM=$platform \
		gem build --silent --output "$out/hookrun-$version-$platform.gem" \
		hookrun.gemspec)
	echo "$out/hookrun-$version-$platform.gem"
done
