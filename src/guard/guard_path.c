/*
 * One path of the work tree: what is there, and putting something else there.
 *
 * Files change places (exchange.h): the new file is at the path and the old
 * one out of it in a single step, so that there is no
 * moment without a file, and no moment in which an editor's save could be
 * overwritten: whatever came out is looked at, and goes back where it is not
 * what was expected.  The old file itself is kept, not a copy of it: its inode,
 * owner, attributes and times come back with it, also on a full disk.
 *
 * Some file systems and systems cannot exchange (NFS): there two renames do it,
 * and what lies between them is finished or undone by guard_put_settle(). Where
 * the git directory is on another file system than the work tree, the new file
 * is copied beside the path first, and the old one survives in the backup.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/disk.h"
#include "hookrun/base/exchange.h"
#include "hookrun/base/ownership.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define LINK_MAX_BYTES 65536
#define PERMISSIONS 07777

/* ---- looking ------------------------------------------------------------ */

static int read_link(struct arena *arena, const char *path, const char **ret,
	struct err *err)
{
	char target[LINK_MAX_BYTES];
	ssize_t len = readlink(path, target, sizeof(target));

	if (len < 0 || len == sizeof(target))
		return err_errno(err, "cannot read the link '%s'", path);
	*ret = arena_strndup(arena, target, (size_t)len);
	return 0;
}

int guard_look(struct repo *repo, struct arena *arena, const char *path,
	struct guard_state *ret, struct stat *ret_st, struct err *err)
{
	struct guard_state state = { .kind = GUARD_OTHER };
	struct stat st = { 0 };

	if (lstat(path, &st)) {
		if (errno != ENOENT && errno != ENOTDIR)
			return err_errno(err, "cannot look at '%s'", path);
		state.kind = GUARD_NONE;
	} else if (S_ISREG(st.st_mode)) {
		state.kind = GUARD_FILE;
		state.mode = st.st_mode & PERMISSIONS;
		if (repo_hash_file(repo, path, &state.oid, err))
			return -1;
	} else if (S_ISLNK(st.st_mode)) {
		state.kind = GUARD_LINK;
		if (read_link(arena, path, &state.target, err))
			return -1;
	} else if (S_ISDIR(st.st_mode)) {
		state.kind = GUARD_FOLDER;
		state.inode = st.st_ino;
	}
	state.mtime = st.st_mtim;
	*ret = state;
	if (ret_st)
		*ret_st = st;
	return 0;
}

bool guard_same(const struct guard_state *a, const struct guard_state *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case GUARD_NONE:
		return true;
	case GUARD_FILE:
		return oid_eq(&a->oid, &b->oid) &&
		       (a->mode & S_IXUSR) == (b->mode & S_IXUSR);
	case GUARD_LINK:
		return !strcmp(a->target, b->target);
	case GUARD_FOLDER:
		return a->inode == b->inode;
	case GUARD_OTHER:
		break;
	}
	return false;
}

/* A rename changes ctime and a link count, so these do not count. */
static bool same_stat(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_mode == b->st_mode && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool guard_is_plain(const char *worktree, const char *path, size_t *ret_len)
{
	AUTO_STRBUF dir = STRBUF_INIT;

	for (const char *slash = path; (slash = strchr(slash, '/')); slash++) {
		struct stat st;

		strbuf_reset(&dir);
		strbuf_addf(&dir, "%s/", worktree);
		strbuf_add(&dir, path, (size_t)(slash - path));
		if (lstat(dir.buf, &st))
			return errno == ENOENT;
		if (S_ISDIR(st.st_mode))
			continue;
		if (ret_len)
			*ret_len = (size_t)(slash - path);
		return false;
	}
	return true;
}

/* ---- writing ------------------------------------------------------------ */

static int finish_file(int fd, mode_t mode, const struct timespec *mtime)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW },
		{ .tv_nsec = UTIME_NOW } };

	if (mtime)
		times[1] = *mtime;
	return fchmod(fd, mode) || futimens(fd, times) || disk_sync_file(fd)
		       ? -1
		       : 0;
}

int guard_write(const char *path, const struct strbuf *bytes, mode_t mode,
	const struct timespec *mtime, struct err *err)
{
	AUTO_FD int fd = open(path,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd >= 0)
		ownership_follow(fd, path, false);
	if (fd < 0 || fs_write_all(fd, bytes->buf, bytes->len) ||
		finish_file(fd, mode, mtime))
		return err_errno(err, "cannot write '%s'", path);
	return 0;
}

