/*
 * For a coding agent, who reads every word and pays for it: of each failed job
 * the command, so that it can be run again, and the places in files that its
 * output names.  Output that names none is told instead, its end, since
 * something must say what is wrong.  What passed is not mentioned.
 */
#include "runner/report.h"

#include "runner/mark.h"

#include "hookrun/base/columns.h"
#include "hookrun/files/template.h"

#include <inttypes.h>

#define OUTPUT_BYTES 16384 /* of the end of an output without places */

static void begin(const struct report *report, struct strbuf *out)
{
	(void)report;
	(void)out;
}

static void add_skip(const struct report *report, struct strbuf *out,
	const char *path, const char *reason)
{
	(void)report;
	(void)out;
	(void)path;
	(void)reason;
}

static void add_nothing(
	const struct report *report, struct strbuf *out, const char *text)
{
	(void)report;
	(void)out;
	(void)text;
}

static void add_warning(
	const struct report *report, struct strbuf *out, const char *text)
{
	strbuf_addf(out, "%s: warning: ", report->program);
	strbuf_add_printable(out, text, false);
	strbuf_addch(out, '\n');
}

static const char *top_of(const struct report *report)
{
	return report->opts->repo ? repo_worktree(report->opts->repo) : NULL;
}

/* "$ cd packages/web && npx eslint src/a.js"; a step has a name only. */
static void add_command(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	const char *top = top_of(report);
	const char *cwd = end->plan ? end->plan->cwd : NULL;
	const struct mark folder = { .file = cwd };

	strbuf_addstr(out, end->command ? "$ " : "failed: ");
	if (end->command && cwd && top && strcmp(cwd, top) != 0) {
		strbuf_addstr(out, "cd ");
		template_quote(out, mark_path(&folder, top));
		strbuf_addstr(out, " && ");
	}
	strbuf_add_printable(
		out, end->command ? end->command : end->path, true);
	strbuf_rtrim(out);
	strbuf_addch(out, '\n');
}

static void add_lines(struct strbuf *out, const char *text)
{
	strbuf_add_printable(out, text, true);
	strbuf_rtrim(out);
	strbuf_addch(out, '\n');
}

struct marking {
	struct strbuf *out;
	const char *top;
};

static bool add_mark(const struct mark *mark, void *data)
{
	const struct marking *marking = data;
	struct strbuf *out = marking->out;

	strbuf_add_printable(out, mark_path(mark, marking->top), false);
	strbuf_addf(out, ":%ld", mark->line);
	if (mark->column)
		strbuf_addf(out, ":%ld", mark->column);
	if (*mark->text)
		strbuf_addstr(out, ": ");
	strbuf_add_printable(out, mark->text, false);
	strbuf_addch(out, '\n');
	return true;
}

/* Appended; false where the output names no place. */
static bool add_marks(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	struct marking marking = { out, top_of(report) };
	const struct strbuf *text = &end->output->memory;
	size_t before = out->len;

	if (!end->plan || !end->plan->cwd)
		return false;
	marks_each(text->buf, text->len, end->plan->cwd, add_mark, &marking);
	return out->len > before;
}

static void add_end(struct strbuf *out, const struct capture *output)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (output->size > OUTPUT_BYTES)
		strbuf_addf(out, "[%" PRId64 " bytes before this]\n",
			output->size - OUTPUT_BYTES);
	if (!output->size || capture_tail(output, OUTPUT_BYTES, &text))
		return;
	columns_strip(text.buf);
	add_lines(out, text.buf);
}

static void put_job(struct report *report, const struct job_end *end)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (!end->failed || end->allowed)
		return;
	report_open(report, &out);
	add_command(report, &out, end);
	if (!add_marks(report, &out, end))
		add_end(&out, end->output);
	if (end->note || (!end->output->size && end->ending))
		add_lines(&out, end->note ? end->note : end->ending);
	report_put(report, &out);
}

static void add_refusal(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	(void)report;
	strbuf_addf(out, "failed: %s\n", end->path);
	add_lines(out, end->note);
}

/* Nothing is shown as it comes. */
static void add_live_end(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	(void)report;
	(void)out;
	(void)end;
}

static void put_summary(struct report *report, const struct result *all)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (report->interrupted)
		strbuf_addf(&out, "interrupted: %s\n", report->hook);
	else if (all->outcome == FAILED && !report->begun)
		strbuf_addf(&out, "failed: %s\n%s\n", report->hook,
			all->note ? all->note : "out of time");
	report_put(report, &out);
}

const struct report_form report_form_agent = { .begin = begin,
	.skip = add_skip,
	.refusal = add_refusal,
	.warning = add_warning,
	.command = add_nothing,
	.live_header = add_nothing,
	.live_end = add_live_end,
	.job = put_job,
	.summary = put_summary };
