/*
 * Where Bundler finds gems depends on much: which Ruby runs, settings in files
 * and in the environment, conditions in the Gemfile.  What it said is kept
 * beside a print of all that, and holds only where the print is the same; since
 * branches differ, a few such answers are kept.
 */
#include "deps/bundler.h"

#include "deps/gemfile.h"

#include "hookrun/steps/ruby_env.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"
#include "hookrun/proc/env.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define KEY "bundler:"
#define ANSWERS_MAX 8
#define FILE_MAX_BYTES (1 << 20)
#define NEWS_SHOWN 10

/* What picks a Ruby: in the application and the folders above it. */
static const char *const ruby_files[] = { ".ruby-version", ".tool-versions",
	"mise.toml", ".mise.toml", NULL };
/* Settings, in the application and in the user's home. */
static const char *const settings[] = { ".bundle/config", NULL };
static const char *const home_files[] = { ".bundle/config", ".rbenv/version",
	".config/mise/config.toml", NULL };
static const char *const app_config[] = { "config", NULL };
static const char *const variables[] = { "BUNDLE_", "GEM_", "RUBY", "RBENV_",
	"ASDF_", "MISE_", NULL };
static const char *const programs[] = { "ruby", "bundle", NULL };

/* ---- the print ---------------------------------------------------------- */

static uint64_t add_files(
	uint64_t print, const char *folder, const char *const *names)
{
	for (; *names; names++) {
		AUTO_FREE char *path = fs_join(folder, *names);
		AUTO_STRBUF text = STRBUF_INIT;
		struct err ignored = ERR_INIT;

		if (fs_read(path, &text, FILE_MAX_BYTES, &ignored) != 1)
			continue;
		print = hash_str(print, path);
		print = hash_add(print, text.buf, text.len + 1);
	}
	return print;
}

static uint64_t add_programs(uint64_t print, const struct strvec *env)
{
	const char *path = env_get(env, "PATH");

	for (const char *const *name = programs; *name; name++) {
		AUTO_FREE char *found = fs_find_program(
			*name, path ? path : "");
		struct stat st;

		if (!found || stat(found, &st))
			continue;
		print = hash_str(print, found);
		print = hash_add(print, &st.st_ino, sizeof(st.st_ino));
		print = hash_add(print, &st.st_size, sizeof(st.st_size));
		print = hash_add(
			print, &st.st_mtim.tv_sec, sizeof(st.st_mtim.tv_sec));
	}
	return print;
}

/* In no order, as variables are. */
static uint64_t sum_variables(const struct strvec *env)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < env->nr; i++)
		for (const char *const *start = variables; *start; start++)
			if (!strncmp(env->v[i], *start, strlen(*start)))
				sum += hash_str(HASH_START, env->v[i]);
	return sum;
}

static uint64_t add_ruby_files(uint64_t print, const char *root)
{
	AUTO_FREE char *folder = xstrdup(root);
	char *slash;

	print = add_files(print, folder, ruby_files);
	while ((slash = strrchr(folder, '/'))) {
		*slash = '\0';
		print = add_files(print, *folder ? folder : "/", ruby_files);
	}
	return print;
}

static uint64_t machine_print(const char *root)
{
	AUTO_STRVEC env = STRVEC_INIT;
	const char *home, *folder;
	uint64_t print, sum;

	ruby_env_fill(&env);
	home = env_get(&env, "HOME");
	folder = env_get(&env, "BUNDLE_APP_CONFIG");
	print = add_programs(HASH_START, &env);
	print = add_ruby_files(print, root);
	print = add_files(print, root, settings);
	if (home)
		print = add_files(print, home, home_files);
	if (folder)
		print = add_files(print, folder, app_config);
	sum = sum_variables(&env);
	return hash_add(print, &sum, sizeof(sum));
}

/* ---- one application ---------------------------------------------------- */

struct bundle {
	struct arena arena;
	struct gemfile_lock lock;
	struct strbuf gemfile;
	uint64_t machine;
};

/* False where Bundler alone can tell what the Gemfile means. */
static bool read_bundle(const char *root, const char *file,
	const struct strbuf *lock, struct bundle *ret)
{
	AUTO_FREE char *path = fs_join(
		root, !strcmp(file, "gems.locked") ? "gems.rb" : "Gemfile");
	struct err ignored = ERR_INIT;

	ret->arena = (struct arena)ARENA_INIT;
	strbuf_init(&ret->gemfile);
	if (gemfile_lock_read(
		    lock->buf, lock->len, &ret->arena, &ret->lock, &ignored) ||
		ret->lock.local || getenv("BUNDLE_GEMFILE") ||
		fs_read(path, &ret->gemfile, FILE_MAX_BYTES, &ignored) != 1 ||
		!gemfile_agrees(&ret->gemfile, &ret->lock))
		return false;
	ret->machine = machine_print(root);
	return true;
}

