/*
 * From the plan to the deed.  Two checkouts of one database can meet here, in
 * two work trees or an editor and a shell: the second waits for the first, then
 * reads HEAD and the database again, since neither need be what it was.
 */
#include "migrate/apply.h"

#include "migrate/advice.h"
#include "migrate/datamig.h"

#include "migrate/dirs.h"
#include "migrate/keep.h"
#include "migrate/migrate_text.h"
#include "migrate/remember.h"
#include "migrate/replay.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/runner/ask.h"
#include "hookrun/steps/state.h"

#include <ctype.h>
#include <time.h>
#include <unistd.h>

#define WAIT_FOR_OTHERS_MS (10 * 60 * 1000)
#define LOOK_AGAIN_MS 200
#define CONNECT_MS 5000

static size_t count_downs(const struct migrate *m)
{
	return migrate_count(m, ITEM_DOWN) + migrate_count(m, ITEM_REDO);
}

/* A word by hand is a yes, but not to what is out of all proportion. */
static enum migrate_mode mode_now(const struct migrate *m, const char **ret_why)
{
	bool can_ask = m->ctx->tty_fd >= 0;
	enum migrate_mode mode = m->opts.mode;

	if (m->ctx->by_hand && (mode == MODE_NOTIFY || !can_ask))
		mode = MODE_AUTO;
	if ((int64_t)count_downs(m) > m->opts.max_rollbacks) {
		*ret_why = arena_printf(m->ctx->arena,
			"more than 'max_rollbacks: %lld' are to be rolled back",
			(long long)m->opts.max_rollbacks);
		mode = mode == MODE_NOTIFY ? mode : MODE_ASK;
	}
	for (size_t i = 0; i < m->ndbs; i++)
		if (m->dbs[i].unsure &&
			items_count(&m->dbs[i].items, ITEM_DOWN)) {
			*ret_why = "a shallow clone cannot tell what was "
				   "removed on purpose";
			mode = mode == MODE_NOTIFY ? mode : MODE_ASK;
		}
	return mode == MODE_ASK && !can_ask ? MODE_NOTIFY : mode;
}

static void add_question(const struct migrate *m, const char *plan,
	const char *why, struct strbuf *out)
{
	size_t down = count_downs(m);
	size_t up = migrate_count(m, ITEM_UP) + migrate_count(m, ITEM_REDO);
	size_t number = migrate_count(m, ITEM_RENUMBER);

	strbuf_addf(
		out, "%s%s%smigrate: ", plan, why ? why : "", why ? "\n" : "");
	if (number)
		strbuf_addf(
			out, "renumber %zu%s", number, down || up ? ", " : "?");
	if (!number || down || up)
		strbuf_addf(out, "roll back %zu and migrate %zu?", down, up);
}

/* Whether a work tree beside this one needs a number that is to go. */
static bool renumbers_others(const struct migrate *m)
{
	for (size_t i = 0; i < m->ndbs; i++)
		for (size_t j = 0; j < m->dbs[i].items.nr; j++)
			if (m->dbs[i].items.v[j].kind == ITEM_RENUMBER &&
				m->dbs[i].items.v[j].used_by)
				return true;
	return false;
}

/* Whether what is to get another number may get it. */
static enum consent consent_to_renumber(const struct migrate *m)
{
	if (!migrate_count(m, ITEM_RENUMBER))
		return CONSENT_GIVEN;
	if (m->opts.renumbered == RENUMBERED_AUTO &&
		(m->ctx->by_hand || !renumbers_others(m)))
		return CONSENT_GIVEN;
	if (m->opts.renumbered == RENUMBERED_STOP || m->ctx->tty_fd < 0)
		return CONSENT_STOP;
	return CONSENT_ASK;
}

static const char *plan_as_text(struct migrate *m)
{
	AUTO_STRBUF plan = STRBUF_INIT;

	text_plan(m, &plan);
	return arena_strdup(m->ctx->arena, plan.buf);
}

