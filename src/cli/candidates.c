/*
 * What a word of the command line may be, by the word that the table of
 * commands has for it: "HOOK" and "TAG" are looked up in the configuration as
 * it is now, "ID" among what is kept, and what is not in capitals stands for
 * itself.
 *
 * Nothing is said of a configuration that cannot be read, and nothing is
 * changed: work that a killed run has put aside is not put back by the Tab key.
 */
#include "cli/candidates.h"

#include "cli/cli.h"
#include "cli/steps.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/hookname.h"
#include "hookrun/guard/guard.h"
#include "hookrun/migrate/kept.h"
#include "hookrun/migrate/snapshots.h"

#include <ctype.h>

/* No member of a list: it would be two, or is there already. */
static bool is_no_member(const struct line *line, const char *word)
{
	AUTO_STRVEC given = STRVEC_INIT;

	strvec_split(&given, line->current + line->list,
		line->before - line->list, ',');
	return strchr(word, ',') || strvec_has(&given, word);
}

/* Only what goes into one line of the answer. */
static void offer(struct line *line, const char *word)
{
	AUTO_STRBUF whole = STRBUF_INIT;

	if (!word || strchr(word, '\n') ||
		(line->in_list && is_no_member(line, word)))
		return;
	strbuf_add(&whole, line->current, line->before);
	strbuf_addstr(&whole, word);
	if (!strvec_has(&line->found, whole.buf))
		strvec_push(&line->found, whole.buf);
}

/* Words like "on|off|auto". */
static void offer_words(struct line *line, const char *words, const char *end)
{
	AUTO_STRVEC list = STRVEC_INIT;

	strvec_split(&list, words, strlen(words), '|');
	for (size_t i = 0; i < list.nr; i++) {
		AUTO_STRBUF word = STRBUF_INIT;

		strbuf_addf(&word, "%s%s", list.v[i], end);
		offer(line, word.buf);
	}
}

static void offer_commands(struct line *line)
{
	const struct command *command = line->commands;

	for (; command->name; command++)
		offer(line, command->name);
}

/* ---- from the repository ---- */

static bool open_silently(struct workspace *ws)
{
	struct err ignored;

	memset(ws, 0, sizeof(*ws));
	if (repo_open(NULL, &ws->repo, &ignored))
		return false;
	if (repo_worktree(ws->repo) && !workspace_load_silently(ws))
		return true;
	workspace_close(ws);
	return false;
}

static void offer_jobs(
	struct line *line, const struct job_list *list, bool tags)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct job_config *job = &list->jobs[i];

		if (job->kind == JOB_GROUP)
			offer_jobs(line, job->group, tags);
		if (!tags)
			offer(line, job->name);
		for (const char **tag = job->tags; tags && *tag; tag++)
			offer(line, *tag);
	}
}

enum origin { HOOKS, JOBS, TAGS };

/* The hook that the line names narrows the jobs. */
static void offer_config(struct line *line, enum origin origin)
{
	const char *named = line->words.nr ? line->words.v[0] : NULL;
	struct workspace ws;

	if (!open_silently(&ws))
		return;
	if (named && ws.has_config && !config_hook(&ws.config, named))
		named = NULL;
	for (size_t i = 0; ws.has_config && i < ws.config.nhooks; i++) {
		const struct hook_config *hook = &ws.config.hooks[i];

		if (origin == HOOKS)
			offer(line, hook->name);
		else if (!named || !strcmp(named, hook->name))
			offer_jobs(line, &hook->list, origin == TAGS);
	}
	workspace_close(&ws);
}

static void offer_hooks(struct line *line)
{
	offer_config(line, HOOKS);
}

static void offer_all_hooks(struct line *line)
{
	for (const char *const *hook = hookname_all; *hook; hook++)
		offer(line, *hook);
}

static void offer_job_names(struct line *line)
{
	offer_config(line, JOBS);
}

static void offer_tags(struct line *line)
{
	offer_config(line, TAGS);
}

static void offer_files(struct line *line)
{
	line->files = true;
}

/* What `config` prints before the values. */
static void offer_keys(struct line *line)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_STRVEC lines = STRVEC_INIT;
	struct workspace ws;

	if (!open_silently(&ws))
		return;
	if (ws.has_config)
		config_origins(&ws.config, NULL, false, &text);
	strvec_split(&lines, text.buf, text.len, '\n');
	for (size_t i = 0; i < lines.nr; i++) {
		char *key = strchr(lines.v[i], '\t');
		char *end = key ? strstr(key, ": ") : NULL;

		if (end) {
			*end = '\0';
			offer(line, key + 1);
		}
	}
	workspace_close(&ws);
}

