/*
 * A copy gets its name when it is whole, by a step that overwrites nothing:
 * whoever is killed on the way, or writes the same file meanwhile, finds no
 * half of one there.
 */
#include "newtree/copied.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/disk.h"
#include "hookrun/base/exchange.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/ownership.h"
#include "hookrun/base/reflink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MODE_BITS 0777 /* whose program it is, nobody inherits */

static int copy_any(
	const char *from, const char *to, size_t *ret_left, struct err *err);

static void keep_times(const char *to, const struct stat *st)
{
	const struct timespec times[] = { { .tv_nsec = UTIME_OMIT },
		st->st_mtim };
	int failed = utimensat(AT_FDCWD, to, times, AT_SYMLINK_NOFOLLOW);

	(void)failed; /* a program at most builds something once more */
}

static int copy_file(const char *from, const char *to, const struct stat *st,
	struct err *err)
{
	AUTO_FD int in = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FD int out = -1;

	if (in < 0)
		return err_errno(err, "cannot read '%s'", from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0 || (reflink(in, out) && fs_copy(in, out)) ||
		fchmod(out, st->st_mode & MODE_BITS))
		return err_errno(err, "cannot write a copy of '%s'", from);
	keep_times(to, st);
	return 0;
}

static int copy_link(const char *from, const char *to, struct err *err)
{
	char target[PATH_MAX];
	ssize_t len = readlink(from, target, sizeof(target) - 1);

	if (len < 0)
		return err_errno(err, "cannot read '%s'", from);
	target[len] = '\0';
	if (symlink(target, to))
		return err_errno(err, "cannot write a copy of '%s'", from);
	return 0;
}

static int copy_entries(DIR *dir, const char *from, const char *to,
	size_t *ret_left, struct err *err)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		AUTO_FREE char *one = NULL;
		AUTO_FREE char *other = NULL;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		one = fs_join(from, entry->d_name);
		other = fs_join(to, entry->d_name);
		if (copy_any(one, other, ret_left, err))
			return -1;
	}
	return 0;
}

static int copy_folder(const char *from, const char *to, const struct stat *st,
	size_t *ret_left, struct err *err)
{
	DIR *dir = opendir(from);
	int failed;

	if (!dir)
		return err_errno(err, "cannot read '%s'", from);
	failed = mkdir(to, 0700);
	if (failed)
		err_errno(err, "cannot write a copy of '%s'", from);
	else
		failed = copy_entries(dir, from, to, ret_left, err);
	closedir(dir);
	if (failed)
		return -1;
	if (chmod(to, st->st_mode & MODE_BITS))
		return err_errno(err, "cannot write a copy of '%s'", from);
	keep_times(to, st);
	return 0;
}

static int copy_any(
	const char *from, const char *to, size_t *ret_left, struct err *err)
{
	struct stat st;

	if (lstat(from, &st))
		return err_errno(err, "cannot read '%s'", from);
	if (S_ISREG(st.st_mode))
		return copy_file(from, to, &st, err);
	if (S_ISLNK(st.st_mode))
		return copy_link(from, to, err);
	if (S_ISDIR(st.st_mode))
		return copy_folder(from, to, &st, ret_left, err);
	++*ret_left;
	return 0;
}

/* A file is read by an application as it is, and never copied again: a power
 * cut must not leave an empty one.  Of what fills folders there is too much. */
static int settle(const char *path, const struct stat *st, struct err *err)
{
	AUTO_FD int fd = -1;

	if (!S_ISREG(st->st_mode))
		return 0;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || disk_sync_file(fd))
		return err_errno(err, "cannot write '%s'", path);
	return 0;
}

/* rename(2) that overwrites nothing, where there is no such step: a second name
 * for a file; a folder replaces no more than an empty one. */
static int move_longer_way(const char *from, const char *to, bool is_dir)
{
	if (is_dir) {
		if (!rename(from, to))
			return 0;
		errno = errno == ENOTEMPTY || errno == ENOTDIR ? EEXIST : errno;
		return -1;
	}
	return link(from, to) ? -1 : unlink(from);
}

/* 1, 0 something is there, -1. */
static int move_in(
	const char *from, const char *to, bool is_dir, struct err *err)
{
	int failed = exchange_free(from, to);

	if (failed && (errno == EINVAL || errno == ENOSYS))
		failed = move_longer_way(from, to, is_dir);
	if (failed && errno == EEXIST)
		return 0;
	if (failed)
		return err_errno(err, "cannot create '%s'", to);
	ownership_follow_tree(to);
	return 1;
}

/* The folders on the way, with the modes that they have there. */
static int make_way(
	const char *from, const char *to, const char *path, struct err *err)
{
	AUTO_FREE char *there = fs_join(from, path);
	AUTO_FREE char *here = fs_join(to, path);
	char *a = there + strlen(from), *b = here + strlen(to);

	while ((a = strchr(a + 1, '/')) && (b = strchr(b + 1, '/'))) {
		struct stat st;

		*a = *b = '\0';
		if (stat(there, &st))
			return err_errno(err, "cannot read '%s'", there);
		if (!mkdir(here, st.st_mode & MODE_BITS))
			ownership_follow_path(here);
		else if (errno != EEXIST)
			return err_errno(err, "cannot create '%s'", here);
		*a = *b = '/';
	}
	return 0;
}

int copied(const char *from, const char *to, const char *path, const char *work,
	size_t *ret_left, struct err *err)
{
	AUTO_FREE char *there = fs_join(from, path);
	AUTO_FREE char *here = fs_join(to, path);
	AUTO_FREE char *made = fs_join(work, "copy");
	struct err ignored;
	struct stat st;
	int done = copy_any(there, made, ret_left, err);

	if (!done && lstat(made, &st))
		done = err_errno(err, "cannot write a copy of '%s'", there);
	if (!done)
		done = settle(made, &st, err) || make_way(from, to, path, err)
			       ? -1
			       : move_in(made, here, S_ISDIR(st.st_mode), err);
	if (done < 1)
		fs_remove_tree(made, &ignored);
	return done;
}
