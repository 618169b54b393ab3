/*
 * `install`, `uninstall`, `check-install`: the hook files.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"

static int need_config(const struct workspace *ws)
{
	if (ws->has_config)
		return 0;
	fprintf(stderr,
		"hookrun: no configuration in '%s': write a "
		"lefthook.yml first (an example is in 'hookrun help "
		"steps')\n",
		repo_worktree(ws->repo));
	return 1;
}

/* `install pre-commit ...` narrows the configured hooks to those named. */
static int narrow(struct shim_set *set, const struct strvec *names)
{
	if (!names->nr)
		return 0;
	for (size_t i = 0; i < names->nr; i++)
		if (!strvec_has(&set->hooks, names->v[i])) {
			fprintf(stderr,
				"hookrun: hook '%s' is not in the "
				"configuration\n",
				names->v[i]);
			return 1;
		}
	set->opts.hooks = names->v;
	return 0;
}

static int install_into(struct workspace *ws, const struct args *args)
{
	AUTO_STRVEC written = STRVEC_INIT;
	AUTO_STRBUF notes = STRBUF_INIT;
	struct shim_set set;
	struct err err;
	int status;

	shim_set_init(&set, &ws->config);
	set.opts.force = args_has(args, "force");
	status = narrow(&set, &args->words);
	if (!status &&
		install_hooks(ws->repo, &set.opts, &written, &notes, &err))
		status = complain(&err);
	fputs(notes.buf, stdout);
	if (!status) {
		printf("hooks installed:");
		for (char *const *name = set.opts.hooks; name && *name; name++)
			printf(" %s", *name);
		printf("%s\n",
			set.opts.hooks && *set.opts.hooks
				? ""
				: " none (the configuration has no hooks)");
	}
	shim_set_release(&set);
	return status;
}

int cmd_install(const struct args *args)
{
	struct workspace ws;
	struct err err;
	int status = workspace_open_fetching(&ws, REMOTE_NOW);

	if (status)
		return status;
	status = need_config(&ws);
	if (!status)
		status = install_into(&ws, args);
	if (!status && remotes_prune(ws.repo, &ws.config.remotes, &err))
		status = complain(&err);
	workspace_close(&ws);
	return status;
}

int cmd_uninstall(const struct args *args)
{
	AUTO_STRBUF notes = STRBUF_INIT;
	struct repo *repo;
	struct err err;
	int status = 0;

	(void)args;
	if (repo_open(NULL, &repo, &err))
		return persona_no_repo(&err);
	if (install_remove(repo, &notes, &err) ||
		remotes_prune(repo, NULL, &err))
		status = complain(&err);
	fputs(notes.buf, stdout);
	repo_free(repo);
	return status;
}

int cmd_check_install(const struct args *args)
{
	AUTO_STRBUF problems = STRBUF_INIT;
	struct shim_set set;
	struct workspace ws;
	struct err err;
	int status = workspace_open(&ws, true);

	(void)args;
	if (status)
		return status;
	status = need_config(&ws);
	if (!status) {
		shim_set_init(&set, &ws.config);
		if (install_check(ws.repo, &set.opts, &problems, &err))
			status = complain(&err);
		if (problems.len)
			status = 1;
		fputs(problems.buf, stdout);
		shim_set_release(&set);
	}
	workspace_close(&ws);
	return status;
}
