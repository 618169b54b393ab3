/*
 * Our own output: quiet when green, exact when red.  A job that passed has
 * nothing to say; one that failed says all that its mending takes: where it is
 * written, what was run and where, what that printed.  What a built-in step
 * prints is what it has done, and so is shown.  A job that is alone is the
 * whole hook, and its output that of the hook.
 *
 * Output that is long is cut in the middle, where it is least likely to matter
 * (the begin has the first cause, the end the verdict), and kept whole in a
 * file; where that cannot be written, nothing is cut.
 */
#include "runner/report.h"
#include "runner/sections.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/columns.h"
#include "hookrun/base/fs.h"
#include "hookrun/runner/output.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#define WHOLE_LINES 80	 /* up to this many are not cut */
#define HEAD_LINES 20	 /* that stay of more */
#define TAIL_LINES 50	 /* and at the end */
#define PART_BYTES 16384 /* in neither part more than these */
#define COMMAND_COLUMNS 300
#define INDENT "  "

static void paint(const struct report *report, struct strbuf *out,
	enum colour colour, const char *text)
{
	palette_paint(&report->palette, out, colour, text);
}

static void begin(const struct report *report, struct strbuf *out)
{
	(void)report;
	(void)out;
}

/* ---- the line of a job --------------------------------------------------- */

static void add_folder(const struct report *report, struct strbuf *out,
	const struct plan_job *plan)
{
	const char *top = report->opts->repo ? repo_worktree(report->opts->repo)
					     : NULL;
	size_t len = top ? strlen(top) : 0;

	/* the folder of a checkout is gone by then */
	if (plan->commit)
		strbuf_addf(out, "  commit %.12s", plan->commit);
	if (plan->commit || !plan->cwd || !top || !strcmp(plan->cwd, top))
		return;
	strbuf_addstr(out, "  ");
	strbuf_add_printable(out,
		!strncmp(plan->cwd, top, len) && plan->cwd[len] == '/'
			? plan->cwd + len + 1
			: plan->cwd,
		false);
}

static void add_place(const struct report *report, struct strbuf *out,
	const struct node *node)
{
	AUTO_STRBUF place = STRBUF_INIT;

	node_add_place(&place, node);
	if (!place.len)
		return;
	strbuf_addstr(out, "  ");
	paint(report, out, GRAY, place.buf);
}

static const char *mark_of(const struct report *report,
	const struct job_end *end, enum colour *ret_colour)
{
	bool plain = report->opts->plain;

	if (!end->failed) {
		*ret_colour = GREEN;
		return plain ? "passed:" : "✓";
	}
	if (end->allowed) {
		*ret_colour = YELLOW;
		return plain ? "failed, as it may:" : "!";
	}
	*ret_colour = RED;
	return plain ? "failed:" : "✗";
}

/* "✗ eslint  packages/web  0.8s  exit status 1  (lefthook.yml:14)" */
static void add_line(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	enum colour colour;
	const char *mark = mark_of(report, end, &colour);

	paint(report, out, colour, mark);
	strbuf_addch(out, ' ');
	paint(report, out, BOLD, end->path);
	if (end->plan)
		add_folder(report, out, end->plan);
	if (end->output) {
		strbuf_addstr(out, "  ");
		verdict_add_seconds(out, end->ms);
	}
	if (end->ending)
		strbuf_addf(out, "  %s", end->ending);
	if (end->allowed && !report->opts->plain)
		strbuf_addstr(out, "  allowed to fail");
	if (end->plan)
		add_place(report, out, end->plan->config->node);
	strbuf_addch(out, '\n');
}

static void add_job_command(struct strbuf *out, const char *command)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (!command)
		return;
	strbuf_add_printable(&text, command, true);
	strbuf_rtrim(&text);
	strbuf_addstr(out, INDENT "$ ");
	columns_clip(out, text.buf, COMMAND_COLUMNS);
	strbuf_addch(out, '\n');
}

