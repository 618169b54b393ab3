/*
 * git runs the hooks of its configuration first, in its order, then the file in
 * its folder of hooks.  So hookrun may be called for one event by both, or by a
 * setting of the user's own and by what was installed.  Every way knows which
 * it is (the hook file says so), and all read the same configuration; the
 * earlier runs:
 *
 *	1. a setting whose command is "hookrun run HOOK"
 *	2. what `install --config` has written
 *	3. a hook file
 *
 * Only a command that surely starts hookrun for that hook counts: what is not
 * understood makes jobs run twice, never not at all.
 *
 * A name of git's own events may not be the name of a setting (git 2.55 refuses
 * it), hence "hookrun-" in front.
 */
#include "install/confighook.h"

#include "install/shim.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hookname.h"
#include "hookrun/base/words.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/git/setting.h"
#include "hookrun/install/install.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FOLDER "hookrun/config-hooks"
#define PREFIX "hookrun-"
#define MAJOR 2 /* the first git that runs them */
#define MINOR 54

struct setting {
	char *name;
	char *command; /* NULL: none */
	struct strvec events;
	bool off;
};

struct settings {
	struct setting *v;
	size_t nr, cap;
};

static void settings_release(struct settings *settings)
{
	for (size_t i = 0; i < settings->nr; i++) {
		free(settings->v[i].name);
		free(settings->v[i].command);
		strvec_release(&settings->v[i].events);
	}
	free(settings->v);
	*settings = (struct settings){ 0 };
}
#define AUTO_SETTINGS __attribute__((cleanup(settings_release))) struct settings

static struct setting *settings_find(
	const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->nr; i++)
		if (!strcmp(settings->v[i].name, name))
			return &settings->v[i];
	return NULL;
}

static struct setting *settings_add(
	struct settings *settings, const char *name, size_t len)
{
	AUTO_FREE char *copy = xstrndup(name, len);
	struct setting *setting = settings_find(settings, copy);

	if (setting)
		return setting;
	xgrow(&settings->v, &settings->cap, settings->nr + 1,
		sizeof(*settings->v));
	setting = &settings->v[settings->nr++];
	*setting = (struct setting){ .name = xstrdup(copy) };
	return setting;
}

/* "hook.NAME.KEY" and, behind a line break, the value; what comes last counts,
 * an empty event forgets those before. */
static void take(struct settings *settings, const char *entry)
{
	const char *value = strchr(entry, '\n');
	size_t len = value ? (size_t)(value - entry) : strlen(entry);
	const char *name = entry + strlen("hook.");
	const char *dot = memrchr(entry, '.', len);
	AUTO_FREE char *key = NULL;
	struct setting *setting;

	if (!dot || dot <= name)
		return;
	key = xstrndup(dot + 1, (size_t)(entry + len - dot - 1));
	setting = settings_add(settings, name, (size_t)(dot - name));
	value = value ? value + 1 : "";
	if (!strcmp(key, "command")) {
		free(setting->command);
		setting->command = xstrdup(value);
	} else if (!strcmp(key, "event")) {
		if (*value)
			strvec_push(&setting->events, value);
		else
			strvec_release(&setting->events);
	} else if (!strcmp(key, "enabled")) {
		setting->off = words_have("false|no|off|0", value);
	}
}

/* Those of all scopes, or of the clone's own file. */
static int settings_read(struct repo *repo, const char *scope,
	struct settings *ret, struct err *err)
{
	AUTO_STRVEC args = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRVEC entries = STRVEC_INIT;
	int status;

	strvec_push(&args, "config");
	if (scope)
		strvec_push(&args, scope);
	strvec_push(&args, "-z");
	strvec_push(&args, "--get-regexp");
	strvec_push(&args, "^hook\\.");
	if (gitcmd(repo, strvec_words(&args), &status, &out, err))
		return -1;
	if (status > 1)
		return err_set(err, "git cannot read its configuration");
	strvec_split(&entries, out.buf, out.len, '\0');
	for (size_t i = 0; i < entries.nr; i++)
		take(ret, entries.v[i]);
	return 0;
}

/* ---- which git ----------------------------------------------------------- */

/* "git version 2.54.0": 1 where it runs such hooks, 0, -1. */
static int is_new_enough(
	struct repo *repo, struct strbuf *version, struct err *err)
{
	static const char start[] = "git version ";
	int major, minor;

