/*
 * The plan, and what was done.  Whoever switches branches reads one line, with
 * the names that they know from the files; what is left as it is, is told in
 * groups.  Failures are another file's (failure_text.c).
 */
#include "migrate/migrate_text.h"

#include "migrate/advice.h"

#include "hookrun/base/alloc.h"

#include <inttypes.h>

#define LEFT_SHOWN 5
#define NAMES_SHOWN 4 /* in the line of success, of each kind */
#define OUTPUT_LINES 12

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

	const char *how = item->how ? item->how : "";
	const char *colon = item->how ? ": " : "";

	switch (item->kind) {
	case ITEM_RENUMBER:
		add_renumber(m, item, out);
		break;
	case ITEM_DOWN:
		strbuf_addf(out, "  \u2193 %" PRId64 " %s (from %s)%s%s\n",
			item->version, title, item->origin, colon, how);
		break;
	case ITEM_REDO:
		strbuf_addf(out,
			"  \u2193\u2191 %" PRId64 " %s (changed since it was "
			"applied; rolled back with the text %s)\n",
			item->version, title, item->origin);
		break;
	case ITEM_UP:
		strbuf_addf(out, "  \u2191 %" PRId64 " %s%s%s\n", item->version,
			title, colon, how);
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

static void add_header(
	const struct migrate *m, const struct database *db, struct strbuf *out)
{
	strbuf_addf(out, "%s: %s (%s)\n", m->environment, db->label, db->name);
}

void text_plan(const struct migrate *m, struct strbuf *out)
{
	for (size_t i = 0; i < m->ndbs; i++) {
		const struct database *db = &m->dbs[i];

		add_header(m, db, out);
		for (size_t j = 0; j < db->items.nr; j++)
			add_item(m, &db->items.v[j], out);
		if (!items_work(&db->items))
			strbuf_addstr(out, "  nothing to do\n");
	}
}

/* Why a migration has to stay applied may be what the doubt is about. */
static void add_work(
	const struct migrate *m, const struct database *db, struct strbuf *out)
{
	if (!items_work(&db->items))
		return;
	add_header(m, db, out);
	for (size_t i = 0; i < db->items.nr; i++)
		if (db->items.v[i].kind != ITEM_LEFT)
			add_item(m, &db->items.v[i], out);
}

void text_doubt(const struct migrate *m, struct strbuf *out)
{
	const char *what = "what is to be done";
	AUTO_STRBUF known = STRBUF_INIT;

	for (size_t i = 0; i < m->ndbs; i++)
		add_work(m, &m->dbs[i], &known);
	if (known.len) {
		strbuf_addf(out, "as far as the files tell:\n%s", known.buf);
		what = "whether that is all";
	}
	strbuf_addf(out, "%s, only %s can tell (%s)", what, m->engine->title,
		m->why);
	advice_sync(m, out, "to have it asked, and to do it");
	strbuf_addch(out, '\n');
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

static bool was_told(
	const struct migrate *m, const struct items *items, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!item_is_work(&items->v[i]) &&
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
		"for both to stay, give one of them another number",
		item->version, database_note(m, db), other_title(m, item),
		migration_title(item->name, m->ctx->arena));
	advice_set(
		out, "to have this one instead of the other", "changed=redo");
	strbuf_addch(out, '\n');
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
		if (item_is_work(&db->items.v[i]) ||
			!same_group(m, item, &db->items.v[i]))
			continue;
		if (count < LEFT_SHOWN)
			strbuf_addf(out, "%s%" PRId64, count ? ", " : "",
				db->items.v[i].version);
		count++;
	}
	if (count > LEFT_SHOWN)
		strbuf_addf(out, " and %zu more", count - LEFT_SHOWN);
	strbuf_addf(out, "; %s",
		item->kind == ITEM_LEFT ? item->why : "left as it is");
	if (item->kind != ITEM_LEFT)
		advice_set(out, "to do it again", "changed=redo");
	strbuf_addch(out, '\n');
}

void text_left(const struct migrate *m, struct strbuf *out)
{
	for (size_t i = 0; i < m->ndbs; i++) {
		const struct items *items = &m->dbs[i].items;

		for (size_t j = 0; j < items->nr; j++)
			if (is_another(m, &items->v[j]))
				tell_another(m, &m->dbs[i], &items->v[j], out);
			else if (!item_is_work(&items->v[j]) &&
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
	strbuf_addstr(out, "nothing was changed");
	advice_set(out,
		"where it is the same migration, let the database have its new "
		"number",
		"renumbered=auto");
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

/* A task that migrates them is named where there is one. */
static void add_tenants(
	const struct migrate *m, const struct database *db, struct strbuf *out)
{
	AUTO_STRBUF task = STRBUF_INIT;

	if (m->engine->has_tenants && m->engine->has_tenants(m))
		m->engine->type(m, TASK_TENANTS, NULL, 0, &task);
	strbuf_addf(out,
		"migrate: the tenants %s of '%s' have other migrations applied "
		"than it has itself, and are not followed: ",
		db->facts.tenants, db->label);
	if (!task.len)
		strbuf_addstr(out, "bring each in line with the application's "
				   "own tasks\n");
	else
		strbuf_addf(out,
			"what they lack, '%s' brings; what they have beyond "
			"it, only the branch that has its files can take "
			"back\n",
			task.buf);
}

void text_tenants(const struct migrate *m, struct strbuf *out)
{
	for (size_t i = 0; i < m->ndbs; i++)
		if (m->dbs[i].facts.tenants)
			add_tenants(m, &m->dbs[i], out);
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
		p->replayed   ? " (replayed)"
		: p->stepwise ? ""
			      : " (atomic)");
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