static void add_note(struct strbuf *out, const struct job_end *end)
{
	if (!end->note || (end->ending && !strcmp(end->note, end->ending)))
		return;
	strbuf_addstr(out, INDENT);
	strbuf_add_printable(out, end->note, true);
	strbuf_rtrim(out);
	strbuf_addch(out, '\n');
}

/* ---- output ---------------------------------------------------------------
 */

static void add_indented(struct strbuf *out, const char *data, size_t len)
{
	while (len) {
		const char *end = memchr(data, '\n', len);
		size_t nr = end ? (size_t)(end - data) + 1 : len;

		if (nr > 1 || !end)
			strbuf_addstr(out, INDENT);
		strbuf_add(out, data, nr);
		data += nr;
		len -= nr;
	}
	if (out->len && out->buf[out->len - 1] != '\n')
		strbuf_addch(out, '\n');
}

/* The bytes of the first lines, or of the last. */
static size_t head_of(const char *data, size_t len)
{
	size_t pos = 0;

	for (int lines = 0; lines < HEAD_LINES && pos < len; lines++) {
		const char *end = memchr(data + pos, '\n', len - pos);

		if (!end)
			return len;
		pos = (size_t)(end - data) + 1;
	}
	return pos;
}

static size_t tail_of(const char *data, size_t len)
{
	size_t pos = len;

	for (int lines = 0; pos; pos--)
		if (data[pos - 1] == '\n' && pos < len && ++lines == TAIL_LINES)
			break;
	return len - pos;
}

static size_t count_lines(const char *data, size_t len)
{
	size_t nr = 0;

	for (size_t i = 0; i < len; i++)
		nr += data[i] == '\n';
	return nr;
}

static bool is_long(const struct capture *output)
{
	const struct strbuf *memory = &output->memory;

	return output->size > (int64_t)memory->len ||
	       memory->len > 2 * PART_BYTES ||
	       count_lines(memory->buf, memory->len) > WHOLE_LINES;
}

/* Under the git directory, named after hook, job and line. */
static char *whole_path(const struct report *report, const struct job_end *end)
{
	const struct node *node = end->plan ? end->plan->config->node : NULL;
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addf(&name, "hookrun/output/%s-%.60s", report->hook, end->path);
	for (char *c = name.buf + strlen("hookrun/output/"); *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '.')
			*c = '_';
	strbuf_addf(&name, "-%d.log", node ? node->line : 0);
	return fs_join(repo_gitdir(report->opts->repo), name.buf);
}

static char *keep_whole(const struct report *report, const struct job_end *end)
{
	AUTO_FREE char *dir = NULL;
	AUTO_FD int fd = -1;
	struct err ignored;
	char *path;

	if (!report->opts->repo || end->output->broken)
		return NULL;
	path = whole_path(report, end);
	dir = fs_dirname(path);
	if (!fs_mkdirs(dir, 0700, &ignored))
		fd = open(path,
			O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
			0600);
	if (fd >= 0 && !capture_write(end->output, fd))
		return path;
	free(path);
	return NULL;
}

/* False where it has to be shown whole. */
static bool add_cut(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	const struct strbuf *memory = &end->output->memory;
	AUTO_STRBUF last = STRBUF_INIT;
	AUTO_FREE char *path = NULL;
	size_t head, tail;

	if (report->verbose || sections_wanted() || !is_long(end->output))
		return false;
	path = keep_whole(report, end);
	if (!path || capture_tail(end->output, PART_BYTES, &last))
		return false;
	head = head_of(memory->buf,
		memory->len < PART_BYTES ? memory->len : PART_BYTES);
	tail = tail_of(last.buf, last.len);
	if ((int64_t)(head + tail) >= end->output->size)
		return false;
	add_indented(out, memory->buf, head);
	strbuf_addf(out,
		INDENT "… %" PRId64
		       " bytes are left out here; the whole output: ",
		end->output->size - (int64_t)(head + tail));
	strbuf_add_printable(out, path, false);
	strbuf_addch(out, '\n');
	add_indented(out, last.buf + last.len - tail, tail);
	return true;
}

