/*
 * GitHub's workflow commands ("Workflow commands for GitHub Actions": group,
 * endgroup, error) and GitLab's section markers ("Custom collapsible
 * sections").  Which of them is written to is known by the variable that the
 * service sets; another CI gets text.
 */
#include "runner/sections.h"

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

struct mark {
	char *file;
	long line, column; /* column 0: none */
	const char *text;
};

static void add_escaped(struct strbuf *out, const char *text, const char *what)
{
	for (; *text; text++)
		if (*text == '%' || strchr(what, *text))
			strbuf_addf(out, "%%%02X", (unsigned char)*text);
		else
			strbuf_addch(out, *text);
}

/* "src/a.js:2:1: Unexpected var", "src/a.js:2: ..." */
static bool read_mark(char *text, const char *dir, struct mark *ret)
{
	AUTO_FREE char *path = NULL;
	char *colon, *rest;

	text += strspn(text, " \t");
	colon = strchr(text, ':');
	if (!colon || colon == text || !isdigit((unsigned char)colon[1]))
		return false;
	*colon = '\0';
	path = fs_clean(dir, text);
	if (!fs_exists(path) || fs_is_dir(path))
		return false;
	*ret = (struct mark){ .line = strtol(colon + 1, &rest, 10) };
	if (*rest == ':' && isdigit((unsigned char)rest[1]))
		ret->column = strtol(rest + 1, &rest, 10);
	ret->text = rest + strspn(rest, ": \t");
	ret->file = path;
	path = NULL;
	return true;
}

static void add_mark(struct strbuf *out, const struct mark *mark,
	const char *name, const char *top)
{
	size_t len = top ? strlen(top) : 0;
	const char *file = mark->file;

	if (len && !strncmp(file, top, len) && file[len] == '/')
		file += len + 1;
	strbuf_addstr(out, "::error file=");
	add_escaped(out, file, "\r\n:,");
	strbuf_addf(out, ",line=%ld", mark->line);
	if (mark->column)
		strbuf_addf(out, ",col=%ld", mark->column);
	strbuf_addstr(out, ",title=");
	add_escaped(out, name, "\r\n:,");
	strbuf_addstr(out, "::");
	add_escaped(out, *mark->text ? mark->text : name, "\r\n");
	strbuf_addch(out, '\n');
}

void sections_annotate(struct strbuf *out, const struct capture *output,
	const struct plan_job *plan, const char *name)
{
	const char *top = getenv("GITHUB_WORKSPACE");
	AUTO_STRBUF text = STRBUF_INIT;
	char *rest = NULL;
	int nr = 0;

	if (!output || !plan || !plan->cwd || !is_set("GITHUB_ACTIONS"))
		return;
	strbuf_add(&text, output->memory.buf, output->memory.len);
	for (char *line = strtok_r(text.buf, "\n", &rest);
		line && nr < MARKS_MAX; line = strtok_r(NULL, "\n", &rest)) {
		struct mark mark;

		columns_strip(line);
		if (!read_mark(line, plan->cwd, &mark))
			continue;
		add_mark(out, &mark, name, top);
		free(mark.file);
		nr++;
	}
}
