/*
 * lefthook's summary: what passed, then what failed, on each level; what was
 * skipped was said when it happened.
 */
#include "runner/report.h"

#include "hookrun/runner/output.h"

#include <inttypes.h>

#define RULE_WIDTH 36 /* columns of the line above it */

static void paint(const struct report *report, struct strbuf *out,
	enum colour colour, const char *text)
{
	palette_paint(&report->palette, out, colour, text);
}

static void add_seconds(const struct report *report, struct strbuf *out,
	const char *fmt, int64_t ms)
{
	char number[32], text[64];

	snprintf(number, sizeof(number), "%" PRId64 ".%02d", ms / 1000,
		(int)(ms % 1000 / 10));
	snprintf(text, sizeof(text), "(%s%s seconds)", fmt, number);
	paint(report, out, GRAY, text);
	strbuf_addch(out, '\n');
}

static void add_result(const struct report *report, struct strbuf *out,
	const struct result *result, size_t depth)
{
	bool passed = result->outcome == PASSED;
	AUTO_STRBUF text = STRBUF_INIT;

	while (depth--)
		strbuf_addstr(out, "  ");
	strbuf_addstr(&text, report->emoji ? (passed ? "✔️ " : "🥊 ")
					   : (passed ? "✓ " : "✗ "));
	strbuf_add_printable(&text, result->name, false);
	if (result->note && *result->note) {
		strbuf_addstr(&text, ": ");
		strbuf_add_printable(&text, result->note, true);
		strbuf_rtrim(&text);
	}
	if (result->allowed)
		strbuf_addstr(&text, " (allowed to fail)");
	paint(report, out,
		passed		  ? GREEN
		: result->allowed ? YELLOW
				  : RED,
		text.buf);
	strbuf_addch(out, ' ');
	add_seconds(report, out, "", result->ms);
}

static void add_results(const struct report *report, struct strbuf *out,
	const struct result *list, size_t depth)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < list->nr; i++) {
			const struct result *one = &list->members[i];

			if (one->outcome != (round ? FAILED : PASSED) ||
				!(report->parts &
					(round ? OUT_FAILURE : OUT_SUCCESS)))
				continue;
			add_result(report, out, one, depth);
			add_results(report, out, one, depth + 1);
		}
}

static bool anything_ran(const struct result *list)
{
	for (size_t i = 0; i < list->nr; i++)
		if (list->members[i].outcome == PASSED ||
			list->members[i].outcome == FAILED)
			return true;
	return false;
}

static void add_heading(const struct report *report, struct strbuf *out,
	const struct result *all)
{
	bool empty = !all->nr && !report->has_jobs;
	AUTO_STRBUF line = STRBUF_INIT;

	if (!(report->parts & OUT_HEADING) ||
		(empty && !(report->parts & OUT_EMPTY_SUMMARY)))
		return;
	if (report->parts & (OUT_INFO | OUT_OUT)) {
		strbuf_addstr(&line, "  ");
		for (int i = 0; i < RULE_WIDTH; i++)
			strbuf_addstr(&line, "─");
		paint(report, out, GRAY, line.buf);
		strbuf_addch(out, '\n');
	}
	paint(report, out, CYAN, "summary: ");
	if (!empty)
		add_seconds(report, out, "done in ", all->ms);
	else
		strbuf_addstr(out, "(skip) empty\n");
}

void box_summary(struct report *report, const struct result *all)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (!report->begun && !report->verbose)
		return;
	if (report->quiet && !anything_ran(all))
		return;
	report_open(report, &out);
	add_heading(report, &out, all);
	add_results(report, &out, all, 0);
	report_put(report, &out);
}
