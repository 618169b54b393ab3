/*
 * lefthook's output, byte for byte where no colour is wanted, so that eyes and
 * scripts find what they know; without its escape codes in pipes.  The marks
 * do not depend on the terminal (a log has the same ones) but on whether
 * colours were switched off.
 */
#include "runner/report.h"

#include "hookrun/base/columns.h"
#include "hookrun/runner/output.h"

static void paint(const struct report *report, struct strbuf *out,
	enum colour colour, const char *text)
{
	palette_paint(&report->palette, out, colour, text);
}

/* Returns its width. */
static size_t add_box_text(const struct report *report, struct strbuf *out)
{
	AUTO_STRBUF name = STRBUF_INIT;
	AUTO_STRBUF version = STRBUF_INIT;
	AUTO_STRBUF hook = STRBUF_INIT;

	strbuf_addf(
		&name, "%s%s ", report->emoji ? "🥊 " : "", report->program);
	strbuf_addf(&version, "v%s", report->version);
	strbuf_add_printable(&hook, report->hook, false);
	paint(report, out, CYAN, name.buf);
	strbuf_addch(out, ' ');
	paint(report, out, GRAY, version.buf);
	strbuf_addch(out, ' ');
	paint(report, out, GRAY, "  hook: ");
	strbuf_addch(out, ' ');
	paint(report, out, BOLD, hook.buf);
	return columns_of(name.buf) + columns_of(version.buf) +
	       columns_of(hook.buf) + strlen("   hook:   ");
}

static void add_edge(const struct report *report, struct strbuf *out,
	const char *left, size_t width, const char *right)
{
	AUTO_STRBUF edge = STRBUF_INIT;

	strbuf_addstr(&edge, left);
	while (width--)
		strbuf_addstr(&edge, "─");
	strbuf_addstr(&edge, right);
	paint(report, out, GRAY, edge.buf);
	strbuf_addch(out, '\n');
}

static void add_box(const struct report *report, struct strbuf *out)
{
	AUTO_STRBUF text = STRBUF_INIT;
	size_t width = add_box_text(report, &text) + 2;

	add_edge(report, out, "╭", width, "╮");
	paint(report, out, GRAY, "│");
	strbuf_addch(out, ' ');
	strbuf_add(out, text.buf, text.len);
	strbuf_addch(out, ' ');
	paint(report, out, GRAY, "│");
	strbuf_addch(out, '\n');
	add_edge(report, out, "╰", width, "╯");
}

static void add_skip(const struct report *report, struct strbuf *out,
	const char *path, const char *reason)
{
	AUTO_STRBUF text = STRBUF_INIT;

	paint(report, out, CYAN, "│");
	strbuf_addstr(out, "  ");
	paint(report, out, CYAN, path);
	strbuf_addch(out, ' ');
	paint(report, out, GRAY, "(skip)");
	strbuf_addch(out, ' ');
	strbuf_add_printable(&text, reason, true);
	strbuf_rtrim(&text);
	paint(report, out, YELLOW, text.buf);
	strbuf_addch(out, '\n');
}

static void add_header(const struct report *report, struct strbuf *out,
	const char *path, bool failed)
{
	enum colour colour = failed ? RED : CYAN;
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "%s ❯ ", path);
	paint(report, out, colour, "┃");
	strbuf_addstr(out, "  ");
	paint(report, out, colour, text.buf);
	strbuf_addch(out, '\n');
}

static void add_ending(
	const struct report *report, struct strbuf *out, const char *ending)
{
	if (!ending)
		return;
	paint(report, out, RED, ending);
	strbuf_addch(out, '\n');
}

static void begin(const struct report *report, struct strbuf *out)
{
	if (!report->quiet && *report->hook && report->parts & OUT_META)
		add_box(report, out);
}

static void add_refusal(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	add_skip(report, out, end->path, end->note);
}

static void add_warning(
	const struct report *report, struct strbuf *out, const char *message)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addstr(&text, "│  ");
	strbuf_add_printable(&text, message, false);
	paint(report, out, YELLOW, text.buf);
	strbuf_addch(out, '\n');
}

static void add_command(
	const struct report *report, struct strbuf *out, const char *command)
{
	paint(report, out, GRAY, "│");
	strbuf_addf(out, "  [%s] run:  ", report->program);
	strbuf_add_printable(out, command, false);
	strbuf_addch(out, '\n');
}

static void add_live_header(
	const struct report *report, struct strbuf *out, const char *path)
{
	add_header(report, out, path, false);
}

/* What a failed job printed is shown in any case. */
static void put_job(struct report *report, const struct job_end *end)
{
	bool shown = end->failed || report->parts & OUT_OUT;
	AUTO_STRBUF out = STRBUF_INIT;

	report_open(report, &out);
	if (report->parts & OUT_INFO)
		add_header(report, &out, end->path, end->failed);
	if (shown && end->output->size) {
		report_put(report, &out);
		strbuf_reset(&out);
		report_put_capture(report, end->output);
	}
	if (shown) {
		strbuf_addch(&out, '\n');
		add_ending(report, &out, end->ending);
	}
	if (shown)
		report_cut(&out, end->output);
	report_put(report, &out);
}

/* Under `follow` lefthook says in the summary only how a command ended. */
static void add_live_end(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	if (!end->plan || end->plan->step)
		add_ending(report, out, end->ending);
}

const struct report_form report_form_box = { .begin = begin,
	.skip = add_skip,
	.refusal = add_refusal,
	.warning = add_warning,
	.command = add_command,
	.live_header = add_live_header,
	.live_end = add_live_end,
	.job = put_job,
	.summary = box_summary };
