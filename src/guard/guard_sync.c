/*
 * To the disk.  A sync of one file waits for the disk to say that all is
 * written, so that four hundred of them take a second where the work takes
 * none.  Where there are many, a file system that can do it is written out as
 * a whole, once (disk.h).  Elsewhere, and where there are few, files are
 * written out one by one, many being on their way before one is waited for.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define FEW 16	   /* files that are written out one by one in any case */
#define AT_ONCE 64 /* files that are open meanwhile */
#define DISKS 16   /* file systems that are told apart */

static int sync_open(int fd)
{
	/* Not every file system can do it for folders. */
	return disk_sync_file(fd) && errno != EINVAL && errno != EROFS ? -1 : 0;
}

int guard_sync(const char *path)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -1 : sync_open(fd);
}

/* ---- one by one ---------------------------------------------------------- */

/* A file system that is written out as a whole, by a file on it. */
struct disk {
	dev_t dev;
	int fd;
};

struct syncing {
	bool many;
	int fds[AT_ONCE];
	struct strvec paths; /* of the same files */
	struct disk disks[DISKS];
	size_t nr;
};

static int wait_for_all(struct syncing *sync, struct err *err)
{
	int failed = 0;

	for (size_t i = 0; i < sync->paths.nr; i++) {
		if (!failed && sync_open(sync->fds[i]))
			failed = err_errno(
				err, "cannot sync '%s'", sync->paths.v[i]);
		close(sync->fds[i]);
	}
	strvec_release(&sync->paths);
	return failed;
}

/* ---- at once ------------------------------------------------------------- */

static bool is_known(const struct syncing *sync, dev_t dev)
{
	for (size_t i = 0; i < sync->nr; i++)
		if (sync->disks[i].dev == dev)
			return true;
	return false;
}

/* By the file `fd` on it, which stays open then; false where it cannot be
 * written out as a whole. */
static bool add_disk(struct syncing *sync, dev_t dev, int fd)
{
	if (sync->nr == DISKS || !disk_can_sync_all(fd))
		return false;
	sync->disks[sync->nr++] = (struct disk){ dev, fd };
	return true;
}

static int sync_disks(struct syncing *sync, bool failed, struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < sync->nr; i++) {
		if (!failed && !result && disk_sync_all(sync->disks[i].fd))
			result = err_errno(
				err, "cannot write out the file system");
		close(sync->disks[i].fd);
	}
	return result;
}

/* ---- both ---------------------------------------------------------------- */

/* Start to write a file out.  One that is gone meanwhile has nothing to lose.
 */
static int add_file(
	struct syncing *sync, const char *path, dev_t dev, struct err *err)
{
	int fd;

	if (sync->many && is_known(sync, dev))
		return 0;
	if (sync->paths.nr == AT_ONCE && wait_for_all(sync, err))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT
			       ? 0
			       : err_errno(err, "cannot sync '%s'", path);
	if (sync->many && add_disk(sync, dev, fd))
		return 0;
	disk_start(fd);
	sync->fds[sync->paths.nr] = fd;
	strvec_push(&sync->paths, path);
	return 0;
}

static int add_files(struct guard *guard, struct syncing *sync, struct err *err)
{
	AUTO_STRBUF path = STRBUF_INIT;
	struct stat staging;

	if (stat(guard->staging, &staging))
		return err_errno(err, "cannot look at '%s'", guard->staging);
	for (size_t i = 0; i < guard->journal.nr; i++) {
		const struct guard_entry *entry = &guard->journal.v[i];

		guard_target(guard, i, &path);
		if (entry->user.kind == GUARD_FILE &&
			add_file(sync, path.buf, entry->seen.st_dev, err))
			return -1;
		guard_slot(guard, i, "", &path);
		if (entry->shown.kind == GUARD_FILE &&
			add_file(sync, path.buf, staging.st_dev, err))
			return -1;
	}
	return 0;
}

int guard_sync_files(struct guard *guard, struct err *err)
{
	struct syncing sync = { .many = guard->journal.nr * 2 > FEW };
	struct err later;
	int failed = add_files(guard, &sync, err);

	if (wait_for_all(&sync, failed ? &later : err))
		failed = -1;
	if (sync_disks(&sync, failed, failed ? &later : err))
		failed = -1;
	return failed;
}
