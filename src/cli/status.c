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

static int step_status(struct workspace *ws, const struct job_config *job)
{
	const struct step_ops *step = step_find(job->uses);
	AUTO_STRBUF out = STRBUF_INIT;
	char *no_args[] = { NULL };
	struct event event = { .hook = "", .args = no_args };
	struct step_ctx ctx = { .repo = ws->repo,
		.event = &event,
		.with = job->with,
		.root = job->root,
		.arena = &ws->config.arena,
		.by_hand = true,
		.tty_fd = -1 };
	struct err err;
	char *line;

	if (!step || !step->status)
		return 0;
	printf("%s\n", job->uses);
	if (step->status(&ctx, &out, &err)) {
		printf("  %s\n", err.msg);
		return 1;
	}
	for (char *rest = out.buf; (line = strsep(&rest, "\n"));)
		if (*line)
			printf("  %s\n", line);
	return 0;
}

int cmd_status(const struct args *args)
{
	const struct hook_config *steps;
	struct workspace ws;
	int status = workspace_open(&ws, true);

	(void)args;
	if (status)
		return status;
	if (!ws.has_config) {
		printf("no configuration in '%s'\n", repo_worktree(ws.repo));
		workspace_close(&ws);
		return 0;
	}
	status = hooks_status(&ws);
	steps = steps_hook(&ws, NULL);
	for (size_t i = 0; i < steps->list.nr; i++)
		status |= step_status(&ws, &steps->list.jobs[i]);
	workspace_close(&ws);
	return status;
}