/* As it is where it is too much to be held twice. */
static void put_output(
	struct report *report, struct strbuf *out, const struct job_end *end)
{
	struct capture *output = end->output;
	bool is_whole;

	if (!output || !output->size)
		return;
	is_whole = output->size == (int64_t)output->memory.len;
	if (end->failed && add_cut(report, out, end))
		return;
	if (!is_whole) {
		report_put(report, out);
		strbuf_reset(out);
		report_output(report, output);
	} else {
		add_indented(out, output->memory.buf, output->memory.len);
	}
	if (memchr(output->memory.buf, '\033', output->memory.len))
		strbuf_addstr(
			out, "\033[m"); /* what a job left on is its own */
	if (is_whole)
		report_cut(out, output);
}

/* ---- the form -------------------------------------------------------------
 */

static bool is_shown(const struct report *report, const struct job_end *end)
{
	if (end->failed || report->verbose)
		return true;
	if (!end->output->size || report->opts->hush)
		return false;
	return sections_wanted() ||
	       (end->plan &&
		       (end->plan->step || end->plan->config->show_always));
}

/* A step that did what it says, and says who it is. */
static bool needs_no_line(const struct job_end *end)
{
	return end->plan && step_signs(end->plan->step, end->path) &&
	       !sections_wanted();
}

static void put_job(struct report *report, const struct job_end *end)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRBUF line = STRBUF_INIT;

	report_open(report, &out);
	report_put(report, &out);
	strbuf_reset(&out);
	if (!end->failed && !report->verbose && !report->opts->hush &&
		(report->alone || needs_no_line(end))) {
		report_output(report, end->output);
		return;
	}
	if (!is_shown(report, end))
		return;
	add_line(report, &line, end);
	if (end->failed)
		strbuf_addstr(&out, line.buf);
	else
		sections_begin(&out, line.buf, end->path);
	if (end->failed || report->verbose)
		add_job_command(&out, end->command);
	put_output(report, &out, end);
	if (end->failed)
		add_note(&out, end);
	if (end->failed)
		sections_annotate(&out, end->output, end->plan, end->path);
	else
		sections_end(&out, end->path);
	report_put(report, &out);
}

static void add_refusal(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	AUTO_STRBUF text = STRBUF_INIT;

	add_line(report, out, end);
	strbuf_add_printable(&text, end->note, true);
	strbuf_rtrim(&text);
	add_indented(out, text.buf, text.len);
}

static void add_skip(const struct report *report, struct strbuf *out,
	const char *path, const char *reason)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "%s  skipped: ", path);
	strbuf_add_printable(&text, reason, true);
	strbuf_rtrim(&text);
	strbuf_addstr(out, "- ");
	paint(report, out, GRAY, text.buf);
	strbuf_addch(out, '\n');
}

static void add_warning(
	const struct report *report, struct strbuf *out, const char *message)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "%s: warning: ", report->program);
	strbuf_add_printable(&text, message, false);
	paint(report, out, YELLOW, text.buf);
	strbuf_addch(out, '\n');
}

/* It stands in the job's block. */
static void add_command(
	const struct report *report, struct strbuf *out, const char *command)
{
	(void)report;
	(void)out;
	(void)command;
}

static void add_live_header(
	const struct report *report, struct strbuf *out, const char *path)
{
	paint(report, out, BOLD, path);
	strbuf_addstr(out, ":\n");
}

/* What it printed is on the screen already. */
static void add_live_end(const struct report *report, struct strbuf *out,
	const struct job_end *end)
{
	if (!end->failed)
		return;
	add_line(report, out, end);
	add_job_command(out, end->command);
	add_note(out, end);
}

const struct report_form report_form_compact = { .begin = begin,
	.skip = add_skip,
	.refusal = add_refusal,
	.warning = add_warning,
	.command = add_command,
	.live_header = add_live_header,
	.live_end = add_live_end,
	.job = put_job,
	.summary = compact_summary };
