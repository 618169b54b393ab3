/*
 * Input: what HEAD of a repository says, what git writes to pre-push, and a
 * job's `skip` and `only` as YAML, each behind a NUL.  A decision is made or
 * refused with words, and twice the same.
 */
#include "cli/steps.h"
#include "config_text.h"
#include "fuzz_input.h"
#include "hookrun/base/strbuf.h"
#include "runner/condition.h"

#include <stdio.h>

static char *repository_dir;

static void forget(void)
{
	struct err ignored;

	fs_remove_tree(repository_dir, &ignored);
}

/* One without objects, made once. */
static const char *repository(void)
{
	struct err err;
	AUTO_FREE char *objects = NULL, *refs = NULL;

	if (repository_dir)
		return repository_dir;
	if (fs_temp_dir("hookrun-fuzz", &repository_dir, &err) ||
		atexit(forget))
		abort();
	objects = fs_join(repository_dir, ".git/objects");
	refs = fs_join(repository_dir, ".git/refs");
	if (fs_mkdirs(objects, 0755, &err) || fs_mkdirs(refs, 0755, &err))
		abort();
	return repository_dir;
}

static struct repo *open_repository(const char *head)
{
	AUTO_FREE char *path = fs_join(repository(), ".git/HEAD");
	struct repo *repo = NULL;
	struct err err;

	if (fs_write_cache(path, head, strlen(head), &err) ||
		repo_open(repository(), &repo, &err))
		return NULL;
	return repo;
}

static int decide(struct repo *repo, struct arena *arena, char *refs,
	const struct job_config *job, struct reason *ret)
{
	char *const args[] = { NULL };
	struct event event = { .hook = "pre-push",
		.args = args,
		.stdin_text = refs,
		.stdin_len = strlen(refs),
		.stdin_read = 1 };
	struct pushed pushed = { .event = &event };
	struct condition_env env = { .repo = repo,
		.arena = arena,
		.pushed = &pushed,
		.no_programs = true };
	struct err err = ERR_INIT;
	int failed = condition_decide(&env, &job->skip, &job->only, ret, &err);

	if (failed && !*err.msg)
		abort();
	return failed;
}

static void try_config(
	struct repo *repo, char *refs, const struct config *config)
{
	AUTO_ARENA arena = ARENA_INIT;

	for (size_t i = 0; i < config->nhooks; i++) {
		const struct job_list *list = &config->hooks[i].list;

		for (size_t j = 0; j < list->nr; j++) {
			struct reason one = { 0 }, two = { 0 };

			if (decide(repo, &arena, refs, &list->jobs[j], &one) !=
					decide(repo, &arena, refs,
						&list->jobs[j], &two) ||
				one.kind != two.kind)
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	AUTO_FREE char *head = fuzz_text(&input);
	AUTO_FREE char *refs = fuzz_text(&input);
	AUTO_FREE char *text = fuzz_text(&input);
	AUTO_STRBUF yaml = STRBUF_INIT;
	struct config config;
	struct repo *repo;
	struct err err;

	step_register(steps_builtin);
	/* at its place: the lines of a job */
	strbuf_addstr(&yaml, "pre-push:\n  jobs:\n    - run: a\n      ");
	for (const char *s = text; *s; s++)
		if (*s == '\n')
			strbuf_addstr(&yaml, "\n      ");
		else
			strbuf_addch(&yaml, *s);
	if (config_load_text("f.yml", yaml.buf, yaml.len, false, &config, &err))
		return 0;
	repo = open_repository(head);
	if (repo)
		try_config(repo, refs, &config);
	repo_free(repo);
	config_release(&config);
	return 0;
}
