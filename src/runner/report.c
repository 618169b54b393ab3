/*
 * The only printer.  Here is what the forms share: who may write when, in
 * which pieces, and what has to be ended or wiped before; what it looks like
 * is the form's, box.c (lefthook's) or compact.c.  A finished job is written in
 * one piece; names and reasons are escaped, since they come from files that
 * anyone may have written, while a job's output is passed on as it is.
 *
 * Live output of jobs that run side by side is written in whole lines, and
 * whatever interrupts an unfinished line ends it first.
 */
#include "runner/report.h"

#include "hookrun/base/columns.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/version.h"
#include "hookrun/runner/output.h"

#include <time.h>
#include <unistd.h>

#define YIELD_NS 30000000 /* in which git ends and the shell takes over */
#define HELD_MAX 65536	  /* bytes of a line that are waited for its end */

void report_init(struct report *report, const struct report_form *form,
	const struct run_opts *opts, const char *hook)
{
	*report = (struct report){ .fd = opts->out_fd,
		.form = form,
		.opts = opts,
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

	if (report->screen.nr) {
		screen_wipe(&report->screen, report->fd, &blank);
	} else if (report->status) {
		strbuf_addf(&blank, "\r%*s\r", (int)report->status, "");
		report->status = 0;
	}
	if (blank.len)
		put_bytes(report, blank.buf, blank.len);
}

void report_status(struct report *report, const char *text)
{
	AUTO_STRBUF line = STRBUF_INIT;
	size_t width = columns_of(text);

	if (report->open)
		return;
	strbuf_addf(&line, "\r%s", text);
	if (report->status > width)
		strbuf_addf(&line, "%*s", (int)(report->status - width), "");
	put_bytes(report, line.buf, line.len);
	report->status = width;
}

void report_screen(struct report *report, const struct strvec *lines)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (report->open)
		return;
	screen_draw(&report->screen, report->fd, lines, &out);
	put_bytes(report, out.buf, out.len);
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

void report_put_capture(struct report *report, struct capture *output)
{
	end_open_line(report);
	put_captured(report, output);
}

void report_open(struct report *report, struct strbuf *out)
{
	if (report->begun)
		return;
	report->begun = true;
	report->form->begin(report, out);
	strbuf_addstr(out, report->preface);
}

void report_begin(struct report *report)
{
	AUTO_STRBUF out = STRBUF_INIT;

	report_open(report, &out);
	report_put(report, &out);
}

/* ---- jobs ---------------------------------------------------------------- */

void report_path(struct strbuf *out, const char *outer, const char *name)
{
	if (outer)
		strbuf_addf(out, "%s ❯ ", outer);
	strbuf_add_printable(out, name, false);
}

void report_told_skip(
	struct report *report, const char *path, const char *reason)
{
	AUTO_STRBUF out = STRBUF_INIT;

	report_open(report, &out);
	report->form->skip(report, &out, path, reason);
	report_put(report, &out);
}

void report_skip(struct report *report, const char *path, const char *reason)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (report->parts & OUT_SKIPS) {
		report_told_skip(report, path, reason);
		return;
	}
	report_open(report, &out);
	report_put(report, &out);
}

void report_refused(struct report *report, const struct job_end *end)
{
	AUTO_STRBUF out = STRBUF_INIT;

	report_open(report, &out);
	report->form->refusal(report, &out, end);
	report_put(report, &out);
}

void report_warning(struct report *report, const char *message)
{
	AUTO_STRBUF out = STRBUF_INIT;

	report_open(report, &out);
	report->form->warning(report, &out, message);
	report_put(report, &out);
}

void report_command(struct report *report, const char *command)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (!report->verbose)
		return;
	report_open(report, &out);
	report->form->command(report, &out, command);
	report_put(report, &out);
}

void report_cut(struct strbuf *out, const struct capture *output)
{
	if (output->broken)
		strbuf_addf(out, "(output cut: %s)\n", strerror(output->error));
}

void report_output(struct report *report, struct capture *output)
{
	AUTO_STRBUF cut = STRBUF_INIT;

	report_put_capture(report, output);
	if (output->size && output->last != '\n')
		write_out(report, "\n", 1);
	report_cut(&cut, output);
	report_put(report, &cut);
}

void report_job(struct report *report, const struct job_end *end)
{
	report->form->job(report, end);
}

void report_summary(struct report *report, const struct result *all)
{
	report->form->summary(report, all);
}

/* ---- live output --------------------------------------------------------- */

void report_live_begin(struct report *report, const struct live *live,
	const char *path, unsigned header)
{
	AUTO_STRBUF out = STRBUF_INIT;

	report_open(report, &out);
	if (report->parts & header && !live->prefix)
		report->form->live_header(report, &out, path);
	report_put(report, &out);
}

/* Each line with the name of whose it is. */
static void add_prefixed(struct strbuf *out, const char *prefix,
	const char *data, size_t len, bool in_line)
{
	while (len) {
		const char *end = memchr(data, '\n', len);
		size_t nr = end ? (size_t)(end - data) + 1 : len;

		if (!in_line)
			strbuf_addf(out, "%s | ", prefix);
		strbuf_add(out, data, nr);
		in_line = false;
		data += nr;
		len -= nr;
	}
}

static void write_live(struct report *report, const struct live *live,
	const char *data, size_t len)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (!len)
		return;
	if (report->open != live)
		end_open_line(report);
	if (live->prefix)
		add_prefixed(
			&text, live->prefix, data, len, report->open == live);
	else
		strbuf_add(&text, data, len);
	write_out(report, text.buf, text.len);
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
	struct report *report, struct live *live, const struct job_end *end)
{
	AUTO_STRBUF out = STRBUF_INIT;

	write_live(report, live, live->held.buf, live->held.len);
	strbuf_release(&live->held);
	if (report->open == live)
		end_open_line(report);
	if (end)
		report->form->live_end(report, &out, end);
	report_put(report, &out);
}
