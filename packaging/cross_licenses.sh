#!/bin/sh
# LICENSE.linked beside each binary that `make cross` has built: the libraries'
# sources and the compiler have the texts.  The build folder is in $BUILD.
set -eu
: "$BUILD"

licenses() {
	sources=$BUILD/cross/sources
	set -- "$1" "$sources/libgit2/debian/copyright" \
		"$sources/http-parser/debian/copyright" \
		"$sources/libyaml/debian/copyright" "$sources/zlib/debian/copyright"
	for text in "$BUILD"/cross/zig/node_modules/@*/zig*/LICENSE \
		"$BUILD"/cross/zig/node_modules/@*/zig*/lib/libc/musl/COPYRIGHT; do
		case $1:$text in
		*-macos:*/musl/*) ;; # its libc is the system's
		*) set -- "$@" "$text" ;;
		esac
	done
	shift
	for text; do
		[ -r "$text" ] || {
			echo "release: no $text: of whom is what is in it?" >&2
			return 1
		}
	done
	sh packaging/licenses.sh --texts "$@"
}

for program in "$BUILD"/cross/*/hookrun; do
	[ -e "$program" ] || continue
	folder=$(dirname "$program")
	licenses "$(basename "$folder")" > "$folder/LICENSE.linked.new"
	mv "$folder/LICENSE.linked.new" "$folder/LICENSE.linked"
done
