/*
 * What is said where the migrate step fails: what went wrong, in all the words
 * of whoever found out; what state the database is in now, as far as somebody
 * looked; and the commands that lead out of it (advice.h).
 */
#include "migrate/migrate_text.h"

#include "migrate/advice.h"

#include "hookrun/base/alloc.h"

#include <inttypes.h>

/* "As it was" is said where somebody compared, or nothing was begun. */
static const char *untouched_words(const struct progress *p)
{
	if (!p->begun || p->failure.same == SAME_YES)
		return "\nthe database is as it was before";
	if (p->failure.same == SAME_UNKNOWN)
		return "\nnothing was committed, as far as can be told";
	return "\nwhat it had done was committed in part, and the database is "
	       "not as it was before: look at it before you go on";
}

static void add_changes(const struct progress *p, struct strbuf *out)
{
	if (p->nchanges)
		strbuf_addstr(out, "\ndone before that, and kept:");
	for (size_t i = 0; i < p->nchanges; i++)
		if (p->changes[i].from)
			strbuf_addf(out, "\n  %" PRId64 " is now %" PRId64,
				p->changes[i].from, p->changes[i].version);
		else
			strbuf_addf(out, "\n  %s %s",
				p->changes[i].down ? "\u2193" : "\u2191",
				p->changes[i].file);
}

static void add_state(const struct progress *p, struct strbuf *out)
{
	bool torn = p->doing.file && p->doing.loose;

	if (!p->nchanges && !torn) {
		strbuf_addstr(out, untouched_words(p));
		return;
	}
	add_changes(p, out);
	for (size_t i = 0; i < p->nnotes; i++)
		if (p->notes[i].kept)
			strbuf_addf(out, "\n%s", p->notes[i].text);
	if (torn)
		strbuf_addf(out,
			"\n'%s' itself may have been done in part, since it "
			"runs outside a transaction: look at the database "
			"before you run it again",
			p->doing.file);
}

/* ---- the error ----------------------------------------------------------- */

/* The first line that says anything. */
static size_t first_line(const char **text)
{
	*text += strspn(*text, " \t\n");
	return strcspn(*text, "\n");
}

/* The lines after the first `len` bytes, where a library says what helps
 * (PostgreSQL's DETAIL and HINT). */
static void add_other_lines(const char *text, size_t len, struct strbuf *out)
{
	for (text += len; *text; text += len) {
		len = strspn(text, "\n");
		text += len;
		len = strcspn(text, "\n");
		if (strspn(text, " \t\r") < len)
			strbuf_addf(out, "\n  %.*s", (int)len, text);
	}
}

static void add_error(const struct failure *f, struct strbuf *out)
{
	const char *message = f->message ? f->message : "";
	size_t len = first_line(&message);

	strbuf_addf(out, "%s", f->error ? f->error : "error");
	if (len && (!f->error || strncmp(message, f->error, len)))
		strbuf_addf(out, ": %.*s", (int)len, message);
	if (f->at)
		strbuf_addf(out, " (%s)", f->at);
	add_other_lines(message, len, out);
}

/* ---- the application does not start -------------------------------------- */

/* Ruby's last words without the place they come from: "FILE:LINE:in `method':
 * message (Class)", which warnings may precede and the calls follow. */
static void add_last_words(const struct driver *driver, struct strbuf *out)
{
	const char *text = driver->output.buf;
	const char *call = strstr(text, ":in ");
	const char *message = call ? strstr(call, "': ") : NULL;
	size_t len;

	if (message && !memchr(call, '\n', (size_t)(message - call)))
		text = message + 3;
	len = first_line(&text);
	strbuf_addf(out, "%.*s", (int)len, text);
	if (!len)
		strbuf_addf(out, "it ended with status %d", driver->status);
}

/* Output is full of libraries' names in warnings; only where it is all there is
 * does it count. */
static bool lacks_libraries(const struct driver *driver)
{
	const struct failure *f = &driver->progress.failure;

	return f->set ? f->kind == FAILURE_LIBRARIES
		      : driver->m->engine->lacks_libraries(driver->output.buf);
}

