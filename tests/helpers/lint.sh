#!/bin/sh
# Style and static checks: clang-format, cppcheck, shellcheck, mandoc.
set -u
bad=0

step() {
	echo "  LINT    $1"
	shift
	"$@" || bad=1
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
	step 'mandoc' mandoc -T lint -W warning,stop doc/hookrun.1 doc/lefthook.yml.5
}
exit "$bad"
