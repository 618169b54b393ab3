/*
 * Hook files on disk.
 *
 * All that could go wrong is looked at before the first file is touched, a
 * shim is written beside its place and renamed, and a hook that was there is
 * put back where that fails: at no moment is there no hook.  What only mentions
 * LEFTHOOK is replaced, as lefthook would, but never just deleted: it may be
 * somebody's own script.  A hooks folder that the user's or the machine's
 * configuration names is shared by every repository, and hence not ours.
 */
#include "hookrun/git/install.h"

#include "git/shim.h"
#include "git/sync.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where core.hooksPath comes from: "global\tPATH", or "" where it is not set.
 */
static int hooks_path_setting(
	struct repo *repo, struct strbuf *out, struct err *err)
{
	char *args[] = { (char[]){ "config" }, (char[]){ "--show-scope" },
		(char[]){ "--get" }, (char[]){ "core.hooksPath" }, NULL };
	int status;

	if (gitcmd(repo, args, &status, out, err))
		return -1;
	if (status)
		strbuf_reset(out);
	if (out->len && out->buf[out->len - 1] == '\n')
		strbuf_setlen(out, out->len - 1);
	return status > 1 ? -1 : 0;
}

/* An empty setting switches hooks off, yet `--git-path` then answers with the
 * root of the work tree. */
static int refuse_empty(struct repo *repo, struct err *err)
{
	AUTO_STRBUF setting = STRBUF_INIT;

	if (hooks_path_setting(repo, &setting, err))
		return -1;
	if (!setting.len || setting.buf[setting.len - 1] != '\t')
		return 0;
	return err_set(err, "core.hooksPath is empty, so git runs no hooks; "
			    "'git config --unset core.hooksPath' puts that "
			    "right");
}

int install_dir(struct repo *repo, char **ret_path, struct err *err)
{
	char *args[] = { (char[]){ "rev-parse" }, (char[]){ "--git-path" },
		(char[]){ "hooks" }, NULL };
	const char *base = repo_worktree(repo) ? repo_worktree(repo)
					       : repo_gitdir(repo);
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_FREE char *path = NULL;
	int status;

	if (gitcmd(repo, args, &status, &out, err) || status)
		return -1;
	if (out.len && out.buf[out.len - 1] == '\n')
		strbuf_setlen(&out, out.len - 1);
	path = fs_clean(base, out.buf);
	if (!strcmp(path, base) && refuse_empty(repo, err))
		return -1;
	*ret_path = path;
	path = NULL;
	return 0;
}

static bool is_shared(const char *setting)
{
	return !strncmp(setting, "global\t", 7) ||
	       !strncmp(setting, "system\t", 7);
}

static int refuse_shared(struct repo *repo, struct err *err)
{
	AUTO_STRBUF setting = STRBUF_INIT;

	if (hooks_path_setting(repo, &setting, err))
		return -1;
	if (!is_shared(setting.buf))
		return 0;
	return err_set(err,
		"core.hooksPath is '%s' in your %.6s git configuration: every "
		"repository shares that folder\n"
		"  git config --%.6s --unset core.hooksPath   gives each "
		"repository its own again\n"
		"  hookrun install --force   writes the hooks into the shared "
		"folder",
		setting.buf + 7, setting.buf, setting.buf);
}

/* ---- writing ---- */

/* What is to be done about one hook. */
struct place {
	char *path, *old;
	struct strbuf shim;
	bool keep;  /* a foreign hook moves to `old` */
	bool write; /* the text or the mode differs */
};

static void place_release(struct place *place)
{
	free(place->path);
	free(place->old);
	strbuf_release(&place->shim);
}

static char *with_old(const char *path)
{
	AUTO_STRBUF old = STRBUF_INIT;

	strbuf_addf(&old, "%s.old", path);
	return strbuf_detach(&old, NULL);
}

static int place_look(struct place *place, const char *dir, const char *hook,
	const struct install_opts *opts, struct err *err)
{
	AUTO_STRBUF there = STRBUF_INIT;
	enum shim_kind kind;

	*place = (struct place){ .shim = STRBUF_INIT };
	if (shim_render(opts, hook, &place->shim, err))
		return -1;
	place->path = fs_join(dir, hook);
	place->old = with_old(place->path);
	kind = shim_look(place->path, &there);
	place->keep = kind == SHIM_FOREIGN;
	place->write = kind != SHIM_OURS || there.len != place->shim.len ||
		       memcmp(there.buf, place->shim.buf, there.len) != 0 ||
		       access(place->path, X_OK) != 0;
	if (place->keep && !opts->force && fs_exists(place->old))
		return err_set(err,
			"cannot keep the existing %s hook as '%s.old': that "
			"file exists already; remove one of them, or use "
			"--force to overwrite it",
			hook, hook);
	return 0;
}

static int place_write(struct place *place, const char *hook,
	struct strbuf *notes, struct err *err)
{
	bool over = place->keep && fs_exists(place->old);

	if (place->keep && rename(place->path, place->old))
		return err_errno(err, "cannot rename '%s' to '%s.old'",
			place->path, hook);
	if (fs_write_atomic(
		    place->path, place->shim.buf, place->shim.len, 0755, err)) {
		if (place->keep)
			rename(place->old, place->path);
		return -1;
	}
	if (place->keep)
		strbuf_addf(notes, "kept the existing %s hook as %s.old%s\n",
			hook, hook,
			over ? ", over what had that name before" : "");
	return 0;
}

/* ---- removing ---- */

