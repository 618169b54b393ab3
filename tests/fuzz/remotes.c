/*
 * Input: a configuration that names remotes, and the file that each of these
 * has, behind a NUL.  Only what the configuration names is fetched, no file
 * outside of a remote's folder is read for it, and what is wrong is said.
 */
#include "cli/steps.h"
#include "fuzz_input.h"
#include "hookrun/config/config.h"

#include <stdio.h>

/* A work tree and the folder of every remote, made once. */
static char *tree, *folder;

static void forget(void)
{
	struct err ignored;

	fs_remove_tree(tree, &ignored);
	fs_remove_tree(folder, &ignored);
}

static void make_folders(void)
{
	struct err err;

	if (tree)
		return;
	if (fs_temp_dir("hookrun-fuzz", &tree, &err) ||
		fs_temp_dir("hookrun-fuzz", &folder, &err) || atexit(forget))
		abort();
}

static void put(const char *dir, const char *text)
{
	AUTO_FREE char *path = fs_join(dir, "lefthook.yml");
	struct err err;

	if (fs_write_cache(path, text, strlen(text), &err))
		abort();
}

static char *fetch(
	const struct config_remote *remote, void *data, struct strbuf *note)
{
	size_t *fetched = data;

	(void)note;
	if (!remote->url || !*remote->url || (remote->ref && !*remote->ref))
		abort();
	/* every other one cannot be fetched */
	return ++*fetched % 2 ? xstrdup(folder) : NULL;
}

static bool is_inside(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && path[len] == '/';
}

static void check(const struct config *config, size_t fetched)
{
	if (config->remotes.nr > fetched || (config->lacking && !fetched))
		abort();
	for (size_t i = 0; i < config->files.nr; i++)
		if (*config->files.v[i] != '/')
			abort();
	if (!config->files.nr || !is_inside(config->files.v[0], tree))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	AUTO_FREE char *own = fuzz_text(&input);
	AUTO_FREE char *theirs = fuzz_text(&input);
	size_t fetched = 0;
	const struct config_remotes remotes = { fetch, &fetched };
	struct config config;
	struct err err = ERR_INIT;
	int got;

	step_register(steps_builtin);
	make_folders();
	put(tree, own);
	put(folder, theirs);
	got = config_load(tree, &remotes, false, &config, &err);
	if (!got || (got < 0 && !*err.msg))
		abort();
	if (got > 0) {
		check(&config, fetched);
		config_release(&config);
	}
	return 0;
}
