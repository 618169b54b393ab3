/*
 * `hookrun status`: one screen that answers "is everything in line with
 * HEAD?".  It starts no process and changes nothing.
 */
#include "cli/cli.h"
#include "cli/execute.h"

#include "hookrun/base/strbuf.h"
#include "hookrun/runner/step.h"

static int hooks_status(struct workspace *ws)
{
	AUTO_STRBUF problems = STRBUF_INIT, notes = STRBUF_INIT;
	struct shim_set set;
	struct err err;
	int status = 0;

	shim_set_init(&set, &ws->config);
	install_narrow(ws->repo, &set.hooks);
	shim_set_point(&set);
	printf("hooks\n");
	if (install_check(ws->repo, &set.opts, &problems, &err))
		status = complain(&err);
	else if (problems.len)
		put_printable(stdout, problems.buf);
	else
		printf("  %zu installed and fresh\n", set.hooks.nr);
	install_check_search(ws->repo, &notes);
	put_printable(stdout, notes.buf);
	shim_set_release(&set);
	return status;
}

static int step_status(const struct step_ops *step, struct step_ctx *ctx)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	char *line;

	if (!step->status)
		return 0;
	printf("%s\n", step->name);
	if (step->status(ctx, &out, &err)) {
		printf("  %s\n", err.msg);
		return 1;
	}
	for (char *rest = out.buf; (line = strsep(&rest, "\n"));)
		if (*line)
			printf("  %s\n", line);
	return 0;
}

int cmd_status(struct workspace *ws, const struct args *args)
{
	int status;

	(void)args;
	if (!ws->has_config) {
		printf("no configuration in '%s'\n", repo_worktree(ws->repo));
		return 0;
	}
	status = hooks_status(ws);
	return status | steps_look(ws, NULL, step_status);
}