static int offer_rev(const char *name, const struct oid *commit, void *data)
{
	static const char *const folders[] = { "refs/heads/", "refs/tags/",
		"refs/remotes/" };

	(void)commit;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (!strncmp(name, folders[i], strlen(folders[i])))
			offer(data, name + strlen(folders[i]));
	return 0;
}

static void offer_revs(struct line *line)
{
	struct repo *repo;
	struct err ignored;

	if (repo_open(NULL, &repo, &ignored))
		return;
	offer(line, "HEAD");
	(void)repo_refs_each(repo, offer_rev, line, &ignored);
	repo_free(repo);
}

static int offer_backup(const struct backup *backup, void *data)
{
	offer(data, backup->id);
	return 0;
}

static void offer_backups(struct line *line)
{
	struct repo *repo;
	struct err ignored;

	if (repo_open(NULL, &repo, &ignored))
		return;
	(void)backups_each(repo, offer_backup, line, &ignored);
	repo_free(repo);
}

static void offer_kept(struct line *line)
{
	AUTO_STRVEC ids = STRVEC_INIT;
	struct repo *repo;
	struct err ignored;

	if (repo_open(NULL, &repo, &ignored))
		return;
	migrate_kept_ids(repo, &ids);
	for (size_t i = 0; i < ids.nr; i++)
		offer(line, ids.v[i]);
	repo_free(repo);
}

static void offer_copies_of(struct line *line, bool all)
{
	AUTO_STRVEC labels = STRVEC_INIT;
	struct repo *repo;
	struct err ignored;

	if (repo_open(NULL, &repo, &ignored))
		return;
	migrate_copies_labels(repo, all, &labels);
	for (size_t i = 0; i < labels.nr; i++)
		offer(line, labels.v[i]);
	repo_free(repo);
}

static void offer_copies(struct line *line)
{
	offer_copies_of(line, true);
}

static void offer_snapshots(struct line *line)
{
	offer_copies_of(line, false);
}

/* ---- the options of steps: `--set KEY=VALUE` ---- */

static void offer_setting(struct line *line, const struct key *key)
{
	const char *word = line->current + line->before;
	size_t len = strlen(key->name), before = line->before;

	if (!strchr(word, '=')) {
		offer_words(line, key->name, "=");
		return;
	}
	if (strncmp(word, key->name, len) != 0 || word[len] != '=')
		return;
	line->before += len + 1;
	if (key->words)
		offer_words(line, key->words, "");
	if (key->type == KEY_BOOL || key->type == KEY_WORD_OR_BOOL)
		offer_words(line, "true|false", "");
	line->before = before;
}

/* Of the command's own step, or of all. */
static void offer_settings(struct line *line)
{
	const char *name = line->command->name;
	const struct step_ops *const *step = steps_builtin;

	for (; *step; step++) {
		const struct key *key = (*step)->options;

		if (!strcmp(name, "sync") || !strcmp(name, (*step)->name))
			for (; key && key->name; key++)
				offer_setting(line, key);
	}
}

/* ---- the table ---- */

static const struct {
	const char *word;
	void (*offer)(struct line *line);
	const char *command; /* there it is something of its own, else NULL */
} sources[] = {
	{ "HOOK", offer_all_hooks, "add" },
	{ "HOOK", offer_hooks, NULL },
	{ "JOB", offer_job_names, NULL },
	{ "TAG", offer_tags, NULL },
	{ "FILE", offer_files, NULL },
	{ "GLOB", offer_files, NULL },
	{ "ARGUMENT", offer_files, NULL },
	{ "REV", offer_revs, NULL },
	{ "ID", offer_backups, "recover" },
	{ "ID", offer_kept, "db" },
	{ "COPY", offer_copies, NULL },
	{ "SNAPSHOT", offer_snapshots, NULL },
	{ "KEY", offer_keys, "config" },
	{ "KEY=VALUE", offer_settings, NULL },
	{ "COMMAND", offer_commands, NULL },
};

static void offer_term(struct line *line, const char *term)
{
	if (!isupper((unsigned char)*term)) {
		offer(line, term);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (!strcmp(sources[i].word, term) &&
			(!sources[i].command || !strcmp(sources[i].command,
							line->command->name))) {
			sources[i].offer(line);
			return;
		}
}

void candidates_offer(struct line *line, const char *words)
{
	AUTO_STRVEC list = STRVEC_INIT;

	strvec_split(&list, words, strlen(words), '|');
	for (size_t i = 0; i < list.nr; i++)
		offer_term(line, list.v[i]);
}
