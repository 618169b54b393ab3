/*
 * Which jobs ran beside which: a line a job, with a bar where it ran, over the
 * time of the whole run.  A bar has at least one cell, and no two jobs share a
 * line, so that it can be read without colours and by whoever pastes it.
 */
#include "cli/timeline.h"

#include "hookrun/base/clock.h"
#include "hookrun/base/columns.h"

#include <string.h>

#define NAME_MAX_COLUMNS 24
#define TIME_COLUMNS 10
#define BAR_MIN_COLUMNS 10

static size_t name_columns(const struct recording *run)
{
	size_t most = 0;

	for (size_t i = 0; i < run->nr; i++) {
		size_t columns = columns_of(run->jobs[i].path);

		if (run->jobs[i].started && columns > most)
			most = columns;
	}
	return most < NAME_MAX_COLUMNS ? most : NAME_MAX_COLUMNS;
}

static void add_padded(struct strbuf *out, const char *text, size_t columns)
{
	AUTO_STRBUF clipped = STRBUF_INIT;

	columns_clip(&clipped, text, columns);
	strbuf_addf(out, "%s%*s", clipped.buf,
		(int)(columns - columns_of(clipped.buf)), "");
}

static size_t cell(int64_t ms, int64_t all_ms, size_t cells)
{
	if (ms >= all_ms)
		return cells;
	return (size_t)((double)ms * (double)cells / (double)all_ms);
}

static void add_bar(struct strbuf *out, const struct recorded_job *job,
	int64_t all_ms, size_t cells, const char *block)
{
	size_t from = cell(job->start_ms, all_ms, cells - 1);
	size_t to = cell(job->start_ms + job->ms, all_ms, cells);

	if (to <= from)
		to = from + 1;
	for (size_t i = 0; i < cells; i++)
		strbuf_addstr(out, i >= from && i < to ? block : " ");
}

static void add_job(struct strbuf *out, const struct recorded_job *job,
	int64_t all_ms, size_t names, size_t cells, bool plain)
{
	const char *block = plain ? "#" : "█";
	AUTO_STRBUF name = STRBUF_INIT;
	char time[64];

	if (!strcmp(job->kind, "group"))
		block = plain ? "-" : "─";
	strbuf_add_printable(&name, job->path, false);
	add_padded(out, name.buf, names);
	strbuf_addstr(out, "  ");
	add_bar(out, job, all_ms, cells, block);
	duration_format(job->ms, time, sizeof(time));
	strbuf_addf(out, "  %s%s\n", time,
		!strcmp(job->outcome, "failed") ? " failed" : "");
}

void timeline_add(struct strbuf *out, const struct recording *run,
	size_t columns, bool plain)
{
	size_t names = name_columns(run), cells = BAR_MIN_COLUMNS;
	int64_t all_ms = run->ms;

	for (size_t i = 0; i < run->nr; i++)
		if (run->jobs[i].start_ms + run->jobs[i].ms > all_ms)
			all_ms = run->jobs[i].start_ms + run->jobs[i].ms;
	if (!all_ms)
		all_ms = 1;
	if (columns > names + 4 + TIME_COLUMNS + BAR_MIN_COLUMNS)
		cells = columns - names - 4 - TIME_COLUMNS;
	for (size_t i = 0; i < run->nr; i++)
		if (run->jobs[i].started)
			add_job(out, &run->jobs[i], all_ms, names, cells,
				plain);
}