static int copy_file(const char *from, const struct stat *st, const char *to)
{
	AUTO_FD int in = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FD int out = -1;

	if (in < 0)
		return -1;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		0600);
	if (out < 0 || fs_copy(in, out))
		return -1;
	ownership_follow(out, to, false);
	return finish_file(out, st->st_mode & PERMISSIONS, &st->st_mtim);
}

static int copy_link(const char *from, const struct stat *st, const char *to)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, st->st_mtim };
	char target[LINK_MAX_BYTES];
	ssize_t len = readlink(from, target, sizeof(target) - 1);

	if (len < 0)
		return -1;
	target[len] = '\0';
	if (symlink(target, to))
		return -1;
	return utimensat(AT_FDCWD, to, times, AT_SYMLINK_NOFOLLOW);
}

/* `beside` is complete or not there; an unfinished one is called so. */
static int copy_beside(const char *from, const char *beside)
{
	AUTO_STRBUF part = STRBUF_INIT;
	struct stat st;

	strbuf_addf(&part, "%s.part", beside);
	unlink(part.buf);
	if (lstat(from, &st))
		return -1;
	if (S_ISLNK(st.st_mode) ? copy_link(from, &st, part.buf)
				: copy_file(from, &st, part.buf))
		return -1;
	return rename(part.buf, beside);
}

/* ---- changing places ---------------------------------------------------- */

static bool cannot(void)
{
	return errno == EINVAL || errno == ENOSYS;
}

static void old_name(struct strbuf *out, const char *source)
{
	strbuf_addf(out, "%s.old", source);
}

static int exchange(const char *source, const char *path)
{
	AUTO_STRBUF old = STRBUF_INIT;
	int saved;

	if (!exchange_files(source, path))
		return 0;
	if (!cannot())
		return -1;
	old_name(&old, source);
	if (rename(path, old.buf))
		return -1;
	if (!rename(source, path))
		return rename(old.buf, source);
	saved = errno;
	rename(old.buf, path);
	errno = saved;
	return -1;
}

/* Never over something that is there. */
static int move(const char *from, const char *to)
{
	if (!exchange_free(from, to))
		return 0;
	if (!cannot())
		return -1;
	if (fs_exists(to)) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

/* As guard_put(), within one file system; errno tells of failures. */
static int change(const char *source, const char *spare, const char *path,
	const struct stat *seen)
{
	const char *out = source ? source : spare;
	struct stat st;

	if (!seen) {
		if (!source)
			return 0;
		if (!move(source, path))
			return 0;
		return errno == EEXIST ? 1 : -1;
	}
	if (source ? exchange(source, path) : move(path, out))
		return errno == ENOENT ? 1 : -1;
	if (!lstat(out, &st) && same_stat(&st, seen))
		return 0;
	if (source ? exchange(source, path) : move(out, path))
		return -1;
	return 1;
}

/* Across file systems. What comes out is the one that was seen, whose bytes
 * are in the backup. */
static int change_beside(const char *source, const char *path,
	const char *beside, const struct stat *seen)
{
	int result;

	if (source && copy_beside(source, beside))
		return -1;
	result = change(source ? beside : NULL, beside, path, seen);
	if (result == 0 && seen && unlink(beside))
		return -1;
	if (result > 0 && source)
		unlink(beside);
	return result;
}

int guard_put(const char *source, const char *spare, const char *path,
	const char *beside, const struct stat *seen, struct err *err)
{
	int result = change(source, spare, path, seen);

	if (result < 0 && errno == EXDEV)
		result = change_beside(source, path, beside, seen);
	if (result < 0)
		return err_errno(err, "cannot replace '%s'", path);
	return result;
}

static void settle_one(const char *source, const char *path)
{
	AUTO_STRBUF old = STRBUF_INIT;

	old_name(&old, source);
	if (!fs_exists(old.buf))
		return;
	if (!fs_exists(path))
		rename(old.buf, path);
	else if (!fs_exists(source))
		rename(old.buf, source);
}

void guard_put_settle(const char *source, const char *path, const char *beside)
{
	AUTO_STRBUF part = STRBUF_INIT;

	settle_one(source, path);
	settle_one(beside, path);
	strbuf_addf(&part, "%s.part", beside);
	unlink(part.buf);
}
