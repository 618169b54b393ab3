/*
 * lefthook's output, byte for byte where no colour is wanted, so that eyes and
 * scripts find what they know; without its escape codes in pipes, and lazily:
 * the banner waits for the first thing worth printing, so that a hook whose
 * steps find nothing to do is silent.  A finished job is written in one piece;
 * names and reasons are escaped, since they come from files that anyone may
 * have written, while a job's output is passed on as it is.
 */
#include "report.h"

#include "hookrun/base/fs.h"
#include "hookrun/base/version.h"

#include <inttypes.h>

#define CYAN "\033[36m"
#define GREY "\033[90m"
#define GREEN "\033[32m"
#define RED "\033[31m"
#define YELLOW "\033[33m"
#define BOLD "\033[1m"
#define PLAIN "\033[m"

void report_init(
	struct report *report, const struct run_opts *opts, const char *hook)
{
	*report = (struct report){ .fd = opts->out_fd,
		.colour = opts->colour,
		.verbose = opts->verbose,
		.quiet = opts->quiet,
		.hook = hook };
}

static bool is_control(const unsigned char *p)
{
	/* 0xc2 0x80..0x9f are the C1 controls, some terminals obey them */
	return *p < 0x20 || *p == 0x7f ||
	       (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0);
}

void report_escape(struct strbuf *out, const char *text, bool lines)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (lines && (*p == '\n' || *p == '\t'))
			strbuf_addch(out, (char)*p);
		else if (*p == '\n')
			strbuf_addstr(out, "\\n");
		else if (*p == '\t')
			strbuf_addstr(out, "\\t");
		else if (!is_control(p))
			strbuf_addch(out, (char)*p);
		else
			strbuf_addf(out, "\\x%02x", *p == 0xc2 ? *++p : *p);
	}
}

static void paint(const struct report *report, struct strbuf *out,
	const char *code, const char *text)
{
	if (report->colour)
		strbuf_addf(out, "%s%s%s", code, text, PLAIN);
	else
		strbuf_addstr(out, text);
}

/* Output that cannot be written (a closed pipe) must not fail a hook: whoever
 * closed it does not want to know. */
static void put(struct report *report, const struct strbuf *text)
{
	(void)fs_write_all(report->fd, text->buf, text->len);
}

static size_t columns(const char *text)
{
	size_t nr = 0;

	for (; *text; text++)
		nr += ((unsigned char)*text & 0xc0) != 0x80;
	return nr;
}

static void add_times(struct strbuf *out, const char *text, size_t nr)
{
	while (nr--)
		strbuf_addstr(out, text);
}

static size_t banner_text(const struct report *report, struct strbuf *out)
{
	AUTO_STRBUF hook = STRBUF_INIT;
	size_t width;

	report_escape(&hook, report->hook, false);
	width = columns(hook.buf) +
		strlen("hookrun  v" HOOKRUN_VERSION "   hook:  ");
	if (report->colour) {
		strbuf_addf(out,
			"🥊 hookrun  v" HOOKRUN_VERSION "   hook:  " BOLD
			"%s" PLAIN,
			hook.buf);
		return width + 3; /* the glove is two columns wide */
	}
	strbuf_addf(out, "hookrun  v" HOOKRUN_VERSION "   hook:  %s", hook.buf);
	return width;
}

static void begin(struct report *report, struct strbuf *out)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_STRBUF line = STRBUF_INIT;
	AUTO_STRBUF edge = STRBUF_INIT;

	if (report->begun || report->quiet || !*report->hook) {
		report->begun = true;
		return;
	}
	report->begun = true;
	add_times(&line, "─", banner_text(report, &text) + 2);
	strbuf_addf(&edge, "╭%s╮", line.buf);
	paint(report, out, GREY, edge.buf);
	strbuf_addch(out, '\n');
	paint(report, out, GREY, "│");
	strbuf_addf(out, " %s ", text.buf);
	paint(report, out, GREY, "│");
	strbuf_addch(out, '\n');
	strbuf_reset(&edge);
	strbuf_addf(&edge, "╰%s╯", line.buf);
	paint(report, out, GREY, edge.buf);
	strbuf_addch(out, '\n');
}

void report_path(struct strbuf *out, const char *outer, const char *name)
{
	if (outer)
		strbuf_addf(out, "%s ❯ ", outer);
	report_escape(out, name, false);
}

