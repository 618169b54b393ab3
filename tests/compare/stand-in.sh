#!/bin/sh
# Stands in for every program of a compared configuration: what it was called
# with goes to $COMPARE_LOG as one record.  --fail makes it fail, --write adds a
# line to the files that it was given.
name=${0##*/}
status=0
write=
record="call [$name]"
for arg; do
	record="$record [$arg]"
	case $arg in
	--fail) status=3 ;;
	--write) write=1 ;;
	*) [ -z "$write" ] || [ ! -f "$arg" ] || echo fixed >> "$arg" ;;
	esac
done
here=$(pwd -P)
record="$record in .${here#"$COMPARE_ROOT"}"
for var in $(env -0 | tr '\n\0' ' \n' | sed -n 's/^\([A-Za-z_0-9]*\)=.*/\1/p' | sort); do
	case $var in
	PWD | OLDPWD | SHLVL | _ | GIT_* | COMPARE_* | HOME | PATH | LC_ALL | TERM | TMPDIR | COLUMNS | LINES) ;;
	*) record="$record $var=$(eval "printf %s \"\$$var\"")" ;;
	esac
done
input=$(cat)
[ -z "$input" ] || record="$record < $input"
printf '%s\n' "$(printf %s "$record" | tr '\n' '|')" >> "$COMPARE_LOG"
exit "$status"
