/*
 * A core.hooksPath that leads away from the repository's own folder belongs to
 * somebody: another hooks manager, or a user who has hooks for everything.
 * Writing into that folder would change what is not ours, so it is refused,
 * as lefthook does, unless the user says which way out is meant: unset it
 * (--reset-hooks-path), write there anyway (--force), or, for a folder that all
 * repositories share, `chain: true`.  Then this repository gets a setting of
 * its own, an absolute one because a relative one means another folder in each
 * linked work tree, and the overruled folder is remembered beside it, both to
 * run its hooks and to put things right at uninstall.
 */
#include "hookrun/install/hookspath.h"

#include "install/sync.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#include <string.h>
#include <unistd.h>

#define KEY "core.hooksPath"
#define OVERRULED "hookrun/hooks-path"
#define PATH_FILE_MAX 65536

/* The repository's own folder, malloc'd. */
static char *own_folder(const struct repo *repo)
{
	return fs_join(repo_commondir(repo), "hooks");
}

void hookspath_release(struct hookspath *path)
{
	strbuf_release(&path->scope);
	strbuf_release(&path->origin);
	strbuf_release(&path->value);
	strbuf_release(&path->dir);
}

bool hookspath_is_shared(const struct hookspath *path)
{
	return !strcmp(path->scope.buf, "global") ||
	       !strcmp(path->scope.buf, "system");
}

/* Move what stands before the next tab of `*pos` to `ret`. */
static void take_field(const char **pos, struct strbuf *ret)
{
	size_t len = strcspn(*pos, "\t");

	strbuf_reset(ret);
	strbuf_add(ret, *pos, len);
	*pos += len + ((*pos)[len] == '\t');
}

bool hookspath_is_ours(struct repo *repo, const struct hookspath *path)
{
	AUTO_FREE char *before = sync_dir(repo);

	return !path->foreign || !strcmp(path->dir.buf, before);
}

/* "scope\torigin\tvalue\n" of the setting that counts. */
int hookspath_read(struct repo *repo, struct hookspath *ret, struct err *err)
{
	AUTO_FREE char *own = own_folder(repo);
	AUTO_FREE char *there = NULL;
	AUTO_STRBUF out = STRBUF_INIT;
	const char *pos;
	int status;

	if (gitcmd(repo,
		    GIT_ARGS("config", "--show-scope", "--show-origin",
			    "--type=path", "--get", KEY),
		    &status, &out, err) ||
		status > 1)
		return -1;
	strbuf_reset(&ret->scope);
	strbuf_reset(&ret->value);
	strbuf_reset(&ret->dir);
	ret->foreign = false;
	if (status || !out.len)
		return 0;
	pos = out.buf;
	take_field(&pos, &ret->scope);
	if (!strncmp(pos, "file:", strlen("file:")))
		pos += strlen("file:");
	take_field(&pos, &ret->origin);
	strbuf_addstr(&ret->value, pos);
	if (ret->value.len && ret->value.buf[ret->value.len - 1] == '\n')
		strbuf_setlen(&ret->value, ret->value.len - 1);
	there = fs_clean(
		repo_worktree(repo) ? repo_worktree(repo) : repo_gitdir(repo),
		ret->value.buf);
	strbuf_addstr(&ret->dir, there);
	ret->foreign = !ret->value.len || strcmp(there, own) != 0;
	return 0;
}

static int refuse(const struct hookspath *path, struct err *err)
{
	return err_set(err,
		"%s is set to '%s' in the %s git configuration: git runs the "
		"hooks in that folder, which is not this repository's\n"
		"  hookrun install --reset-hooks-path   unsets it\n"
		"  git config --unset-all --%s %s   does the same\n"
		"  hookrun install --force   writes the hooks into that "
		"folder%s",
		KEY, path->value.buf, path->scope.buf, path->scope.buf, KEY,
		hookspath_is_shared(path)
			? "\n  chain: true in the configuration   gives this "
			  "repository its own and runs those first"
			: "");
}