void report_skip(struct report *report, const char *path, const char *reason)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRBUF text = STRBUF_INIT;

	begin(report, &out);
	paint(report, &out, GREY, "│");
	strbuf_addf(&out, "  %s ", path);
	strbuf_addstr(&text, "(skip) ");
	report_escape(&text, reason, false);
	paint(report, &out, YELLOW, text.buf);
	strbuf_addch(&out, '\n');
	put(report, &out);
}

static void add_header(const struct report *report, struct strbuf *out,
	const char *path, bool failed)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "┃  %s ❯ ", path);
	paint(report, out, failed ? RED : CYAN, text.buf);
	strbuf_addch(out, '\n');
}

/* Output ends in a line break and an empty line, then how the job ended. */
static void add_ending(const struct report *report, struct strbuf *out,
	int64_t size, char last, const char *ending)
{
	if (size)
		strbuf_addstr(out, last == '\n' ? "\n" : "\n\n");
	if (!ending)
		return;
	paint(report, out, RED, ending);
	strbuf_addch(out, '\n');
}

void report_job(struct report *report, const char *path, struct capture *output,
	bool failed, const char *ending)
{
	AUTO_STRBUF head = STRBUF_INIT;
	AUTO_STRBUF tail = STRBUF_INIT;

	begin(report, &head);
	add_header(report, &head, path, failed);
	add_ending(report, &tail, output->size, output->last, ending);
	if (output->broken)
		strbuf_addstr(&tail,
			"(output cut: no space left for the rest of it)\n");
	put(report, &head);
	(void)capture_write(output, report->fd);
	put(report, &tail);
}

void report_live_begin(struct report *report, const char *path)
{
	AUTO_STRBUF out = STRBUF_INIT;

	begin(report, &out);
	add_header(report, &out, path, false);
	put(report, &out);
}

void report_live_output(
	struct report *report, struct live *live, const char *data, size_t len)
{
	if (!len)
		return;
	live->size += (int64_t)len;
	live->last = data[len - 1];
	(void)fs_write_all(report->fd, data, len);
}

void report_live_end(
	struct report *report, const struct live *live, const char *ending)
{
	AUTO_STRBUF out = STRBUF_INIT;

	add_ending(report, &out, live->size, live->last, ending);
	put(report, &out);
}

static void add_seconds(const struct report *report, struct strbuf *out,
	const char *fmt, int64_t ms)
{
	char number[32], text[64];

	snprintf(number, sizeof(number), "%" PRId64 ".%02d", ms / 1000,
		(int)(ms % 1000 / 10));
	snprintf(text, sizeof(text), "(%s%s seconds)", fmt, number);
	paint(report, out, GREY, text);
	strbuf_addch(out, '\n');
}

static void add_result(const struct report *report, struct strbuf *out,
	const struct result *result, size_t depth)
{
	bool passed = result->outcome == PASSED;
	AUTO_STRBUF text = STRBUF_INIT;

	add_times(out, "  ", depth);
	strbuf_addstr(&text, report->colour ? (passed ? "✔️ " : "🥊 ")
					    : (passed ? "✓ " : "✗ "));
	report_escape(&text, result->name, false);
	if (!passed && result->note && *result->note) {
		strbuf_addstr(&text, ": ");
		report_escape(&text, result->note, true);
		strbuf_rtrim(&text);
	}
	paint(report, out, passed ? GREEN : RED, text.buf);
	strbuf_addch(out, ' ');
	add_seconds(report, out, "", result->ms);
}

static void add_results(const struct report *report, struct strbuf *out,
	const struct result *list, size_t depth)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < list->nr; i++) {
			const struct result *one = &list->members[i];

			if (one->outcome != (round ? FAILED : PASSED))
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

void report_summary(struct report *report, const struct result *all)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRBUF line = STRBUF_INIT;
	AUTO_STRBUF scratch = STRBUF_INIT;

	if (!report->begun && !report->verbose)
		return;
	if (report->quiet && !anything_ran(all))
		return;
	begin(report, &out);
	strbuf_addstr(&line, "  ");
	add_times(&line, "─", banner_text(report, &scratch));
	paint(report, &out, GREY, line.buf);
	strbuf_addstr(&out, "\nsummary: ");
	if (all->nr)
		add_seconds(report, &out, "done in ", all->ms);
	else
		strbuf_addstr(&out, "(skip) empty\n");
	add_results(report, &out, all, 0);
	put(report, &out);
}