	if (gitcmd(repo, GIT_ARGS("version"), NULL, version, err))
		return -1;
	strbuf_rtrim(version);
	if (strncmp(version->buf, start, strlen(start)) != 0 ||
		sscanf(version->buf + strlen(start), "%d.%d", &major, &minor) !=
			2)
		return err_set(err, "'%s' is no version", version->buf);
	return major > MAJOR || (major == MAJOR && minor >= MINOR);
}

static void add_too_old(struct strbuf *out, const struct strbuf *version)
{
	strbuf_addf(out,
		"%s does not run hooks from its configuration, %d.%d does",
		version->buf, MAJOR, MINOR);
}

int confighook_demand(struct repo *repo, struct err *err)
{
	AUTO_STRBUF version = STRBUF_INIT, why = STRBUF_INIT;
	int got = is_new_enough(repo, &version, err);

	if (got)
		return got < 0 ? -1 : 0;
	add_too_old(&why, &version);
	return err_set(err, "%s", why.buf);
}

/* ---- writing ------------------------------------------------------------- */

char *confighook_folder(const struct repo *repo)
{
	return fs_join(repo_commondir(repo), FOLDER);
}

/* As git wants it: it starts what has none of sh's characters without one. */
static void add_command(struct strbuf *out, const char *dir, const char *hook)
{
	AUTO_FREE char *path = fs_join(dir, hook);

	if (path[strcspn(path, "|&;<>()$`\\\"' \t\n*?[#~=%")])
		shim_quote(out, path);
	else
		strbuf_addstr(out, path);
}

static int set_one(struct repo *repo, const char *hook, const char *key,
	const char *value, struct err *err)
{
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addf(&name, "hook." PREFIX "%s.%s", hook, key);
	return gitcmd(repo,
		GIT_ARGS("config", "--local", "--replace-all", name.buf, value),
		NULL, NULL, err);
}

/* The hook of a setting that was installed, be it by this clone before it was
 * moved; else NULL. */
static const char *hook_of(const struct setting *setting)
{
	size_t len = strlen(PREFIX);

	if (strncmp(setting->name, PREFIX, len) != 0 || !setting->command ||
		!strstr(setting->command, "/" FOLDER "/"))
		return NULL;
	return setting->name + len;
}

/* Whether it is as confighook_sync() leaves it. */
static bool is_set_up(
	const struct settings *settings, const char *dir, const char *hook)
{
	AUTO_STRBUF name = STRBUF_INIT, command = STRBUF_INIT;
	const struct setting *setting;

	strbuf_addf(&name, PREFIX "%s", hook);
	setting = settings_find(settings, name.buf);
	add_command(&command, dir, hook);
	return setting && setting->command && !setting->off &&
	       !strcmp(setting->command, command.buf) &&
	       setting->events.nr == 1 && !strcmp(setting->events.v[0], hook);
}

/* The command first: an event without one is an error to git. */
static int set_up(
	struct repo *repo, const char *dir, const char *hook, struct err *err)
{
	AUTO_STRBUF command = STRBUF_INIT;

	add_command(&command, dir, hook);
	if (set_one(repo, hook, "command", command.buf, err))
		return -1;
	return set_one(repo, hook, "event", hook, err);
}

static int forget_all_but(struct repo *repo, const struct settings *settings,
	const struct strvec *hooks, struct err *err)
{
	for (size_t i = 0; i < settings->nr; i++) {
		const char *hook = hook_of(&settings->v[i]);
		AUTO_STRBUF section = STRBUF_INIT;

		if (!hook || strvec_has(hooks, hook))
			continue;
		strbuf_addf(&section, "hook.%s", settings->v[i].name);
		if (gitcmd(repo,
			    GIT_ARGS("config", "--local", "--remove-section",
				    section.buf),
			    NULL, NULL, err))
			return -1;
	}
	return 0;
}

int confighook_sync(struct repo *repo, const char *dir, struct err *err)
{
	AUTO_SETTINGS settings = { 0 };
	AUTO_STRVEC hooks = STRVEC_INIT;

	if (fs_list(dir, &hooks, err) ||
		settings_read(repo, "--local", &settings, err))
		return -1;
	for (size_t i = 0; i < hooks.nr; i++)
		if (!is_set_up(&settings, dir, hooks.v[i]) &&
			set_up(repo, dir, hooks.v[i], err))
			return -1;
	return forget_all_but(repo, &settings, &hooks, err);
}

