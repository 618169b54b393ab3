/*
 * All wording of the migrate step in one place.  A failure names three things:
 * what went wrong, what state the database is in now, and what to do.
 */
#include "migrate/migrate_text.h"

#include "migrate/engine.h"

#include "hookrun/base/alloc.h"

#include <inttypes.h>

#define LEFT_SHOWN 5
#define NAMES_SHOWN 4 /* in the line of success, of each kind */
#define OUTPUT_LINES 12
#define ERROR_LINES 20 /* of one message, after its first */

static const char *database_note(
	const struct migrate *m, const struct database *db)
{
	return m->ndbs > 1 ? arena_printf(m->ctx->arena, " of '%s'", db->name)
			   : "";
}

/* "(as 'add_x')" where it was applied by another name. */
static const char *other_title(const struct migrate *m, const struct item *item)
{
	struct arena *arena = m->ctx->arena;
	const char *was = item->was ? migration_title(item->was, arena) : NULL;

	if (!was || !strcmp(was, migration_title(item->name, arena)))
		return NULL;
	return was;
}

static void add_renumber(
	const struct migrate *m, const struct item *item, struct strbuf *out)
{
	const char *was = other_title(m, item);

	strbuf_addf(out, "  renumber %" PRId64 "%s%s to %" PRId64 " %s%s%s%s\n",
		item->from, was ? " " : "", was ? was : "", item->version,
		migration_title(item->name, m->ctx->arena),
		item->used_by ? " (in use by the work tree '" : "",
		item->used_by ? item->used_by : "", item->used_by ? "')" : "");
}

static void add_item(
	const struct migrate *m, const struct item *item, struct strbuf *out)
{
	const char *title =
		item->name ? migration_title(item->name, m->ctx->arena) : "";
	const char *was = other_title(m, item);

	switch (item->kind) {
	case ITEM_RENUMBER:
		add_renumber(m, item, out);
		break;
	case ITEM_DOWN:
		strbuf_addf(out, "  \u2193 %" PRId64 " %s (from %s)\n",
			item->version, title, item->origin);
		break;
	case ITEM_REDO:
		strbuf_addf(out,
			"  \u2193\u2191 %" PRId64 " %s (changed since it was "
			"applied; rolled back with the text %s)\n",
			item->version, title, item->origin);
		break;
	case ITEM_UP:
		strbuf_addf(
			out, "  \u2191 %" PRId64 " %s\n", item->version, title);
		break;
	case ITEM_CHANGED:
		strbuf_addf(out,
			"  changed %" PRId64 " %s: its text is not the one "
			"that was applied%s%s%s\n",
			item->version, title, was ? " (as '" : "",
			was ? was : "", was ? "')" : "");
		break;
	case ITEM_LEFT:
		strbuf_addf(out, "  left applied %" PRId64 "%s%s, because %s\n",
			item->version, *title ? " " : "", title, item->why);
		break;
	}
}

void text_plan(const struct migrate *m, struct strbuf *out)
{
	for (size_t i = 0; i < m->ndbs; i++) {
		const struct database *db = &m->dbs[i];

		strbuf_addf(out, "%s: %s (%s)\n", m->environment, db->label,
			db->name);
		for (size_t j = 0; j < db->items.nr; j++)
			add_item(m, &db->items.v[j], out);
		if (!items_work(&db->items))
			strbuf_addstr(out, "  nothing to do\n");
	}
}

/* Two branches took one number for two migrations. */
static bool is_another(const struct migrate *m, const struct item *item)
{
	return item->kind == ITEM_CHANGED && other_title(m, item);
}

static bool same_group(
	const struct migrate *m, const struct item *a, const struct item *b)
{
	if (a->kind != b->kind || is_another(m, a) || is_another(m, b))
		return false;
	return a->kind == ITEM_CHANGED || !strcmp(a->why, b->why);
}

static bool is_told(const struct item *item)
{
	return item->kind == ITEM_LEFT || item->kind == ITEM_CHANGED;
}

static bool was_told(
	const struct migrate *m, const struct items *items, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (is_told(&items->v[i]) &&
			same_group(m, &items->v[i], &items->v[index]))
			return true;
	return false;
}