static void add_refusal(struct migrate *m, const char *plan, const char *why,
	struct strbuf *out)
{
	size_t down = count_downs(m);

	strbuf_addf(out, "migrate: the database does not agree with HEAD\n%s",
		plan);
	if (why)
		strbuf_addf(out, "  %s\n", why);
	strbuf_rtrim(out);
	advice_sync(m, out,
		why ? "to bring it in line, on a terminal"
		    : "to bring it in line");
	if ((int64_t)down > m->opts.max_rollbacks)
		advice_set(out, "or anywhere",
			arena_printf(m->ctx->arena, "max_rollbacks=%zu", down));
	else if (why)
		advice_history(out);
	strbuf_addch(out, '\n');
}

enum consent apply_consent(
	struct migrate *m, struct strbuf *question, struct strbuf *refusal)
{
	const char *why = NULL, *plan = plan_as_text(m);
	enum migrate_mode mode = mode_now(m, &why);
	enum consent number = consent_to_renumber(m);

	if (m->approved && !strcmp(m->approved, plan))
		return CONSENT_GIVEN;
	if (mode != MODE_NOTIFY && number == CONSENT_STOP) {
		text_renumbered(m, refusal);
		return CONSENT_STOP;
	}
	if (mode == MODE_AUTO && number == CONSENT_GIVEN)
		return CONSENT_GIVEN;
	add_refusal(m, plan, why, refusal);
	if (mode == MODE_NOTIFY)
		return CONSENT_NONE;
	add_question(m, plan, why, question);
	return CONSENT_ASK;
}

void apply_approve(struct migrate *m)
{
	m->approved = plan_as_text(m);
	m->stale = true;
}

/* The plan may be another than the one that was asked about, or the first.
 * 1: it may be done, 0: not, as was printed, -1. */
static int allowed_now(struct migrate *m, struct err *err)
{
	AUTO_STRBUF question = STRBUF_INIT, refusal = STRBUF_INIT;
	enum consent consent = apply_consent(m, &question, &refusal);

	if (consent == CONSENT_ASK && ask_yes(m->ctx, question.buf)) {
		m->approved = plan_as_text(m);
		consent = CONSENT_GIVEN;
	}
	if (consent == CONSENT_GIVEN)
		return 1;
	if (consent == CONSENT_STOP)
		return err_set_kind(err, ERR_ADVISED, "%s", refusal.buf);
	fputs(refusal.buf, stdout);
	return 0;
}

static int lock(struct migrate *m, struct database *db, struct err *err)
{
	const char *dir = repo_commondir(m->ctx->repo);
	AUTO_FREE char *name = fs_join("db", db->key);

	db->lock_fd = state_lock(dir, name, 0, err);
	if (db->lock_fd == -2) {
		m->stale = true;
		step_tell(m->ctx, "migrate: waiting for another checkout ...");
		db->lock_fd = state_lock(dir, name, WAIT_FOR_OTHERS_MS, err);
	}
	if (db->lock_fd == -2)
		return err_set(err,
			"another hookrun has been at work on '%s' for ten "
			"minutes",
			db->label);
	return db->lock_fd < 0 ? -1 : 0;
}

static void unlock_all(struct migrate *m)
{
	for (size_t i = 0; i < m->ndbs; i++) {
		if (m->dbs[i].lock_fd >= 0)
			close(m->dbs[i].lock_fd);
		m->dbs[i].lock_fd = -1;
	}
}

static int wait_for_holder(struct migrate *m, struct database *db,
	struct db *connection, struct err *err)
{
	int64_t deadline = clock_now_ms() + m->opts.lock_timeout_ms;
	struct timespec nap = { 0, LOOK_AGAIN_MS * 1000000L };
	const char *holder;

	for (;;) {
		if (db_migration_lock_holder(
			    connection, m->ctx->arena, &holder, err))
			return -1;
		if (!holder)
			return 0;
		m->obstacle = OBSTACLE_SERVER;
		if (clock_now_ms() >= deadline)
			return err_set(err, "'%s' is %s", db->label, holder);
		nanosleep(&nap, NULL);
	}
}

