/*
 * Nearly nobody has a setting of ours, and every hook wants to know.  So the
 * files that git would read are looked through for our section, which takes a
 * tenth of a millisecond, and only where one has it git is asked, which takes
 * some: of scopes, conditions of includes and the last word it knows more. What
 * is looked through is therefore rather too much: a file is read whatever the
 * condition of its include.
 * Which files: git-config(1), "FILES" and "ENVIRONMENT".
 */
#include "hookrun/git/setting.h"

#include "git/repo_impl.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define SYSTEM_FILE "/etc/gitconfig"
#define FILES_MAX 100 /* with includes; whoever has more pays for a process */

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value && strcmp(value, "0") != 0 &&
	       strcasecmp(value, "false") != 0 &&
	       strcasecmp(value, "no") != 0 && strcasecmp(value, "off") != 0;
}

static void push_named(struct strvec *files, const char *name, const char *def)
{
	const char *path = getenv(name);

	/* An empty file is not worth a look. */
	if ((path && *path && strcmp(path, "/dev/null") != 0) || (!path && def))
		strvec_push(files, path ? path : def);
}

static void push_home(struct strvec *files)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (xdg && *xdg)
		strvec_pushf(files, "%s/git/config", xdg);
	else if (home)
		strvec_pushf(files, "%s/.config/git/config", home);
	if (home)
		strvec_pushf(files, "%s/.gitconfig", home);
}

/* A key of `git -c`, or of what is handed down in GIT_CONFIG_COUNT, may be one
 * of ours, or name a file. */
static void look_at_keys(struct repo *repo, const char *text)
{
	bool more = strcasestr(text, "include") != NULL;

	repo->has_ours |= more || strcasestr(text, "hookrun.");
	repo->has_hooks |= more || strcasestr(text, "hook.");
}

static void look_at_environment(struct repo *repo)
{
	const char *given = getenv("GIT_CONFIG_PARAMETERS");

	if (given)
		look_at_keys(repo, given);
	if (!getenv("GIT_CONFIG_COUNT"))
		return;
	for (char **entry = environ; *entry; entry++)
		if (!strncmp(*entry, "GIT_CONFIG_KEY_", 15))
			look_at_keys(repo, *entry);
}

static void look_at_files(struct repo *repo)
{
	AUTO_STRVEC files = STRVEC_INIT;

	if (!is_set("GIT_CONFIG_NOSYSTEM"))
		push_named(&files, "GIT_CONFIG_SYSTEM", SYSTEM_FILE);
	if (getenv("GIT_CONFIG_GLOBAL"))
		push_named(&files, "GIT_CONFIG_GLOBAL", NULL);
	else
		push_home(&files);
	strvec_push_all(&files, repo->includes.v);
	for (size_t i = 0; i < files.nr; i++) {
		AUTO_GITCONF conf = GITCONF_INIT;
		struct err ignored;

		/* One that cannot be read git will complain of. */
		if (i == FILES_MAX ||
			gitconf_look(files.v[i], &conf, &ignored)) {
			repo->has_ours = repo->has_hooks = true;
			return;
		}
		repo->has_ours |= conf.has_ours;
		repo->has_hooks |= conf.has_hooks;
		strvec_push_all(&files, conf.includes.v);
	}
}

/* Find out whether there is anything to ask git for, once. */
static void look(struct repo *repo)
{
	if (repo->looked)
		return;
	repo->looked = true;
	look_at_environment(repo);
	look_at_files(repo);
}

bool setting_has_hooks(struct repo *repo)
{
	look(repo);
	return repo->has_hooks;
}

int setting_get(struct repo *repo, const char *key, char **ret, struct err *err)
{
	AUTO_STRBUF name = STRBUF_INIT, out = STRBUF_INIT;
	int status;

	look(repo);
	if (!repo->has_ours)
		return 0;
	strbuf_addf(&name, "hookrun.%s", key);
	if (gitcmd(repo, GIT_ARGS("config", "--get", name.buf), &status, &out,
		    err))
		return -1;
	if (status == 1)
		return 0;
	if (status)
		return err_set(err, "git cannot read its configuration");
	strbuf_rtrim(&out);
	*ret = strbuf_detach(&out, NULL);
	return 1;
}