static void tell_another(const struct migrate *m, const struct database *db,
	const struct item *item, struct strbuf *out)
{
	strbuf_addf(out,
		"migrate: %" PRId64 "%s is '%s' in the database and '%s' here, "
		"which was not run: one number for two migrations\n"
		"to have this one instead of the other:\n"
		"    hookrun sync --set changed=redo\n"
		"for both to stay, give one of them another number\n",
		item->version, database_note(m, db), other_title(m, item),
		migration_title(item->name, m->ctx->arena));
}

static void tell_group(const struct migrate *m, const struct database *db,
	size_t first, struct strbuf *out)
{
	const struct item *item = &db->items.v[first];
	size_t count = 0;

	strbuf_addf(out, "migrate: %s%s: ",
		item->kind == ITEM_LEFT ? "left applied"
					: "changed since applied",
		database_note(m, db));
	for (size_t i = first; i < db->items.nr; i++) {
		if (!is_told(&db->items.v[i]) ||
			!same_group(m, item, &db->items.v[i]))
			continue;
		if (count < LEFT_SHOWN)
			strbuf_addf(out, "%s%" PRId64, count ? ", " : "",
				db->items.v[i].version);
		count++;
	}
	if (count > LEFT_SHOWN)
		strbuf_addf(out, " and %zu more", count - LEFT_SHOWN);
	if (item->kind == ITEM_LEFT)
		strbuf_addf(out, "; %s\n", item->why);
	else
		strbuf_addstr(out, "; left as it is; to do it again:\n"
				   "    hookrun sync --set changed=redo\n");
}

void text_left(const struct migrate *m, struct strbuf *out)
{
	for (size_t i = 0; i < m->ndbs; i++) {
		const struct items *items = &m->dbs[i].items;

		for (size_t j = 0; j < items->nr; j++)
			if (is_another(m, &items->v[j]))
				tell_another(m, &m->dbs[i], &items->v[j], out);
			else if (is_told(&items->v[j]) &&
				 !was_told(m, items, j))
				tell_group(m, &m->dbs[i], j, out);
	}
}

void text_renumbered(const struct migrate *m, struct strbuf *out)
{
	strbuf_addstr(out, "applied already, under another number:\n");
	for (size_t i = 0; i < m->ndbs; i++)
		for (size_t j = 0; j < m->dbs[i].items.nr; j++)
			if (m->dbs[i].items.v[j].kind == ITEM_RENUMBER)
				add_renumber(m, &m->dbs[i].items.v[j], out);
	strbuf_addstr(out,
		"nothing was changed; where it is the same migration, let the "
		"database have its new number:\n"
		"    hookrun sync --set renumbered=auto");
}

void text_counts(const struct database *db, struct strbuf *out)
{
	size_t redo = items_count(&db->items, ITEM_REDO);
	size_t down = items_count(&db->items, ITEM_DOWN) + redo;
	size_t up = items_count(&db->items, ITEM_UP) + redo;
	size_t number = items_count(&db->items, ITEM_RENUMBER);

	if (number)
		strbuf_addf(out, "%zu to renumber%s", number,
			down || up ? ", " : "");
	if (down)
		strbuf_addf(out, "%zu to roll back", down);
	if (up)
		strbuf_addf(out, "%s%zu to migrate", down ? ", " : "", up);
	if (!down && !up && !number)
		strbuf_addstr(out, "in sync with HEAD");
	if (db->facts.tenants)
		strbuf_addf(out,
			", but the tenants %s have other migrations "
			"(hookrun does not follow them)",
			db->facts.tenants);
}

void text_tenants(const struct migrate *m, struct strbuf *out)
{
	for (size_t i = 0; i < m->ndbs; i++)
		if (m->dbs[i].facts.tenants)
			strbuf_addf(out,
				"migrate: the tenants %s of '%s' have other "
				"migrations applied than it has itself, and "
				"are not followed: bring each in line with "
				"the application's own tasks\n",
				m->dbs[i].facts.tenants, m->dbs[i].label);
}

