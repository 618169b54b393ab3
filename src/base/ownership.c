/*
 * A file that root leaves in a user's git directory locks that user out: a
 * guard that cannot be opened refuses every commit.  Nothing but the folder is
 * looked at, since git itself gives .git the bits that core.sharedRepository
 * asks for, and whoever owns .git is whose repository it is.  A folder that
 * everybody may write (/tmp) says nothing about either.  Nothing of this is a
 * reason to fail: a file system that knows no owners has no such trouble.
 */
#include "hookrun/base/ownership.h"

#include "hookrun/base/alloc.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* False where the folder of `path` has nothing to say. */
static bool look_at_folder(const char *path, struct stat *ret)
{
	const char *slash = strrchr(path, '/');
	AUTO_FREE char *folder =
		slash ? xstrndup(path, (size_t)(slash - path) + 1)
		      : xstrdup(".");

	return !stat(folder, ret) && !(ret->st_mode & S_ISVTX);
}

static bool is_for_others(const struct stat *folder)
{
	return folder->st_uid != 0 && geteuid() == 0;
}

/* What the owner may do, the group may. */
static mode_t shared_mode(mode_t mode, mode_t folder)
{
	mode_t all = mode | (mode & S_IRWXU) >> 3;

	return (all | (S_ISDIR(mode) ? folder & S_ISGID : 0)) & 07777;
}

void ownership_follow(int fd, const char *path, bool share)
{
	struct stat folder, own;
	bool ignored = false;

	if (!look_at_folder(path, &folder))
		return;
	if (is_for_others(&folder))
		ignored |= fchown(fd, folder.st_uid, folder.st_gid) != 0;
	if (share && (folder.st_mode & S_IWGRP) && !fstat(fd, &own))
		ignored |= fchmod(fd, shared_mode(own.st_mode,
					      folder.st_mode)) != 0;
	(void)ignored;
}

void ownership_follow_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	ownership_follow(fd, path, true);
	close(fd);
}

/* `name` in the folder `at` and what is below it, through no link. */
static void give_all(int at, const char *name, const struct stat *owner)
{
	int fd = openat(
		at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int failed;

	if (fd >= 0 && !dir)
		close(fd);
	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			give_all(fd, entry->d_name, owner);
	if (dir)
		closedir(dir);
	failed = fchownat(
		at, name, owner->st_uid, owner->st_gid, AT_SYMLINK_NOFOLLOW);
	(void)failed;
}

void ownership_follow_tree(const char *path)
{
	struct stat folder;

	if (geteuid() == 0 && look_at_folder(path, &folder) &&
		is_for_others(&folder))
		give_all(AT_FDCWD, path, &folder);
}