/* Rails' own lock, which somebody outside hookrun held when the database was
 * looked at; what he did is seen by looking again. */
static int wait_for_rails(struct migrate *m, struct err *err)
{
	for (size_t i = 0; i < m->ndbs; i++) {
		struct database *db = &m->dbs[i];
		struct db *connection;
		int ret;

		if (!db->holder || !items_work(&db->items))
			continue;
		m->stale = true;
		if (db_open(db->target, CONNECT_MS, &connection, err))
			return -1;
		ret = wait_for_holder(m, db, connection, err);
		db_close(connection);
		if (ret)
			return -1;
	}
	return 0;
}

/* What the check has found still holds where nobody had to be waited for, HEAD
 * is where it was, and no other work tree has set to work since. */
static int look_again(struct migrate *m, struct err *err)
{
	struct oid before = m->heads.cur;

	if (repo_head(m->ctx->repo, &m->heads.cur, err) < 0)
		return -1;
	for (size_t i = 0; i < m->ndbs; i++)
		if (strcmp(m->dbs[i].stamp, ledger_stamp(m, m->dbs[i].key)))
			m->stale = true;
	if (!m->stale && oid_eq(&before, &m->heads.cur))
		return 0;
	m->stale = false;
	m->heads.same = m->heads.has_prev &&
			oid_eq(&m->heads.prev, &m->heads.cur);
	return migrate_plan(m, err);
}

/* ---- databases that only Rails can tell of ------------------------------ */

/* What hookrun 0.1.0 called a database that Rails told of. */
static const char *former_key(
	struct arena *arena, const struct introduced *from)
{
	const char *parts[] = { from->adapter, from->host, from->port,
		from->database };
	uint32_t hash = 0x811c9dc5;
	char *name;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		for (const char *c = parts[i] ? parts[i] : ""; *c; c++)
			hash = (hash ^ (unsigned char)*c) * 0x01000193;
	name = arena_strdup(arena,
		fs_basename(from->database ? from->database : "database"));
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && *c != '-')
			*c = '_';
	return arena_printf(arena, "%s-%08x", name, hash);
}

static int add_introduced(
	struct migrate *m, const struct introduced *from, struct err *err)
{
	const struct db_target *target = introduced_target(m, from);
	const char *none[] = { NULL };
	struct database *db = &m->dbs[m->ndbs++];

	*db = (struct database){ .name = from->name,
		.label = from->database ? from->database : from->name,
		.key = target->key,
		.target = target,
		.dirs = migrate_dirs(m, from->name, none),
		.lock_fd = -1 };
	db->facts = (struct db_facts){ .has_migrations_table = from->has_table,
		.has_tables = from->has_tables,
		.applied = from->applied,
		.napplied = from->napplied,
		.environment = from->stored_env,
		.data_applied = from->data_applied,
		.has_tenants = true }; /* perhaps */
	if (from->rails_env)
		m->environment = from->rails_env;
	keep_adopt(m->ctx->repo, former_key(m->ctx->arena, from), db->key);
	return lock(m, db, err) || database_plan(m, db, err) ? -1 : 0;
}

static bool plan_is_for(const struct migrate *m, const struct answered *one)
{
	for (size_t i = 0; i < m->ndbs; i++) {
		const struct database *db = &m->dbs[i];

		if (strcmp(db->name, one->target->name) ||
			strcmp(db->key, one->target->key))
			continue;
		for (size_t j = 0; one->dirs[j]; j++)
			if (!dirs_cover((const char *const *)db->dirs,
				    one->dirs[j]))
				return false;
		return true;
	}
	return false;
}

