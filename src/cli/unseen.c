/*
 * `git config --global hookrun.trust ask`: what a branch or a remote brings
 * along runs once somebody here has looked at it.
 *
 * Approved are texts: each file of the configuration, each script, and of a
 * remote the commit.  What these start in turn (a program of the tree, a
 * Gemfile, a migration) is code of the branch, which nobody can approve line by
 * line with every switch; README says so.  Everything is read again for the
 * comparison, a moment after the configuration was: who can write into the work
 * tree in between can run programs already.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/setting.h"
#include "hookrun/runner/script.h"

#define TEXT_MAX_BYTES (64 << 20)
#define GATE_LINES 60 /* of a diff in the way of a commit */

int trust_asks(struct repo *repo, bool *ret)
{
	AUTO_FREE char *value = NULL;
	struct err err;

	if (setting_get(repo, "trust", &value, &err) < 0)
		return complain(&err);
	*ret = value && !strcmp(value, "ask");
	if (!value || *ret || !strcmp(value, "all"))
		return 0;
	return complain_text("hookrun.trust is '%s' in git's configuration: it "
			     "may be 'all' or 'ask'",
		value);
}

/* ---- what there is ------------------------------------------------------- */

/* "URL at REF", as the configuration names the remote that is in `folder`. */
static void add_remote_name(
	struct workspace *ws, const char *folder, struct strbuf *out)
{
	node_each (entry, node_get(ws->config.root, "remotes")) {
		AUTO_STRBUF ignored = STRBUF_INIT;
		const char *url = node_str(entry, "git_url");
		const char *ref = node_str(entry, "ref");
		const struct remote remote = { .url = url,
			.ref = ref && *ref ? ref : NULL };
		AUTO_FREE char *its = url ? remote_folder(ws->repo, &remote,
						    REMOTE_CACHED, &ignored)
					  : NULL;

		if (!its || strcmp(its, folder) != 0)
			continue;
		strbuf_addstr(out, url);
		if (remote.ref)
			strbuf_addf(out, " at %s", remote.ref);
		return;
	}
	strbuf_addstr(out, folder);
}

/* The rest of `path` below `folder`; NULL where it is not. */
static const char *below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(path, folder, len) && path[len] == '/' ? path + len + 1
							       : NULL;
}

/* The same in every work tree and wherever the clone is moved to. */
static void add_name(struct workspace *ws, const char *path, struct strbuf *out)
{
	const char *rest;

	for (size_t i = 0; i < ws->config.remotes.nr; i++) {
		const char *folder = ws->config.remotes.v[i];

		rest = below(path, folder);
		if (!rest)
			continue;
		add_remote_name(ws, folder, out);
		strbuf_addf(out, ": %s", rest);
		return;
	}
	rest = below(path, repo_worktree(ws->repo));
	strbuf_addstr(out, rest ? rest : path);
}

/* A file that is not there is nothing that could run. */
static int add_file(struct workspace *ws, const char *path, struct err *err)
{
	AUTO_STRBUF name = STRBUF_INIT, text = STRBUF_INIT;
	struct strbuf *place;
	int got = fs_read(path, &text, TEXT_MAX_BYTES, err);

	if (got <= 0)
		return got;
	add_name(ws, path, &name);
	place = trust_set_add(&ws->unseen, name.buf);
	if (place)
		strbuf_add(place, text.buf, text.len);
	return 0;
}

static int add_scripts(struct workspace *ws, const char *hook,
	const struct job_list *list, struct err *err)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct job_config *job = &list->jobs[i];
		AUTO_STRVEC files = STRVEC_INIT;

		if (job->kind == JOB_GROUP &&
			add_scripts(ws, hook, job->group, err))
			return -1;
		if (job->kind != JOB_SCRIPT)
			continue;
		script_files(&ws->config, repo_worktree(ws->repo), hook,
			job->script, &files);
		for (size_t j = 0; j < files.nr; j++)
			if (!fs_is_dir(files.v[j]) &&
				add_file(ws, files.v[j], err))
				return -1;
	}
	return 0;
}

static int add_remotes(struct workspace *ws, struct err *err)
{
	for (size_t i = 0; i < ws->config.remotes.nr; i++) {
		const char *folder = ws->config.remotes.v[i];
		AUTO_STRBUF name = STRBUF_INIT, text = STRBUF_INIT;
		struct strbuf *place;

		strbuf_addstr(&text, "commit ");
		if (remote_commit(ws->repo, folder, &text, err))
			return -1;
		strbuf_addch(&text, '\n');
		strbuf_addstr(&name, "remote ");
		add_remote_name(ws, folder, &name);
		place = trust_set_add(&ws->unseen, name.buf);
		if (place)
			strbuf_add(place, text.buf, text.len);
	}
	return 0;
}

static int collect(struct workspace *ws, struct err *err)
{
	const struct config *config = &ws->config;

	for (size_t i = 0; i < config->files.nr; i++)
		if (add_file(ws, config->files.v[i], err))
			return -1;
	if (add_remotes(ws, err))
		return -1;
	for (size_t i = 0; i < config->nhooks; i++)
		if (add_scripts(ws, config->hooks[i].name,
			    &config->hooks[i].list, err))
			return -1;
	return 0;
}

int trust_look(struct workspace *ws)
{
	struct err err;

	if (collect(ws, &err) ||
		trust_compare(ws->repo, &ws->unseen, &ws->nunseen, &err))
		return complain(&err);
	return 0;
}

/* ---- the gate ------------------------------------------------------------ */

int trust_gate(struct workspace *ws)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err;

	if (!ws->nunseen)
		return 0;
	if (trust_show(ws->repo, &ws->unseen, GATE_LINES, &text, &err))
		return complain(&err);
	put_printable(stderr, text.buf);
	return complain_text("nothing was run: this clone has not approved the "
			     "above ('hookrun trust' does)");
}
