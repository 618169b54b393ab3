#!/bin/sh
# licenses.sh MAP WORDS: the libraries of which the linker took members, as its map
# tells, with their licences.  The texts are those of the Debian packages that the
# archives belong to; on other systems those of packaging/licenses/NAME, NAME
# being that of the archive (libyaml.a: yaml).  A text that neither has is named
# as missing.  Where there is no map, a linker that makes none, only the WORDS that
# it was given can be told.
#
# With `--list` only a line for each: archive, members, package, its version, its
# source package and the version of that; dashes where there is no Debian.  With
# `--texts FILE...` the licenses in these files, of a binary that was built with
# the libraries' own sources.
set -eu
list=
[ "$1" != --list ] || {
	list=yes
	shift
}
here=$(dirname "$0")
common=/usr/share/common-licenses

title() { printf '\n%s\n%s\n\n' "$1" "$(printf %s "$1" | sed 's/./=/g')"; }

# Each file of $texts, a line each.
print_texts() {
	while IFS= read -r text; do
		case $text in
		'- '*)
			echo "licenses: no text of the licence of ${text#- } on this machine" >&2
			printf '\nThe text for %s was not on the machine that built this.\n' \
				"${text#- }"
			continue
			;;
		*/debian/copyright) title "$(basename "${text%/debian/copyright}")" ;;
		*/copyright | */COPYRIGHT | */LICENSE)
			title "$(basename "$(dirname "$text")")"
			;;
		*) title "$(basename "$text")" ;;
		esac
		cat "$text"
	done << END
$texts
END
	# Debian's texts name the longer ones by their place on a Debian system, or
	# by their name alone.
	[ -n "${WITHOUT_COMMON:-}" ] || printf '%s\n' "$texts" | grep -v '^- ' |
		xargs grep -ho -e "$common/[A-Z][A-Za-z0-9]*-[0-9.]*[0-9]" \
			-e '^License: [A-Z][A-Za-z0-9]*-[0-9.]*[0-9]' |
		sed "s,^License: ,$common/," | LC_ALL=C sort -u |
		while read -r text; do
			[ -r "$text" ] || continue
			title "$(basename "$text")"
			cat "$text"
		done
}

if [ "$1" = --texts ]; then
	shift
	texts=$(printf '%s\n' "$@")
	cat << 'END'
hookrun has the license in LICENSE.  Parts of the libraries below are linked into
this binary; their licenses follow.  With hookrun's source it can be linked with
other versions of them.
END
	print_texts
	exit
fi

# MEMBERS ARCHIVE of each that is not our own.
archives() {
	awk '/^Archive member included/ { on = 1; next }
	/^(Discarded input|Memory Conf|There are no disc|Merging program)/ { exit }
	on && /^\// && /\.a\(/ { sub(/\(.*/, ""); count[$0]++ }
	END { for (path in count) print count[path], path }' "$1" | LC_ALL=C sort -k2
}

# Debian's package of a file, its version, and the source of both.
package_of() {
	command -v dpkg-query >/dev/null 2>&1 || return 0
	found=$(dpkg-query -S "$1" 2>/dev/null | sed 's/: .*//; s/,.*//') || :
	[ -z "$found" ] || dpkg-query -W \
		-f '${Package} ${Version} ${source:Package} ${source:Version}\n' "$found"
}

if [ ! -e "$1" ]; then
	echo 'This binary of hookrun was linked with the words below, by a linker that'
	echo 'does not tell what it took of which library.'
	printf '\n  %s\n' "$2"
	exit
fi
rows=$(archives "$1" | while read -r members path; do
	path=$(cd "$(dirname "$path")" && pwd -P)/$(basename "$path")
	package=$(package_of "$path")
	printf '%s %s %s\n' "$(basename "$path")" "$members" "${package:-- - - -}"
done)
[ -z "$list" ] || {
	printf '%s\n' "$rows"
	exit
}

if [ -z "$rows" ]; then
	echo 'No library is linked into this binary of hookrun; those that it uses are'
	echo 'shared ones, with licences of their own.'
	exit
fi
cat << 'END'
hookrun has the license in LICENSE.  Of the libraries below parts are linked into
this binary, as the linker told when it was built; their licenses follow.  With
hookrun's source it can be linked with other versions of them.

END
printf '%s\n' "$rows" | while read -r archive members package version _; do
	printf '  %-20s %4s members   %s %s\n' "$archive" "$members" "$package" "$version"
done

texts=$(printf '%s\n' "$rows" | while read -r archive _ package _; do
	text=/usr/share/doc/$package/copyright
	name=${archive#lib}
	[ -r "$text" ] || text=$here/licenses/${name%.a}
	[ -r "$text" ] || text="- ${archive}"
	echo "$text"
done | awk '!seen[$0]++')
print_texts
