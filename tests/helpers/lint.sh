#!/bin/sh
# Style and static checks: clang-format, cppcheck, shellcheck, mandoc.
set -u
bad=0

step() {
	echo "  LINT    $1"
	shift
	"$@" || bad=1
}

# Nothing but what depends on the manuals that a machine has; of ours, each that
# another names is there.
# shellcheck disable=SC2317 # step() calls it
man_pages() {
	said=$(mandoc -T lint "$@" 2>&1 |
		grep -v -e 'referenced manual not found' -e 'outdated mandoc.db')
	[ -z "$said" ] || {
		printf '%s\n' "$said"
		return 1
	}
	sed -n 's/^\.Xr \(hookrun[a-z-]*\|lefthook[.]yml\) \([0-9]\).*/doc\/\1.\2/p' "$@" |
		sort -u | xargs ls > /dev/null
}

# shellcheck disable=SC2086 # lists of files
{
	step 'clang-format' clang-format --dry-run -Werror $C_FILES
	step 'cppcheck' cppcheck --quiet --std=c11 --error-exitcode=1 \
		--enable=warning,performance,portability --inline-suppr \
		--suppress=missingInclude --suppress=missingIncludeSystem \
		--suppress=unknownMacro --suppress=normalCheckLevelMaxBranches \
		-D_GNU_SOURCE -Iinclude -Isrc -Ibuild/gen -j2 src
	step 'shellcheck' shellcheck -x -s sh -e SC1091,SC2016,SC2119,SC2013 $SH_FILES
	step 'mandoc' man_pages doc/*.[1-9]
}
exit "$bad"
