#!/bin/sh
# Which commit is built, and when that was made: "HASH SECONDS WORD", the word
# being "changed" where the tree has more than the commit, "same" where not, and
# "packed" for an unpacked archive of the commit, which git cannot tell about.
# "unknown 0 unknown" where there is neither git nor such an archive's mark.
# With `--define TARGET PORT`: what src/cli/version.c includes.
set -eu
cd "$(dirname "$0")/.."

described() {
	if [ -e .git ] && commit=$(git log -1 --format='%H %ct' 2>/dev/null); then
		if git diff-index --quiet HEAD -- 2>/dev/null ||
			[ -z "$(git status --porcelain -uno)" ]; then
			echo "$commit same"
		else
			echo "$commit changed"
		fi
		return
	fi
	read -r hash seconds < packaging/commit || :
	case $hash in
	'$'*) echo 'unknown 0 unknown' ;;
	*) echo "$hash $seconds packed" ;;
	esac
}

# shellcheck disable=SC2046 # three words
set -- $(described) "$@"
if [ "${4:-}" != --define ]; then
	echo "$1 $2 $3"
	exit
fi
day=$(date -u -d "@$2" +%Y-%m-%d 2>/dev/null || date -u -r "$2" +%Y-%m-%d)
[ "$1" != unknown ] || day=unknown
cat << END
#define BUILD_COMMIT "$1"
#define BUILD_CHANGED $([ "$3" = changed ] && echo true || echo false)
#define BUILD_DATE "$day"
#define BUILD_TARGET "$5"
#define BUILD_PORT "$6"
END