/* Delete a shim; the hook that it took the place of comes back. */
static int take_away(const char *dir, const char *name, const char *why,
	struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *path = fs_join(dir, name);
	AUTO_FREE char *old = with_old(path);
	bool back = fs_exists(old);

	if (back ? rename(old, path) : unlink(path))
		return err_errno(err, "cannot remove '%s'", path);
	strbuf_addf(notes, "removed the %s hook%s%s\n", name, why,
		back ? ", and put the old one back" : "");
	return 0;
}

/* The names in `dir` of shims, lefthook's too where `any`. */
static int list_shims(
	const char *dir, bool any, struct strvec *ret, struct err *err)
{
	DIR *handle = opendir(dir);
	struct dirent *entry;

	if (!handle)
		return errno == ENOENT || errno == ENOTDIR
			       ? 0
			       : err_errno(err, "cannot read '%s'", dir);
	while ((entry = readdir(handle))) {
		AUTO_FREE char *path = fs_join(dir, entry->d_name);
		AUTO_STRBUF text = STRBUF_INIT;
		enum shim_kind kind;

		/* NAME.old and NAME.sample are run by nobody. */
		if (strchr(entry->d_name, '.'))
			continue;
		kind = shim_look(path, &text);
		if (kind == SHIM_OURS || (any && kind == SHIM_LEFTHOOK))
			strvec_push(ret, entry->d_name);
	}
	closedir(handle);
	strvec_sort(ret);
	return 0;
}

static int remove_dropped(struct repo *repo, const char *dir,
	char *const *hooks, struct strbuf *notes, struct err *err)
{
	AUTO_STRVEC shims = STRVEC_INIT;
	AUTO_STRVEC wanted = STRVEC_INIT;

	strvec_push_all(&wanted, hooks);
	sync_elsewhere(repo, &wanted);
	if (list_shims(dir, false, &shims, err))
		return -1;
	for (size_t i = 0; i < shims.nr; i++)
		if (!strvec_has(&wanted, shims.v[i]) &&
			take_away(dir, shims.v[i],
				", which is not configured any more", notes,
				err))
			return -1;
	return 0;
}

/* ---- commands ---- */

static int write_all(const char *dir, const struct install_opts *opts,
	struct place *places, size_t nr, struct strvec *written,
	struct strbuf *notes, struct err *err)
{
	for (size_t i = 0; i < nr; i++)
		if (place_look(&places[i], dir, opts->hooks[i], opts, err))
			return -1;
	if (fs_mkdirs(dir, 0755, err))
		return -1;
	for (size_t i = 0; i < nr; i++) {
		if (!places[i].write)
			continue;
		if (place_write(&places[i], opts->hooks[i], notes, err))
			return -1;
		if (written)
			strvec_push(written, opts->hooks[i]);
	}
	return 0;
}

int install_hooks(struct repo *repo, const struct install_opts *opts,
	struct strvec *written, struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *dir = NULL;
	struct place *places;
	size_t nr = 0;
	int failed;

	if (install_dir(repo, &dir, err) ||
		(!opts->force && refuse_shared(repo, err)))
		return -1;
	while (opts->hooks[nr])
		nr++;
	places = xcalloc(nr + 1, sizeof(*places));
	for (size_t i = 0; i < nr; i++)
		strbuf_init(&places[i].shim);
	failed = write_all(dir, opts, places, nr, written, notes, err);
	for (size_t i = 0; i < nr; i++)
		place_release(&places[i]);
	free(places);
	if (failed || remove_dropped(repo, dir, opts->hooks, notes, err))
		return -1;
	return sync_write(
		repo, opts->config_id ? opts->config_id : "", opts->hooks, err);
}

int install_remove(struct repo *repo, struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *dir = NULL;
	AUTO_STRBUF setting = STRBUF_INIT;
	AUTO_STRVEC shims = STRVEC_INIT;

	if (install_dir(repo, &dir, err) ||
		hooks_path_setting(repo, &setting, err))
		return -1;
	if (is_shared(setting.buf) && !sync_exists(repo)) {
		strbuf_addf(notes,
			"left '%s' alone: it is shared by every "
			"repository, and was not written from here\n",
			dir);
		return 0;
	}
	if (list_shims(dir, true, &shims, err))
		return -1;
	for (size_t i = 0; i < shims.nr; i++)
		if (take_away(dir, shims.v[i], "", notes, err))
			return -1;
	sync_forget(repo);
	return 0;
}

static int check_hook(const char *dir, const char *hook,
	const struct install_opts *opts, struct strbuf *problems,
	struct err *err)
{
	AUTO_FREE char *path = fs_join(dir, hook);
	AUTO_STRBUF there = STRBUF_INIT, shim = STRBUF_INIT;
	const char *problem = NULL;

	if (shim_render(opts, hook, &shim, err))
		return -1;
	switch (shim_look(path, &there)) {
	case SHIM_ABSENT:
		problem = "is not installed";
		break;
	case SHIM_FOREIGN:
	case SHIM_MENTIONS:
		problem = "is not ours";
		break;
	case SHIM_LEFTHOOK:
		problem = "is lefthook's, not ours";
		break;
	case SHIM_OURS:
		if (!shim_same(&there, &shim))
			problem = "is an older shim, or was edited";
		else if (access(path, X_OK))
			problem = "is not executable";
		break;
	}
	if (problem)
		strbuf_addf(problems, "%s %s\n", hook, problem);
	return 0;
}

int install_check(struct repo *repo, const struct install_opts *opts,
	struct strbuf *problems, struct err *err)
{
	AUTO_FREE char *dir = NULL;

	if (install_dir(repo, &dir, err))
		return -1;
	for (char *const *hook = opts->hooks; *hook; hook++)
		if (check_hook(dir, *hook, opts, problems, err))
			return -1;
	return 0;
}
