#!/bin/sh
# What other parts of a release have made, into the folder $OUT: npm's tarballs and
# gems as they are, and a tarball of each binary that `make cross` built.
# gather.sh VERSION, with the build folder in $BUILD.  What is left there of
# another version or commit is passed over.
set -eu
version=$1
: "$OUT" "$BUILD" "$SCRATCH"

for file in "$BUILD"/npm-packages/*-"$version".tgz \
	"$BUILD"/gems/*-"$version"*.gem; do
	[ ! -e "$file" ] || {
		cp "$file" "$OUT/"
		echo "  DIST    $OUT/${file##*/}"
	}
done
commit=$(sh packaging/build_info.sh)
commit=${commit%% *}
for program in "$BUILD"/cross/*/hookrun; do
	grep -q "$commit" "$program" 2>/dev/null || continue
	folder=$(dirname "$program")
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