/* Rails has the last word on which databases there are. */
static bool plan_stands(struct driver *driver)
{
	struct migrate *m = driver->m;

	answer_learn(m, &driver->progress, m->told);
	for (size_t i = 0; i < m->answer->nr; i++)
		if (!plan_is_for(m, &m->answer->v[i]))
			return false;
	return m->native && m->answer->nr == m->ndbs;
}

static int plan_introduced(struct driver *driver, struct err *err)
{
	struct migrate *m = driver->m;
	const struct progress *p = &driver->progress;
	int allowed;

	unlock_all(m); /* those that were taken for the application's */
	m->native = false;
	m->dbs = arena_alloc(m->ctx->arena, (p->ndbs + 1) * sizeof(*m->dbs));
	m->ndbs = 0;
	for (size_t i = 0; i < p->ndbs; i++)
		if (add_introduced(m, &p->dbs[i], err))
			return -1;
	if (!migrate_has_work(m))
		return 0;
	if (migrate_check_conflicts(m, true, err))
		return -1;
	allowed = allowed_now(m, err);
	if (allowed < 1)
		return allowed;
	return stage_write(driver->stage, m, false, err) ? -1 : 1;
}

/* ---- the run ------------------------------------------------------------ */

static int read_now(
	struct migrate *m, const struct database *db, struct db_facts *ret)
{
	struct err ignored = ERR_INIT;
	struct db *connection;
	int failed;

	if (!db->target ||
		db_open(db->target, CONNECT_MS, &connection, &ignored))
		return -1;
	failed = db_read_facts(connection, m->ctx->arena, ret, &ignored);
	db_close(connection);
	return failed;
}

/* What the switch has done to the database it has not done to them. */
static void look_at_tenants(struct migrate *m)
{
	for (size_t i = 0; i < m->ndbs; i++) {
		struct database *db = &m->dbs[i];
		struct db_facts now = { 0 };

		if (db->facts.has_tenants && !read_now(m, db, &now))
			db->facts.tenants = now.tenants;
	}
}

/* The driver was only asked, and there is nothing to be done, or not allowed.
 */
static int end_of_asking(struct migrate *m, struct err *err)
{
	AUTO_STRBUF left = STRBUF_INIT;

	if (migrate_has_work(m))
		return 0;
	text_left(m, &left);
	look_at_tenants(m);
	text_tenants(m, &left);
	datamig_tell(m, &left);
	fputs(left.buf, stdout);
	return remember_agreement(m, err);
}

static bool is_applied(const struct db_facts *facts, int64_t version)
{
	for (size_t i = 0; i < facts->napplied; i++)
		if (facts->applied[i] == version)
			return true;
	return false;
}

/* Was `change` made?  Seen where its version was otherwise before. */
static bool shows(const struct database *db, const struct db_facts *now,
	const struct change *change)
{
	return !strcmp(change->db, db->name) &&
	       is_applied(&db->facts, change->version) == change->down &&
	       is_applied(now, change->version) != change->down;
}

/* A driver that was killed may have committed just before, and not have come to
 * say so: all of a transaction is there then, or nothing. */
static void take_what_is_there(struct progress *p, const struct database *db,
	const struct db_facts *now)
{
	const struct change *open = p->changes + p->nchanges;
	bool there = false;

	for (size_t i = 0; i < p->nopen; i++)
		there |= open[i].db && shows(db, now, &open[i]);
	if (there)
		progress_take_open(p);
	if (p->doing.file && p->doing.db && p->doing.loose &&
		shows(db, now, &p->doing))
		progress_take_doing(p);
}

/* The driver could not say in what state it left the databases: what is
 * applied, as far as we can ask, says it. */
static enum sameness compare(struct migrate *m, struct progress *p)
{
	enum sameness same = SAME_YES;

	for (size_t i = 0; i < m->ndbs; i++) {
		const struct database *db = &m->dbs[i];
		struct db_facts now = { 0 };

		if (!items_work(&db->items))
			continue;
		if (read_now(m, db, &now))
			return SAME_UNKNOWN;
		take_what_is_there(p, db, &now);
		if (now.napplied != db->facts.napplied ||
			memcmp(now.applied, db->facts.applied,
				now.napplied * sizeof(*now.applied)) != 0)
			same = SAME_NO;
	}
	return same;
}

