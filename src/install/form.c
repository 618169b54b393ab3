/*
 * `hookrun/form` in the common git directory, since the hook files are common
 * too: a line "direct", a line "config", a line "no-path", a line "path LIST".
 *
 * A graphical client started from a desktop has the PATH of the desktop; the
 * version managers that a shell's start-up files bring in are missing, and with
 * them the programs that jobs name.  So the PATH of the shell that installed is
 * kept, as the last places to look.  Folders that come and go with a package
 * manager's run (npm puts node_modules/.bin in front, Yarn a folder in /tmp) or
 * depend on where one stands are left out.
 *
 * The choices last until uninstall: a package manager that calls install after
 * each of its own runs must not undo them.
 */
#include "install/form.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <string.h>
#include <unistd.h>

#define FORM_FILE "hookrun/form"
#define FORM_MAX 65536
#define PATH_WORD "path "

void form_release(struct form *form)
{
	free(form->search);
	*form = (struct form){ 0 };
}

void form_read(const struct repo *repo, struct form *ret)
{
	AUTO_FREE char *path = fs_join(repo_commondir(repo), FORM_FILE);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	char *rest, *line;

	*ret = (struct form){ 0 };
	if (fs_read(path, &text, FORM_MAX, &ignored) != 1)
		return;
	for (rest = text.buf; (line = strsep(&rest, "\n"));) {
		ret->direct |= !strcmp(line, "direct");
		ret->config |= !strcmp(line, "config");
		ret->no_search |= !strcmp(line, "no-path");
		if (!strncmp(line, PATH_WORD, strlen(PATH_WORD)) &&
			!ret->search)
			ret->search = xstrdup(line + strlen(PATH_WORD));
	}
}

/* Yarn 4 and Yarn 1 make one for each script, and call it so. */
static bool of_one_run(const char *dir)
{
	const char *name = strrchr(dir, '/') + 1;

	return strstr(dir, "/node_modules/") ||
	       !strncmp(name, "xfs-", strlen("xfs-")) ||
	       !strncmp(name, "yarn--", strlen("yarn--"));
}

/* The folders of a list that are the same wherever one stands, twice where it
 * has them twice: the hook file looks whether PATH has the whole. */
static char *lasting_folders(const char *list)
{
	struct strbuf out = STRBUF_INIT;
	AUTO_STRVEC dirs = STRVEC_INIT;

	strvec_split(&dirs, list, strlen(list), ':');
	for (size_t i = 0; i < dirs.nr; i++)
		if (*dirs.v[i] == '/' && !strchr(dirs.v[i], '\n') &&
			!of_one_run(dirs.v[i]))
			strbuf_addf(
				&out, "%s%s", out.len ? ":" : "", dirs.v[i]);
	return strbuf_detach(&out, NULL);
}

void form_settle(struct form *form, const struct install_opts *opts)
{
	form->direct |= opts->direct;
	form->config |= opts->config;
	form->no_search |= opts->no_search;
	if (form->no_search || (opts->search && !opts->automatic)) {
		free(form->search);
		form->search = NULL;
	}
	if (!form->no_search && !form->search && opts->search)
		form->search = lasting_folders(opts->search);
}

int form_write(
	const struct repo *repo, const struct form *form, struct err *err)
{
	AUTO_FREE char *path = fs_join(repo_commondir(repo), FORM_FILE);
	AUTO_STRBUF text = STRBUF_INIT;

	if (form->direct)
		strbuf_addstr(&text, "direct\n");
	if (form->config)
		strbuf_addstr(&text, "config\n");
	if (form->no_search)
		strbuf_addstr(&text, "no-path\n");
	if (form->search)
		strbuf_addf(&text, PATH_WORD "%s\n", form->search);
	if (fs_mkdirs_for(path, err))
		return -1;
	return fs_write_cache(path, text.buf, text.len, err);
}

void form_forget(const struct repo *repo)
{
	AUTO_FREE char *path = fs_join(repo_commondir(repo), FORM_FILE);

	unlink(path);
}

char *install_search(struct repo *repo)
{
	AUTO_FORM form = { 0 };

	form_read(repo, &form);
	return form.search && !form.direct ? xstrdup(form.search) : NULL;
}

void install_check_search(struct repo *repo, struct strbuf *notes)
{
	AUTO_STRVEC dirs = STRVEC_INIT;
	AUTO_FORM form = { 0 };

	form_read(repo, &form);
	if (form.search)
		strvec_split(&dirs, form.search, strlen(form.search), ':');
	for (size_t i = 0; i < dirs.nr; i++)
		if (!fs_is_dir(dirs.v[i]))
			strbuf_addf(notes,
				"the PATH recorded at install has '%s', which "
				"is gone: 'hookrun install' records it anew\n",
				dirs.v[i]);
}
