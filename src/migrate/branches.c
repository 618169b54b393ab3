/*
 * Whose a database is stands in its ledger (copies.h), and is compared with the
 * branch that is checked out: not what an event says, since a rebase, a bisect
 * and `git stash` move HEAD too and end where they began.  Between branches
 * nothing is exchanged: a detached HEAD works with what is there.
 *
 * A new branch begins with a copy of what there is, which is that of the branch
 * it came from.  The copy goes to the new branch, not to the old one: the
 * user's own database stays the same one, with whatever no copy carries over.
 *
 * Nobody's rows are dropped by surprise: what is beyond the limits is named one
 * switch before it goes.
 */
#include "migrate/branches.h"

#include "migrate/advice.h"
#include "migrate/former.h"
#include "migrate/ledger.h"
#include "migrate/moved.h"
#include "migrate/prune.h"

#include "hookrun/base/alloc.h"
#include "hookrun/runner/ask.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MB 1000000

/* ---- whose it is --------------------------------------------------------- */

/* At the first look: the branch that has been left right now, else this one. */
static const char *first_owner(struct migrate *m)
{
	const char *left = m->ctx->by_hand || !m->heads.has_prev
				   ? NULL
				   : repo_branch_left(m->ctx->repo, m->branch,
					     m->ctx->arena);

	return left && prune_has_branch(m->ctx->repo, left) ? left : m->branch;
}

static struct copy owner(struct migrate *m, const char *branch)
{
	return (struct copy){ .kind = COPY_BRANCH,
		.label = branch,
		.branch = branch,
		.commit = m->heads.cur.hex,
		.made_s = time(NULL),
		.own = true };
}

/* In the arena. */
static const char *owner_of(
	struct migrate *m, const struct database *db, bool remember)
{
	AUTO_COPIES copies;
	struct err ignored = ERR_INIT;
	struct copy first;

	moved_adopt(m->ctx->repo, db->target, m->ctx->arena);
	copies_open(m->ctx->repo, db->target, m->ctx->arena, &copies);
	if (copies.live)
		return copies.live->label;
	first = owner(m, first_owner(m));
	copies_set(&copies, &first);
	if (remember)
		copies_save(&copies, &ignored);
	return first.label;
}

static bool is_other(struct migrate *m, const struct database *db,
	bool remember, const char **ret_owner)
{
	if (!m->branch)
		return false;
	*ret_owner = owner_of(m, db, remember);
	return strcmp(*ret_owner, m->branch) != 0;
}

static void cannot_tell(struct migrate *m, struct strbuf *say)
{
	if (m->branch)
		strbuf_addf(say,
			"migrate: which databases there are only %s can tell "
			"(%s): none was exchanged for that of '%s'\n",
			m->engine->title, m->why, m->branch);
}

bool branches_look(struct migrate *m, struct strbuf *say)
{
	const char *whose, *tree;

	if (m->exchanged)
		return false;
	m->exchange = false;
	if (!m->native)
		cannot_tell(m, say);
	for (size_t i = 0; i < m->ndbs; i++) {
		struct database *db = &m->dbs[i];

		if (exchange_is_open_for(m->ctx->repo, db->key)) {
			m->exchange = true;
			continue;
		}
		if (!is_other(m, db, true, &whose))
			continue;
		tree = worktrees_using(m, db->key, WORKTREES_ANY);
		if (tree)
			strbuf_addf(say,
				"migrate: %s stays that of '%s': the work tree "
				"'%s' uses it too\n",
				db->label, whose, tree);
		else
			m->exchange = true;
	}
	return m->exchange;
}

const char *branches_plan(struct migrate *m)
{
	AUTO_STRBUF out = STRBUF_INIT;
	const char *whose;

	m->exchange = false;
	for (size_t i = 0; i < m->ndbs; i++) {
		struct database *db = &m->dbs[i];

		if (exchange_is_open_for(m->ctx->repo, db->key))
			strbuf_addf(&out,
				"%s%s: an exchange was cut off; 'hookrun sync' "
				"finishes or undoes it",
				out.len ? "\n" : "", db->label);
		else if (is_other(m, db, false, &whose) &&
			 !worktrees_using(m, db->key, WORKTREES_ANY))
			strbuf_addf(&out,
				"%s%s is that of '%s': that of '%s' takes its "
				"place first, and is migrated then",
				out.len ? "\n" : "", db->label, whose,
				m->branch);
	}
	m->exchange = out.len > 0;
	return out.len ? arena_strdup(m->ctx->arena, out.buf) : NULL;
}

