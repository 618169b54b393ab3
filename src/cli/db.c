/*
 * `hookrun db`: the databases of the application, and what branch switches took
 * out of them.  The first migrate step of the configuration says where the
 * application is.
 */
#include "cli/db.h"
#include "cli/execute.h"

#include "hookrun/base/alloc.h"
#include "hookrun/migrate/forget.h"
#include "hookrun/migrate/kept.h"

#include <stdlib.h>

static int list(struct workspace *ws, const struct args *args)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;

	(void)args;
	if (migrate_kept_list(ws->repo, &ws->config.arena, &out, &err))
		return complain(&err);
	if (!out.len)
		puts("nothing is kept: no switch has taken rows or values "
		     "away");
	fputs(out.buf, stdout);
	return 0;
}

/* Of the step, as if it was called by hand; `event` is to outlive it. */
static int step_of(
	struct workspace *ws, struct event *event, struct step_ctx *ret)
{
	static char *no_args[] = { NULL };
	const struct hook_config *hook =
		ws->has_config ? steps_hook(ws, "migrate") : NULL;

	if (!hook || !hook->list.nr)
		return complain_text("no job in the configuration says "
				     "'uses: migrate'");
	*event = (struct event){ .hook = "", .args = no_args };
	*ret = (struct step_ctx){ .repo = ws->repo,
		.event = event,
		.with = hook->list.jobs[0].with,
		.root = hook->list.jobs[0].root,
		.arena = &ws->config.arena,
		.by_hand = true,
		.tty_fd = -1 };
	return 0;
}

static int restore(struct workspace *ws, const struct args *args)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct step_ctx ctx;
	struct event event;
	struct err err;
	int status = trust_gate(ws);

	if (!status)
		status = step_of(ws, &event, &ctx);
	if (status)
		return status;
	status = migrate_kept_restore(&ctx, args->words.v[1], &out, &err);
	fputs(out.buf, stdout);
	return status < 0 ? complain(&err) : status;
}

static int blockers(struct workspace *ws, const struct args *args)
{
	struct step_ctx ctx;
	struct event event;
	int status = step_of(ws, &event, &ctx);

	(void)args;
	return status ? status : db_show_blockers(&ctx);
}

static int checkup(struct workspace *ws, const struct args *args)
{
	struct step_ctx ctx;
	struct event event;
	int status = step_of(ws, &event, &ctx);

	return status ? status : db_check(&ctx, args);
}

static int unblock(struct workspace *ws, const struct args *args)
{
	struct step_ctx ctx;
	struct event event;
	int status = step_of(ws, &event, &ctx);

	return status ? status : db_unblock(&ctx, args);
}

static int forget(struct workspace *ws, const struct args *args)
{
	AUTO_STRBUF known = STRBUF_INIT, out = STRBUF_INIT;
	char *end;
	int64_t version = strtoll(args->words.v[1], &end, 10);
	struct step_ctx ctx;
	struct event event;
	struct err err;
	int status = step_of(ws, &event, &ctx);

	if (status)
		return status;
	if (*end || version <= 0)
		return complain_text("'%s' is no version", args->words.v[1]);
	if (migrate_forget_look(&ctx, version, &known, &err))
		return complain(&err);
	put_printable(stdout, known.buf);
	fflush(stdout);
	if (!confirmed(args, "forget it", "nothing was forgotten"))
		return 1;
	status = migrate_forget(&ctx, version, &out, &err);
	fputs(out.buf, stdout);
	return status ? complain(&err) : 0;
}

static int state(struct workspace *ws, const struct args *args)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRVEC kept = STRVEC_INIT;
	struct step_ctx ctx;
	struct event event;
	struct err err;
	int status = step_of(ws, &event, &ctx);

	(void)args;
	if (status)
		return status;
	if (step_find("migrate")->status(&ctx, &out, &err) < 0)
		return complain(&err);
	put_printable(stdout, out.buf);
	migrate_kept_ids(ws->repo, &kept);
	if (kept.nr)
		printf("kept: what %zu switch%s took away ('hookrun db "
		       "list')\n",
			kept.nr, kept.nr == 1 ? "" : "es");
	return 0;
}

static const struct part {
	const char *name, *takes; /* "an id", or NULL: nothing */
	int (*run)(struct workspace *ws, const struct args *args);
	bool ends, asks; /* takes --terminate, --yes */
} parts[] = {
	{ "blockers", NULL, blockers, false, false },
	{ "checkup", NULL, checkup, false, false },
	{ "forget", "a version", forget, false, true },
	{ "list", NULL, list, false, false },
	{ "restore", "an id", restore, false, false },
	{ "status", NULL, state, false, false },
	{ "unblock", "a pid", unblock, true, true },
};

static const struct part *find_part(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (!strcmp(parts[i].name, name))
			return &parts[i];
	return NULL;
}

static int bad_usage(const struct args *args, const struct part *part)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (part)
		strbuf_addf(&text, "'db %s' takes %s", part->name,
			part->takes ? part->takes : "nothing");
	else
		strbuf_addf(&text, "db knows %s", args->command->synopsis);
	return persona_usage(args->command, text.buf);
}

int cmd_db(const struct args *args)
{
	const struct part *part = find_part(args->words.v[0]);
	struct workspace ws;
	int status;

	if (!part || args->words.nr != (part->takes ? 2 : 1) ||
		(args_given(args, "terminate") && !part->ends) ||
		((args_given(args, "json") || args_given(args, "age")) &&
			part->run != checkup) ||
		(args_given(args, "yes") && !part->asks))
		return bad_usage(args, part);
	status = workspace_open(&ws, false);
	if (status)
		return status;
	status = part->run(&ws, args);
	workspace_close(&ws);
	return status;
}
