/*
 * The step `migrate`: after HEAD has moved, the database is brought to where
 * the work tree is.
 *
 * Everything that can be known without Rails is asked first, from cheap to
 * dear: heads, the ledger, the server.  An ordinary switch ends at the ledger;
 * Ruby is started only when something is to be done, or when the databases
 * cannot be found without it.
 */
#include "hookrun/migrate/migrate.h"

#include "migrate/apply.h"
#include "migrate/branches.h"
#include "migrate/datamig.h"
#include "migrate/engine.h"
#include "migrate/ledger.h"
#include "migrate/migrate_text.h"
#include "migrate/own.h"
#include "migrate/remember.h"
#include "migrate/replay.h"
#include "migrate/testdb.h"

#include "hookrun/base/alloc.h"
#include "hookrun/runner/ask.h"

static int idle(struct step_check *ret, const char *reason)
{
	ret->verdict = STEP_IDLE;
	ret->reason = reason;
	return 0;
}

/* Nothing to do, but perhaps something to tell. */
static int agree(struct migrate *m, struct step_check *ret, struct err *err)
{
	if (remember_agreement(m, err))
		return -1;
	text_left(m, &ret->say);
	text_tenants(m, &ret->say);
	datamig_tell(m, &ret->say);
	idle(ret, "the database agrees with HEAD");
	if (ret->say.len)
		ret->verdict = STEP_TOLD;
	return 0;
}

static int decide(struct migrate *m, struct step_check *ret, struct err *err)
{
	AUTO_STRBUF question = STRBUF_INIT, refusal = STRBUF_INIT;

	switch (apply_consent(m, &question, &refusal)) {
	case CONSENT_GIVEN:
		break;
	case CONSENT_ASK:
		ret->verdict = STEP_ASK;
		ret->question = arena_strdup(m->ctx->arena, question.buf);
		ret->refused = arena_strdup(m->ctx->arena, refusal.buf);
		break;
	case CONSENT_NONE:
		ret->verdict = STEP_TOLD;
		strbuf_addstr(&ret->say, refusal.buf);
		break;
	case CONSENT_STOP:
		return err_set_kind(err, ERR_ADVISED, "%s", refusal.buf);
	}
	return 0;
}

static int judge(struct migrate *m, struct step_check *ret, struct err *err)
{
	bool exchange;

	if (migrate_resolve(m, err))
		return -1;
	ret->state = m;
	ret->verdict = STEP_WORK;
	exchange = branches_look(m, &ret->say);
	if (exchange)
		return branches_decide(m, ret);
	if (!m->native)
		return 0;
	if (migrate_plan(m, err))
		return -1;
	if (!m->native)
		return 0;
	if (!migrate_has_work(m))
		return agree(m, ret, err);
	if (migrate_check_conflicts(m, false, err))
		return -1;
	return decide(m, ret, err);
}

static bool may_reload(const struct migrate *m)
{
	return !strcmp(m->opts.test_database, "reload") &&
	       m->opts.mode != MODE_NOTIFY;
}

/* Where nothing else is to be done, that may be left.  0 as every verdict. */
static int with_tests(struct migrate *m, struct step_check *ret)
{
	if (m->late || (m->exchange && !m->exchanged))
		return 0;
	testdb_look(m, m->ctx->by_hand);
	if (!m->tests ||
		(ret->verdict != STEP_IDLE && ret->verdict != STEP_TOLD))
		return 0;
	ret->state = m;
	if (may_reload(m)) {
		m->idle = true;
		ret->verdict = STEP_WORK;
		return 0;
	}
	strbuf_addstr(&ret->say, "migrate: ");
	testdb_text(m, &ret->say);
	testdb_remember(m);
	ret->verdict = STEP_TOLD;
	return 0;
}

static int look(struct migrate *m, struct step_check *ret, struct err *err)
{
	struct step_ctx *ctx = m->ctx;
	enum ledger_trust trust;

	trust = ctx->by_hand ? LEDGER_DOUBT : ledger_trust(m);
	if (trust == LEDGER_HOLDS)
		return idle(ret, "migrations unchanged");
	if (!judge(m, ret, err))
		return 0;
	if (trust == LEDGER_OLD && (m->late || err->kind == ERR_UNREACHABLE))
		return idle(ret, "migrations unchanged, as far as can be told");
	/* Whoever waits has to be one that can be ended. */
	if (m->late)
		return 0;
	ledger_forget(m);
	text_untouched(m, err);
	return err_prefix(err, "migrate");
}

