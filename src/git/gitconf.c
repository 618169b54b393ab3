/*
 * The five settings that decide what a repository is.  git itself reads these
 * from the repository's own file only, without includes and without the user's
 * configuration, so a small reader of the file is exact and saves a process.
 * Everything else (core.hooksPath) is asked of `git config`; whether there is
 * anything to ask for in our own section is noted on the way (setting.c).
 * Syntax: git-config(1), "Syntax".
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *skip_blanks(const char *pos)
{
	while (*pos == ' ' || *pos == '\t' || *pos == '\r')
		pos++;
	return pos;
}

static const char *skip_line(const char *pos)
{
	pos += strcspn(pos, "\n");
	return *pos ? pos + 1 : pos;
}

/* Behind the closing quote; a name that is not closed ends with its line. */
static const char *skip_quoted(const char *pos)
{
	for (; *pos && *pos != '"' && *pos != '\n'; pos++)
		if (*pos == '\\' && pos[1])
			pos++;
	return *pos == '"' ? pos + 1 : pos;
}

/* "[name]" at `pos`; of a section with a subsection the name ends in a blank,
 * so that it is not taken for the one without. */
static const char *read_section(const char *pos, struct strbuf *section)
{
	size_t len = strcspn(++pos, "]\n \t\"");

	strbuf_reset(section);
	strbuf_add(section, pos, len);
	if (pos[len] != ']')
		strbuf_addch(section, ' ');
	pos += len;
	while (*pos && *pos != ']' && *pos != '\n')
		if (*pos++ == '"')
			pos = skip_quoted(pos);
	return *pos == ']' ? pos + 1 : pos;
}

static char unescape(char c)
{
	static const char letters[] = "ntb", meanings[] = "\n\t\b";
	const char *found = strchr(letters, c);

	return found ? meanings[found - letters] : c;
}

/* The value up to its line's end: quotes, escapes, continued lines, comments.
 */
static const char *read_value(const char *pos, struct strbuf *value)
{
	size_t solid = 0; /* trailing blanks outside of quotes do not count */
	bool quoted = false;

	strbuf_reset(value);
	for (; *pos && *pos != '\n'; pos++) {
		size_t plain = strcspn(pos, "\n\"\\#; \t\r\v\f");

		if (plain) {
			strbuf_add(value, pos, plain);
			solid = value->len;
			pos += plain - 1;
			continue;
		}
		if (!quoted && (*pos == '#' || *pos == ';'))
			break;
		if (*pos == '"') {
			quoted = !quoted;
			solid = value->len;
			continue;
		}
		if (*pos == '\\' && pos[1] == '\n') {
			pos++;
			continue;
		}
		if (*pos == '\\' && pos[1])
			strbuf_addch(value, unescape(*++pos));
		else
			strbuf_addch(value, *pos);
		if (quoted || !isspace((unsigned char)*pos))
			solid = value->len;
	}
	strbuf_setlen(value, solid);
	return skip_line(pos);
}

static bool is_true(const char *value)
{
	return !value || !strcasecmp(value, "true") ||
	       !strcasecmp(value, "yes") || !strcasecmp(value, "on") ||
	       (*value >= '1' && *value <= '9');
}

/* A file that is read too, on whatever condition. */
static void take_include(
	struct gitconf *conf, const char *folder, const char *path)
{
	const char *home = getenv("HOME");

	if (!strncmp(path, "~/", 2) && home)
		strvec_take(&conf->includes, fs_join(home, path + 2));
	else if (*path == '~' || !strncmp(path, "%(", 2))
		conf->has_ours = conf->has_hooks = true; /* git knows where */
	else
		strvec_take(&conf->includes, fs_join(folder, path));
}

/* `value` is NULL for a key without '='. */
static void take_setting(struct gitconf *conf, const char *folder,
	const char *section, const char *key, const char *value)
{
	if (!strcasecmp(section, "hookrun"))
		conf->has_ours = true;
	if (!strncasecmp(section, "hook ", 5) ||
		!strncasecmp(section, "hook.", 5))
		conf->has_hooks = true;
	if (!strncasecmp(section, "include", 7) && !strcasecmp(key, "path") &&
		value)
		take_include(conf, folder, value);
	if (!strcasecmp(section, "core")) {
		if (!strcasecmp(key, "bare"))
			conf->bare = is_true(value);
		if (!strcasecmp(key, "worktree") && value) {
			free(conf->worktree);
			conf->worktree = xstrdup(value);
		}
		return;
	}
	if (strcasecmp(section, "extensions"))
		return;
	if (!strcasecmp(key, "worktreeconfig"))
		conf->worktreeconf = is_true(value);
	if (!strcasecmp(key, "objectformat"))
		conf->sha256 = value && !strcasecmp(value, "sha256");
	if (!strcasecmp(key, "refstorage"))
		conf->reftable = value && !strncasecmp(value, "reftable", 8);
}

static const char *read_setting(const char *pos, const char *folder,
	const char *section, struct gitconf *conf)
{
	AUTO_STRBUF key = STRBUF_INIT, value = STRBUF_INIT;

	const char *start = pos;

	while (isalnum((unsigned char)*pos) || *pos == '-')
		pos++;
	strbuf_add(&key, start, (size_t)(pos - start));
	pos = skip_blanks(pos);
	if (*pos != '=') {
		take_setting(conf, folder, section, key.buf, NULL);
		return skip_line(pos);
	}
	pos = read_value(skip_blanks(pos + 1), &value);
	take_setting(conf, folder, section, key.buf, value.buf);
	return pos;
}

static void read_text(const char *pos, const char *folder, struct gitconf *conf)
{
	AUTO_STRBUF section = STRBUF_INIT;

	for (;;) {
		while (isspace((unsigned char)*pos))
			pos++;
		if (!*pos)
			return;
		if (*pos == '[')
			pos = read_section(pos, &section);
		else if (isalpha((unsigned char)*pos))
			pos = read_setting(pos, folder, section.buf, conf);
		else
			pos = skip_line(pos);
	}
}

static int read_file(
	const char *path, bool all, struct gitconf *conf, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_FREE char *folder = NULL;
	int got = fs_read(path, &text, GITCONF_MAX, err);

	if (got <= 0)
		return got;
	if (!all && !strcasestr(text.buf, "hook") &&
		!strcasestr(text.buf, "include"))
		return 0;
	folder = fs_dirname(path);
	read_text(text.buf, folder, conf);
	return 0;
}

int gitconf_read(const char *path, struct gitconf *conf, struct err *err)
{
	return read_file(path, true, conf, err);
}

int gitconf_look(const char *path, struct gitconf *conf, struct err *err)
{
	return read_file(path, false, conf, err);
}

void gitconf_release(struct gitconf *conf)
{
	free(conf->worktree);
	conf->worktree = NULL;
	strvec_release(&conf->includes);
}
