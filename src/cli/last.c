/*
 * `hookrun last`: what became of a hook that ran some time ago, perhaps in a
 * GUI that showed nothing of it.  The newest run is number 1.  The output of a
 * job that failed is shown at once, as far as a screen has room; that of any
 * other job for whoever names it.
 */
#include "cli/bypassed.h"
#include "cli/cli.h"
#include "cli/recorded.h"
#include "cli/timeline.h"
#include "cli/trace.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/columns.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/json.h"
#include "hookrun/files/template.h"
#include "hookrun/proc/env.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LIST_MAX 50
#define RUNS_MAX 100000 /* that a number may say */
#define OUTPUT_LINES 20 /* of a job that failed */

/* "by git commit from /usr/share/code/code, without a terminal" */
static void add_caller(struct strbuf *out, const struct recording *run)
{
	strbuf_addstr(out, run->git ? "by git " : "by hand");
	if (run->git)
		strbuf_add_printable(out, run->git, false);
	if (run->program) {
		strbuf_addstr(out, " from ");
		strbuf_add_printable(out, run->program, false);
	}
	strbuf_addstr(out,
		run->terminal ? ", in a terminal" : ", without a terminal");
}

static void add_head(struct strbuf *out, const struct recording *run)
{
	char time[64];

	duration_format(run->ms, time, sizeof(time));
	strbuf_add_printable(out, run->hook, false);
	strbuf_addch(out, ' ');
	strbuf_add_printable(out, run->outcome, false);
	strbuf_addf(out, " in %s, ", time);
	recorded_add_date(out, run->date_ms);
}

/* ---- one run --------------------------------------------------------------
 */

/* The last lines of what a job printed. */
static void add_output(
	struct strbuf *out, const struct recorded_job *job, size_t nr)
{
	AUTO_FREE char *text = xstrdup(job->output);
	size_t lines = 0, len;
	const char *from;

	columns_strip(text);
	len = strlen(text);
	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
	from = text + len;
	while (from > text && (from[-1] != '\n' || ++lines < OUTPUT_LINES))
		from--;
	if (from > text) {
		strbuf_addf(out,
			"    ... (all of it: hookrun last %zu --output ", nr);
		template_quote(out, job->path);
		strbuf_addstr(out, ")\n");
	}
	while (*from) {
		AUTO_STRBUF line = STRBUF_INIT;
		size_t n = strcspn(from, "\n");

		strbuf_add(&line, from, n);
		strbuf_addstr(out, "    ");
		strbuf_add_printable(out, line.buf, true);
		strbuf_addch(out, '\n');
		from += n + (from[n] != '\0');
	}
}

static void add_job(
	struct strbuf *out, const struct recorded_job *job, size_t nr)
{
	char time[64];

	strbuf_addf(out, "  %-8s ", recorded_outcome(job));
	strbuf_add_printable(out, job->path, false);
	duration_format(job->ms, time, sizeof(time));
	if (job->started)
		strbuf_addf(out, "  %s", time);
	if (job->file) {
		strbuf_addstr(out, "  (");
		strbuf_add_printable(out, job->file, false);
		strbuf_addf(out, ":%" PRId64 ")", job->line);
	}
	if (job->why) {
		strbuf_addstr(out, ": ");
		strbuf_add_printable(out, job->why, false);
	}
	strbuf_addch(out, '\n');
	if (strcmp(job->outcome, "failed") != 0)
		return;
	if (job->command) {
		strbuf_addstr(out, "    $ ");
		strbuf_add_printable(out, job->command, true);
		strbuf_addch(out, '\n');
	}
	if (job->output)
		add_output(out, job, nr);
}

static void add_run(struct strbuf *out, const struct recording *run, size_t nr)
{
	add_head(out, run);
	strbuf_addstr(out, "\n  ");
	add_caller(out, run);
	if (run->worktree) {
		strbuf_addstr(out, "\n  in ");
		strbuf_add_printable(out, run->worktree, false);
	}
	if (run->head) {
		strbuf_addstr(out, ", HEAD was ");
		strbuf_add_printable(out, run->head, false);
	}
	strbuf_addch(out, '\n');
	if (run->error) {
		strbuf_addstr(out, "  ");
		strbuf_add_printable(out, run->error, true);
		strbuf_addch(out, '\n');
	}
	for (size_t i = 0; i < run->nr; i++)
		add_job(out, &run->jobs[i], nr);
}

static const struct recorded_job *find_job(
	const struct recording *run, const char *name)
{
	for (size_t i = 0; i < run->nr; i++)
		if (!strcmp(run->jobs[i].name, name) ||
			!strcmp(run->jobs[i].path, name))
			return &run->jobs[i];
	return NULL;
}

static int print_output(const struct recording *run, const char *name)
{
	const struct recorded_job *job = find_job(run, name);

	if (!job)
		return complain_text("no job '%s' in that run", name);
	if (job->output)
		fputs(job->output, stdout);
	return 0;
}

/* ---- all of them ----------------------------------------------------------
 */

