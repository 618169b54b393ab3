#!/bin/sh
# Pack npm's tarballs: pack.sh --version VERSION --out DIR SYSTEM=BINARY...
#
# One for each binary, and `hookrun`, which has exactly these as optional
# dependencies.  A system is called as npm does (linux-x64) or as compilers do
# (x86_64-linux-musl).  No npm is needed, and the same binaries make the same
# bytes, whatever the clock and the umask.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)

fail() {
	echo "pack: $*" >&2
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

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# Debugging symbols are three times the program; strip(1) knows only the formats
# it was built for, and what it does not know is packed as it is.
pack_binary() { # BINARY OS CPU
	if [ ! -f "$1" ] || [ ! -x "$1" ]; then fail "'$1' is no program"; fi
	if readelf -l "$1" 2>/dev/null | grep -q INTERP; then
		echo "pack: note: '$1' is linked dynamically and will not run everywhere" >&2
	fi
	dir=$work/hookrun-$2-$3/package
	mkdir -p "$dir/bin"
	"${STRIP:-strip}" -o "$dir/bin/hookrun" "$1" 2>/dev/null ||
		cp "$1" "$dir/bin/hookrun"
	sed "s/@OS@/$2/; s/@CPU@/$3/; s/@VERSION@/$version/" \
		"$here/platform.json" > "$dir/package.json"
	cp "$source/LICENSE" "$dir/"
	# Of the libraries in it, as the build has found them.
	linked=$(dirname "$1")/LICENSE.linked
	[ ! -f "$linked" ] || cp "$linked" "$dir/"
}

pack_main() { # PLATFORM...
	dir=$work/hookrun/package
	mkdir -p "$dir"
	cp -R "$here/hookrun/." "$dir/"
	cp "$source/hooks/hookrun.schema.json" "$dir/schema.json"
	cp "$source/LICENSE" "$dir/"
	list=
	for platform; do
		list="$list${list:+, }\"hookrun-$platform\": \"$version\""
	done
	sed "s/\"@PLATFORMS@\": \"@VERSION@\"/$list/; s/@VERSION@/$version/" \
		"$here/hookrun/package.json" > "$dir/package.json"
}

# npm wants everything below `package/`; the time is the one it gives to all.
tarball() { # FOLDER
	find "$1" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
	chmod 755 "$1/package/bin/hookrun"
	name=$(basename "$1")-$version.tgz
	tar -cf - --sort=name --format=ustar --owner=0 --group=0 --numeric-owner \
		--mtime='1985-10-26 08:15:00Z' -C "$1" package |
		gzip -9n > "$out/$name.new"
	mv "$out/$name.new" "$out/$name"
	echo "$out/$name"
}

npm_name() { # SYSTEM
	case $1 in
	x86_64-* | *-x64) cpu=x64 ;;
	aarch64-* | arm64-* | *-arm64) cpu=arm64 ;;
	*) fail "'$1' is no system that npm has a name for" ;;
	esac
	case $1 in
	linux-* | *-linux*) echo "linux-$cpu" ;;
	darwin-* | *-darwin* | *-macos*) echo "darwin-$cpu" ;;
	*) fail "'$1' is no system that npm has a name for" ;;
	esac
}

platforms=
for each; do
	case $each in
	*-*=?*) ;;
	*) fail "'$each' is not SYSTEM=BINARY" ;;
	esac
	platform=$(npm_name "${each%%=*}")
	pack_binary "${each#*=}" "${platform%%-*}" "${platform#*-}"
	platforms="$platforms $platform"
done
# shellcheck disable=SC2086 # a list of words
pack_main $platforms
for dir in "$work"/*; do
	tarball "$dir"
done
