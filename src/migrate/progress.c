/*
 * The driver may be killed between any two lines, so each line leaves a state
 * that tells the truth: what was done inside a transaction counts only once
 * the line that says it was committed is there.
 */
#include "migrate/progress.h"

#include "migrate/migration.h"

#include "hookrun/base/alloc.h"

#include <inttypes.h>

#define APPLIED_MAX 100000

typedef void handler(struct progress *p, const struct node *event);

static const char *field(
	struct progress *p, const struct node *event, const char *name)
{
	const char *value = node_str(event, name);

	return value && *value ? arena_strdup(p->arena, value) : NULL;
}

static int64_t number(const struct node *event, const char *name)
{
	const char *value = node_str(event, name);

	return value ? strtoll(value, NULL, 10) : 0;
}

static bool truth(const struct node *event, const char *name)
{
	const struct node *value = node_get(event, name);

	return value && value->kind == NODE_BOOL && value->boolean;
}

/* Make room for one more in an array of the arena. */
static void *extend(
	struct arena *arena, void *items, size_t nr, size_t *cap, size_t size)
{
	void *more;

	if (nr < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 16;
	more = arena_alloc(arena, *cap * size);
	if (nr)
		memcpy(more, items, nr * size);
	return more;
}

static void add_note(struct progress *p, const char *text)
{
	p->notes = extend(p->arena, p->notes, p->nnotes, &p->notes_cap,
		sizeof(*p->notes));
	p->notes[p->nnotes++] = (struct note){ .text = text };
}

static void on_booted(struct progress *p, const struct node *event)
{
	p->booted = true;
	p->rails_env = field(p, event, "env");
}

static enum sameness sameness(const struct node *event)
{
	const struct node *value = node_get(event, "same");

	if (!value || value->kind != NODE_BOOL)
		return SAME_UNKNOWN;
	return value->boolean ? SAME_YES : SAME_NO;
}

static enum failure_kind failure_kind(const struct node *event)
{
	static const char *const names[] = { [FAILURE_IRREVERSIBLE] =
						     "irreversible",
		[FAILURE_LOCKED] = "locked",
		[FAILURE_CODE] = "code",
		[FAILURE_LIBRARIES] = "libraries",
		[FAILURE_EARLY] = "early" };
	const char *name = node_str(event, "kind");

	for (size_t i = 1; name && i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return (enum failure_kind)i;
	return FAILURE_OTHER;
}

static void read_failure(struct progress *p, const struct node *event)
{
	p->failure = (struct failure){ .set = true,
		.kind = failure_kind(event),
		.phase = field(p, event, "phase"),
		.db = field(p, event, "db"),
		.file = field(p, event, "file"),
		.error = field(p, event, "error"),
		.message = field(p, event, "message"),
		.at = field(p, event, "at"),
		.version = number(event, "version"),
		.atomic = truth(event, "atomic"),
		.same = sameness(event) };
}

static void undo_open(struct progress *p)
{
	if (!p->in_transaction)
		return;
	p->nopen = p->nchanges - p->mark_changes;
	p->nopen_notes = p->nnotes - p->mark_notes;
	p->nchanges = p->mark_changes;
	p->nnotes = p->mark_notes;
	p->in_transaction = false;
}

static void on_boot_failed(struct progress *p, const struct node *event)
{
	read_failure(p, event);
	p->boot_failed = true;
}

static void on_failed(struct progress *p, const struct node *event)
{
	read_failure(p, event);
	undo_open(p);
}

static void on_begin(struct progress *p, const struct node *event)
{
	p->begun = true;
	p->in_transaction = truth(event, "atomic");
	p->mark_changes = p->nchanges;
	p->mark_notes = p->nnotes;
}

static void on_committed(struct progress *p, const struct node *event)
{
	(void)event;
	p->in_transaction = false;
}

static void on_rolled_back(struct progress *p, const struct node *event)
{
	(void)event;
	undo_open(p);
	p->nopen = p->nopen_notes = 0;
	p->doing.file = NULL;
}

static void on_start(struct progress *p, const struct node *event)
{
	const char *phase = node_str(event, "phase");

	p->doing = (struct change){ .db = field(p, event, "db"),
		.file = field(p, event, "file"),
		.name = field(p, event, "name"),
		.version = number(event, "version"),
		.down = phase && !strcmp(phase, "down"),
		.loose = truth(event, "loose") };
}

static void on_waiting(struct progress *p, const struct node *event)
{
	p->waiting_db = field(p, event, "db");
}

static void add_change(struct progress *p, const struct change *change)
{
	p->changes = extend(p->arena, p->changes, p->nchanges, &p->changes_cap,
		sizeof(*p->changes));
	p->changes[p->nchanges++] = *change;
}

static void on_end(struct progress *p, const struct node *event)
{
	(void)event;
	progress_take_doing(p);
}

void progress_take_doing(struct progress *p)
{
	add_change(p, &p->doing);
	p->doing.file = NULL;
}

static void on_renumbered(struct progress *p, const struct node *event)
{
	add_change(p, &(struct change){ .db = field(p, event, "db"),
			      .version = number(event, "version"),
			      .from = number(event, "from") });
}

static void on_not_atomic(struct progress *p, const struct node *event)
{
	const char *because = node_str(event, "because");

	p->stepwise = true;
	add_note(p, arena_printf(p->arena, "not in one transaction: %s",
			    because ? because : ""));
}

static void on_left(struct progress *p, const struct node *event)
{
	const char *why = node_str(event, "why");

	p->doing.file = NULL;
	add_note(p, arena_printf(p->arena, "left applied: %" PRId64 ", %s",
			    number(event, "version"), why ? why : ""));
	p->notes[p->nnotes - 1].db = field(p, event, "db");
	p->notes[p->nnotes - 1].version = number(event, "version");
	p->notes[p->nnotes - 1].culprit = number(event, "culprit");
}

static void on_no_down(struct progress *p, const struct node *event)
{
	add_note(p,
		arena_printf(p->arena,
			"%" PRId64 " has no 'down': only its version is taken "
			"away",
			number(event, "version")));
}

static void on_note(struct progress *p, const struct node *event)
{
	const char *text = field(p, event, "text");

	if (text)
		add_note(p, text);
}

static enum obstacle obstacle(const struct node *event)
{
	const char *name = node_str(event, "kind");