static void release_bundle(struct bundle *bundle)
{
	gemfile_lock_release(&bundle->lock);
	strbuf_release(&bundle->gemfile);
	arena_release(&bundle->arena);
}

static void print_key(const struct bundle *bundle,
	const struct gem_places *places, char ret[40])
{
	uint64_t print = gemfile_print(&bundle->gemfile, &places->absent);

	print = hash_add(print, &bundle->machine, sizeof(bundle->machine));
	if (bundle->lock.ruby)
		print = hash_str(print, bundle->lock.ruby);
	snprintf(ret, 40, KEY "%016" PRIx64, print);
}

/* ---- as text ------------------------------------------------------------ */

static void add_words(struct strbuf *out, char kind, const struct strvec *words)
{
	for (size_t i = 0; i < words->nr; i++)
		strbuf_addf(
			out, "%s%c%s", out->len ? "\t" : "", kind, words->v[i]);
}

static void read_answer(const char *text, struct gem_places *ret)
{
	AUTO_STRVEC words = STRVEC_INIT;

	memset(ret, 0, sizeof(*ret));
	strvec_split(&words, text, strlen(text), '\t');
	for (size_t i = 0; i < words.nr; i++) {
		const char *word = words.v[i];

		strvec_push(*word == 'F'   ? &ret->folders
			    : *word == 'P' ? &ret->platforms
					   : &ret->absent,
			word + 1);
	}
}

enum gems_are bundler_knows(const struct state *state, const char *root,
	const char *file, const struct strbuf *lock)
{
	enum gems_are are = GEMS_DOUBT;
	struct bundle bundle;

	if (read_bundle(root, file, lock, &bundle))
		are = GEMS_MISSING;
	for (size_t i = 0; are == GEMS_MISSING && i < state->keys.nr; i++) {
		struct gem_places places;
		char key[40];

		if (strncmp(state->keys.v[i], KEY, sizeof(KEY) - 1) != 0)
			continue;
		read_answer(state->values.v[i], &places);
		print_key(&bundle, &places, key);
		if (!strcmp(key, state->keys.v[i]) &&
			gems_look(&bundle.lock, &places, NULL, NULL) ==
				GEMS_INSTALLED)
			are = GEMS_INSTALLED;
		gem_places_release(&places);
	}
	release_bundle(&bundle);
	return are;
}

/* The oldest answers go; the newest stand last. */
static void make_room(struct state *state)
{
	size_t nr = 0;

	for (size_t i = state->keys.nr; i-- > 0;) {
		AUTO_FREE char *key = NULL;

		if (strncmp(state->keys.v[i], KEY, sizeof(KEY) - 1) != 0 ||
			++nr < ANSWERS_MAX)
			continue;
		key = xstrdup(state->keys.v[i]);
		state_set(state, key, NULL);
	}
}

void bundler_learn(struct state *state, const char *root, const char *file,
	const struct strbuf *lock, const struct strbuf *paths)
{
	AUTO_STRBUF value = STRBUF_INIT;
	struct gem_places places = { .folders = STRVEC_INIT };
	struct bundle bundle;
	char key[40];

	if (read_bundle(root, file, lock, &bundle) &&
		gem_places_learn(&bundle.lock, paths, &places)) {
		add_words(&value, 'F', &places.folders);
		add_words(&value, 'P', &places.platforms);
		add_words(&value, 'A', &places.absent);
		print_key(&bundle, &places, key);
		make_room(state);
		state_set(state, key, value.buf);
	}
	gem_places_release(&places);
	release_bundle(&bundle);
}

void bundler_name_news(const struct strbuf *lock, const struct strbuf *paths,
	const struct timespec *since, struct strbuf *out)
{
	struct arena arena = ARENA_INIT;
	AUTO_STRVEC news = STRVEC_INIT;
	struct gem_places places = { .folders = STRVEC_INIT };
	struct gemfile_lock read;
	struct err ignored = ERR_INIT;

	if (!gemfile_lock_read(lock->buf, lock->len, &arena, &read, &ignored) &&
		gem_places_learn(&read, paths, &places)) {
		read.local = false; /* those are not installed */
		gems_look(&read, &places, since, &news);
	}
	strvec_sort(&news);
	for (size_t i = 0; i < news.nr && i < NEWS_SHOWN; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "", news.v[i]);
	if (news.nr > NEWS_SHOWN)
		strbuf_addf(out, " and %zu more", news.nr - NEWS_SHOWN);
	gemfile_lock_release(&read);
	gem_places_release(&places);
	arena_release(&arena);
}
