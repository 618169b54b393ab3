/*
 * `hookrun last --bypassed`: the commits made here that pre-commit has not
 * seen.  What was made here, and by `git commit`, the reflog tells; of those
 * that are not in HEAD's history any more (amended, rebased) nobody wants to
 * know.  Of commits older than the recordings nothing can be said.
 */
#include "cli/bypassed.h"

#include "cli/checked.h"
#include "cli/cli.h"
#include "cli/recorded.h"

#include "hookrun/base/alloc.h"
#include "hookrun/git/gitcmd.h"

#include <stdlib.h>

#define SHOWN_DIGITS 12
#define FIELDS 4
#define REFLOG_LINES 1000

/* A line of the reflog: "commit tree HEAD@{date} action: subject". */
struct made {
	char *fields[FIELDS];
};

static bool read_line(char *line, struct made *ret)
{
	for (int i = 0; i < FIELDS; i++) {
		ret->fields[i] = i < FIELDS - 1 ? strsep(&line, " ") : line;
		if (!ret->fields[i])
			return false;
	}
	return true;
}

static int64_t date_ms_of(const struct made *made)
{
	const char *brace = strchr(made->fields[2], '{');

	return brace ? strtoll(brace + 1, NULL, 10) * 1000 : 0;
}

static const char *subject_of(const struct made *made)
{
	const char *subject = strstr(made->fields[3], ": ");

	return subject ? subject + 2 : made->fields[3];
}

static int read_history(struct repo *repo, struct strbuf *log,
	struct strbuf *own, struct err *err)
{
	if (gitcmd(repo,
		    GIT_ARGS("log", "--walk-reflogs", "--date=unix",
			    "--max-count=1000", "--format=%H %T %gd %gs",
			    "HEAD"),
		    NULL, log, err))
		return -1;
	return gitcmd(repo, GIT_ARGS("rev-list", "--max-count=10000", "HEAD"),
		NULL, own, err);
}

static size_t read_lines(char *text, struct made *ret)
{
	char *line;
	size_t nr = 0;

	while (nr < REFLOG_LINES && (line = strsep(&text, "\n")))
		nr += read_line(line, &ret[nr]);
	return nr;
}

/* How many of the newest there are recordings for.  Dates in the reflog are
 * whole seconds, so they count only where no commit at all has passed. */
static size_t count_known(
	const struct checked *checked, const struct made *made, size_t nr)
{
	size_t known = 0;

	for (size_t i = 0; i < nr; i++)
		if (checked_has(checked, made[i].fields[1]))
			known = i + 1;
	if (known)
		return known;
	while (known < nr &&
		date_ms_of(&made[known]) >= checked->since_ms / 1000 * 1000)
		known++;
	return known;
}

static void add_line(struct strbuf *out, const struct made *made)
{
	strbuf_addf(out, "%.*s  ", SHOWN_DIGITS, made->fields[0]);
	recorded_add_date(out, date_ms_of(made));
	strbuf_addstr(out, "  ");
	strbuf_add_printable(out, subject_of(made), false);
	strbuf_addch(out, '\n');
}

static size_t add_bypassed(struct strbuf *out, const struct checked *checked,
	struct strbuf *log, const struct strvec *own)
{
	AUTO_FREE struct made *made = xcalloc(REFLOG_LINES, sizeof(*made));
	size_t known = count_known(checked, made, read_lines(log->buf, made));
	AUTO_KEYMAP left = KEYMAP_INIT;
	size_t nr = 0;

	for (size_t i = 0; i < own->nr; i++)
		keymap_put(&left, own->v[i], &left);
	for (size_t i = 0; i < known; i++) {
		if (strncmp(made[i].fields[3], "commit", 6) != 0 ||
			!keymap_get(&left, made[i].fields[0]) ||
			checked_has(checked, made[i].fields[1]))
			continue;
		add_line(out, &made[i]);
		nr++;
	}
	return nr;
}

static int print(struct repo *repo, const struct checked *checked)
{
	AUTO_STRBUF log = STRBUF_INIT, own = STRBUF_INIT, out = STRBUF_INIT;
	AUTO_STRVEC commits = STRVEC_INIT;
	AUTO_STRBUF since = STRBUF_INIT;
	struct err err;

	if (read_history(repo, &log, &own, &err))
		return complain(&err);
	strvec_split(&commits, own.buf, own.len, '\n');
	recorded_add_date(&since, checked->since_ms);
	if (!add_bypassed(&out, checked, &log, &commits)) {
		printf("since %s every commit has passed pre-commit\n",
			since.buf);
		return 0;
	}
	printf("since %s these have not passed pre-commit:\n%s", since.buf,
		out.buf);
	return 1;
}

int bypassed_print(struct repo *repo)
{
	struct checked checked;
	struct err err;
	int status;

	if (checked_read(&checked, repo, &err))
		status = complain(&err);
	else if (!checked.since_ms)
		status = complain_text("no run of pre-commit is recorded");
	else
		status = print(repo, &checked);
	checked_release(&checked);
	return status;
}
