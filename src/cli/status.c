/*
 * `hookrun status`: one screen that answers "is everything in line with
 * HEAD?".  It starts no process and changes nothing.
 */
#include "cli/cli.h"
#include "cli/execute.h"

#include "hookrun/base/strbuf.h"
#include "hookrun/install/mergedriver.h"
#include "hookrun/runner/step.h"

static int hooks_status(struct workspace *ws)
{
	AUTO_STRBUF problems = STRBUF_INIT, notes = STRBUF_INIT;
	size_t nr;
	int status;

	printf("hooks\n");
	status = shims_check(ws, &nr, &problems, &notes);
	if (!status && problems.len)
		put_printable(stdout, problems.buf);
	else if (!status)
		printf("  %zu installed and fresh\n", nr);
	shims_seconds(ws, &notes);
	put_printable(stdout, notes.buf);
	if (mergedriver_is_missing(ws->repo))
		printf("schema files\n  attributes name the merge "
		       "driver " MERGEDRIVER
		       ", which this clone has not ('hookrun "
		       "install --merge-driver')\n");
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
	if (step->status(ctx, &out, &err) < 0) {
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
	if (ws->nunseen)
		printf("trust\n  %zu not approved, no hook runs ('hookrun "
		       "trust' shows what)\n",
			ws->nunseen);
	return status | steps_look(ws, steps_hook(ws, NULL), step_status);
}
