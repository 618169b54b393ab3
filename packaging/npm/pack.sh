#!/bin/sh
# Pack npm's tarballs (see binaries.sh): one for each binary, and `hookrun`, which
# has exactly these as optional dependencies.  No npm is needed, and the same
# binaries make the same bytes, whatever the clock and the umask.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=packaging/binaries.sh
. "$here/../binaries.sh"

pack_binary() { # BINARY OS CPU
	dir=$work/hookrun-$2-$3/package
	put_binary "$1" "$dir" bin/hookrun
	sed "s/@OS@/$2/; s/@CPU@/$3/; s/@VERSION@/$version/" \
		"$here/platform.json" > "$dir/package.json"
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
	settle_modes "$1" "$1/package/bin/hookrun"
	name=$(basename "$1")-$version.tgz
	tar -cf - --sort=name --format=ustar --owner=0 --group=0 --numeric-owner \
		--mtime='1985-10-26 08:15:00Z' -C "$1" package |
		gzip -9n > "$out/$name.new"
	mv "$out/$name.new" "$out/$name"
	echo "$out/$name"
}

platforms=
for each; do
	platform=$(system_of "${each%%=*}")
	pack_binary "${each#*=}" "${platform%%-*}" "${platform#*-}"
	platforms="$platforms $platform"
done
# shellcheck disable=SC2086 # a list of words
pack_main $platforms
for dir in "$work"/*; do
	tarball "$dir"
done