/* This work tree has no database of its own yet: nothing else is looked at, and
 * what begins after this finds the one that it will have. */
static int check_own(struct migrate *m, struct step_check *ret, struct err *err)
{
	struct step_ctx *ctx = m->ctx;
	AUTO_STRBUF what = STRBUF_INIT;

	if (own_plan(m, err))
		return err_prefix(err, "migrate");
	own_describe(m, &what);
	if (!ctx->by_hand && m->opts.mode == MODE_NOTIFY) {
		strbuf_addf(&ret->say,
			"migrate: run 'hookrun sync' to give "
			"this work tree a database of its own: %s\n",
			what.buf);
		ret->verdict = STEP_TOLD;
		return 0;
	}
	if (m->own->variable && ctx->later)
		strvec_borrow(
			ctx->later, arena_printf(ctx->arena, "%s=%s",
					    m->own->variable, m->own->value));
	ret->state = m;
	ret->verdict = STEP_WORK;
	if (ctx->by_hand || m->opts.mode != MODE_ASK)
		return 0;
	ret->verdict = STEP_ASK;
	ret->question = arena_printf(ctx->arena,
		"migrate: this work tree gets a database of its own: %s\n"
		"Make it now?",
		what.buf);
	ret->refused = "migrate: run 'hookrun sync' to give this work tree a "
		       "database of its own\n";
	return 0;
}

static int migrate_check(
	struct step_ctx *ctx, struct step_check *ret, struct err *err)
{
	struct migrate *m = arena_alloc(ctx->arena, sizeof(*m));
	const char *reason;
	int go_on = migrate_init(ctx, m, &reason, err);

	if (go_on < 0)
		return err_prefix(err, "migrate");
	if (!go_on)
		return idle(ret, reason);
	if (own_is_due(m))
		return check_own(m, ret, err);
	m->hurried = true;
	if (look(m, ret, err))
		return -1;
	return with_tests(m, ret);
}

/* Then the migrations of this tree, as by hand: its database was another's. */
static int begin_own(struct migrate *m, struct err *err)
{
	struct step_ctx *ctx = m->ctx;
	const char *reason;

	if (own_make(m, err))
		return -1;
	fflush(stdout);
	ctx->by_hand = true;
	if (migrate_init(ctx, m, &reason, err) < 0)
		return -1;
	m->late = true;
	return 0;
}

/* Nothing is migrated in the database of another branch. */
static int exchange_first(struct migrate *m, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	int failed = branches_exchange(m, &out, err);

	fputs(out.buf, stdout);
	fflush(stdout);
	return failed ? err_prefix(err, "migrate") : 0;
}

/* The check once more, with patience.  1: there is work, 0: none, -1. */
static int check_late(
	struct migrate *m, struct step_check *check, struct err *err)
{
	m->late = false;
	step_doing(m->ctx, "waiting for the database");
	if (look(m, check, err) || with_tests(m, check))
		return -1;
	fputs(check->say.buf, stdout);
	return check->verdict == STEP_WORK || check->verdict == STEP_ASK;
}

static int end_with_tests(struct migrate *m, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (!m->tests)
		return 0;
	if (may_reload(m)) {
		if (testdb_reload(m, &out, err))
			return -1;
	} else {
		strbuf_addstr(&out, "migrate: ");
		testdb_text(m, &out);
		testdb_remember(m);
	}
	fputs(out.buf, stdout);
	fflush(stdout);
	return 0;
}

static int do_work(struct migrate *m, bool asked, struct err *err)
{
	bool failed;

	if (asked)
		apply_approve(m);
	failed = !m->idle && apply(m, err);
	if (!failed && !end_with_tests(m, err))
		return 0;
	if (!*err->msg)
		return -1;
	if (failed && !m->begun)
		text_untouched(m, err);
	return err_prefix(err, "migrate");
}

