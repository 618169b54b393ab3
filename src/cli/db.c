/*
 * `hookrun db`: the databases of the application, their copies, and what branch
 * switches took out of them.  The first migrate step of the configuration says
 * where the application is.
 */
#include "cli/db.h"
#include "cli/execute.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/json.h"
#include "hookrun/migrate/forget.h"
#include "hookrun/migrate/kept.h"
#include "hookrun/migrate/snapshots.h"

#include <stdlib.h>
#include <string.h>

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

/* The ids of kept rows, and whether there are copies to look for. */
struct listing {
	struct strvec ids;
	bool copies;
};

static int list_json(struct step_ctx *ctx, const struct listing *listing)
{
	struct strbuf out = STRBUF_INIT;
	struct json json;
	int failed = 0;

	fputs("{\n\"version\": 1,\n\"copies\": ", stdout);
	if (listing->copies)
		failed = db_list_copies(ctx, true);
	else
		fputs("[]", stdout);
	json_init(&json, &out, 2);
	json_open(&json, '[');
	for (size_t i = 0; i < listing->ids.nr; i++)
		json_str(&json, listing->ids.v[i]);
	json_close(&json, ']');
	printf(",\n\"kept\": %s\n}\n", out.buf);
	strbuf_release(&out);
	return failed;
}

static int list_text(struct workspace *ws, struct step_ctx *ctx,
	const struct listing *listing)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	int failed = 0;

	if (listing->copies)
		failed = db_list_copies(ctx, false);
	else if (!listing->ids.nr)
		puts("nothing is kept: no switch has taken rows or values "
		     "away, and there is no copy");
	if (migrate_kept_list(ws->repo, &ws->config.arena, &out, &err))
		return complain(&err);
	fputs(out.buf, stdout);
	return failed;
}

static int list(struct workspace *ws, const struct args *args)
{
	struct listing listing = { .ids = STRVEC_INIT };
	struct step_ctx ctx;
	struct event event;
	int status = 0;

	migrate_kept_ids(ws->repo, &listing.ids);
	listing.copies = migrate_copies_any(ws->repo);
	if (listing.copies)
		status = step_of(ws, &event, &ctx);
	if (!status)
		status = args_has(args, "json") ? list_json(&ctx, &listing)
						: list_text(ws, &ctx, &listing);
	strvec_release(&listing.ids);
	return status;
}

static int copies(struct workspace *ws, const struct args *args)
{
	const char *part = args->words.v[0];
	struct step_ctx ctx;
	struct event event;
	int status = step_of(ws, &event, &ctx);

	if (status)
		return status;
	if (!strcmp(part, "snapshot"))
		return db_snapshot(
			&ctx, args->words.nr > 1 ? args->words.v[1] : NULL);
	return !strcmp(part, "drop") ? db_drop(&ctx, args)
				     : db_prune(&ctx, args);
}

static bool is_kept_id(const char *word)
{
	return !word[strspn(word, "0123456789-")];
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
	if (!is_kept_id(args->words.v[1]))
		return db_restore_snapshot(&ctx, args->words.v[1]);
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
	const char *options; /* that it takes, a blank after each */
	bool perhaps;	     /* it goes without what it takes */
} parts[] = {
	{ "blockers", NULL, blockers, "", false },
	{ "checkup", NULL, checkup, "age json ", false },
	{ "drop", "the name of a copy", copies, "yes ", false },
	{ "forget", "a version", forget, "yes ", false },
	{ "list", NULL, list, "json ", false },
	{ "prune", NULL, copies, "yes dry-run ", false },
	{ "restore", "an id or the name of a snapshot", restore, "", false },
	{ "snapshot", "a name or nothing", copies, "", true },
	{ "status", NULL, state, "", false },
	{ "unblock", "a pid", unblock, "terminate yes ", false },
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

static bool takes_options(const struct part *part, const struct args *args)
{
	const struct option_spec *option = args->command->options;

	for (; option->name; option++) {
		AUTO_STRBUF word = STRBUF_INIT;

		strbuf_addf(&word, "%s ", option->name);
		if (args_given(args, option->name) &&
			!strstr(part->options, word.buf))
			return false;
	}
	return true;
}

static bool takes_words(const struct part *part, const struct args *args)
{
	size_t nr = args->words.nr;

	if (part->perhaps)
		return nr == 1 || nr == 2;
	return nr == (part->takes ? 2 : 1);
}

int cmd_db(const struct args *args)
{
	const struct part *part = find_part(args->words.v[0]);
	struct workspace ws;
	int status;

	if (!part || !takes_words(part, args) || !takes_options(part, args))
		return bad_usage(args, part);
	status = workspace_open(&ws, false);
	if (status)
		return status;
	status = part->run(&ws, args);
	workspace_close(&ws);
	return status;
}