int branches_decide(struct migrate *m, struct step_check *ret)
{
	AUTO_STRBUF refusal = STRBUF_INIT;
	enum migrate_mode mode = m->opts.mode;
	const char *plan;
	bool can_ask = m->ctx->tty_fd >= 0;

	if (m->ctx->by_hand && (mode == MODE_NOTIFY || !can_ask))
		mode = MODE_AUTO;
	ret->verdict = STEP_WORK;
	if (mode == MODE_AUTO)
		return 0;
	plan = branches_plan(m);
	strbuf_addf(&refusal, "migrate: %s", plan);
	advice_sync(m, &refusal, "to let it");
	strbuf_addch(&refusal, '\n');
	if (mode == MODE_ASK && can_ask) {
		ret->verdict = STEP_ASK;
		ret->question = arena_printf(
			m->ctx->arena, "migrate: %s?", plan);
		ret->refused = arena_strdup(m->ctx->arena, refusal.buf);
		return 0;
	}
	ret->verdict = STEP_TOLD;
	strbuf_addstr(&ret->say, refusal.buf);
	return 0;
}

void branches_text(struct migrate *m, struct strbuf *out)
{
	for (size_t i = 0; !m->opts.per_branch && i < m->ndbs; i++) {
		AUTO_COPIES copies;
		size_t kept = 0;

		copies_load(
			m->ctx->repo, m->dbs[i].key, m->ctx->arena, &copies);
		for (size_t j = 0; j < copies.nr; j++)
			kept += copies.v[j].kind == COPY_BRANCH;
		if (copies.live && kept)
			strbuf_addf(out,
				"database %s: was that of '%s' while each "
				"branch had its own; of others %zu %s kept "
				"('hookrun db list')\n",
				m->dbs[i].label, copies.live->label, kept,
				kept == 1 ? "is" : "are");
	}
}

/* ---- the exchange -------------------------------------------------------- */

static void tell_too_large(
	struct one *one, int64_t size_bytes, struct strbuf *out)
{
	strbuf_addf(out, "migrate: %s (", one->db->label);
	copies_add_size(size_bytes, out);
	strbuf_addf(out,
		") is not copied for '%s': it is larger than 'max_copies_mb: "
		"%lld', and stays that of '%s'\n",
		one->m->branch, (long long)one->m->opts.max_copies_mb,
		one->copies.live->label);
}

static void tell(struct one *one, const char *left,
	const struct exchange_plan *plan, struct strbuf *out)
{
	strbuf_addf(out, "migrate: %s: that of '%s' %s, that of '%s' ",
		one->db->label, left,
		plan->absent ? "is not there any more" : "put aside",
		one->m->branch);
	if (plan->made != MADE_ALREADY) {
		strbuf_addstr(out, "made as a copy of it (");
		copies_add_size(plan->aside.size_bytes, out);
		strbuf_addstr(out, ")\n");
	} else {
		strbuf_addstr(out, "brought back\n");
	}
}

static const char *branch_copy_name(struct one *one, const char *branch)
{
	return copies_name(
		one->x.repo, one->x.target, COPY_BRANCH, branch, one->x.arena);
}

/* The database itself is that of this branch, from now on. */
static int take_over(struct one *one, struct err *err)
{
	struct copy live = *one->copies.live;

	live.label = live.branch = one->m->branch;
	copies_set(&one->copies, &live);
	return copies_save(&one->copies, err);
}

/* `git branch -m`: it is the same branch, or as good as. */
static int take_over_renamed(
	struct one *one, struct strbuf *out, struct err *err)
{
	const char *gone = one->copies.live->label;

	if (take_over(one, err))
		return -1;
	strbuf_addf(out,
		"migrate: %s: that of '%s', which is gone, is that of '%s' "
		"now\n",
		one->db->label, gone, one->m->branch);
	return 0;
}

/* That of the branch, or of a name that it had before; or NULL. */
static const struct copy *find_kept(struct one *one)
{
	const struct copies *copies = &one->copies;
	const struct copy *kept = copies_find(
		copies, COPY_BRANCH, one->m->branch);
	AUTO_STRVEC names = STRVEC_INIT;
	bool asked = false;

	for (size_t i = 0; !kept && i < copies->nr; i++) {
		const struct copy *copy = &copies->v[i];

		if (copy->kind != COPY_BRANCH ||
			prune_has_branch(one->x.repo, copy->label))
			continue;
		if (!asked)
			former_names(one->x.repo, one->m->branch, &names);
		asked = true;
		if (strvec_has(&names, copy->label))
			kept = copy;
	}
	return kept;
}

/* What was not exchanged: too large, or there is nothing at all, and what is
 * going to be made there is this branch's. */
