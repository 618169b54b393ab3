/*
 * The last line of the compact form: what became of the hook, and after a
 * failure what to type.  It is the only line of a green commit, for whoever
 * looks at a terminal; a pipe gets it where something failed.  What git does
 * about a failure is said only where git has called us.
 */
#include "runner/report.h"
#include "runner/sections.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/columns.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/selfpath.h"
#include "hookrun/files/template.h"
#include "hookrun/git/index_file.h"
#include "hookrun/runner/output.h"

#include <inttypes.h>
#include <stdlib.h>

#define SLOW_MS 500 /* from here on the slowest job is named */

void verdict_add_seconds(struct strbuf *out, int64_t ms)
{
	if (ms < 60000)
		strbuf_addf(out, "%d.%ds", (int)(ms / 1000),
			(int)(ms % 1000 / 100));
	else
		strbuf_addf(out, "%" PRId64 "m%02ds", ms / 60000,
			(int)(ms % 60000 / 1000));
}

/* Leaves, counted. */
struct tally {
	size_t ran, failed, allowed, skipped;
	const struct result *slowest;
	struct strbuf names;   /* of those that failed */
	struct strbuf jobs;    /* the options that choose them */
	struct strbuf exclude; /* the value that leaves them out */
	/* one that failed cannot be named behind --job, in HOOKRUN_EXCLUDE */
	bool nameless, bound;
};

/* --job splits its value at commas; a command stays in its line. */
static bool can_be_named(const char *name)
{
	return name && *name && !strpbrk(name, ",\t\r\n");
}

/* HOOKRUN_EXCLUDE splits its value at blanks, too. */
static bool can_be_excluded(const char *name)
{
	return can_be_named(name) && !strchr(name, ' ');
}

static void add_failed(struct tally *tally, const struct result *result)
{
	const char *name = result->plan ? result->plan->config->name : NULL;

	strbuf_addstr(&tally->names, tally->failed ? ", " : "");
	strbuf_add_printable(&tally->names, result->name, false);
	tally->failed++;
	if (!can_be_excluded(name))
		tally->bound = true;
	if (!can_be_named(name)) {
		tally->nameless = true;
		return;
	}
	strbuf_addstr(&tally->jobs, " --job ");
	template_quote(&tally->jobs, name);
	strbuf_addf(
		&tally->exclude, "%s%s", tally->exclude.len ? "," : "", name);
}

static void count_one(struct tally *tally, const struct result *result)
{
	if (result->outcome == SKIPPED)
		tally->skipped++;
	if (result->outcome != PASSED && result->outcome != FAILED)
		return;
	tally->ran++;
	if (!tally->slowest || result->ms > tally->slowest->ms)
		tally->slowest = result;
	if (result->outcome == FAILED && result->allowed)
		tally->allowed++;
	else if (result->outcome == FAILED)
		add_failed(tally, result);
}

/* A group that never began counts as one. */
static void count(struct tally *tally, const struct result *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct result *one = &list->members[i];
		size_t before = tally->ran + tally->skipped;

		count(tally, one);
		if (tally->ran + tally->skipped == before)
			count_one(tally, one);
	}
}

static void tally_release(struct tally *tally)
{
	strbuf_release(&tally->names);
	strbuf_release(&tally->jobs);
	strbuf_release(&tally->exclude);
}

static void add_head(const struct report *report, struct strbuf *out)
{
	strbuf_addf(out, "%s ", report->program);
	strbuf_add_printable(out, report->hook, false);
	strbuf_addch(out, ' ');
}

static void add_mark(
	const struct report *report, struct strbuf *out, bool passed)
{
	const char *mark = passed ? "✓ " : "✗ ";

	if (report->opts->plain)
		mark = passed ? "passed: " : "failed: ";
	palette_paint(&report->palette, out, passed ? GREEN : RED, mark);
}

/* ---- green ----------------------------------------------------------------
 */

static void add_counts(
	struct strbuf *out, const struct tally *tally, const struct result *all)
{
	if (tally->ran)
		strbuf_addf(out, "%zu job%s", tally->ran,
			tally->ran == 1 ? "" : "s");
	else
		strbuf_addstr(out, "nothing to do");
	if (tally->allowed)
		strbuf_addf(out, ", %zu failed and may", tally->allowed);
	if (tally->skipped)
		strbuf_addf(out, ", %zu skipped", tally->skipped);
	if (!tally->ran)
		return;
	strbuf_addstr(out, ", ");
	verdict_add_seconds(out, all->ms);
	if (tally->ran < 2 || tally->slowest->ms < SLOW_MS)
		return;
	strbuf_addstr(out, " (slowest: ");
	strbuf_add_printable(out, tally->slowest->name, false);
	strbuf_addch(out, ' ');
	verdict_add_seconds(out, tally->slowest->ms);
	strbuf_addch(out, ')');
}

static bool is_told(const struct report *report, const struct tally *tally)
{
	if (report->opts->hush || !(tally->ran || tally->skipped))
		return false;
	if (!tally->ran && (report->quiet || report->has_step))
		return false;
	return report->on_terminal || report->verbose || sections_wanted();
}

