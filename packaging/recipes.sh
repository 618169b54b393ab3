#!/bin/sh
# The recipes of Homebrew, Alpine and Nix for a released source:
#
#   recipes.sh VERSION TARBALL OUT URL [HOMEPAGE]
#
# URL is where the tarball will be fetched from; what is in it is told by its
# checksums.  Written are OUT/hookrun.rb, OUT/APKBUILD, OUT/default.nix.
set -eu
here=$(dirname "$0")
if [ $# -lt 4 ] || [ ! -f "$2" ]; then
	echo 'usage: recipes.sh VERSION TARBALL OUT URL [HOMEPAGE]' >&2
	exit 2
fi
version=$1 tarball=$2 out=$3 url=$4 homepage=${5:-${4%/*}}

sum() { "$1" < "$tarball" | cut -d ' ' -f 1; }
# For what is put between the bars of sed's s|||.
plain() { printf '%s\n' "$1" | sed 's/[|&\\]/\\&/g'; }

mkdir -p "$out"
for file in homebrew/hookrun.rb alpine/APKBUILD nix/default.nix; do
	sed -e "s|@VERSION@|$(plain "$version")|" -e "s|@URL@|$(plain "$url")|" \
		-e "s|@HOMEPAGE@|$(plain "$homepage")|" \
		-e "s|@TARBALL@|$(plain "${url##*/}")|" \
		-e "s|@SHA256@|$(sum sha256sum)|" -e "s|@SHA512@|$(sum sha512sum)|" \
		"$here/$file" > "$out/${file#*/}"
	echo "$out/${file#*/}"
done
