/*
 * `hookrun slow`: how long hooks and their jobs take, out of the recordings.
 * The median, because one run on a busy machine says nothing; the slowest of
 * twenty, because that is what one waits for; and whether the newer half of the
 * runs took longer than the older.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/columns.h"
#include "hookrun/base/json.h"
#include "hookrun/runner/recording.h"

#include <stdlib.h>

#define RUNS_MAX 1000 /* that are looked at */
#define TREND_RUNS 6  /* fewer have none */
#define TREND_PART 5  /* a change of less than a fifth is none */

/* One job's times in the runs of one hook; or those of the hook. */
struct series {
	const char *hook, *path; /* path NULL: the hook's own */
	int64_t *ms;		 /* newest first; malloc'd */
	size_t nr, cap;
};

struct table {
	struct series *v;
	size_t nr, cap;
};

static struct series *series_of(
	struct table *table, const char *hook, const char *path)
{
	for (size_t i = 0; i < table->nr; i++) {
		struct series *one = &table->v[i];

		if (!strcmp(one->hook, hook) && !one->path == !path &&
			(!path || !strcmp(one->path, path)))
			return one;
	}
	xgrow(&table->v, &table->cap, table->nr + 1, sizeof(*table->v));
	table->v[table->nr] = (struct series){ .hook = hook, .path = path };
	return &table->v[table->nr++];
}

static void add_time(struct series *series, int64_t ms)
{
	xgrow(&series->ms, &series->cap, series->nr + 1, sizeof(*series->ms));
	series->ms[series->nr++] = ms;
}

/* What was ended by a signal says nothing about its time. */
static void add_run(struct table *table, const struct recording *run)
{
	if (strcmp(run->outcome, "passed") && strcmp(run->outcome, "failed"))
		return;
	add_time(series_of(table, run->hook, NULL), run->ms);
	for (size_t i = 0; i < run->nr; i++) {
		const struct recorded_job *job = &run->jobs[i];

		if (job->started && strcmp(job->outcome, "skipped") != 0)
			add_time(series_of(table, run->hook, job->path),
				job->ms);
	}
}

