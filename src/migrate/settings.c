/*
 * What is remembered about databases holds as long as the files that it came
 * from say the same.  They are compared by their bytes: a switch and back gives
 * files a new time, and would make us ask Rails again for nothing.
 *
 * Which files these are is told by pattern, since one that is not there yet
 * counts too (.env.development.local), and of one that Rails has read besides,
 * by name.
 */
#include "migrate/settings.h"

#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"

#include <dirent.h>
#include <fnmatch.h>

#define FILE_MAX (1 << 20)
#define FILES_MAX 400 /* of one pattern */

extern char **environ;

/* Variables that decide which database it is: Rails' own, libpq's, and those
 * that database.yml names. */
static bool is_relevant(const char *var, size_t len, const char *config)
{
	static const char *const fixed[] = { "RAILS_ENV", "RACK_ENV" };
	const char *at = config;

	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		if (len == strlen(fixed[i]) && !memcmp(var, fixed[i], len))
			return true;
	if (len > 2 && !memcmp(var, "PG", 2))
		return true;
	if (len >= 12 && !memcmp(var + len - 12, "DATABASE_URL", 12))
		return true;
	while (len && (at = memmem(at, strlen(at), var, len))) {
		char before = at > config ? at[-1] : 0;

		if ((before == '"' || before == '\'') &&
			(at[len] == '"' || at[len] == '\''))
			return true;
		at++;
	}
	return false;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static uint64_t hash_environment(uint64_t hash, const char *config)
{
	AUTO_STRVEC vars = STRVEC_INIT;

	for (char **var = environ; *var; var++)
		if (is_relevant(*var, strcspn(*var, "="), config))
			strvec_push(&vars, *var);
	if (vars.nr)
		qsort(vars.v, vars.nr, sizeof(*vars.v), by_text);
	for (size_t i = 0; i < vars.nr; i++)
		hash = hash_str(hash, vars.v[i]);
	return hash;
}

/* The text is appended to `out`, if anybody wants it. */
static uint64_t hash_file(
	uint64_t hash, struct migrate *m, const char *name, struct strbuf *out)
{
	AUTO_FREE char *path = fs_join(m->app, name);
	AUTO_STRBUF own = STRBUF_INIT;
	struct strbuf *text = out ? out : &own;
	struct err ignored = ERR_INIT;
	size_t start = text->len;
	int got = fs_read(path, text, FILE_MAX, &ignored);

	if (!got)
		return hash;
	hash = hash_str(hash, name);
	hash = hash_add(hash, &got, sizeof(got));
	return hash_add(hash, text->buf + start, text->len - start);
}

/* Hidden ones too, which is what most of them are. */
static void list_matching(
	const char *path, const char *pattern, struct strvec *ret)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	while (dir && ret->nr < FILES_MAX && (entry = readdir(dir)))
		if (!fnmatch(pattern, entry->d_name, 0))
			strvec_push(ret, entry->d_name);
	if (dir)
		closedir(dir);
	strvec_sort(ret);
}

static uint64_t hash_pattern(uint64_t hash, struct migrate *m,
	const char *pattern, struct strbuf *out)
{
	AUTO_FREE char *dir = fs_dirname(pattern);
	AUTO_FREE char *path = fs_join(m->app, dir);
	AUTO_STRVEC names = STRVEC_INIT;

	if (!strchr(pattern, '*'))
		return hash_file(hash, m, pattern, out);
	list_matching(path, fs_basename(pattern), &names);
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *name = fs_join(dir, names.v[i]);

		hash = hash_file(hash, m, name, out);
	}
	return hash;
}

static uint64_t hash_patterns(uint64_t hash, struct migrate *m,
	const char *const *patterns, struct strbuf *out)
{
	for (size_t i = 0; patterns && patterns[i]; i++)
		hash = hash_pattern(hash, m, patterns[i], out);
	return hash;
}

static const char *as_text(struct migrate *m, uint64_t hash)
{
	return arena_printf(m->ctx->arena, "%016llx", (unsigned long long)hash);
}

const char *settings_print(struct migrate *m)
{
	AUTO_STRBUF text = STRBUF_INIT;
	uint64_t hash = hash_patterns(
		HASH_START, m, m->engine->settings, &text);

	hash = hash_patterns(hash, m, m->engine->code, NULL);
	return as_text(m, hash_environment(hash, text.buf));
}

static bool steers(const char *entry, const char *const *patterns)
{
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_add(&name, entry, strcspn(entry, "="));
	for (size_t i = 0; patterns && patterns[i]; i++)
		if (!fnmatch(patterns[i], name.buf, 0))
			return true;
	return false;
}

/* Variables can name another lock file, and leave libraries out. */
static uint64_t hash_steering(uint64_t hash, struct migrate *m)
{
	AUTO_STRVEC env = STRVEC_INIT, vars = STRVEC_INIT, argv = STRVEC_INIT;

	if (m->engine->lockfile)
		hash = hash_file(hash, m, m->engine->lockfile(m), NULL);
	m->engine->command(m, "", &env, &argv);
	for (size_t i = 0; i < env.nr; i++)
		if (steers(env.v[i], m->engine->steering))
			strvec_push(&vars, env.v[i]);
	strvec_sort(&vars);
	for (size_t i = 0; i < vars.nr; i++)
		hash = hash_str(hash, vars.v[i]);
	return hash;
}

const char *settings_print_locked(struct migrate *m)
{
	uint64_t hash = hash_patterns(HASH_START, m, m->engine->locked, NULL);

	if (hash == HASH_START)
		return NULL;
	hash = hash_steering(hash, m);
	return as_text(m, hash_str(hash, settings_print(m)));
}

/* Is it read for settings_print() already? */
static bool is_usual(const char *file, const char *const *patterns)
{
	for (size_t i = 0; patterns && patterns[i]; i++)
		if (!fnmatch(patterns[i], file, FNM_PATHNAME))
			return true;
	return false;
}

const char *settings_print_of(struct migrate *m, const char *const *files)
{
	uint64_t hash = hash_patterns(
		HASH_START, m, m->engine->libraries, NULL);

	for (size_t i = 0; files[i]; i++)
		if (!is_usual(files[i], m->engine->settings) &&
			!is_usual(files[i], m->engine->code))
			hash = hash_file(hash, m, files[i], NULL);
	return as_text(m, hash);
}