static int migrate_run(
	struct step_ctx *ctx, struct step_check *check, struct err *err)
{
	struct migrate *m = check->state;
	bool asked = check->verdict == STEP_ASK && !m->exchange;
	int work;

	m->ctx = ctx;
	m->hurried = false;
	if (m->own && begin_own(m, err))
		return err_prefix(err, "migrate");
	if (m->exchange && exchange_first(m, err))
		return -1;
	asked = asked && !m->late;
	work = m->late || m->exchange ? check_late(m, check, err) : 1;
	if (work < 0 || (work && do_work(m, asked, err)))
		return -1;
	if (m->exchange)
		branches_limit(m);
	return 0;
}

/* 1: planned, 0: the reason, -1. */
static int plan_only(struct step_ctx *ctx, struct migrate *m,
	const char **ret_reason, struct err *err)
{
	int go_on = migrate_init(ctx, m, ret_reason, err);

	if (go_on < 1)
		return go_on;
	if (own_is_due(m)) {
		m->own_is_due = true;
		*ret_reason = "this work tree has none of its own yet "
			      "('hookrun sync')";
		return 0;
	}
	if (migrate_resolve(m, err))
		return -1;
	*ret_reason = branches_plan(m);
	if (*ret_reason)
		return 0;
	if (m->native && migrate_plan(m, err))
		return -1;
	if (!m->native) {
		*ret_reason = arena_printf(ctx->arena, "only %s can tell (%s)",
			m->engine->title, m->why);
		return 0;
	}
	return 1;
}

int migrate_print_plan(
	struct step_ctx *ctx, struct strbuf *out, struct err *err)
{
	const char *reason;
	struct migrate m;
	int planned = plan_only(ctx, &m, &reason, err);

	if (planned < 0)
		return err_prefix(err, "migrate");
	if (planned) {
		if (migrate_has_work(&m) && m.opts.replay)
			replay_explain(&m);
		text_plan(&m, out);
		datamig_text(&m, out);
	} else if (m.own_is_due) {
		if (own_plan(&m, err))
			return err_prefix(err, "migrate");
		strbuf_addstr(out, "this work tree gets a database of its own "
				   "first: ");
		own_describe(&m, out);
		strbuf_addch(out, '\n');
	} else if (m.why) {
		text_doubt(&m, out);
	} else if (m.exchange) {
		strbuf_addf(out, "%s\n", reason);
	} else {
		strbuf_addf(out, "nothing to do: %s\n", reason);
	}
	return 0;
}

static int migrate_status(
	struct step_ctx *ctx, struct strbuf *out, struct err *err)
{
	struct err problem = ERR_INIT;
	const char *reason;
	struct migrate m;
	int planned = plan_only(ctx, &m, &reason, &problem);
	size_t recordings;

	(void)err;
	if (planned < 0)
		text_unusable(&m, &problem, out);
	if (!planned)
		strbuf_addf(out, "database: %s\n", reason);
	for (size_t i = 0; planned > 0 && i < m.ndbs; i++) {
		strbuf_addf(out, "database %s: ", m.dbs[i].label);
		text_counts(&m.dbs[i], out);
		recordings = replay_count(&m, &m.dbs[i]);
		if (recordings)
			strbuf_addf(out, "; %zu recording%s", recordings,
				recordings == 1 ? "" : "s");
		strbuf_addch(out, '\n');
	}
	if (planned >= 0)
		branches_text(&m, out);
	if (planned > 0) {
		text_left(&m, out);
		datamig_text(&m, out);
		testdb_look(&m, true);
		testdb_text(&m, out);
	}
	if (planned < 0 || (!planned && m.why))
		return STEP_UNKNOWN;
	if (!planned && (m.own_is_due || m.exchange))
		return STEP_BEHIND;
	return planned && migrate_has_work(&m) ? STEP_BEHIND : STEP_IN_LINE;
}

const struct step_ops step_migrate = {
	.name = "migrate",
	.help = "brings the database to the migrations of the work tree",
	.options = migrate_options,
	.signs = true,
	.check = migrate_check,
	.run = migrate_run,
	.status = migrate_status,
};