static int by_number(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* The one that `part` of `all` are not longer than. */
static int64_t quantile(const int64_t *ms, size_t nr, size_t part, size_t all)
{
	AUTO_FREE int64_t *sorted = xcalloc(nr + 1, sizeof(*sorted));
	size_t at = (nr * part + all - 1) / all;

	memcpy(sorted, ms, nr * sizeof(*ms));
	qsort(sorted, nr, sizeof(*sorted), by_number);
	return sorted[at ? at - 1 : 0];
}

static int64_t median(const int64_t *ms, size_t nr)
{
	return quantile(ms, nr, 1, 2);
}

/* What became of the time from the older half of the runs to the newer. */
struct trend {
	const char *word; /* "steady", "slower", "faster"; NULL: too few runs */
	int64_t older_ms, newer_ms;
};

static struct trend trend_of(const struct series *series)
{
	size_t half = series->nr / 2;
	struct trend trend = { .word = "steady" };
	int64_t change;

	if (series->nr < TREND_RUNS)
		return (struct trend){ .word = NULL };
	trend.newer_ms = median(series->ms, half);
	trend.older_ms = median(series->ms + half, series->nr - half);
	change = trend.newer_ms - trend.older_ms;
	if ((change < 0 ? -change : change) * TREND_PART > trend.older_ms)
		trend.word = change > 0 ? "slower" : "faster";
	return trend;
}

static void add_trend(struct strbuf *out, const struct series *series)
{
	struct trend trend = trend_of(series);
	char from[64], to[64];

	if (!trend.word)
		return;
	strbuf_addstr(out, trend.word);
	if (!strcmp(trend.word, "steady"))
		return;
	duration_format(trend.older_ms, from, sizeof(from));
	duration_format(trend.newer_ms, to, sizeof(to));
	strbuf_addf(out, ": %s, then %s", from, to);
}

static void add_row(
	struct strbuf *out, const struct series *series, size_t names)
{
	AUTO_STRBUF name = STRBUF_INIT;
	char middle[64], high[64];

	if (series->path) {
		strbuf_addstr(&name, "  ");
		strbuf_add_printable(&name, series->path, false);
	} else {
		strbuf_add_printable(&name, series->hook, false);
	}
	duration_format(median(series->ms, series->nr), middle, sizeof(middle));
	duration_format(
		quantile(series->ms, series->nr, 19, 20), high, sizeof(high));
	strbuf_addf(out, "%s%*s  %5zu  %9s  %9s  ", name.buf,
		(int)(names - columns_of(name.buf)), "", series->nr, middle,
		high);
	add_trend(out, series);
	strbuf_rtrim(out);
	strbuf_addch(out, '\n');
}

/* A hook, then its jobs, the slowest first. */
static int by_time(const void *left, const void *right)
{
	const struct series *a = left, *b = right;
	int64_t a_ms = median(a->ms, a->nr), b_ms = median(b->ms, b->nr);
	int order = strcmp(a->hook, b->hook);

	if (order)
		return order;
	if (!a->path != !b->path)
		return a->path ? 1 : -1;
	return by_number(&b_ms, &a_ms);
}

static void print(const struct table *table)
{
	AUTO_STRBUF out = STRBUF_INIT;
	size_t names = 4;

	for (size_t i = 0; i < table->nr; i++) {
		const struct series *one = &table->v[i];
		size_t columns = one->path ? columns_of(one->path) + 2
					   : columns_of(one->hook);

		if (columns > names)
			names = columns;
	}
	strbuf_addf(&out, "%-*s  %5s  %9s  %9s\n", (int)names, "", "runs",
		"median", "95 %");
	for (size_t i = 0; i < table->nr; i++)
		add_row(&out, &table->v[i], names);
	fputs(out.buf, stdout);
}

static void print_json(const struct table *table)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;

	json_init(&json, &out, 2);
	json_open(&json, '{');
	json_kint(&json, "version", 1);
	json_key(&json, "times");
	json_open(&json, '[');
	for (size_t i = 0; i < table->nr; i++) {
		const struct series *one = &table->v[i];
		struct trend trend = trend_of(one);

		json_open(&json, '{');
		json_kstr(&json, "hook", one->hook);
		if (one->path)
			json_kstr(&json, "path", one->path);
		json_kint(&json, "runs", (int64_t)one->nr);
		json_kint(&json, "median_ms", median(one->ms, one->nr));
		json_kint(&json, "p95_ms", quantile(one->ms, one->nr, 19, 20));
		if (trend.word) {
			json_kstr(&json, "trend", trend.word);
			json_kint(&json, "older_ms", trend.older_ms);
			json_kint(&json, "newer_ms", trend.newer_ms);
		}
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	puts(out.buf);
}

static void table_release(struct table *table)
{
	for (size_t i = 0; i < table->nr; i++)
		free(table->v[i].ms);
	free(table->v);
}

int cmd_slow(struct workspace *ws, const struct args *args)
{
	const char *hook = args->words.nr ? args->words.v[0] : NULL;
	AUTO_ARENA arena = ARENA_INIT;
	struct table table = { 0 };
	struct recordings runs;
	struct err err;
	int status = 0;

	if (recordings_read(repo_commondir(ws->repo), &arena, hook, RUNS_MAX,
		    &runs, &err))
		return complain(&err);
	for (size_t i = 0; i < runs.nr; i++)
		add_run(&table, &runs.v[i]);
	if (table.nr)
		qsort(table.v, table.nr, sizeof(*table.v), by_time);
	if (args_has(args, "json"))
		print_json(&table);
	else if (table.nr)
		print(&table);
	else
		status = complain_text("no run%s%s is recorded",
			hook ? " of " : "", hook ? hook : "");
	table_release(&table);
	return status;
}
