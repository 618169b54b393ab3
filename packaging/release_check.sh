#!/bin/sh
# Is this tree the release $1?  Everything that is missing is told, with what
# mends it; status 1 then.  $2 is the version that the source has.
set -eu
version=$1 source=$2
bad=0
missing() {
	echo "release: $1" >&2
	bad=1
}

case $version in
'') missing "which one?  make release VERSION=$source" ;;
*[!0-9.]* | .* | *. | *..*) missing "'$version' is no version: three numbers" ;;
*.*.*.*) missing "'$version' is no version: three numbers" ;;
*.*.*) ;;
*) missing "'$version' is no version: three numbers" ;;
esac
[ "$bad" = 0 ] || exit 1

[ "$version" = "$source" ] || missing "the source is $source; HOOKRUN_VERSION in \
include/hookrun/base/version.h is to be \"$version\""

entry=$(awk -v version="$version" '
	/^## / { on = $2 == version; next }
	on && NF { print }' CHANGELOG.md)
[ -n "$entry" ] || missing "CHANGELOG.md has no entry for $version: its \
'## Unreleased' becomes '## $version'"
[ -z "$(awk '/^## / { on = $2 == "Unreleased"; next } on && NF' CHANGELOG.md)" ] ||
	missing "CHANGELOG.md still has something under '## Unreleased'"

# shellcheck disable=SC2046 # three words
set -- $(sh packaging/build_info.sh)
case $3 in
same | packed) ;;
changed) missing 'the tree has changes that are in no commit' ;;
*) missing 'here is neither git nor an archive of a commit' ;;
esac
if [ "$3" != packed ] && new=$(git ls-files -o --exclude-standard 2>/dev/null) &&
	[ -n "$new" ]; then
	missing "files that git does not know: $(echo "$new" | head -n 3 | paste -sd' ')"
fi
exit "$bad"