/* The end of a list of which the first few were named. */
static void add_more(size_t count, struct strbuf *out)
{
	if (count > NAMES_SHOWN)
		strbuf_addf(out, " and %zu more", count - NAMES_SHOWN);
}

/* " \u21932 DropLegacy, AddNick" */
static void add_direction(
	const struct progress *p, bool down, struct strbuf *out)
{
	size_t all = progress_count(p, down), count = 0;

	if (!all)
		return;
	strbuf_addf(out, " %s%zu", down ? "\u2193" : "\u2191", all);
	for (size_t i = 0; i < p->nchanges; i++) {
		const struct change *change = &p->changes[i];

		if (change->from || change->down != down ||
			count++ >= NAMES_SHOWN)
			continue;
		strbuf_addf(out, "%s %s", count > 1 ? "," : "",
			change->name ? change->name : change->file);
	}
	add_more(all, out);
}

static void add_numbers(const struct progress *p, struct strbuf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < p->nchanges; i++) {
		const struct change *change = &p->changes[i];

		if (!change->from || count++ >= NAMES_SHOWN)
			continue;
		strbuf_addf(out, "%s %" PRId64 " is now %" PRId64, i ? "," : "",
			change->from, change->version);
	}
	add_more(count, out);
}

void text_success(const struct driver *driver, struct strbuf *out)
{
	const struct progress *p = &driver->progress;

	text_left(driver->m, out);
	for (size_t i = 0; i < p->nnotes; i++)
		strbuf_addf(out, "migrate: %s\n", p->notes[i].text);
	if (!p->nchanges) {
		strbuf_addstr(out, "migrate: nothing was changed\n");
		return;
	}
	strbuf_addstr(out, "migrate:");
	add_numbers(p, out);
	add_direction(p, true, out);
	add_direction(p, false, out);
	strbuf_addf(out, " in %.1fs%s\n", (double)driver->ms / 1000,
		p->stepwise ? "" : " (atomic)");
}

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

