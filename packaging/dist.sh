#!/bin/sh
# `make dist`: the source and the binary for this machine as tarballs in $OUT, the
# same to the byte wherever and whenever the commit is built: names in order, the
# time is the commit's, and the owner is nobody in particular.
#
# dist.sh [--binary] VERSION TARGET STAGED, the last being the folder that has the
# binary and its files; with --binary the source is left out.
set -eu
only=
[ "$1" != --binary ] || {
	only=yes
	shift
}
version=$1 target=$2 staged=$3
: "$OUT" "$SCRATCH"
fail() {
	echo "dist: $1" >&2
	exit 1
}

tar=tar
! command -v gtar >/dev/null 2>&1 || tar=gtar
"$tar" --version 2>/dev/null | grep -q 'GNU tar' || fail 'GNU tar is needed'

# shellcheck disable=SC2046 # three words
set -- $(sh packaging/build_info.sh)
commit=$1 seconds=$2 state=$3
case $state in
unknown) fail 'here is neither git nor an archive of a commit: which one is it?' ;;
changed) fail 'the tree has changes that are in no commit' ;;
esac
: "${SOURCE_DATE_EPOCH:=$seconds}"

# pack NAME: the folder $SCRATCH/NAME.
pack() {
	"$tar" -C "$SCRATCH" --format=gnu --sort=name --mtime="@$SOURCE_DATE_EPOCH" \
		--owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		-cf "$SCRATCH/$1.tar" "$1"
	gzip -9n < "$SCRATCH/$1.tar" > "$OUT/$1.tar.gz.new"
	mv "$OUT/$1.tar.gz.new" "$OUT/$1.tar.gz"
	echo "  DIST    $OUT/$1.tar.gz"
}

source=hookrun-$version binary=hookrun-$version-$target
rm -rf "${SCRATCH:?}/$source" "${SCRATCH:?}/$binary"
mkdir -p "$OUT" "$SCRATCH/$source" "$SCRATCH/$binary"
if [ -z "$only" ]; then
	if [ "$state" = packed ]; then
		"$tar" --exclude=./build --exclude=./dist -cf - .
	else
		git archive "$commit"
	fi | "$tar" -xf - -C "$SCRATCH/$source"
	pack "$source"
fi
cp -R "$staged"/. "${SCRATCH:?}/$binary"
# What is unpacked over a prefix leaves nothing beside bin and share.
cp README.md CHANGELOG.md "$SCRATCH/$binary/share/doc/hookrun"
pack "$binary"
rm -rf "${SCRATCH:?}"