static int conclude(struct driver *driver, struct err *err)
{
	struct progress *p = &driver->progress;
	bool success = p->done && !driver->status && !driver->signal;
	struct err other = ERR_INIT;
	AUTO_STRBUF out = STRBUF_INIT;

	if (!p->done && p->begun && p->failure.same == SAME_UNKNOWN)
		p->failure.same = compare(driver->m, p);
	/* What was done must be remembered though something failed. */
	if (remember_work(driver->m, p, success, &other) && success) {
		*err = other;
		return -1;
	}
	if (success) {
		look_at_tenants(driver->m);
		text_tenants(driver->m, &out);
		text_success(driver, &out);
		datamig_tell(driver->m, &out);
	} else if (p->failure.set ? p->failure.file != NULL : !p->booted)
		text_output(driver, &out);
	if (!success)
		strbuf_addstr(&out, "migrate: ");
	if (!success)
		text_failure(driver, &out);
	printf("%s%s", out.buf, success ? "" : "\n");
	*err->msg = 0;
	return success ? 0 : -1;
}

static int run_driver(struct migrate *m, struct err *err)
{
	struct stage stage;
	struct driver driver = {
		.m = m,
		.stage = &stage,
		.output = STRBUF_INIT,
		.said = STRBUF_INIT,
	};
	int ret;

	driver.progress.arena = m->ctx->arena;
	driver.stands = plan_stands;
	driver.plan = plan_introduced;
	if (stage_create(m->engine, &stage, err))
		return -1;
	ret = stage_write(&stage, m, !m->native, err);
	if (!ret)
		ret = driver_run(&driver, err);
	m->begun = driver.progress.begun;
	stage_remove(&stage);
	fputs(driver.said.buf, stdout);
	if (!ret && driver.asked_only)
		ret = end_of_asking(m, err);
	else if (!ret)
		ret = conclude(&driver, err);
	driver_release(&driver);
	return ret;
}

static int from_recordings(struct migrate *m, bool *ret_done, struct err *err)
{
	struct driver driver = {
		.m = m, .output = STRBUF_INIT, .said = STRBUF_INIT
	};
	int64_t started = clock_now_ms();
	int ret = 0;

	driver.progress.arena = m->ctx->arena;
	*ret_done = replay(m, &driver.progress);
	driver.ms = clock_now_ms() - started;
	if (*ret_done)
		ret = conclude(&driver, err);
	driver_release(&driver);
	return ret;
}

static int touch_all(struct migrate *m, struct err *err)
{
	for (size_t i = 0; i < m->ndbs; i++)
		if (items_work(&m->dbs[i].items) &&
			ledger_touch(m, &m->dbs[i], err))
			return -1;
	return 0;
}

static int apply_locked(struct migrate *m, struct err *err)
{
	bool done;
	int allowed;

	for (size_t i = 0; i < m->ndbs; i++)
		if (lock(m, &m->dbs[i], err))
			return -1;
	if (look_again(m, err) || wait_for_rails(m, err) || look_again(m, err))
		return -1;
	if (!m->native) {
		unlock_all(m); /* each is locked when Rails has named it */
		return run_driver(m, err);
	}
	if (!migrate_has_work(m)) {
		puts("migrate: somebody else has done it");
		return remember_agreement(m, err);
	}
	allowed = allowed_now(m, err);
	if (allowed < 1)
		return allowed;
	if (migrate_check_conflicts(m, true, err) || touch_all(m, err) ||
		from_recordings(m, &done, err))
		return -1;
	return done ? 0 : run_driver(m, err);
}

int apply(struct migrate *m, struct err *err)
{
	int ret = m->native ? apply_locked(m, err) : run_driver(m, err);

	unlock_all(m);
	fflush(stdout);
	return ret;
}
