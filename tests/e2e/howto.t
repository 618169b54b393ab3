#!/bin/sh
# What doc/internals.md says of the house: every file that it names is there,
# and "Adding things" is true.  A step, a key, a driver, an engine, a command
# and a lock file are added to a copy of the house, each by changing just the
# files that are listed; the copy is built once and uses them all.
. "$(dirname "$0")/../helpers/tap.sh"

DOC=doc/internals.md

# The house is the same under every compiler.
if [ "${HOOKRUN_TEST_VARIANT:-release}" != release ]; then
	echo '1..0 # SKIP once is enough'
	exit 0
fi

# ---- names -------------------------------------------------------------------

cd "$HERE" || exit 1
# Names of files and folders in backticks, but for what is made at run time.
named() {
	grep -o '`[A-Za-z0-9_./*-]*`' "$1" | tr -d '`' | sort -u |
		grep -e '/' -e '\.[a-z0-9]*$' | grep -v -e NAME -e '^GIT_' -e ROOM \
		-e '^refs/' -e '^build/' -e '^x_' -e '^db/\(copies\|unfinished\|kept\)$' -e '^/proc$'
}
# Under src and tests the name alone is enough where it is the only one; what has
# a file for each port is named without them.
is_there() {
	for place in "$1" "src/$1" "include/hookrun/$1" "tests/helpers/$1" \
		"src/$1"_*.c; do
		[ ! -e "$place" ] || return 0
	done
	case $1 in
	*/*) return 1 ;;
	git2.h | zlib.h | yaml.h | dlfcn.h) return 0 ;;
	esac
	[ -n "$(find src tests hooks -name "$1")" ]
}
missing=
for name in $(named "$DOC"); do
	is_there "$name" || missing="$missing $name"
done
is 'every file that internals.md names is there' "$missing" ''
is 'and it names some' "$([ "$(named "$DOC" | wc -l)" -gt 60 ] && echo yes)" yes

# ---- the copy ----------------------------------------------------------------

mkdir "$TAP_DIR/house"
tar -cf - Makefile README.md lefthook.yml.example doc hooks include packaging src \
	tests |
	tar -xf - -C "$TAP_DIR/house"
cd "$TAP_DIR/house" || exit 1
printf 'build/\n' > .gitignore
git init -q . && git add -A && git commit -qm house

# The files that the section lists, NAME being dummy.
listed() {
	awk -v title="### $1" '/^##/ { on = $0 == title; next } on' "$DOC" |
		grep -o '`[A-Za-z0-9_./-]*`' | tr -d '`' | sed 's/NAME/dummy/g' |
		grep -e / -e '\.md$' -e '\.example$' | grep -v '/$' | sort -u
}
changed() {
	git add -A && git diff --cached --name-only | sort
	git commit -qm "$1"
}
# How many of them are no docs; $1: nor match that.
code_files() {
	grep -v -e '^doc/' -e '\.example$' \
		-e "$1" "$TAP_DIR/listed" | grep -c .
}
# FILE PATTERN: insert stdin before the first line that matches.
before() {
	cat > "$TAP_DIR/insert"
	awk -v pattern="$2" -v insert="$TAP_DIR/insert" '
		!done && $0 ~ pattern {
			while ((getline line < insert) > 0)
				print line
			done = 1
		}
		{ print }
		END { exit !done }' "$1" > "$TAP_DIR/new" ||
		note "nothing in $1 matches $2"
	cat "$TAP_DIR/new" > "$1"
}

# ---- a step ------------------------------------------------------------------

mkdir -p include/hookrun/dummy src/dummy
cat > include/hookrun/dummy/dummy.h << 'END'
#ifndef HOOKRUN_DUMMY_DUMMY_H
#define HOOKRUN_DUMMY_DUMMY_H
#include "hookrun/runner/step.h"
extern const struct step_ops step_dummy;
#endif
END
cat > src/dummy/dummy.c << 'END'
#include "hookrun/dummy/dummy.h"

static const struct key options[] = {
	{ .name = "word", .type = KEY_STRING, .def = "hello", .help = "what is said" },
	{ .name = NULL },
};

static int check(struct step_ctx *ctx, struct step_check *ret, struct err *err)
{
	(void)err;
	ret->verdict = STEP_TOLD;
	strbuf_addf(&ret->say, "dummy says %s\n",
		option_str(ctx->with, options, "word"));
	return 0;
}

const struct step_ops step_dummy = { .name = "dummy",
	.help = "says a word",
	.options = options,
	.check = check };
END
echo '#include "hookrun/dummy/dummy.h"' | before src/cli/steps.c '^#include "hookrun/migrate'
echo '	&step_dummy,' | before src/cli/steps.c '^	&step_migrate,'
sed -i 's/> deps migrate/> deps dummy migrate/' tests/helpers/layers.sh
before tests/unit/keys.c 'PLACE_WITH, "with_migrate"' << 'END'
	{ PLACE_WITH, "with_dummy", "{pre-commit: {jobs: [{uses: dummy, with: {",
		"", "}}]}}", "dummy" },
END
echo '.It Ic word' | before doc/lefthook.yml.5 '^[.]Ss with, of uses: migrate'
echo '`word`' >> doc/rails.md
echo '# word:' >> lefthook.yml.example
listed 'A step' > "$TAP_DIR/listed"
is 'a step' "$(changed step)" "$(cat "$TAP_DIR/listed")"
is 'takes three files besides its room and docs' "$(code_files /dummy/)" 3

# ---- a key -------------------------------------------------------------------

before src/config/keys.c '"needs", KEY_LIST' << 'END'
	{ "motto", KEY_STRING, PLACE_HOOK, NULL, NULL, "what is said first" },
END
echo '	const char *motto;' |
	before include/hookrun/config/config.h '^	const char [*]base;'
echo '	hook->motto = get_text(arena, node, "motto");' |
	before src/config/bind.c '^	hook->base = '
echo '	plan.note = hook->motto;' | before src/runner/plan.c '^	[*]ret = plan;'
sed -i 's/count_at("hook"), [^)]*/& + 1/' tests/unit/keys.c
echo '.It Ic motto' | before doc/lefthook.yml.5 '^[.]It Ic base'
echo '| `hook.motto` | own | `howto.t` |' | before doc/lefthook.md '^. `hook.base`'
listed 'A key' > "$TAP_DIR/listed"
is 'a key' "$(changed key)" "$(cat "$TAP_DIR/listed")"
is 'takes five files besides the docs' "$(code_files '^$')" 5

# ---- a driver ----------------------------------------------------------------

cat > src/db/dummy.c << 'END'
#include "hookrun/db/driver.h"

static int refuse(const struct db_target *target, int timeout_ms, void **ret,
	struct err *err)
{
	(void)timeout_ms;
	(void)ret;
	return err_set(err, "the dummy has no '%s'", target->database);
}

const struct db_driver db_driver_dummy = { .open = refuse };
END
awk '{ row = 0 } /^	D\(postgresql,/ { row = 1 } { print }
	row { print "	D(dummy, \"dummy\", identity_of_server) \\" }' \
	include/hookrun/db/driver.h > "$TAP_DIR/new"
cat "$TAP_DIR/new" > include/hookrun/db/driver.h
listed 'A driver' > "$TAP_DIR/listed"
is 'a driver' "$(changed driver)" "$(cat "$TAP_DIR/listed")"
is 'takes two files' "$(code_files '^$')" 2

# ---- an engine ---------------------------------------------------------------

cat > src/migrate/engine_dummy.c << 'END'
#include "migrate/engine.h"

#include "hookrun/proc/env.h"

static const char *const none[] = { NULL };
static const char *const scripts[] = { "dummy_driver.sh", NULL };

static bool is_here(struct migrate *m)
{
	(void)m;
	return true;
}

static int targets(const char *app, const char *environment,
	struct arena *arena, struct db_targets *ret, const char **ret_why,
	struct err *err)
{
	(void)environment;
	(void)app;
	(void)environment;
	(void)arena;
	(void)ret;
	(void)err;
	*ret_why = "it is a dummy";
	return 0;
}

static void command(const struct migrate *m, const char *driver,
	struct strvec *env, struct strvec *argv)
{
	(void)m;
	env_set(env, "PATH", "/usr/bin:/bin");
	strvec_push(argv, "sh");
	strvec_push(argv, driver);
}

const struct migrate_engine migrate_engine_dummy = { .title = "Dummy",
	.schemas = none,
	.settings = none,
	.is_here = is_here,
	.targets = targets,
	.scripts = scripts,
	.command = command };
END
echo "echo '{\"ev\": \"boot_failed\", \"message\": \"no dummy today\"}' >&3" \
	> hooks/dummy_driver.sh
sed -i 's/^#define MIGRATE_ENGINES(E) .*/& E(dummy)/' src/migrate/engine.h
echo '.Cm dummy' | before doc/lefthook.yml.5 '^[.]It Ic on_data_loss'
listed 'An engine' > "$TAP_DIR/listed"
is 'an engine' "$(changed engine)" "$(cat "$TAP_DIR/listed")"
is 'takes two files besides its program and docs' "$(code_files ^hooks/)" 2

# ---- a command ---------------------------------------------------------------

cat > src/cli/dummy.c << 'END'
#include "cli/cli.h"

int cmd_dummy(const struct args *args)
{
	(void)args;
	puts("what a dummy");
	return 0;
}
END
echo 'int cmd_dummy(const struct args *args);' | before src/cli/cli.h '^int cmd_status'
before src/cli/main.c '^	[{] "recover",' << 'END'
	{ "dummy", "", "is one", NULL, NULL, 0, 0, .run = cmd_dummy },
END
echo '.It Ic dummy' | before doc/hookrun.1 '^[.]It Ic recover'
echo '| `hookrun dummy` | is one |' | before doc/answers.md '^. `hookrun recover`'
echo '| `cli.dummy` | own | `howto.t` |' | before doc/lefthook.md '^. `cli.recover`'
listed 'A command' > "$TAP_DIR/listed"
is 'a command' "$(changed command)" "$(cat "$TAP_DIR/listed")"

# ---- a lock file -------------------------------------------------------------

cat > src/deps/dummy_lock.c << 'END'
#include "deps/packages.h"

int dummy_lock_parse(
	const char *text, size_t len, struct packages *ret, struct err *err)
{
	if (packages_add(ret, "dummy", 5, text, len - (len > 0), err))
		return -1;
	packages_finish(ret);
	return 0;
}
END
before src/deps/packages.h '^int yarn_lock_parse' << 'END'
int dummy_lock_parse(
	const char *text, size_t len, struct packages *ret, struct err *err);
END
before src/deps/lockfiles.c '^const struct lockfile lockfiles' << 'END'
static const char *const dummy_install[] = { "true", NULL };

END
before src/deps/lockfiles.c '^	[{] .file = NULL [}],' << 'END'
	{ .file = "dummy.lock",
		.parse = dummy_lock_parse,
		.install = dummy_install },
END
sed -i 's/^yarn.lock, pnpm-lock.yaml\./yarn.lock, pnpm-lock.yaml, dummy.lock./' doc/lefthook.yml.5
echo 'dummy.lock' >> doc/rails.md
listed 'A lock file' > "$TAP_DIR/listed"
is 'a lock file' "$(changed lock)" "$(cat "$TAP_DIR/listed")"

# ---- it is sound, and everything works ---------------------------------------

ok 'the copy is built' env -u MAKEFLAGS -u MAKELEVEL make WERROR=-Werror CFLAGS_debug=-O0 debug build/debug/unit/keys.test
ok 'its rooms are in order' sh tests/helpers/layers.sh
ok 'no circle' sh -c "find build/debug/src -name '*.o' | xargs sh tests/helpers/circles.sh"
fails 'its schema is an old one' sh tests/helpers/docs.sh build/debug/hookrun
build/debug/hookrun schema > hooks/hookrun.schema.json
ok 'its docs are complete' sh tests/helpers/docs.sh build/debug/hookrun
ok 'so is the table of what lefthook has' sh tests/helpers/lefthook_table.sh build/debug/hookrun
ok 'its keys refuse wrong values' build/debug/unit/keys.test

ln -sf "$TAP_DIR/house/build/debug/hookrun" "$TAP_DIR/bin/hookrun"
repo
cat > lefthook.yml << 'END'
no_auto_install: true
pre-commit:
  motto: be kind
  jobs:
    - uses: dummy
      with: {word: goodbye}
post-checkout:
  jobs:
    - uses: deps
      with: {mode: notify}
post-merge:
  jobs:
    - uses: migrate
END
out=$(hookrun run pre-commit 2>&1)
has 'the step runs, with its option' "$out" 'dummy says goodbye'
has 'the key is heeded' "$out" 'be kind'
has 'and dumped' "$(hookrun dump)" 'motto: be kind'
has 'the step is explained' "$(hookrun help steps)" 'says a word'
is 'the command runs' "$(hookrun dummy)" 'what a dummy'
echo 1 > dummy.lock && commit one && git checkout -qb two && echo 2 > dummy.lock && commit two
has 'the lock file is compared' \
	"$(hookrun run post-checkout -- "$(git rev-parse main)" "$(git rev-parse two)" 1 2>&1)" 'dummy 1 → 2'
mkdir -p config db/migrate
printf 'development:\n  adapter: dummy\n  database: house\n' > config/database.yml
has 'the driver is asked' "$(hookrun migrate --plan 2>&1)" "the dummy has no 'house'"
sed -i 's/uses: migrate/&\n      with: {engine: dummy}/' lefthook.yml
has 'the engine is asked' "$(hookrun migrate --plan 2>&1)" 'only Dummy can tell (it is a dummy)'
has 'its program is started' "$(hookrun migrate 2>&1)" 'no dummy today'

finish