static int leave(struct one *one, const struct exchange_plan *plan,
	struct strbuf *out, struct err *err)
{
	if (plan->absent)
		return take_over(one, err);
	tell_too_large(one, plan->aside.size_bytes, out);
	return 0;
}

/* What is remembered of a copy does not make it one: somebody may have dropped
 * it, and then it is made anew. */
static int exchange_one(struct one *one, const struct copy *kept,
	struct strbuf *out, struct err *err)
{
	struct migrate *m = one->m;
	const struct copy *live = one->copies.live;
	const char *left = live->label;
	struct exchange_plan plan = { .made = MADE_IF_ABSENT,
		.max_bytes = m->opts.max_copies_mb * MB,
		.live = owner(m, m->branch),
		.aside = *live };
	int done;

	/* Which the ledger does not know of may be the user's own. */
	plan.own_if_there = !kept || kept->own;
	plan.bring = plan.live;
	plan.bring.name = kept ? kept->name : branch_copy_name(one, m->branch);
	plan.aside.name = branch_copy_name(one, left);
	plan.aside.made_s = time(NULL);
	if (m->heads.has_prev)
		plan.aside.commit = m->heads.prev.hex;
	done = exchange_run(&one->x, &plan, err);
	if (done)
		return done < 0 ? -1 : leave(one, &plan, out, err);
	if (ledger_touch(m, one->db, err))
		return -1;
	tell(one, left, &plan, out);
	return 0;
}

/* Whoever waited for another hookrun may come too late. */
static int check_branch(struct migrate *m, struct err *err)
{
	const char *now = repo_branch(m->ctx->repo, m->ctx->arena);

	if (now && !strcmp(now, m->branch))
		return 0;
	return err_set(err,
		"'%s' is not checked out any more: nothing was exchanged for "
		"it",
		m->branch);
}

static int exchange_where_needed(struct one *one, void *data, struct err *err)
{
	struct migrate *m = one->m;
	const struct copy *live = one->copies.live, *kept;

	if (!m->branch || !live || !strcmp(live->label, m->branch) ||
		worktrees_using(m, one->db->key, WORKTREES_ANY))
		return 0;
	if (check_branch(m, err))
		return -1;
	kept = find_kept(one);
	if (!kept && !prune_has_branch(m->ctx->repo, live->label))
		return take_over_renamed(one, data, err);
	return exchange_one(one, kept, data, err);
}

/* What stays has to be said as well. */
static int explain(struct migrate *m, struct database *db, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (exchange_is_open_for(m->ctx->repo, db->key))
		return -1;
	strbuf_addf(&text,
		"%s\n%s is still that of '%s', and nothing was migrated",
		err->msg, db->label, owner_of(m, db, false));
	advice_sync(m, &text, "to go on");
	return err_set_kind(err, ERR_ADVISED, "%s", text.buf);
}

int branches_exchange(struct migrate *m, struct strbuf *out, struct err *err)
{
	step_doing(m->ctx, "exchanging databases");
	m->exchanged = true;
	ledger_forget(m);
	for (size_t i = 0; i < m->ndbs; i++)
		if (copies_with(m, &m->dbs[i], exchange_where_needed, out, out,
			    err))
			return explain(m, &m->dbs[i], err);
	return 0;
}

/* ---- the limits ---------------------------------------------------------- */

static int mark(
	struct one *one, const struct copy *copy, bool told, struct err *err)
{
	struct copy marked = *copy;

	marked.told = told;
	copies_set(&one->copies, &marked);
	return copies_save(&one->copies, err);
}

static int limit_one(struct one *one, const struct copy *copy, struct err *err)
{
	const char *why = prune_beyond(one, copy);
	const struct copy same = *copy;
	AUTO_STRBUF text = STRBUF_INIT;

	if (!why)
		return copy->told ? mark(one, copy, false, err) : 0;
	prune_describe(one, copy, &text);
	if (copy->told ? exchange_drop(&one->x, &same, err)
		       : mark(one, copy, true, err))
		return -1;
	printf("migrate: %s%s: %s\n", text.buf,
		same.told ? " dropped" : " goes with the next switch", why);
	return 0;
}

static int limit(struct one *one, void *data, struct err *err)
{
	size_t nr = one->copies.nr;
	struct copy *all = one->copies.v;

	(void)data;
	for (size_t i = 0; i < nr; i++)
		if (limit_one(one, &all[i], err))
			return -1;
	return 0;
}

void branches_limit(struct migrate *m)
{
	AUTO_STRBUF told = STRBUF_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < m->ndbs; i++)
		if (copies_with(m, &m->dbs[i], limit, NULL, &told, &err))
			printf("migrate: %s: %s\n", m->dbs[i].label, err.msg);
	fflush(stdout);
}