static void fail_boot(const struct driver *driver, struct strbuf *out)
{
	struct migrate *m = driver->m;

	strbuf_addf(out, "%s does not start here: ", m->engine->title);
	if (driver->progress.failure.set)
		add_error(&driver->progress.failure, out);
	else
		add_last_words(driver, out);
	strbuf_addstr(out, "\nthe database is as it was before");
	if (lacks_libraries(driver)) {
		advice_words(out, "install what it needs");
		advice_task(m, TASK_LIBRARIES, NULL, 0, out);
		advice_again(m, out);
	} else if (driver->progress.failure.kind == FAILURE_EARLY) {
		advice_sync(m, out,
			"its start reads what only the migrations bring; where "
			"that waits until they have run");
	} else {
		advice_sync(m, out, "when that is no longer so");
	}
	advice_back(m, out, "or go back");
}

/* ---- a migration fails ----------------------------------------------------
 */

static const struct database *database_named(
	const struct migrate *m, const char *name)
{
	for (size_t i = 0; name && i < m->ndbs; i++)
		if (!strcmp(m->dbs[i].name, name))
			return &m->dbs[i];
	return NULL;
}

static const struct item *item_of(
	const struct database *db, const struct failure *f)
{
	for (size_t i = 0; db && i < db->items.nr; i++)
		if (db->items.v[i].version == f->version)
			return &db->items.v[i];
	return NULL;
}

/* Whether `version` was rolled back by us, and stays so. */
static bool is_down(const struct progress *p, int64_t version)
{
	for (size_t i = 0; i < p->nchanges; i++)
		if (p->changes[i].down && p->changes[i].version == version)
			return true;
	return false;
}

/* There, what is newer goes first, as it would here. */
static void roll_back_there(const struct driver *driver,
	const struct database *db, const struct item *culprit,
	struct strbuf *out)
{
	struct migrate *m = driver->m;

	advice_words(
		out, "it may need code of its own branch; roll it back there");
	advice_switch(m, &culprit->commit, out);
	for (size_t i = 0; i < db->items.nr; i++) {
		const struct item *item = &db->items.v[i];

		if (item->kind == ITEM_DOWN &&
			item->version >= culprit->version &&
			!is_down(&driver->progress, item->version))
			advice_task(m, TASK_DOWN, db->name, item->version, out);
	}
	advice_switch(m, NULL, out);
}

static void fail_irreversible(const struct driver *driver, struct strbuf *out)
{
	struct migrate *m = driver->m;

	advice_set(out,
		"to go on and leave it applied from now on, with what is older",
		"irreversible=skip");
	advice_back(m, out, "or go back, where it can be given a 'down'");
	advice_words(out, "or make the database anew, without any of its rows");
	advice_task(m, TASK_ANEW, NULL, 0, out);
	advice_again(m, out);
}

static void add_way_out(const struct driver *driver, const struct failure *f,
	struct strbuf *out)
{
	const struct database *db = database_named(driver->m, f->db);
	const struct item *item = item_of(db, f);
	bool down = item && item->kind == ITEM_DOWN;

	switch (f->kind) {
	case FAILURE_IRREVERSIBLE:
		fail_irreversible(driver, out);
		return;
	case FAILURE_LOCKED:
		if (driver->blockers)
			strbuf_addf(out, "\n%s", driver->blockers);
		advice_sync(driver->m, out,
			"end the other session or wait for it, then");
		return;
	case FAILURE_CODE:
		if (down && *item->commit.hex)
			roll_back_there(driver, db, item, out);
		break;
	default:
		break;
	}
	advice_sync(driver->m, out,
		f->kind == FAILURE_CODE && down ? "or mend it, then"
						: "mend it, then");
	advice_back(driver->m, out, "or go back");
}

static void fail_migration(const struct driver *driver, struct strbuf *out)
{
	const struct failure *f = &driver->progress.failure;

	if (f->file && f->phase && !strcmp(f->phase, "down"))
		strbuf_addf(out, "cannot roll back '%s': ", f->file);
	else if (f->file)
		strbuf_addf(out, "cannot migrate '%s': ", f->file);
	else
		strbuf_addstr(out, "cannot migrate: ");
	add_error(f, out);
	add_state(&driver->progress, out);
	add_way_out(driver, f, out);
}

/* ---- refusals --------------------------------------------------------------
 */

