#!/bin/sh
# The checks of the house go red: each rule with the smallest house that breaks
# it, beside the same house without the fault.
. "$(dirname "$0")/../helpers/tap.sh"

# A fresh house of two nouns in one room.
house() {
	cd "$TAP_DIR" && rm -rf house
	mkdir -p house/src/git house/src/guard house/src/config \
		house/include/hookrun/guard house/include/hookrun/config
	cd house || exit 1
	echo 'int apple(void);' > src/git/apple.h
	echo 'int pear(void);' > src/git/pear.h
	printf '#include "git/apple.h"\n#include "git/pear.h"\n%s\n' \
		'int apple(void) { return pear(); }' > src/git/apple.c
	printf '#include "git/pear.h"\nint pear(void) { return 1; }\n' \
		> src/git/pear.c
	echo 'int guard_enter(void);' > include/hookrun/guard/guard.h
	echo '#include "hookrun/guard/guard.h"' > src/guard/guard.c
	echo 'const char *text = "some words";' > src/config/text.c
}

# Add a line to a file.
add() {
	echo "$2" >> "$1"
}

# What the check says, and whether it passes.
layers() {
	if sh "$HERE/tests/helpers/layers.sh" 2>&1; then echo green; else echo red; fi
}
circles() {
	for source in src/*/*.c; do
		object=build/${source%.c}.o
		mkdir -p "${object%/*}"
		cc -Iinclude -Isrc -c "$source" -o "$object" || echo 'no compiler'
	done
	if sh "$HERE/tests/helpers/circles.sh" build/src/*/*.o 2>&1; then
		echo green
	else
		echo red
	fi
}

house
is 'a sound house passes' "$(layers)" green
is 'and has no circle' "$(circles)" green

# ---- rooms ----

add src/git/pear.c '#include "hookrun/guard/guard.h"'
is 'git may not include guard' "$(layers)" \
	'layers: src/git/pear.c: room "git" may not include room "guard"
red'

house
add src/guard/guard.c '#include "git/pear.h"'
is "another room's private header" "$(layers)" \
	'layers: src/guard/guard.c: a private header of room "git"
red'

house
add src/git/pear.c '#include "hookrun/shed/rake.h"'
is 'a header of no room' "$(layers)" \
	'layers: src/git/pear.c: no such room "shed"
red'

house
mkdir src/shed
echo 'int rake;' > src/shed/rake.c
is 'a file of no room' "$(layers)" \
	'layers: src/shed/rake.c: no such room "shed"
red'

house
add src/git/pear.c '#include "pear.h"'
is 'a header without its room' "$(layers)" \
	'layers: src/git/pear.c: "pear.h" does not name its room
red'

house
add src/guard/guard.c '#include <git2.h>'
is 'a library of another room' "$(layers)" \
	'layers: src/guard/guard.c: only room "git" may include <git2.h>
red'

house
add src/git/pear.c 'int end(void) { exit(1); }'
is 'an exit below the commands' "$(layers)" \
	'layers: src/git/pear.c: only room "cli" may call exit()
red'

# ---- config knows no step ----

for word in '"test-map"' '"see migrate"' 'step_deps' 'WITH_TEST_MAP'; do
	house
	add src/config/text.c "$word"
	has "config may not say $word" "$(layers)" \
		'layers: src/config/text.c: config names the step'
done
house
add include/hookrun/config/config.h 'extern int deps;'
has 'nor may its headers' "$(layers)" 'config.h: config names the step "deps"'
house
add src/config/text.c '"migration", dependency, deps2x, latest_maps'
is 'other words are free' "$(layers)" green

# ---- circles ----

house
add src/git/pear.c '#include "git/apple.h"
int more(void) { return apple(); }'
is 'two sources that call each other' "$(circles)" \
	'layers: in a circle: git/apple.c needs git/pear.c (pear)
layers: in a circle: git/pear.c needs git/apple.c (apple)
red'

house
add src/git/pear.c '#include "git/plum.h"
int more(void) { return plum; }'
echo 'extern int plum; int fig(void);' > src/git/plum.h
printf '#include "git/apple.h"\n#include "git/plum.h"\n%s\n' \
	'int plum; int fig(void) { return apple(); }' > src/git/plum.c
has 'a circle of three, through data' "$(circles)" \
	'layers: in a circle: git/pear.c needs git/plum.c (plum)'

house
add src/git/apple.h '#include "git/pear.h"'
is 'a header may include another' "$(circles)" green
add src/git/pear.h '#include "git/apple.h"'
has 'but not be included by it' \
	"$(sh "$HERE/tests/helpers/circles.sh" build/src/*/*.o 2>&1)" \
	'layers: in a circle: git/pear.h needs git/apple.h (include)'

house
mkdir src/base
printf 'int more(void);\nint glob(void) { return more(); }\n' \
	> src/base/glob.c
printf 'int glob(void);\nint more(void) { return glob(); }\n' \
	> src/base/glob_more.c
is 'halves of one noun may stay' "$(circles)" green
mv src/base/glob_more.c src/base/globe.c
has 'what only begins alike may not' "$(rm -r build; circles)" \
	'layers: in a circle: base/glob.c needs base/globe.c (more)'

house
has 'objects that cannot be read are no clean house' \
	"$(sh "$HERE/tests/helpers/circles.sh" src/git/pear.o 2>&1 || echo red)" red

finish
