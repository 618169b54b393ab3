/*
 * Whoever starts Rails gets an application that was made of its libraries, of
 * files, and of the environment.  What it was made of is a list, a line for
 * each part: DIGEST KIND NAME, where the digest is that of a file's bytes, of
 * the names in a folder, of "NAME=VALUE".  The list's own name has its digest.
 *
 * Variables are compared as the engine's program would get them, which is
 * another environment than ours where Bundler started us.
 */
#include "migrate/inputs.h"

#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/sha1.h"
#include "hookrun/base/strvec.h"
#include "hookrun/proc/env.h"

#include <fnmatch.h>
#include <stdlib.h>

#define INPUT_MAX (16 << 20)
#define NAMES_MAX 2000 /* in a folder; as Folder::MAX of rails_inputs.rb */

void inputs_release(struct inputs *inputs)
{
	strvec_release(&inputs->env);
}

static bool is_digest_of(const struct strbuf *text, const char *expected)
{
	char digest[SHA1_HEX_SIZE];

	sha1_hex(text->buf, text->len, digest);
	return !strcmp(digest, expected);
}

/* ---- files and folders -------------------------------------------------- */

static bool file_holds(struct migrate *m, const char *name, const char *digest)
{
	AUTO_FREE char *path = fs_join(m->app, name);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (!strcmp(digest, "absent"))
		return !fs_exists(path);
	if (!strcmp(digest, "folder"))
		return fs_is_dir(path);
	return fs_read(path, &text, INPUT_MAX, &ignored) == 1 &&
	       is_digest_of(&text, digest);
}

static void list(
	const char *path, const char *before, int depth, struct strvec *names)
{
	AUTO_STRVEC here = STRVEC_INIT;
	struct err ignored = ERR_INIT;
	struct stat st;

	if (fs_list(path, &here, &ignored))
		return;
	for (size_t i = 0; i < here.nr && names->nr <= NAMES_MAX; i++) {
		AUTO_FREE char *full = fs_join(path, here.v[i]);
		AUTO_FREE char *name = fs_join(before, here.v[i]);

		strvec_push(names, name);
		if (depth > 1 && !lstat(full, &st) && S_ISDIR(st.st_mode))
			list(full, name, depth - 1, names);
	}
}

/* `name`: "DEPTH PATH". */
static bool folder_holds(
	struct migrate *m, const char *name, const char *digest)
{
	AUTO_STRVEC names = STRVEC_INIT;
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_FREE char *path = NULL;
	char *end;
	long depth = strtol(name, &end, 10);

	if (*end != ' ' || depth < 1 || depth > 99)
		return false;
	path = fs_join(m->app, end + 1);
	list(path, "", (int)depth, &names);
	strvec_sort(&names);
	for (size_t i = 0; i < names.nr; i++)
		strbuf_addf(&text, "%s\n", names.v[i]);
	return is_digest_of(&text, digest);
}

/* ---- variables ---------------------------------------------------------- */

static bool variable_holds(
	const struct strvec *env, const char *name, const char *digest)
{
	const char *value = env_get(env, name);
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addstr(&text, name);
	if (value)
		strbuf_addf(&text, "=%s", value);
	return is_digest_of(&text, digest);
}

/* The patterns of hooks/variables.txt; their lines of remarks start with #. */
static void patterns_fill(struct strvec *patterns)
{
	const char *text = embed_get("variables.txt", NULL);

	while (text && *text) {
		size_t len = strcspn(text, "\n");
		AUTO_STRVEC words = STRVEC_INIT;

		if (*text != '#')
			strvec_split(&words, text, len, ' ');
		for (size_t i = 0; i < words.nr; i++)
			strvec_push(patterns, words.v[i]);
		text += len + (text[len] == '\n');
	}
}

static bool decides(const char *entry, const struct strvec *patterns)
{
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_add(&name, entry, strcspn(entry, "="));
	for (size_t i = 0; i < patterns->nr; i++)
		if (!fnmatch(patterns->v[i], name.buf, 0))
			return false;
	return true;
}

static bool environment_holds(const struct strvec *env, const char *digest)
{
	AUTO_STRVEC patterns = STRVEC_INIT, kept = STRVEC_INIT;
	AUTO_STRBUF text = STRBUF_INIT;

	patterns_fill(&patterns);
	for (size_t i = 0; i < env->nr; i++)
		if (decides(env->v[i], &patterns))
			strvec_push(&kept, env->v[i]);
	strvec_sort(&kept);
	for (size_t i = 0; i < kept.nr; i++)
		strbuf_add(&text, kept.v[i], strlen(kept.v[i]) + 1);
	return is_digest_of(&text, digest);
}

/* What the engine's program would be started with. */
static const struct strvec *environment(struct inputs *inputs)
{
	AUTO_STRVEC argv = STRVEC_INIT;

	if (!inputs->env.nr)
		inputs->m->engine->command(inputs->m, "", &inputs->env, &argv);
	return &inputs->env;
}

/* ---- a list ------------------------------------------------------------- */

static const char *line_differs(struct inputs *inputs, char *line)
{
	struct arena *arena = inputs->m->ctx->arena;
	const char *digest = strsep(&line, " ");
	const char *kind = line ? strsep(&line, " ") : "";

	if (!line)
		return "the list of its inputs is damaged";
	if (!strcmp(kind, "file"))
		return file_holds(inputs->m, line, digest)
			       ? NULL
			       : arena_printf(arena, "'%s' is not what it was",
					 line);
	if (!strcmp(kind, "folder"))
		return folder_holds(inputs->m, line, digest)
			       ? NULL
			       : arena_printf(arena,
					 "the folder '%s' is not what it was",
					 line + strcspn(line, " ") + 1);
	if (!strcmp(kind, "variable"))
		return variable_holds(environment(inputs), line, digest)
			       ? NULL
			       : arena_printf(arena,
					 "the variable '%s' is not what it was",
					 line);
	return environment_holds(environment(inputs), digest)
		       ? NULL
		       : "the environment is not what it was";
}

const char *inputs_differ(struct inputs *inputs, const char *name)
{
	AUTO_FREE char *path = fs_join(inputs->dir, name);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	const char *digest = strchr(name, '-'), *why = NULL;
	char *rest, *line;

	if (inputs->held && !strcmp(inputs->held, name))
		return NULL;
	if (!digest || fs_read(path, &text, INPUT_MAX, &ignored) != 1 ||
		!is_digest_of(&text, digest + 1))
		return "the list of its inputs is damaged";
	for (rest = text.buf; !why && (line = strsep(&rest, "\n")) && *line;)
		why = line_differs(inputs, line);
	if (!why)
		inputs->held = name;
	return why;
}
