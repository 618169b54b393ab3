# Runs a page of doc/ as a reader would who types all that is in it; sourced,
# after tap.sh.
#
#   guide doc/NAME.md [HEADING]   # in the current folder; HEADING: its part only
#
# The blocks of the page are gone through in order:
#
#   sh        a script, which has to succeed
#   console   what follows `$ ` is typed on a terminal (`> ` goes on with it), and
#             has to print what stands below it, but for times and ids; a line
#             of three dots stands for any lines
#   `NAME`:   at the end of the line before: the block is written to that file
#   yaml      without a name: a configuration, which `hookrun validate` accepts
#   text      for the eye only
#
# GUIDE_WRITE=1 writes what was printed into the page where it differs: for a
# writer to look at, not to make a test pass.

# What must last is done here, the rest on a terminal of its own.
guide_type() {
	case $1 in
	cd\ * | export\ * | unset\ *) eval "$1" > "$TAP_DIR/printed" 2>&1 ;;
	*)
		SHELL=/bin/sh GIT_PAGER=cat script -qec "$1" /dev/null < /dev/null 2>&1 |
			tr -d '\r' > "$TAP_DIR/printed"
		;;
	esac
}

guide_step() { # FILE TITLE
	case $1 in
	*.sh) ok "$2" eval "$(cat "$1")" < /dev/null ;;
	*.cmd)
		guide_type "$(cat "$1")"
		guide_bad=$TAP_BAD
		ok "$2" perl "$HERE/tests/helpers/guide.pl" same "$TAP_DIR/printed" \
			"${1%.cmd}.out"
		[ "$guide_bad" = "$TAP_BAD" ] || cp "$TAP_DIR/printed" "${1%.cmd}.got"
		;;
	*.file)
		guide_name=$(cat "${1%.file}.name")
		mkdir -p "$(dirname "$guide_name")"
		cp "$1" "$guide_name"
		;;
	*.yml) ok "$2" env HOOKRUN_CONFIG="$1" hookrun validate < /dev/null ;;
	esac
}

guide() {
	guide_steps=$(mktemp -d "$TAP_DIR/guide.XXXXXX")
	GUIDE_REPO=$(pwd -P)
	GUIDE_BIN=$TAP_DIR/bin
	export GUIDE_REPO GUIDE_BIN
	guide_count=$(perl "$HERE/tests/helpers/guide.pl" steps "$HERE/$1" \
		"$guide_steps" ${2:+"$2"})
	ok "$1 has steps" test "${guide_count:-0}" -gt 0
	for guide_file in "$guide_steps"/*; do
		case $guide_file in *.out | *.name) ;; *) echo "$guide_file" ;; esac
	done > "$guide_steps.list"
	while read -r guide_file <&3; do
		guide_step "$guide_file" "${1#doc/}: $(head -n 1 "$guide_file")"
	done 3< "$guide_steps.list"
	cd "$GUIDE_REPO" || exit 1
	[ -z "${GUIDE_WRITE:-}" ] || perl "$HERE/tests/helpers/guide.pl" write \
		"$HERE/$1" "$guide_steps" ${2:+"$2"}
}
