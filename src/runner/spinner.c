/*
 * "waiting: lint, test" on a terminal while jobs run whose output comes later.
 *
 * It is drawn with blanks and carriage returns only, so it costs no escape
 * code, and it is wiped before anything else is written.  It is not drawn in
 * CI, where terminals are logs, nor while a job prints live.  It waits for a
 * moment first: most hooks are done by then, and nobody likes a flicker.
 */
#include "runner/execution.h"

#include "hookrun/base/clock.h"

#include <stdlib.h>
#include <sys/ioctl.h>

#define FIRST_MS 200
#define FRAME_MS 100
#define WIDTH_WITHOUT 80 /* columns where the terminal does not tell */

static bool is_wanted(const struct execution *execution)
{
	const char *term = getenv("TERM");

	return execution->out_is_tty && !execution->opts->no_tty &&
	       !execution->plan->hook->follow && !getenv("CI") && term &&
	       strcmp(term, "dumb") != 0;
}

static size_t width_of(int fd)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col)
		return WIDTH_WITHOUT;
	return size.ws_col;
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

static void draw(struct execution *execution)
{
	static const char *const frames[] = { "⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦",
		"⠧", "⠇", "⠏" };
	struct names names = { .text = STRBUF_INIT };
	AUTO_STRBUF line = STRBUF_INIT;
	const char *frame = frames[execution->frame++ % 10];

	add_names(&execution->root, &names);
	strbuf_addf(&line, "%s waiting: %s", frame, names.text.buf);
	if (report_columns(line.buf) >= width_of(execution->opts->out_fd)) {
		strbuf_reset(&line);
		strbuf_addf(&line, "%s waiting: %zu jobs", frame, names.nr);
	}
	if (names.nr && !names.live && !execution->alone)
		report_status(&execution->report, line.buf);
	strbuf_release(&names.text);
}

static void tick(void *data)
{
	struct execution *execution = data;

	draw(execution);
	loop_timer(execution->loop, clock_now_ms() + FRAME_MS, tick, data);
}

void spinner_start(struct execution *execution)
{
	if (is_wanted(execution))
		loop_timer(execution->loop, clock_now_ms() + FIRST_MS, tick,
			execution);
}
