/*
 * Nothing fires when a work tree is removed, so what was made for it is dropped
 * later, and only when somebody asks for that.  What is dropped stands in the
 * ledger, is called as hookrun calls such databases, and is where the
 * configuration of this work tree says that databases are: an entry has no
 * password, and one of another server stays.
 */
#include "hookrun/migrate/trees.h"

#include "migrate/copies_each.h"
#include "migrate/migrate.h"
#include "migrate/own_ledger.h"
#include "migrate/own_name.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/db/copies.h"

struct pruning {
	struct migrate m;
	bool only_say;
	struct strbuf *out;
	int count;
};

static bool is_the_one(struct pruning *p, struct db_target *target,
	const struct own_gone *gone)
{
	target->database = gone->path ? gone->path : gone->database;
	db_target_identify(target, p->m.app, p->m.ctx->arena);
	return !strcmp(target->key, gone->key);
}

/* The target of `gone`, at a server that this work tree uses; false: there is
 * none. */
static bool find_target(
	struct pruning *p, const struct own_gone *gone, struct db_target *ret)
{
	if (!strstr(gone->database, OWN_MARK))
		return false;
	*ret = (struct db_target){ .name = "primary",
		.adapter = gone->adapter };
	if (gone->path)
		return is_the_one(p, ret, gone);
	for (size_t i = 0; i < p->m.ndbs; i++) {
		*ret = *p->m.dbs[i].target;
		if (is_the_one(p, ret, gone))
			return true;
	}
	return false;
}

static int drop(struct pruning *p, const struct own_gone *gone,
	struct db_copies *copies, struct err *err)
{
	int64_t size = 0;
	int there = db_copies_size(copies, NULL, &size, err);

	if (there < 0)
		return -1;
	if (!there)
		return own_ledger_forget(p->m.ctx->repo, gone->key, err);
	p->count++;
	if (!p->only_say) {
		if (db_copies_drop(copies, NULL, err) ||
			own_ledger_forget(p->m.ctx->repo, gone->key, err))
			return -1;
		strbuf_addstr(p->out, "dropped ");
	}
	strbuf_addf(p->out, "%s: made for the work tree '%s', which is gone, ",
		gone->database, gone->tree);
	copies_add_size(size, p->out);
	strbuf_addch(p->out, '\n');
	return 0;
}

static int prune_one(
	struct pruning *p, const struct own_gone *gone, struct err *err)
{
	struct db_target target;
	struct db_copies *copies;
	AUTO_FREE char *folder = gone->path ? fs_dirname(gone->path) : NULL;
	int failed;

	if (!find_target(p, gone, &target)) {
		strbuf_addf(p->out,
			"%s: made for the work tree '%s', which is gone; it "
			"stays, since no database at its server is configured "
			"here\n",
			gone->database, gone->tree);
		return 0;
	}
	if (db_copies_open(&target, folder, !p->only_say, &copies, err))
		return -1;
	failed = drop(p, gone, copies, err);
	db_copies_close(copies);
	return failed;
}

int migrate_trees_prune(struct step_ctx *ctx, bool only_say, struct strbuf *out,
	struct err *err)
{
	struct pruning p = { .only_say = only_say, .out = out };
	struct own_gone_list list;
	const char *reason;
	int go_on;

	if (own_ledger_gone(ctx->repo, ctx->arena, &list, err))
		return -1;
	if (!list.nr)
		return 0;
	go_on = migrate_init(ctx, &p.m, &reason, err);
	if (go_on < 0 || (go_on && migrate_resolve(&p.m, err)))
		return -1;
	if (!go_on)
		return err_set(err, "no database was looked at: %s", reason);
	for (size_t i = 0; i < list.nr; i++)
		if (prune_one(&p, &list.v[i], err))
			return -1;
	return p.count;
}
