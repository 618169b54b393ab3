#!/bin/sh
# What other parts of a release have made, into the folder $OUT: npm's tarballs and
# gems as they are, and a tarball of each binary that `make cross` built.
# gather.sh VERSION, with the build folder in $BUILD.
set -eu
version=$1
: "$OUT" "$BUILD" "$SCRATCH"

for file in "$BUILD"/npm-packages/*.tgz "$BUILD"/gems/*.gem; do
	[ ! -e "$file" ] || {
		cp "$file" "$OUT/"
		echo "  DIST    $OUT/${file##*/}"
	}
done
# The texts of what is in a cross-built binary: sources and compiler have them.
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
	rm -rf "${SCRATCH:?}/cross"
	PROGRAM=$program LINKED=$folder/LICENSE.linked MADE=/dev/null \
		DESTDIR=$SCRATCH/cross bindir=/bin datadir=/share \
		docdir=/share/doc/hookrun man1dir=/share/man/man1 \
		man5dir=/share/man/man5 man7dir=/share/man/man7 \
		bashcompdir=/share/bash-completion/completions \
		zshcompdir=/share/zsh/site-functions \
		fishcompdir=/share/fish/vendor_completions.d \
		sh packaging/install.sh install >/dev/null
	staged=$SCRATCH/cross
	env SCRATCH="$SCRATCH/dist" sh packaging/dist.sh --binary "$version" \
		"$(basename "$folder")" "$staged"
done
