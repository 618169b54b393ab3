#!/bin/sh
# Each public header must compile by itself, and open with a comment that says
# what it is for.
set -eu
bad=0
for header; do
	# shellcheck disable=SC2086 # FLAGS is a list of words
	if ! ${CC:-cc} $FLAGS -Werror -fsyntax-only -x c "$header" 2>/tmp/hookrun-header.$$; then
		echo "check-headers: $header does not compile by itself" >&2
		cat /tmp/hookrun-header.$$ >&2
		bad=1
	fi
	case $(head -c 2 "$header") in
	'/*') ;;
	*)
		echo "check-headers: $header does not say what it is for" >&2
		bad=1
		;;
	esac
done
rm -f /tmp/hookrun-header.$$
exit "$bad"