int confighook_forget(struct repo *repo, struct err *err)
{
	AUTO_FREE char *dir = confighook_folder(repo);
	AUTO_SETTINGS settings = { 0 };
	const struct strvec none = STRVEC_INIT;

	if (!fs_exists(dir))
		return 0;
	if (settings_read(repo, "--local", &settings, err) ||
		forget_all_but(repo, &settings, &none, err))
		return -1;
	return fs_remove_tree(dir, err);
}

int confighook_check(struct repo *repo, const char *dir, char *const *hooks,
	struct strbuf *problems, struct err *err)
{
	AUTO_SETTINGS settings = { 0 };
	AUTO_STRBUF version = STRBUF_INIT;
	int got = is_new_enough(repo, &version, err);

	if (got < 0 || settings_read(repo, NULL, &settings, err))
		return -1;
	if (!got) {
		add_too_old(problems, &version);
		strbuf_addch(problems, '\n');
	}
	for (; *hooks; hooks++)
		if (!is_set_up(&settings, dir, *hooks))
			strbuf_addf(problems,
				"%s is not in git's configuration as it was "
				"installed\n",
				*hooks);
	return 0;
}

/* ---- twice --------------------------------------------------------------- */

/* The next word of a command, quotes taken off its ends. */
static void next_word(const char **pos, struct strbuf *word)
{
	const char *start = *pos + strspn(*pos, " \t");
	size_t len = strcspn(start, " \t");

	*pos = start + len;
	if (len > 1 && (*start == '\'' || *start == '"') &&
		start[len - 1] == *start) {
		start++;
		len -= 2;
	}
	strbuf_reset(word);
	strbuf_add(word, start, len);
}

/* "hookrun run HOOK ...", whatever follows. */
static bool runs_hook(const char *command, const char *hook)
{
	AUTO_STRBUF word = STRBUF_INIT;

	next_word(&command, &word);
	if (!strcmp(word.buf, "exec"))
		next_word(&command, &word);
	if (!words_have("hookrun|lefthook", fs_basename(word.buf)))
		return false;
	next_word(&command, &word);
	if (strcmp(word.buf, "run") != 0)
		return false;
	next_word(&command, &word);
	return !strcmp(word.buf, hook);
}

/* The first setting by which git starts hookrun for `hook`, or NULL.
 * `foreign`: of those that were not installed. */
static const struct setting *find_caller(const struct settings *settings,
	const char *dir, const char *hook, bool foreign)
{
	const struct setting *all = settings_find(settings, hook);

	/* hook.EVENT.enabled */
	if (all && all->off)
		return NULL;
	for (size_t i = 0; i < settings->nr; i++) {
		const struct setting *one = &settings->v[i];

		if (one->off || !one->command ||
			!strvec_has(&one->events, hook))
			continue;
		if (hook_of(one) ? !foreign && is_set_up(settings, dir, hook)
				 : runs_hook(one->command, hook))
			return one;
	}
	return NULL;
}

/* Where git cannot be asked nothing is said to be the second. */
bool install_is_second(struct repo *repo, const char *hook, const char *file)
{
	AUTO_FREE char *dir = confighook_folder(repo);
	AUTO_SETTINGS settings = { 0 };
	AUTO_STRBUF version = STRBUF_INIT;
	size_t len = strlen(dir);
	bool own = !strncmp(file, dir, len) && file[len] == '/';
	struct err ignored;

	return setting_has_hooks(repo) &&
	       !settings_read(repo, NULL, &settings, &ignored) &&
	       find_caller(&settings, dir, hook, own) &&
	       is_new_enough(repo, &version, &ignored) == 1;
}

void install_check_second(
	struct repo *repo, char *const *hooks, struct strbuf *notes)
{
	AUTO_FREE char *dir = confighook_folder(repo);
	AUTO_SETTINGS settings = { 0 };
	AUTO_STRBUF version = STRBUF_INIT;
	struct err ignored;

	if (!setting_has_hooks(repo) ||
		settings_read(repo, NULL, &settings, &ignored) ||
		is_new_enough(repo, &version, &ignored) != 1)
		return;
	for (; *hooks; hooks++) {
		const struct setting *one = find_caller(
			&settings, dir, *hooks, true);

		if (one)
			strbuf_addf(notes,
				"%s is run by 'hook.%s' of git's "
				"configuration; "
				"its hook file has nothing to do then\n",
				*hooks, one->name);
	}
}
