/*
 * One query brings all that a database says of itself (hooks/checkup_*.sql): it
 * changes nothing, takes no lock that anybody waits for, and is the same for a
 * person and for a program.  What is left to do here is the sum of connections,
 * which no database can know: how many the application will ask for.
 */
#include "hookrun/db/checkup.h"

#include "db/rows.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGE_MARK "@AGE@"
#define SPARE 3 /* connections; with fewer, the next program is refused */

void db_findings_add(struct db_findings *list, struct arena *arena,
	const struct db_finding *finding)
{
	if (list->nr == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 16;
		struct db_finding *more = arena_alloc(
			arena, cap * sizeof(*more));

		if (list->nr)
			memcpy(more, list->v, list->nr * sizeof(*more));
		list->v = more;
		list->cap = cap;
	}
	list->v[list->nr++] = *finding;
}

/* ---- connections --------------------------------------------------------- */

struct limit {
	const char *whose;
	long most, used;
};

/* "pool 5 in each of 3 processes (Procfile: web, jobs) are 15"; 0 where that is
 * not known. */
static long wanted(const struct db_target *target,
	const struct db_demand *demand, struct strbuf *out)
{
	long pool = target->pool ? strtol(target->pool, NULL, 10) : 0;
	long all = pool * (long)demand->processes;

	if (pool <= 0) {
		strbuf_addstr(out, "how many the application takes is not "
				   "known here");
		return 0;
	}
	if (!demand->processes) {
		strbuf_addf(out, "a process of the application takes up to %ld",
			pool);
		return pool;
	}
	strbuf_addf(out,
		"the application takes up to %ld, a pool of %ld in %zu "
		"process%s (%s)",
		all, pool, demand->processes,
		demand->processes == 1 ? "" : "es", demand->told);
	return all;
}

static void add_limit(const struct limit *limit, long all, const char *told,
	struct arena *arena, struct db_findings *ret)
{
	struct db_finding finding = { .kind = "connections",
		.subject = limit->whose };
	const char *why = "";

	if (all > limit->most)
		why = ", which is too many";
	else if (limit->most - limit->used < SPARE)
		why = "; nearly all are taken";
	finding.fault = *why != '\0';
	finding.text = arena_printf(arena, "%s allows %ld, %ld are taken; %s%s",
		limit->whose, limit->most, limit->used, told, why);
	db_findings_add(ret, arena, &finding);
}

/* ---- the query ----------------------------------------------------------- */

enum { KIND, GRAVITY, SUBJECT, TEXT, MEND, TEXTS };

static char *fill_in(const char *sql, int age_s)
{
	struct strbuf text = STRBUF_INIT;
	const char *mark;

	for (; (mark = strstr(sql, AGE_MARK)); sql = mark + strlen(AGE_MARK)) {
		strbuf_add(&text, sql, (size_t)(mark - sql));
		strbuf_addf(&text, "%d", age_s);
	}
	strbuf_addstr(&text, sql);
	return strbuf_detach(&text, NULL);
}

static void take_row(const char *const *texts, const struct db_target *target,
	const struct db_demand *demand, struct arena *arena,
	struct db_findings *ret)
{
	struct db_finding finding = {
		.kind = arena_strdup(arena, texts[KIND]),
		.subject = arena_strdup(arena, texts[SUBJECT]),
		.text = arena_strdup(arena, texts[TEXT]),
		.mend = *texts[MEND] ? arena_strdup(arena, texts[MEND]) : NULL,
		.fault = *texts[GRAVITY] == 'f',
	};

	if (!strcmp(finding.kind, "limit")) {
		AUTO_STRBUF told = STRBUF_INIT;
		struct limit limit = { .whose = finding.subject,
			.most = strtol(texts[TEXT], NULL, 10),
			.used = strtol(texts[MEND], NULL, 10) };
		long all = wanted(target, demand, &told);

		add_limit(&limit, all, told.buf, arena, ret);
	} else {
		db_findings_add(ret, arena, &finding);
	}
}

int db_checkup(struct db *db, const struct db_target *target, int age_s,
	const struct db_demand *demand, struct arena *arena,
	struct db_findings *ret, struct err *err)
{
	const char *name = arena_printf(
		arena, "checkup_%s.sql", target->driver);
	const char *sql = embed_get(name, NULL), *texts[TEXTS];
	AUTO_FREE char *filled = sql ? fill_in(sql, age_s) : NULL;
	AUTO_STRBUF rows = STRBUF_INIT;
	char *pos;

	if (!filled)
		return err_set(err, "this binary has no '%s'", name);
	if (db_rows(db, filled, &rows, err))
		return -1;
	for (pos = rows.buf; rows_next(&pos, texts, TEXTS);)
		take_row(texts, target, demand, arena, ret);
	return 0;
}
