/*
 * Taking hook files away.  What only mentions LEFTHOOK stays: it may be
 * somebody's own script.  Even --force, which lefthook takes for "delete every
 * file in the folder", deletes nothing of others.
 */
#include "install/remove.h"

#include "install/confighook.h"
#include "install/form.h"
#include "hookrun/install/hookspath.h"
#include "install/shim.h"
#include "install/sync.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hookname.h"
#include "hookrun/install/hookdir.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Delete a shim; the hook that it took the place of comes back. */
static int take_away(const char *dir, const char *name, const char *why,
	struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *path = fs_join(dir, name);
	AUTO_FREE char *old = hookdir_old(path);
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
	AUTO_STRVEC names = STRVEC_INIT;

	if (fs_list(dir, &names, err))
		return -1;
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *path = fs_join(dir, names.v[i]);
		AUTO_STRBUF text = STRBUF_INIT;
		enum shim_kind kind;

		/* NAME.old and NAME.sample are run by nobody. */
		if (strchr(names.v[i], '.'))
			continue;
		kind = shim_look(path, &text);
		if (kind == SHIM_OURS || (any && kind == SHIM_LEFTHOOK))
			strvec_push(ret, names.v[i]);
	}
	strvec_sort(ret);
	return 0;
}

int remove_shims(const char *dir, const struct strvec *hooks, const char *why,
	struct strbuf *notes, struct err *err)
{
	AUTO_STRVEC shims = STRVEC_INIT;

	if (list_shims(dir, false, &shims, err))
		return -1;
	for (size_t i = 0; i < shims.nr; i++)
		if (!strvec_has(hooks, shims.v[i]) &&
			take_away(dir, shims.v[i], why, notes, err))
			return -1;
	return 0;
}

int install_drop(struct repo *repo, const char *dir, const struct strvec *hooks,
	struct strbuf *notes, struct err *err)
{
	AUTO_STRVEC wanted = STRVEC_INIT;

	strvec_push_all(&wanted, hooks->v);
	sync_elsewhere(repo, &wanted);
	return remove_shims(
		dir, &wanted, ", which is not configured any more", notes, err);
}

/* What is run by nobody is not a hook, and what already is a NAME.old cannot be
 * put aside once more. */
static int put_aside(const char *dir, struct strbuf *notes, struct err *err)
{
	for (size_t i = 0; hookname_all[i]; i++) {
		const char *name = hookname_all[i];
		AUTO_FREE char *path = fs_join(dir, name);
		AUTO_FREE char *old = hookdir_old(path);

		if (!fs_exists(path))
			continue;
		if (fs_exists(old)) {
			strbuf_addf(notes,
				"left the %s hook, which is not ours: %s.old "
				"exists\n",
				name, name);
			continue;
		}
		if (rename(path, old))
			return err_errno(err, "cannot rename '%s'", path);
		strbuf_addf(notes,
			"the %s hook, which is not ours, is now %s.old\n", name,
			name);
	}
	return 0;
}

static void remove_checksum(struct repo *repo)
{
	AUTO_FREE char *path = fs_join(
		repo_commondir(repo), INSTALL_CHECKSUM_FILE);

	unlink(path);
}

static int remove_locked(struct repo *repo, const char *dir, bool force,
	struct strbuf *notes, struct err *err)
{
	AUTO_STRVEC shims = STRVEC_INIT;

	if (list_shims(dir, true, &shims, err))
		return -1;
	for (size_t i = 0; i < shims.nr; i++)
		if (take_away(dir, shims.v[i], "", notes, err))
			return -1;
	if (force && put_aside(dir, notes, err))
		return -1;
	if (hookspath_restore(repo, notes, err))
		return -1;
	if (confighook_forget(repo, err))
		return -1;
	remove_checksum(repo);
	form_forget(repo);
	return sync_forget(repo, err);
}

int install_remove(
	struct repo *repo, bool force, struct strbuf *notes, struct err *err)
{
	AUTO_FD int fd = hookdir_lock(repo, err);
	AUTO_FREE char *dir = NULL;
	AUTO_HOOKSPATH path = HOOKSPATH_INIT;

	if (fd < 0 || hookdir_find(repo, &dir, err) ||
		hookspath_read(repo, &path, err))
		return -1;
	if (!hookspath_is_shared(&path) || !path.foreign || sync_exists(repo))
		return remove_locked(repo, dir, force, notes, err);
	strbuf_addf(notes,
		"left '%s' alone: it is shared by every repository, and was "
		"not written from here\n",
		dir);
	return 0;
}
