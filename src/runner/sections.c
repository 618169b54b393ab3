/*
 * GitHub's workflow commands ("Workflow commands for GitHub Actions": group,
 * endgroup, error) and GitLab's section markers ("Custom collapsible
 * sections").  Which of them is written to is known by the variable that the
 * service sets; another CI gets text.
 */
#include "runner/sections.h"

#include "runner/mark.h"

#include "hookrun/base/columns.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MARKS_MAX 10 /* GitHub shows no more of one step */

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && !strcmp(value, "true");
}

bool sections_wanted(void)
{
	return is_set("GITHUB_ACTIONS") || is_set("GITLAB_CI");
}

/* Letters, digits, '_', '.' and '-' are allowed in it. */
static void add_gitlab(
	struct strbuf *out, const char *word, const char *name, const char *opt)
{
	strbuf_addf(out, "\033[0Ksection_%s:%" PRId64 ":hookrun_", word,
		(int64_t)time(NULL));
	for (; *name; name++)
		strbuf_addch(out, isalnum((unsigned char)*name) ? *name : '_');
	strbuf_addf(out, "%s\r\033[0K", opt);
}

void sections_begin(struct strbuf *out, const char *line, const char *name)
{
	if (is_set("GITHUB_ACTIONS"))
		strbuf_addstr(out, "::group::");
	else if (is_set("GITLAB_CI"))
		add_gitlab(out, "start", name, "[collapsed=true]");
	strbuf_addstr(out, line);
}

void sections_end(struct strbuf *out, const char *name)
{
	if (is_set("GITHUB_ACTIONS")) {
		strbuf_addstr(out, "::endgroup::\n");
	} else if (is_set("GITLAB_CI")) {
		add_gitlab(out, "end", name, "");
		strbuf_addch(out, '\n');
	}
}

/* ---- marks ----------------------------------------------------------------
 */

static void add_escaped(struct strbuf *out, const char *text, const char *what)
{
	for (; *text; text++)
		if (*text == '%' || strchr(what, *text))
			strbuf_addf(out, "%%%02X", (unsigned char)*text);
		else
			strbuf_addch(out, *text);
}

struct marking {
	struct strbuf *out;
	const char *name;
	int nr;
};

static bool add_mark(const struct mark *mark, void *data)
{
	struct marking *marking = data;
	struct strbuf *out = marking->out;

	strbuf_addstr(out, "::error file=");
	add_escaped(out, mark_path(mark, getenv("GITHUB_WORKSPACE")), "\r\n:,");
	strbuf_addf(out, ",line=%ld", mark->line);
	if (mark->column)
		strbuf_addf(out, ",col=%ld", mark->column);
	strbuf_addstr(out, ",title=");
	add_escaped(out, marking->name, "\r\n:,");
	strbuf_addstr(out, "::");
	add_escaped(out, *mark->text ? mark->text : marking->name, "\r\n");
	strbuf_addch(out, '\n');
	return ++marking->nr < MARKS_MAX;
}

void sections_annotate(struct strbuf *out, const struct capture *output,
	const struct plan_job *plan, const char *name)
{
	struct marking marking = { out, name, 0 };

	if (!output || !plan || !plan->cwd || !is_set("GITHUB_ACTIONS"))
		return;
	marks_each(output->memory.buf, output->memory.len, plan->cwd, add_mark,
		&marking);
}
