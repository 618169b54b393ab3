/*
 * What is waited for, on a terminal while jobs run whose output comes later:
 * "waiting: lint, test" in lefthook's form, with blanks and carriage returns
 * only; a line for each job in ours.
 *
 * It is wiped before anything else is written.  It is not drawn in CI, where
 * terminals are logs, nor while a job prints live.  It waits for a moment
 * first: most hooks are done by then, and nobody likes a flicker.
 */
#include "runner/execution.h"

#include "runner/board.h"

#include "hookrun/base/clock.h"
#include "hookrun/base/columns.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_MS 200
#define FRAME_MS 100
#define LAST_LINE_MAX 200 /* bytes of what a step printed last */

static bool is_wanted(const struct execution *execution)
{
	const char *term = getenv("TERM");

	return execution->out_is_tty && !execution->opts->no_tty &&
	       !execution->opts->plain && !execution->plan->hook->follow &&
	       !getenv("CI") && term && strcmp(term, "dumb") != 0;
}

static size_t width_of(int fd)
{
	size_t columns, rows;

	screen_size(fd, &columns, &rows);
	return columns;
}

struct names {
	struct strbuf text;
	size_t nr;
	bool live;
};

static void add_names(const struct exec_list *list, struct names *names)
{
	for (size_t i = list->first; i < list->plan->nr; i++) {
		const struct exec_job *job = &list->jobs[i];

		if (job->group && job->state == JOB_RUNNING)
			add_names(job->group, names);
		if (!job->task)
			continue;
		strbuf_addf(
			&names->text, "%s%s", names->nr ? ", " : "", job->path);
		names->nr++;
		/* nor over a question */
		names->live = names->live || job->shown_live ||
			      job->step_check.question;
	}
}

static const char *next_frame(struct execution *execution)
{
	static const char *const frames[] = { "⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦",
		"⠧", "⠇", "⠏" };

	return frames[execution->frame++ % 10];
}

static void draw_names(struct execution *execution)
{
	struct names names = { .text = STRBUF_INIT };
	AUTO_STRBUF line = STRBUF_INIT;
	const char *frame = next_frame(execution);

	add_names(&execution->root, &names);
	strbuf_addf(&line, "%s waiting: %s", frame, names.text.buf);
	if (columns_of(line.buf) >= width_of(execution->opts->out_fd)) {
		strbuf_reset(&line);
		strbuf_addf(&line, "%s waiting: %zu jobs", frame, names.nr);
	}
	if (names.nr && !names.live && !execution->alone)
		report_status(&execution->report, line.buf);
	strbuf_release(&names.text);
}

/* ---- a line for each job --------------------------------------------------
 */

struct lines {
	struct strvec v;
	size_t max;	      /* that there is room for */
	size_t running, done; /* leaves */
	size_t all;
	bool live; /* or a step speaks */
};

/* The last line that it has printed, as far as that is text. */
static void add_last_line(struct strbuf *out, const struct strbuf *output)
{
	AUTO_STRBUF line = STRBUF_INIT;
	size_t end = output->len, start;

	while (end && strchr("\r\n", output->buf[end - 1]))
		end--;
	for (start = end; start && end - start < LAST_LINE_MAX; start--)
		if (strchr("\r\n", output->buf[start - 1]))
			break;
	strbuf_add(&line, output->buf + start, end - start);
	if (!line.len || strchr(line.buf, '\033'))
		return;
	strbuf_addstr(out, "  ");
	strbuf_add_printable(out, line.buf, false);
}

static void add_doing(struct strbuf *out, const char *doing)
{
	strbuf_addstr(out, "  ");
	strbuf_add_printable(out, doing, false);
}

static void add_running(const struct exec_job *job, struct lines *lines)
{
	AUTO_STRBUF line = STRBUF_INIT;

	lines->running++;
	if (job->shown_live || !board_may_draw(job->step_ctx.board))
		lines->live = true;
	if (lines->v.nr == lines->max)
		return;
	strbuf_addf(&line, "  %s  ", job->path);
	verdict_add_seconds(&line, clock_now_ms() - job->started_ms);
	if (job->step_ctx.board && *job->step_ctx.board->doing)
		add_doing(&line, job->step_ctx.board->doing);
	else if (job->plan->step)
		add_last_line(&line, &job->output.memory);
	strvec_push(&lines->v, line.buf);
}

static void add_lines(const struct exec_list *list, struct lines *lines)
{
	if (list->before)
		add_lines(list->before, lines);
	for (size_t i = 0; i < list->plan->nr; i++) {
		const struct exec_job *job = &list->jobs[i];

		if (job->group && job->state == JOB_RUNNING) {
			add_lines(job->group, lines);
			continue;
		}
		if (job->result->outcome == SKIPPED)
			continue;
		lines->all++;
		lines->done += job->state == JOB_DONE;
		if (job->task)
			add_running(job, lines);
	}
}

static void push_first(struct lines *lines, const char *text)
{
	struct strvec v = STRVEC_INIT;

	strvec_push(&v, text);
	strvec_push_all(&v, lines->v.v);
	strvec_release(&lines->v);
	lines->v = v;
}

static void all_wiped(const struct exec_list *list)
{
	for (size_t i = 0; i < list->plan->nr; i++) {
		const struct exec_job *job = &list->jobs[i];

		if (job->group && job->state == JOB_RUNNING)
			all_wiped(job->group);
		else
			board_wiped(job->step_ctx.board);
	}
}

static void draw_lines(struct execution *execution)
{
	struct lines lines = { .v = STRVEC_INIT };
	AUTO_STRBUF text = STRBUF_INIT;
	size_t columns, rows;

	screen_size(execution->opts->out_fd, &columns, &rows);
	/* the first line, the count, and one that stays free */
	lines.max = rows > 3 ? rows - 3 : 0;
	if (lines.max > SCREEN_LINES_MAX - 2)
		lines.max = SCREEN_LINES_MAX - 2;
	add_lines(&execution->root, &lines);
	strbuf_addf(&text, "%s %s %zu/%zu", next_frame(execution),
		execution->plan->hook->name, lines.done, lines.all);
	push_first(&lines, text.buf);
	strbuf_reset(&text);
	if (lines.running > lines.v.nr - 1)
		strbuf_addf(&text, "  and %zu more",
			lines.running - (lines.v.nr - 1));
	if (text.len)
		strvec_push(&lines.v, text.buf);
	if (lines.running && !lines.live && !execution->alone) {
		report_screen(&execution->report, &lines.v);
	} else {
		report_wipe(&execution->report);
		all_wiped(&execution->root);
	}
	strvec_release(&lines.v);
}

static void tick(void *data)
{
	struct execution *execution = data;

	if (execution->opts->compact)
		draw_lines(execution);
	else
		draw_names(execution);
	loop_timer(execution->loop, clock_now_ms() + FRAME_MS, tick, data);
}

void spinner_start(struct execution *execution)
{
	if (!is_wanted(execution))
		return;
	execution->draws = execution->opts->compact;
	loop_timer(execution->loop, clock_now_ms() + FIRST_MS, tick, execution);
}