	if (name && !strcmp(name, "absent"))
		return OBSTACLE_ABSENT;
	if (name && !strcmp(name, "environment"))
		return OBSTACLE_ENVIRONMENT;
	if (name && !strcmp(name, "production"))
		return OBSTACLE_PRODUCTION;
	return OBSTACLE_OTHER;
}

static void on_refused(struct progress *p, const struct node *event)
{
	p->refused = field(p, event, "why");
	p->obstacle = obstacle(event);
	p->refused_db = field(p, event, "db");
}

/* Strings of a list, joined. */
static const char *join(
	struct progress *p, const struct node *list, const char *between)
{
	const char *text = "";

	node_each (item, list)
		if (item->str)
			text = arena_printf(p->arena, "%s%s%s", text,
				*text ? between : "", item->str);
	return text;
}

static void on_impact(struct progress *p, const struct node *event)
{
	p->impact = join(p, node_get(event, "items"), "\n");
	p->unknown = field(p, event, "unknown");
	p->failure.same = sameness(event);
}

/* Of the transaction that takes it away: undone, nothing is kept for anybody.
 */
static void on_kept(struct progress *p, const struct node *event)
{
	const char *id = node_str(event, "id");

	add_note(p,
		arena_printf(p->arena,
			"kept what is gone now: %s; "
			"'hookrun db restore %s' brings it back",
			join(p, node_get(event, "items"), ", "), id ? id : ""));
	p->notes[p->nnotes - 1].kept = true;
}

static void on_loose(struct progress *p, const struct node *event)
{
	(void)event;
	p->doing.loose = true;
}

static void on_restored(struct progress *p, const struct node *event)
{
	p->restored = join(p, node_get(event, "items"), "\n");
	p->not_restored = join(p, node_get(event, "left"), "\n");
}

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void read_applied(
	struct progress *p, const struct node *list, struct introduced *db)
{
	if (!list || list->count > APPLIED_MAX)
		return;
	db->applied = arena_alloc(
		p->arena, (list->count + 1) * sizeof(*db->applied));
	node_each (item, list)
		if (item->str)
			db->applied[db->napplied++] = strtoll(
				item->str, NULL, 10);
	qsort(db->applied, db->napplied, sizeof(*db->applied), by_number);
}

/* What the configuration of a database says. */
static void read_place(
	struct progress *p, const struct node *event, struct introduced *ret)
{
	*ret = (struct introduced){ .name = field(p, event, "db"),
		.adapter = field(p, event, "adapter"),
		.kind = field(p, event, "kind"),
		.database = field(p, event, "database"),
		.host = field(p, event, "host"),
		.port = field(p, event, "port"),
		.default_host = field(p, event, "default_host"),
		.default_port = field(p, event, "default_port"),
		.service = field(p, event, "service"),
		.username = field(p, event, "username"),
		.search_path = field(p, event, "search_path"),
		.pool = field(p, event, "pool"),
		.table = field(p, event, "table"),
		.secret = truth(event, "secret"),
		.dirs = join(p, node_get(event, "paths"), ":") };
}

static void on_layout(struct progress *p, const struct node *event)
{
	p->nlayout = 0;
	p->rails_env = field(p, event, "rails_env");
	p->files = join(p, node_get(event, "files"), "\n");
	node_each (item, node_get(event, "databases"))
		if (p->nlayout < PROGRESS_DBS_MAX && node_str(item, "db"))
			read_place(p, item, &p->layout[p->nlayout++]);
}

static void on_database(struct progress *p, const struct node *event)
{
	const char *data = node_str(event, "data_applied");
	struct introduced *db;

	if (p->ndbs == PROGRESS_DBS_MAX || !node_str(event, "db"))
		return;
	db = &p->dbs[p->ndbs++];
	read_place(p, event, db);
	db->stored_env = field(p, event, "environment");
	db->rails_env = field(p, event, "rails_env");
	db->has_table = truth(event, "has_table");
	db->has_tables = truth(event, "has_tables");
	read_applied(p, node_get(event, "applied"), db);
	db->data_applied = data ? arena_strdup(p->arena, data) : NULL;
}

static void on_finished(struct progress *p, const struct node *event)
{
	(void)event;
	p->doing.file = NULL;
}

static void on_done(struct progress *p, const struct node *event)
{
	(void)event;
	p->done = true;
}

static const struct {
	const char *name;
	handler *func;
	enum progress_ask ask;
} handlers[] = {
	{ "booted", on_booted, PROGRESS_GO_ON },
	{ "boot_failed", on_boot_failed, PROGRESS_GO_ON },
	{ "database", on_database, PROGRESS_GO_ON },
	{ "discovered", NULL, PROGRESS_WANTS_PLAN },
	{ "layout", on_layout, PROGRESS_LAYOUT },
	{ "not_atomic", on_not_atomic, PROGRESS_GO_ON },
	{ "begin", on_begin, PROGRESS_GO_ON },
	{ "start", on_start, PROGRESS_GO_ON },
	{ "waiting", on_waiting, PROGRESS_WAITS },
	{ "renumbered", on_renumbered, PROGRESS_GO_ON },
	{ "end", on_end, PROGRESS_GO_ON },
	{ "left", on_left, PROGRESS_GO_ON },
	{ "no_down", on_no_down, PROGRESS_GO_ON },
	{ "note", on_note, PROGRESS_GO_ON },
	{ "committed", on_committed, PROGRESS_GO_ON },
	{ "rolled_back", on_rolled_back, PROGRESS_GO_ON },
	{ "kept", on_kept, PROGRESS_GO_ON },
	{ "loose", on_loose, PROGRESS_GO_ON },
	{ "restored", on_restored, PROGRESS_GO_ON },
	{ "impact", on_impact, PROGRESS_WANTS_YES },
	{ "refused", on_refused, PROGRESS_GO_ON },
	{ "failed", on_failed, PROGRESS_GO_ON },
	{ "finished", on_finished, PROGRESS_GO_ON },
	{ "done", on_done, PROGRESS_GO_ON },
};

int progress_feed(struct progress *progress, const char *line, size_t len,
	enum progress_ask *ret_ask, struct err *err)
{
	struct node *event;
	const char *name;

	if (node_read_yaml(progress->arena, "event", line, len, &event, err))
		return -1;
	name = node_str(event, "ev");
	for (size_t i = 0; name && i < sizeof(handlers) / sizeof(*handlers);
		i++) {
		if (strcmp(name, handlers[i].name))
			continue;
		if (handlers[i].func)
			handlers[i].func(progress, event);
		if (handlers[i].ask == PROGRESS_LAYOUT)
			progress->layout_line = arena_strndup(
				progress->arena, line, len);
		*ret_ask = handlers[i].ask;
		return 0;
	}
	return err_set(err, "the driver sent an unknown event");
}

void progress_end(struct progress *progress)
{
	undo_open(progress);
}

void progress_take_open(struct progress *progress)
{
	progress->nchanges += progress->nopen;
	progress->nnotes += progress->nopen_notes;
	progress->nopen = progress->nopen_notes = 0;
}

size_t progress_count(const struct progress *progress, bool down)
{
	size_t count = 0;

	for (size_t i = 0; i < progress->nchanges; i++)
		count += !progress->changes[i].from &&
			 progress->changes[i].down == down;
	return count;
}