static void fail_impact(const struct driver *driver, struct strbuf *out)
{
	const struct progress *p = &driver->progress;
	const char *mode = driver->m->opts.on_data_loss;

	if (p->unknown)
		strbuf_addf(out,
			"this may lose data (%s, so that what goes cannot be "
			"told beforehand)",
			p->unknown);
	else
		strbuf_addf(out, "this would lose data:\n%s", p->impact);
	add_state(p, out);
	if (strcmp(mode, "stop") != 0)
		advice_sync(driver->m, out, "on a terminal, to be asked");
	if (!p->unknown && strcmp(mode, "snapshot") != 0)
		advice_set(out,
			"or, to keep what goes, for 'hookrun db restore'",
			"on_data_loss=snapshot");
	advice_set(out, "or, to let it go", "on_data_loss=allow");
	advice_back(driver->m, out, "or go back");
}

/* What leads out of a refusal that is about `database` (NULL: not known which)
 * as a whole. */
static void advise(struct migrate *m, enum obstacle obstacle,
	const char *database, struct strbuf *out)
{
	switch (obstacle) {
	case OBSTACLE_ABSENT:
		advice_words(out, "make it");
		advice_task(m, TASK_PREPARE, NULL, 0, out);
		advice_again(m, out);
		return;
	case OBSTACLE_ENVIRONMENT:
		advice_words(out,
			"where it is a copy and yours, let it belong to this "
			"environment");
		advice_task(m, TASK_ENVIRONMENT, database, 0, out);
		advice_again(m, out);
		return;
	case OBSTACLE_PRODUCTION:
		advice_words(out, "to work on the development database");
		advice_type(out, "%s", m->engine->leave_production);
		advice_again(m, out);
		return;
	case OBSTACLE_NO_VERSIONS:
		advice_words(
			out, "make the database anew, without any of its rows");
		advice_task(m, TASK_ANEW, NULL, 0, out);
		advice_again(m, out);
		return;
	case OBSTACLE_SERVER:
		advice_sync(m, out, "when that is no longer so");
		return;
	case OBSTACLE_OTHER:
		advice_sync(m, out, "when that is no longer so");
		advice_back(m, out, "or go back");
		return;
	}
}

static void fail_refused(const struct driver *driver, struct strbuf *out)
{
	const struct progress *p = &driver->progress;

	strbuf_addf(out, "refused: %s", p->refused);
	if (p->refused_db && driver->m->ndbs > 1)
		strbuf_addf(out, " (database '%s')", p->refused_db);
	add_state(p, out);
	advise(driver->m, p->obstacle, p->refused_db, out);
}

/* `status` as a shell has it. */
static void add_end(const struct driver *driver, struct strbuf *out)
{
	const char *title = driver->m->engine->title;
	int status = driver->status;

	if (status > 128)
		strbuf_addf(
			out, "%s was killed by signal %d", title, status - 128);
	else
		strbuf_addf(out, "%s ended unexpectedly (status %d)", title,
			status);
}

void text_failure(const struct driver *driver, struct strbuf *out)
{
	const struct progress *p = &driver->progress;

	if (driver->signal) {
		strbuf_addstr(out, "interrupted");
		add_state(p, out);
		advice_sync(driver->m, out, "to go on");
	} else if (!p->booted || p->boot_failed) {
		fail_boot(driver, out);
	} else if (p->refused) {
		fail_refused(driver, out);
	} else if (p->failure.set) {
		fail_migration(driver, out);
	} else if (p->impact) {
		fail_impact(driver, out);
	} else {
		add_end(driver, out);
		add_state(p, out);
		advice_sync(driver->m, out, "to try again");
	}
}

int text_untouched(struct migrate *m, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (err->kind == ERR_ADVISED)
		return -1;
	strbuf_addf(&out, "%s\nnothing was changed", err->msg);
	advise(m, err->kind == ERR_ABSENT ? OBSTACLE_ABSENT : m->obstacle,
		m->obstructed, &out);
	return err_set_kind(err, ERR_ADVISED, "%s", out.buf);
}

void text_unusable(
	const struct migrate *m, const struct err *why, struct strbuf *out)
{
	strbuf_addf(out, "database: %s", why->msg);
	if (why->kind == ERR_ABSENT) {
		advice_words(out, "make it");
		advice_task(m, TASK_PREPARE, NULL, 0, out);
	}
	strbuf_addch(out, '\n');
}
