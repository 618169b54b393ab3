#!/bin/sh
# How git merges db/schema.rb and db/structure.sql in this clone; written by
# 'hookrun install --merge-driver', which overwrites what is changed here.
# Called with what git has for %O %A %B %L %P %S %X %Y; the result goes to %A.
# Whatever hookrun does not finish, git's own merge does.

hookrun_path=@BINARY_PATH@
hookrun_search=@SEARCH_PATH@
case :$PATH: in
*":$hookrun_search:"*) ;;
*) PATH=$PATH${hookrun_search:+:$hookrun_search} ;;
esac

# What has merged the file says so.  An exit status alone may be that of any
# program which is called hookrun and is none, or not whole.
merge() {
	case $("$@") in
	merged) exit 0 ;;
	conflicts) exit 1 ;;
	esac
}

hookrun_bin=$(command -v "${HOOKRUN_BIN:-hookrun}" 2>/dev/null) || hookrun_bin=
for bin in "$hookrun_bin" "$hookrun_path" node_modules/.bin/hookrun; do
	if [ -f "$bin" ] && [ -x "$bin" ]; then
		merge "$bin" merge-schema "$@"
	fi
done
for file in Gemfile.lock gems.locked; do
	if [ -f "$file" ] && command -v bundle >/dev/null 2>&1 &&
		grep -q '^ *hookrun ' "$file"; then
		merge bundle exec hookrun merge-schema "$@"
	fi
done

# git before 2.44 does not know the last three.
base=${6-} ours=${7-} theirs=${8-}
case $ours in
'' | %X) base=base ours=ours theirs=theirs ;;
esac
exec git merge-file -q --marker-size="$4" -L "$ours" -L "$base" -L "$theirs" \
	"$2" "$1" "$3"
