/*
 * `hookrun db`: what branch switches took out of the databases and kept.  The
 * first migrate step of the configuration says where the application is.
 */
#include "cli/cli.h"
#include "cli/execute.h"

#include "hookrun/migrate/kept.h"
#include "hookrun/runner/step.h"

static int list(struct workspace *ws)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;

	if (migrate_kept_list(ws->repo, &ws->config.arena, &out, &err))
		return complain(&err);
	if (!out.len)
		puts("nothing is kept: no switch has taken rows or values "
		     "away");
	fputs(out.buf, stdout);
	return 0;
}

static int restore(struct workspace *ws, const char *id)
{
	const struct hook_config *hook =
		ws->has_config ? steps_hook(ws, "migrate") : NULL;
	char *no_args[] = { NULL };
	struct event event = { .hook = "", .args = no_args };
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	int status;

	if (!hook || !hook->list.nr)
		return complain_text("no job in the configuration says "
				     "'uses: migrate'");
	struct step_ctx ctx = { .repo = ws->repo,
		.event = &event,
		.with = hook->list.jobs[0].with,
		.root = hook->list.jobs[0].root,
		.arena = &ws->config.arena,
		.by_hand = true,
		.tty_fd = -1 };
	status = migrate_kept_restore(&ctx, id, &out, &err);
	fputs(out.buf, stdout);
	return status < 0 ? complain(&err) : status;
}

int cmd_db(const struct args *args)
{
	const char *what = args->words.v[0];
	bool is_list = !strcmp(what, "list");
	struct workspace ws;
	int status;

	if (!is_list && strcmp(what, "restore") != 0)
		return persona_usage(args->command, "db knows 'list' and "
						    "'restore ID'");
	if (args->words.nr != (is_list ? 1 : 2))
		return persona_usage(
			args->command, is_list ? "'db list' takes nothing"
					       : "'db restore' takes an id");
	status = workspace_open(&ws, false);
	if (status)
		return status;
	if (!is_list)
		status = trust_gate(&ws);
	if (!status)
		status = is_list ? list(&ws) : restore(&ws, args->words.v[1]);
	workspace_close(&ws);
	return status;
}
