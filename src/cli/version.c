/*
 * `version`, and with --full all that tells one binary from another: a bug
 * report that begins with it needs no questions.  The commit and its date are
 * those of the source, so that two builds of it are the same to the byte.
 *
 * This file is not in the archive that the tests are linked with: it is
 * compiled anew with every commit, and the tests need not be.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/json.h"
#include "hookrun/base/version.h"
#include "hookrun/config/node.h"
#include "hookrun/git/library.h"

#include <stdbool.h>
#include <string.h>

/* Made by packaging/build_info.sh and packaging/inner_versions.sh. */
#include "build_info.inc"

/* Ended by NULL: what libgit2 brings along, as "NAME VERSION". */
static const char *const inner[] = {
#include "inner_versions.inc"
	NULL
};

/* Loaded when a step first needs them, in a process of their own. */
static const char *const on_demand[] = { "libpq", "libsqlite3", "libmagic" };

/* "NAME VERSION" of each. */
static void libraries(struct strvec *out)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addstr(&text, "libgit2 ");
	library_git2_version(&text);
	strvec_push(out, text.buf);
	strbuf_reset(&text);
	strbuf_addf(&text, "libyaml %s", node_yaml_version());
	strvec_push(out, text.buf);
	strbuf_reset(&text);
	strbuf_addstr(&text, "zlib ");
	library_zlib_version(&text);
	strvec_push(out, text.buf);
	for (const char *const *name = inner; *name; name++)
		strvec_push(out, *name);
}

static void print_full(void)
{
	AUTO_STRVEC found = STRVEC_INIT;

	libraries(&found);
	printf("hookrun %s (reads the files of lefthook %s)\n", HOOKRUN_VERSION,
		LEFTHOOK_VERSION);
	printf("commit: %s%s\ndate: %s\ntarget: %s\nport: %s\nlibraries:\n",
		BUILD_COMMIT, BUILD_CHANGED ? ", and changes to it" : "",
		BUILD_DATE, BUILD_TARGET, BUILD_PORT);
	for (size_t i = 0; i < found.nr; i++)
		printf("  %s\n", found.v[i]);
	for (size_t i = 0; i < ARRAY_SIZE(on_demand); i++)
		printf("  %s: loaded on demand\n", on_demand[i]);
}

static void print_json(void)
{
	AUTO_STRVEC found = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;

	libraries(&found);
	json_init(&json, &out, 2);
	json_open(&json, '{');
	json_kint(&json, "version", 1);
	json_kstr(&json, "hookrun", HOOKRUN_VERSION);
	json_kstr(&json, "lefthook", LEFTHOOK_VERSION);
	json_kstr(&json, "commit", BUILD_COMMIT);
	json_kbool(&json, "changed", BUILD_CHANGED);
	json_kstr(&json, "date", BUILD_DATE);
	json_kstr(&json, "target", BUILD_TARGET);
	json_kstr(&json, "port", BUILD_PORT);
	json_key(&json, "libraries");
	json_open(&json, '{');
	for (size_t i = 0; i < found.nr; i++) {
		char *blank = strchr(found.v[i], ' ');

		*blank = '\0';
		json_kstr(&json, found.v[i], blank + 1);
	}
	json_close(&json, '}');
	json_key(&json, "on_demand");
	json_open(&json, '[');
	for (size_t i = 0; i < ARRAY_SIZE(on_demand); i++)
		json_str(&json, on_demand[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	puts(out.buf);
}

int cmd_version(const struct args *args)
{
	bool full = args_has(args, "full") || args_has(args, "verbose");

	if (persona_is_lefthook())
		printf("%s%s\n", LEFTHOOK_VERSION,
			full ? " (hookrun " HOOKRUN_VERSION ")" : "");
	else if (args_has(args, "json"))
		print_json();
	else if (full)
		print_full();
	else
		puts(HOOKRUN_VERSION);
	return 0;
}