static int set_key(struct repo *repo, const char *scope, const char *option,
	const char *value, struct err *err)
{
	AUTO_STRVEC argv = STRVEC_INIT;

	strvec_push(&argv, "config");
	strvec_pushf(&argv, "--%s", scope);
	if (option)
		strvec_push(&argv, option);
	strvec_push(&argv, KEY);
	if (value)
		strvec_push(&argv, value);
	return gitcmd(repo, strvec_words(&argv), NULL, NULL, err);
}

/* From the nearest scope outwards, until none is in the way. */
static int reset(struct repo *repo, struct hookspath *path,
	struct strbuf *notes, struct err *err)
{
	for (int scopes = 0; path->foreign; scopes++) {
		if (scopes == 3 || !strcmp(path->scope.buf, "system") ||
			!strcmp(path->scope.buf, "command"))
			return refuse(path, err);
		if (set_key(repo, path->scope.buf, "--unset-all", NULL, err))
			return -1;
		strbuf_addf(notes, "%s %s has been unset (it was '%s')\n",
			path->scope.buf, KEY, path->value.buf);
		if (hookspath_read(repo, path, err))
			return -1;
	}
	return 0;
}

static int overrule(struct repo *repo, const struct hookspath *path,
	struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *own = own_folder(repo);
	AUTO_FREE char *file = fs_join(repo_commondir(repo), OVERRULED);

	if (fs_mkdirs_for(file, err) ||
		fs_write_atomic(
			file, path->value.buf, path->value.len, 0644, err) ||
		set_key(repo, "local", NULL, own, err))
		return -1;
	strbuf_addf(notes,
		"this repository has its own hooks again; those in '%s' run "
		"first\n",
		path->value.buf);
	return 0;
}

int hookspath_settle(struct repo *repo, const struct install_opts *opts,
	struct strbuf *notes, struct err *err)
{
	AUTO_HOOKSPATH path = HOOKSPATH_INIT;

	if (hookspath_read(repo, &path, err))
		return -1;
	if (!path.foreign)
		return 0;
	if (opts->reset_hooks_path)
		return reset(repo, &path, notes, err);
	if (!path.value.len)
		return err_set(err,
			KEY " is empty, so git runs no hooks; 'hookrun install "
			    "--reset-hooks-path' puts that right");
	if (hookspath_is_ours(repo, &path))
		return 0; /* the user forced it once */
	if (!opts->force && opts->chain && hookspath_is_shared(&path))
		return overrule(repo, &path, notes, err);
	if (!opts->force)
		return refuse(&path, err);
	strbuf_addf(notes, "%s is '%s' (%s): the hooks go there\n", KEY,
		path.value.buf, path.scope.buf);
	return 0;
}

char *hookspath_overruled(const struct repo *repo)
{
	AUTO_FREE char *file = fs_join(repo_commondir(repo), OVERRULED);
	struct strbuf text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (fs_read(file, &text, PATH_FILE_MAX, &ignored) != 1 || !text.len) {
		strbuf_release(&text);
		return NULL;
	}
	return strbuf_detach(&text, NULL);
}

int hookspath_restore(struct repo *repo, struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *overruled = hookspath_overruled(repo);
	AUTO_FREE char *file = fs_join(repo_commondir(repo), OVERRULED);
	AUTO_HOOKSPATH path = HOOKSPATH_INIT;

	if (!overruled)
		return 0;
	if (hookspath_read(repo, &path, err))
		return -1;
	if (!path.foreign && !strcmp(path.scope.buf, "local")) {
		if (set_key(repo, "local", "--unset-all", NULL, err))
			return -1;
		strbuf_addf(
			notes, "the hooks in '%s' count again\n", overruled);
	}
	return unlink(file) ? err_errno(err, "cannot remove '%s'", file) : 0;
}
