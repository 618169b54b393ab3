/*
 * `hookrun db snapshot`, `restore`, `drop` and `prune`.  What is dropped is
 * shown first, and a question asked; what is restored replaces nothing, since
 * what was there becomes a snapshot.
 */
#include "cli/db.h"

#include "hookrun/migrate/snapshots.h"
#include "hookrun/migrate/trees.h"

#include <stdio.h>

static int end(int failed, const struct strbuf *out, const struct err *err)
{
	put_printable(stdout, out->buf);
	fflush(stdout);
	return failed ? complain(err) : 0;
}

int db_snapshot(struct step_ctx *ctx, const char *name)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	int failed = migrate_snapshot(ctx, name, &out, &err);

	return end(failed, &out, &err);
}

int db_restore_snapshot(struct step_ctx *ctx, const char *name)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	int failed = migrate_snapshot_restore(ctx, name, &out, &err);

	if (!failed)
		strbuf_addstr(&out, "'hookrun sync' brings it to the "
				    "migrations of this branch\n");
	return end(failed, &out, &err);
}

/* The copies called `name`; with NULL what `prune` is about, which is what was
 * made for work trees, too.  How many, or -1 after saying why. */
static int drop(struct step_ctx *ctx, const char *name, bool only_say)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	int copies = migrate_copies_drop(ctx, name, only_say, &out, &err);
	int trees = copies < 0 || name
			    ? 0
			    : migrate_trees_prune(ctx, only_say, &out, &err);

	return end(copies < 0 || trees < 0, &out, &err) ? -1 : copies + trees;
}

int db_drop(struct step_ctx *ctx, const struct args *args)
{
	const char *name = args->words.v[1];

	if (drop(ctx, name, true) < 0 ||
		!confirmed(args, "drop it", "nothing was dropped"))
		return 1;
	return drop(ctx, name, false) < 0;
}

int db_prune(struct step_ctx *ctx, const struct args *args)
{
	int found = drop(ctx, NULL, true);

	if (!found)
		puts("there is nothing to drop");
	if (found <= 0 || args_has(args, "dry-run"))
		return found < 0;
	if (!confirmed(args, "drop them", "nothing was dropped"))
		return 1;
	return drop(ctx, NULL, false) < 0;
}

int db_list_copies(struct step_ctx *ctx, bool json)
{
	AUTO_STRBUF told = STRBUF_INIT, out = STRBUF_INIT;
	struct err err;
	int failed = migrate_copies_list(ctx, json, &told, &out, &err);

	put_printable(json ? stderr : stdout, told.buf);
	return end(failed, &out, &err);
}
