/*
 * lefthook's output, byte for byte where no colour is wanted, so that eyes and
 * scripts find what they know; without its escape codes in pipes.  The marks
 * do not depend on the terminal (a log has the same ones) but on whether
 * colours were switched off.  A finished job is written in one piece; names
 * and reasons are escaped, since they come from files that anyone may have
 * written, while a job's output is passed on as it is.
 *
 * Live output of jobs that run side by side is written in whole lines, and
 * whatever interrupts an unfinished line ends it first.
 */
#include "runner/report.h"

#include "hookrun/base/fs.h"
#include "hookrun/base/version.h"
#include "hookrun/runner/output.h"

#include <time.h>
#include <unistd.h>

#define YIELD_NS 30000000 /* in which git ends and the shell takes over */
#define HELD_MAX 65536	  /* bytes of a line that are waited for its end */

void report_init(
	struct report *report, const struct run_opts *opts, const char *hook)
{
	*report = (struct report){ .fd = opts->out_fd,
		.emoji = opts->colour || opts->emoji,
		.verbose = opts->verbose,
		.quiet = opts->quiet,
		.parts = OUT_ALL & ~opts->hidden,
		.program = opts->program ? opts->program : "hookrun",
		.preface = opts->preface ? opts->preface : "",
		.version = opts->version ? opts->version : HOOKRUN_VERSION,
		.hook = hook };
	palette_init(&report->palette, opts->colour, opts->colors);
}

static void paint(const struct report *report, struct strbuf *out,
	enum colour colour, const char *text)
{
	palette_paint(&report->palette, out, colour, text);
}

/* By Ctrl-C git ends at once, and the shell has its terminal again; whoever
 * types there wants nothing of ours in between. */
static bool is_taken(const struct report *report)
{
	pid_t group = report->yields ? tcgetpgrp(report->fd) : -1;

	return group >= 0 && group != getpgrp();
}

void report_yield(struct report *report)
{
	const struct timespec moment = { .tv_nsec = YIELD_NS };

	report->yields = true;
	if (tcgetpgrp(report->fd) >= 0)
		nanosleep(&moment, NULL);
}

static void put_captured(struct report *report, struct capture *output)
{
	if (!is_taken(report))
		(void)capture_write(output, report->fd);
}

/* Output that cannot be written (a closed pipe) must not fail a hook: whoever
 * closed it does not want to know. */
static void put_bytes(struct report *report, const char *data, size_t len)
{
	if (!is_taken(report))
		(void)fs_write_all(report->fd, data, len);
}

void report_wipe(struct report *report)
{
	AUTO_STRBUF blank = STRBUF_INIT;

	if (!report->status)
		return;
	strbuf_addf(&blank, "\r%*s\r", (int)report->status, "");
	put_bytes(report, blank.buf, blank.len);
	report->status = 0;
}

void report_status(struct report *report, const char *text)
{
	AUTO_STRBUF line = STRBUF_INIT;
	size_t width = report_columns(text);

	if (report->open)
		return;
	strbuf_addf(&line, "\r%s", text);
	if (report->status > width)
		strbuf_addf(&line, "%*s", (int)(report->status - width), "");
	put_bytes(report, line.buf, line.len);
	report->status = width;
}

static void write_out(struct report *report, const char *data, size_t len)
{
	report_wipe(report);
	put_bytes(report, data, len);
}

/* Whatever is written next begins at the left. */
static void end_open_line(struct report *report)
{
	report_wipe(report);
	if (report->open)
		write_out(report, "\n", 1);
	report->open = NULL;
}

void report_put(struct report *report, const struct strbuf *text)
{
	if (!text->len)
		return;
	end_open_line(report);
	write_out(report, text->buf, text->len);
}

/* ---- the box ------------------------------------------------------------- */