static void add_state(const struct progress *p, struct strbuf *out)
{
	bool torn = p->doing.file && p->doing.loose;

	if (!p->nchanges && !torn) {
		strbuf_addstr(out, untouched_words(p));
		return;
	}
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

/* The first line that says anything. */
static size_t first_line(const char **text)
{
	*text += strspn(*text, " \t\n");
	return strcspn(*text, "\n");
}

/* The lines after the first `len` bytes, where a library says what helps
 * (PostgreSQL's DETAIL and HINT); what the source showed is cut by length. */
static void add_other_lines(const char *text, size_t len, struct strbuf *out)
{
	int lines = 0;

	for (text += len; *text && lines < ERROR_LINES; text += len) {
		len = strspn(text, "\n");
		text += len;
		len = strcspn(text, "\n");
		if (strspn(text, " \t\r") < len) {
			strbuf_addf(out, "\n  %.*s", (int)len, text);
			lines++;
		}
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

static bool is_gem_trouble(const char *text)
{
	static const char *const signs[] = { "Bundler::GemNotFound",
		"Could not find", "bundle install",
		"Gem::", "Bundler::", "bundler: command not found" };

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (text && strstr(text, signs[i]))
			return true;
	return false;
}

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
		strbuf_addf(out, "ruby ended with status %d", driver->status);
}

static bool needs_gems(const struct driver *driver)
{
	const struct failure *f = &driver->progress.failure;

	/* Output is full of gems' names in warnings; only where it is all
	 * there is does it count. */
	if (!f->set)
		return is_gem_trouble(driver->output.buf);
	return is_gem_trouble(f->error) || is_gem_trouble(f->message) ||
	       (f->error && !strcmp(f->error, "LoadError"));
}

static const char *boot_advice(const struct driver *driver)
{
	const char *error = driver->progress.failure.error;

	if (needs_gems(driver))
		return "install the gems (bundle install)";
	if (error && strstr(error, "PG::Undefined"))
		return "its start reads what only the migrations bring: let "
		       "that wait until they have run";
	return "mend that";
}

static void fail_boot(const struct driver *driver, struct strbuf *out)
{
	strbuf_addf(out, "%s does not start here: ", driver->m->engine->title);
	if (driver->progress.failure.set)
		add_error(&driver->progress.failure, out);
	else
		add_last_words(driver, out);
	strbuf_addf(out,
		"\nthe database is as it was before\n%s, then run "
		"'hookrun sync'",
		boot_advice(driver));
}

static void add_way_out(const struct driver *driver, const struct failure *f,
	struct strbuf *out)
{
	const char *error = f->error ? f->error : "";

	if (strstr(error, "IrreversibleMigration"))
		strbuf_addstr(out,
			"\nways out: give it a 'down' on its own branch; or "
			"'irreversible: skip', which leaves it and what is "
			"older applied; or make the database anew "
			"(bin/rails db:reset)");
	else if (strstr(error, "LockNotAvailable") ||
		 strstr(error, "LockWaitTimeout") ||
		 strstr(error, "BusyException"))
		strbuf_addf(out,
			"\n%s%send the other session or wait for it, then run "
			"'hookrun sync'",
			driver->blockers ? driver->blockers : "",
			driver->blockers ? "\n" : "");
	else if (f->phase && !strcmp(f->phase, "down") &&
		 (strstr(error, "NameError") ||
			 strstr(error, "NoMethodError") ||
			 strstr(error, "LoadError")))
		strbuf_addf(out,
			"\nit needs code of its own branch: switch back, run "
			"bin/rails db:migrate:down VERSION=%" PRId64
			" there, and switch again",
			f->version);
	else
		strbuf_addstr(out, "\nmend it, then run 'hookrun sync'");
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

static void fail_impact(const struct driver *driver, struct strbuf *out)
{
	const struct progress *p = &driver->progress;
	bool asked = driver->m->ctx->tty_fd >= 0 &&
		     strcmp(driver->m->opts.on_data_loss, "stop") != 0;

	if (p->unknown)
		strbuf_addf(out,
			"this may lose data (%s, so that what goes cannot be "
			"told beforehand)",
			p->unknown);
	else
		strbuf_addf(out, "this would lose data:\n%s", p->impact);
	add_state(p, out);
	if (asked)
		strbuf_addstr(out, "\nrun 'hookrun sync' to be asked again");
	else
		strbuf_addstr(out,
			p->unknown ? "\nrun 'hookrun sync' on a terminal to be "
				     "asked, or set 'on_data_loss: allow'"
				   : "\nrun 'hookrun sync' on a terminal to be "
				     "asked, or set 'on_data_loss: snapshot' "
				     "or 'allow'");
}

static void fail_refused(const struct driver *driver, struct strbuf *out)
{
	const struct progress *p = &driver->progress;

	strbuf_addf(out, "refused: %s", p->refused);
	if (p->refused_db && driver->m->ndbs > 1)
		strbuf_addf(out, " (database '%s')", p->refused_db);
	add_state(p, out);
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

void text_failure(const struct driver *driver, struct err *err)
{
	const struct progress *p = &driver->progress;
	AUTO_STRBUF out = STRBUF_INIT;

	if (driver->signal) {
		strbuf_addstr(&out, "interrupted");
		add_state(p, &out);
	} else if (!p->booted || p->boot_failed) {
		fail_boot(driver, &out);
	} else if (p->refused) {
		fail_refused(driver, &out);
	} else if (p->failure.set) {
		fail_migration(driver, &out);
	} else if (p->impact) {
		fail_impact(driver, &out);
	} else {
		add_end(driver, &out);
		add_state(p, &out);
		strbuf_addstr(&out, "\nrun 'hookrun sync' to try again");
	}
	err_set(err, "%s", out.buf);
}

void text_output(const struct driver *driver, struct strbuf *out)
{
	const char *start = driver->output.buf;
	const char *pos = start + driver->output.len;
	int lines = 0;

	while (pos > start && lines <= OUTPUT_LINES)
		lines += *--pos == '\n';
	pos += *pos == '\n';
	while (*pos) {
		size_t len = strcspn(pos, "\n");

		/* The calls that led to an error nobody caught say nothing
		 * that the error does not. */
		if (len && strncmp(pos, "\tfrom ", 6))
			strbuf_addf(out, "  | %.*s\n", (int)len, pos);
		pos += len + (pos[len] == '\n');
	}
}