/* A group fails by the jobs in it. */
static bool has_failed(const struct recorded_job *job)
{
	return !strcmp(job->outcome, "failed") && strcmp(job->kind, "group");
}

static void add_names(struct strbuf *out, const struct recording *run)
{
	const char *between = ": ";

	for (size_t i = 0; i < run->nr; i++) {
		const struct recorded_job *job = &run->jobs[i];

		if (!has_failed(job))
			continue;
		strbuf_addstr(out, between);
		strbuf_add_printable(out, job->path, false);
		between = ", ";
	}
}

static void add_list(struct strbuf *out, const struct recordings *runs)
{
	for (size_t i = 0; i < runs->nr; i++) {
		strbuf_addf(out, "%3zu  ", i + 1);
		add_head(out, &runs->v[i]);
		strbuf_addstr(out, ", ");
		add_caller(out, &runs->v[i]);
		add_names(out, &runs->v[i]);
		strbuf_addch(out, '\n');
	}
}

/* What a line of the list has, for programs. */
static void add_list_json(struct strbuf *out, const struct recordings *runs)
{
	struct json json;

	json_init(&json, out, 2);
	json_open(&json, '{');
	json_kint(&json, "version", 1);
	json_key(&json, "runs");
	json_open(&json, '[');
	for (size_t i = 0; i < runs->nr; i++) {
		const struct recording *run = &runs->v[i];

		json_open(&json, '{');
		json_kint(&json, "number", (int64_t)i + 1);
		json_kint(&json, "date", run->date_ms);
		json_kstr(&json, "hook", run->hook);
		json_kstr(&json, "outcome", run->outcome);
		json_kint(&json, "ms", run->ms);
		if (run->git)
			json_kstr(&json, "git", run->git);
		if (run->program)
			json_kstr(&json, "program", run->program);
		json_kbool(&json, "terminal", run->terminal);
		json_key(&json, "failed");
		json_open(&json, '[');
		for (size_t k = 0; k < run->nr; k++)
			if (has_failed(&run->jobs[k]))
				json_str(&json, run->jobs[k].path);
		json_close(&json, ']');
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	strbuf_addch(out, '\n');
}

/* ---- the command ----------------------------------------------------------
 */

/* The number, from 1; 0 where it is none. */
static size_t parse_number(const char *text)
{
	char *end;
	long nr = strtol(text, &end, 10);

	return *text && !*end && nr > 0 && nr <= RUNS_MAX ? (size_t)nr : 0;
}

static void add_timeline(struct strbuf *out, const struct recording *run)
{
	const char *plain = env_ours("PLAIN");
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		size.ws_col = 80;
	add_head(out, run);
	strbuf_addch(out, '\n');
	timeline_add(
		out, run, size.ws_col, plain && *plain && strcmp(plain, "0"));
}

static int write_trace(const struct recording *run, const char *path)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;

	trace_add(&out, run);
	if (fs_write_atomic(path, out.buf, out.len, 0644, &err))
		return complain(&err);
	return 0;
}

static int show(const struct recording *run, size_t nr, const struct args *args)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (args_has(args, "output"))
		return print_output(run, args_value(args, "output"));
	if (args_has(args, "trace"))
		return write_trace(run, args_value(args, "trace"));
	if (args_has(args, "json"))
		strbuf_addf(&out, "%s\n", run->text);
	else if (args_has(args, "timeline"))
		add_timeline(&out, run);
	else
		add_run(&out, run, nr);
	fputs(out.buf, stdout);
	return 0;
}

static int none_such(const struct recordings *runs, const char *hook)
{
	if (!runs->nr)
		return complain_text("no run%s%s is recorded%s",
			hook ? " of " : "", hook ? hook : "",
			runs->damaged ? ", and what there is is damaged" : "");
	return complain_text("only %zu run%s recorded", runs->nr,
		runs->nr == 1 ? " is" : "s are");
}

int cmd_last(struct workspace *ws, const struct args *args)
{
	const char *word = args->words.nr ? args->words.v[0] : "1";
	const char *hook = args_value(args, "hook");
	size_t nr = args_has(args, "list") ? LIST_MAX : parse_number(word);
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	struct recordings runs;
	struct err err;

	if (args_has(args, "bypassed"))
		return bypassed_print(ws->repo);
	if (!nr)
		return persona_usage(
			args->command, "runs are counted from 1, the newest");
	if (recordings_read(
		    repo_commondir(ws->repo), &arena, hook, nr, &runs, &err))
		return complain(&err);
	if (runs.damaged)
		warn_text("%zu damaged record%s left out", runs.damaged,
			runs.damaged == 1 ? " is" : "s are");
	if (!runs.nr || (runs.nr < nr && !args_has(args, "list")))
		return none_such(&runs, hook);
	if (!args_has(args, "list"))
		return show(&runs.v[nr - 1], nr, args);
	(args_has(args, "json") ? add_list_json : add_list)(&out, &runs);
	fputs(out.buf, stdout);
	return 0;
}
