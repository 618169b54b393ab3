#!/bin/sh
# `make install` and `make uninstall`, by one list of files.  Where each folder
# is, the Makefile says in the environment; with STRIP the binary is stripped.
#
# A file that is there already is replaced in one step: a hook that starts in
# this moment finds the old binary or the new one.  Folders that had to be made
# are remembered in the build folder, and those, when they are empty, are what
# uninstall removes; an empty folder of others stays.  MADE=/dev/null remembers
# none, for a folder that is packed; PROGRAM and LINKED name a binary that is not
# this machine's, and its licenses.
set -eu
umask 022
: "${STRIP:=}"
# shellcheck disable=SC2154 # they come from the Makefile
: "$BUILD" "$DESTDIR" "$bindir" "$datadir" "$docdir"
made=${MADE:-$BUILD/made-folders}
nl='
'

# each FUNCTION: with SOURCE TARGET MODE of every file.
each() {
	"$1" "${PROGRAM:-$BUILD/release/hookrun}" "$bindir/hookrun" 755
	for page in doc/*.[157]; do
		section=${page##*.}
		eval "folder=\$man${section}dir"
		"$1" "$page" "$folder/${page##*/}" 644
	done
	# shellcheck disable=SC2154 # they come from the Makefile
	{
		"$1" hooks/completion.bash "$bashcompdir/hookrun" 644
		"$1" hooks/completion.zsh "$zshcompdir/_hookrun" 644
		"$1" hooks/completion.fish "$fishcompdir/hookrun.fish" 644
	}
	"$1" hooks/hookrun.schema.json "$datadir/hookrun/hookrun.schema.json" 644
	"$1" LICENSE "$docdir/LICENSE" 644
	"$1" "${LINKED:-$BUILD/release/LICENSE.linked}" \
		"$docdir/LICENSE.linked" 644
}

# A target as it is on this disk, absolute.
place() {
	case $DESTDIR$1 in
	/*) printf %s "$DESTDIR$1" ;;
	*) printf %s "$PWD/$DESTDIR$1" ;;
	esac
}

make_folder() {
	[ ! -d "$1" ] || return 0
	make_folder "$(dirname "$1")"
	mkdir "$1"
	printf '%s\n' "$1" >> "$made"
}

put() {
	case $2 in
	/*) ;;
	*)
		echo "install: '$2' is not an absolute path" >&2
		exit 1
		;;
	esac
	target=$(place "$2")
	make_folder "$(dirname "$target")"
	case $1 in
	hooks/completion.*) sed 's/@NAME@/hookrun/g' "$1" > "$target.new" ;;
	*) cp "$1" "$target.new" ;;
	esac
	[ -z "$STRIP" ] || [ "$3" != 755 ] || "$STRIP" "$target.new"
	chmod "$3" "$target.new"
	mv -f "$target.new" "$target"
	echo "  INSTALL $target"
}

drop() {
	target=$(place "$2")
	[ -e "$target" ] || [ -L "$target" ] || return 0
	rm -f "$target"
	echo "  REMOVE  $target"
}

# Is $1 above a file of the list?
wanted=
note() { wanted=$wanted$(place "$2")$nl; }
is_above() {
	case $nl$wanted in
	*"$nl$1/"*) return 0 ;;
	esac
	return 1
}

# The longest names first: what is below goes before what it is in.
drop_folders() {
	each note
	for own in "$datadir/hookrun" "$docdir"; do
		rmdir "$(place "$own")" 2>/dev/null || :
	done
	[ -e "$made" ] || return 0
	LC_ALL=C sort -ru "$made" | while IFS= read -r folder; do
		if is_above "$folder"; then
			rmdir "$folder" 2>/dev/null || :
		fi
		[ ! -d "$folder" ] || printf '%s\n' "$folder"
	done > "$made.new"
	mv "$made.new" "$made"
	[ -s "$made" ] || rm "$made"
}

case $1 in
install) each put ;;
uninstall)
	each drop
	drop_folders
	;;
esac