static void put_passed(struct report *report, const struct tally *tally,
	const struct result *all)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRBUF rest = STRBUF_INIT;
	size_t columns, rows, head;

	if (!is_told(report, tally))
		return;
	report_open(report, &out);
	report_put(report, &out);
	strbuf_reset(&out);
	add_head(report, &out);
	head = columns_of(out.buf) + (report->opts->plain ? 8 : 2);
	add_mark(report, &out, true);
	add_counts(&rest, tally, all);
	screen_size(report->fd, &columns, &rows);
	if (report->on_terminal && head + columns_of(rest.buf) >= columns)
		columns_clip(&out, rest.buf,
			columns > head ? columns - head - 1 : 0);
	else
		strbuf_addstr(&out, rest.buf);
	strbuf_addch(&out, '\n');
	report_put(report, &out);
}

/* ---- red ------------------------------------------------------------------
 */

/* What git does not do because this hook failed, and the command that would
 * try again; NULL: none, or not to be known. */
static const struct stopped {
	const char *hook, *what, *command;
} stopped[] = {
	{ "pre-commit", "commit", "git commit" },
	{ "prepare-commit-msg", "commit", "git commit" },
	{ "commit-msg", "commit", "git commit" },
	{ "pre-push", "push", "git push" },
};

static const struct stopped *stopped_by(const char *hook)
{
	for (size_t i = 0; i < ARRAY_SIZE(stopped); i++)
		if (!strcmp(stopped[i].hook, hook))
			return &stopped[i];
	return NULL;
}

/* Git sets the first for all that it starts, the second for the hooks of a
 * commit. */
static bool called_by_git(const char *hook)
{
	if (!getenv("GIT_EXEC_PATH"))
		return false;
	return !strcmp(hook, "pre-push") || getenv("GIT_INDEX_FILE");
}

static void add_program(const struct report *report, struct strbuf *out)
{
	AUTO_FREE char *found = fs_find_program(report->program, NULL);
	AUTO_FREE char *own = found ? NULL : selfpath_find();

	if (own && *own)
		template_quote(out, own);
	else
		strbuf_addstr(out, report->program);
}

/* A commit with an index of its own is over, and that index with it; and what
 * runs for commits that were made is run again by what asked for it. */
static bool can_run_again(const struct report *report)
{
	AUTO_FREE char *index = NULL;

	if (report->opts->by_hand || report->opts->trees || !report->opts->repo)
		return false;
	index = index_private(report->opts->repo);
	return !index;
}

static void add_again(const struct report *report, struct strbuf *out,
	const struct tally *tally)
{
	const struct event *event = report->opts->event;
	const struct strvec *files = report->opts->chosen_files;

	strbuf_addstr(out, "  again:  ");
	add_program(report, out);
	strbuf_addstr(out, " run ");
	template_quote(out, report->hook);
	if (!tally->nameless)
		strbuf_addstr(out, tally->jobs.buf);
	for (size_t i = 0; files && i < files->nr; i++) {
		strbuf_addch(out, ' ');
		template_quote(out, files->v[i]);
	}
	if (event && event->nargs)
		strbuf_addstr(out, " --");
	for (size_t i = 0; event && i < event->nargs; i++) {
		strbuf_addch(out, ' ');
		template_quote(out, event->args[i]);
	}
	strbuf_addch(out, '\n');
}

static void add_skip(struct strbuf *out, const struct tally *tally,
	const struct stopped *what)
{
	strbuf_addstr(out, "  skip:   ");
	if (tally->bound || !tally->exclude.len) {
		strbuf_addf(out, "HOOKRUN=0 %s\n", what->command);
		return;
	}
	strbuf_addstr(out, "HOOKRUN_EXCLUDE=");
	template_quote(out, tally->exclude.buf);
	strbuf_addf(out, " %s\n", what->command);
}

static void put_failed(struct report *report, const struct tally *tally)
{
	const struct stopped *what = stopped_by(report->hook);
	AUTO_STRBUF out = STRBUF_INIT;

	if (what && !called_by_git(report->hook))
		what = NULL;
	add_head(report, &out);
	add_mark(report, &out, false);
	if (report->interrupted)
		strbuf_addstr(&out, "interrupted");
	else if (tally->failed)
		strbuf_addf(&out, "%zu of %zu failed: %s", tally->failed,
			tally->ran, tally->names.buf);
	else
		strbuf_addstr(&out, "out of time");
	if (tally->skipped)
		strbuf_addf(&out, "; %zu skipped", tally->skipped);
	if (what)
		strbuf_addf(&out, "; the %s was stopped", what->what);
	strbuf_addch(&out, '\n');
	if (!report->interrupted && can_run_again(report))
		add_again(report, &out, tally);
	if (!report->interrupted && what)
		add_skip(&out, tally, what);
	report_put(report, &out);
}

void compact_summary(struct report *report, const struct result *all)
{
	struct tally tally = { .names = STRBUF_INIT,
		.jobs = STRBUF_INIT,
		.exclude = STRBUF_INIT };

	count(&tally, all);
	if (all->outcome == FAILED || report->interrupted)
		put_failed(report, &tally);
	else
		put_passed(report, &tally, all);
	tally_release(&tally);
}
