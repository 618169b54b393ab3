#!/bin/sh
# `make deb`: what was installed below STAGED with prefix=/usr becomes a Debian
# package in $OUT, the same to the byte for the same commit.
#
# deb.sh VERSION STAGED, with what is built in $BUILD and the packager's name in
# $MAINTAINER.
set -eu
version=$1 staged=$2
: "$OUT" "$BUILD" "$MAINTAINER"
here=packaging/debian
doc=$staged/usr/share/doc/hookrun
for program in dpkg-deb dpkg-shlibdeps; do
	command -v $program >/dev/null 2>&1 || {
		echo "deb: no $program here: apt-get install dpkg-dev" >&2
		exit 1
	}
done
arch=$(dpkg --print-architecture)

# shellcheck disable=SC2046 # three words
set -- $(sh packaging/build_info.sh)
: "${SOURCE_DATE_EPOCH:=$2}"
export SOURCE_DATE_EPOCH

# ---- documentation as Debian has it ------------------------------------------

# The entry of this version out of CHANGELOG.md, or that of the next one, in lines
# of Debian's length.
changes() {
	entry=$version
	grep -q "^## $version\( \|\$\)" CHANGELOG.md || entry=Unreleased
	printf 'hookrun (%s) unstable; urgency=medium\n\n' "$version"
	awk -v entry="$entry" '
		function put(text,    words, i, line) {
			split(text, words, " ")
			line = "  *"
			for (i = 1; i in words; i++) {
				if (length(line words[i]) > 76) {
					print line
					line = "   "
				}
				line = line " " words[i]
			}
			if (line != "  *")
				print line
		}
		/^## / { on = $2 == entry; next }
		!on { next }
		/^- / || !NF { put(text); text = "" }
		{ sub(/^- /, ""); text = text " " $0 }
		END { put(text) }' CHANGELOG.md
	printf '\n -- %s  %s\n' "$MAINTAINER" \
		"$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
}
changes | gzip -9n > "$doc/changelog.gz"
{
	printf 'hookrun\n=======\n\n'
	cat LICENSE
	echo
	WITHOUT_COMMON=yes sh packaging/licenses.sh \
		"$BUILD/release/LICENSE.linked.map" ''
} > "$doc/copyright"
rm -f "$doc/LICENSE" "$doc/LICENSE.linked"
strip --remove-section=.comment "$staged/usr/bin/hookrun"
gzip -9n "$staged"/usr/share/man/man*/*.[1-8]
mkdir -p "$staged/usr/share/lintian/overrides"
cp $here/lintian-overrides "$staged/usr/share/lintian/overrides/hookrun"

# ---- control -----------------------------------------------------------------

# What the program inside needs, that loads libraries.
libc=$(cd "$BUILD" && mkdir -p shlibs/debian && cd shlibs &&
	printf 'Source: hookrun\n\nPackage: hookrun\nArchitecture: any\n' \
		> debian/control &&
	dpkg-shlibdeps -O ../release/hookrun-libs 2>/dev/null |
	sed -n 's/^shlibs:Depends=//p')
built=$(sh packaging/licenses.sh --list "$BUILD/release/LICENSE.linked.map" '' |
	awk '$5 != "-" { print $5 " (= " $6 ")" }' | LC_ALL=C sort -u |
	paste -sd, | sed 's/,/, /g')
mkdir -p "$staged/DEBIAN"
(cd "$staged" && find usr -type f | LC_ALL=C sort | xargs md5sum) \
	> "$staged/DEBIAN/md5sums"
size=$(find "$staged/usr" -type f -size +0 -printf '%s\n' |
	awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$size/" \
	-e "s/@LIBC@/$libc/; s/@MAINTAINER@/$MAINTAINER/" \
	-e "s/@BUILT_USING@/$built/" $here/control.in > "$staged/DEBIAN/control"

find "$staged" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
chmod -R u=rwX,go=rX "$staged"
mkdir -p "$OUT"
dpkg-deb --root-owner-group -Zxz --build "$staged" \
	"$OUT/hookrun_${version}_$arch.deb" >/dev/null
echo "  DEB     $OUT/hookrun_${version}_$arch.deb"