size_t report_columns(const char *text)
{
	size_t nr = 0;

	for (; *text; text++)
		nr += ((unsigned char)*text & 0xc0) != 0x80;
	return nr;
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
	/* the glove is two columns wide */
	return report_columns(name.buf) + report->emoji +
	       report_columns(version.buf) + report_columns(hook.buf) +
	       strlen("   hook:   ");
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

static void add_box(struct report *report, struct strbuf *out)
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

void report_box(struct report *report, struct strbuf *out)
{
	if (report->begun)
		return;
	report->begun = true;
	if (!report->quiet && *report->hook && report->parts & OUT_META)
		add_box(report, out);
	strbuf_addstr(out, report->preface);
}

void report_begin(struct report *report)
{
	AUTO_STRBUF out = STRBUF_INIT;

	report_box(report, &out);
	report_put(report, &out);
}

/* ---- jobs ---------------------------------------------------------------- */

void report_path(struct strbuf *out, const char *outer, const char *name)
{
	if (outer)
		strbuf_addf(out, "%s ❯ ", outer);
	strbuf_add_printable(out, name, false);
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

void report_skip(struct report *report, const char *path, const char *reason)
{
	AUTO_STRBUF out = STRBUF_INIT;

	report_box(report, &out);
	if (report->parts & OUT_SKIPS)
		add_skip(report, &out, path, reason);
	report_put(report, &out);
}

void report_refused(struct report *report, const char *path, const char *reason)
{
	AUTO_STRBUF out = STRBUF_INIT;

	report_box(report, &out);
	add_skip(report, &out, path, reason);
	report_put(report, &out);
}

void report_warning(struct report *report, const char *message)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRBUF text = STRBUF_INIT;

	report_box(report, &out);
	strbuf_addstr(&text, "│  ");
	strbuf_add_printable(&text, message, false);
	paint(report, &out, YELLOW, text.buf);
	strbuf_addch(&out, '\n');
	report_put(report, &out);
}

void report_command(struct report *report, const char *command)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (!report->verbose)
		return;
	report_box(report, &out);
	paint(report, &out, GRAY, "│");
	strbuf_addf(&out, "  [%s] run:  ", report->program);
	strbuf_add_printable(&out, command, false);
	strbuf_addch(&out, '\n');
	report_put(report, &out);
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

void report_output(struct report *report, struct capture *output)
{
	end_open_line(report);
	put_captured(report, output);
	if (output->size && output->last != '\n')
		write_out(report, "\n", 1);
}

/* What a failed job printed is shown in any case. */
void report_job(struct report *report, const char *path, struct capture *output,
	bool failed, const char *ending)
{
	bool shown = failed || report->parts & OUT_OUT;
	AUTO_STRBUF out = STRBUF_INIT;

	report_box(report, &out);
	if (report->parts & OUT_INFO)
		add_header(report, &out, path, failed);
	if (shown && output->size) {
		report_put(report, &out);
		strbuf_reset(&out);
		end_open_line(report);
		put_captured(report, output);
	}
	if (shown) {
		strbuf_addch(&out, '\n');
		add_ending(report, &out, ending);
	}
	if (shown && output->broken)
		strbuf_addf(
			&out, "(output cut: %s)\n", strerror(output->error));
	report_put(report, &out);
}

/* ---- live output --------------------------------------------------------- */

void report_live_begin(struct report *report, const char *path, unsigned header)
{
	AUTO_STRBUF out = STRBUF_INIT;

	report_box(report, &out);
	if (report->parts & header)
		add_header(report, &out, path, false);
	report_put(report, &out);
}

static void write_live(struct report *report, const struct live *live,
	const char *data, size_t len)
{
	if (!len)
		return;
	if (report->open != live)
		end_open_line(report);
	write_out(report, data, len);
	report->open = data[len - 1] == '\n' ? NULL : live;
}

void report_live_output(
	struct report *report, struct live *live, const char *data, size_t len)
{
	size_t whole;

	if (!live->whole_lines) {
		write_live(report, live, data, len);
		return;
	}
	strbuf_add(&live->held, data, len);
	for (whole = live->held.len; whole; whole--)
		if (live->held.buf[whole - 1] == '\n')
			break;
	if (live->held.len - whole > HELD_MAX)
		whole = live->held.len;
	write_live(report, live, live->held.buf, whole);
	strbuf_splice(&live->held, 0, whole, NULL, 0);
}

void report_live_end(
	struct report *report, struct live *live, const char *ending)
{
	AUTO_STRBUF out = STRBUF_INIT;

	write_live(report, live, live->held.buf, live->held.len);
	strbuf_release(&live->held);
	if (report->open == live)
		end_open_line(report);
	add_ending(report, &out, ending);
	report_put(report, &out);
}
