/*
 * A SQLite database is one file while nobody is at it: with SQLite's own lock
 * for whoever writes it ("File Locking And Concurrency": a gigabyte into the
 * file PENDING, RESERVED and SHARED), which is had only where nobody reads
 * either, and no program has a write-ahead log in use.  No library is needed
 * for that, and what it takes a kill ends with us.
 *
 * A connection that does nothing has no lock, and would go on with the file
 * under its new name and with a journal under the old one, which is how such
 * files are broken: so nobody may have it open either, where the system tells.
 *
 * What lies beside it is empty then, or was left by a crash; the latter is
 * SQLite's to settle, before.
 */
#include "db/file_copies.h"

#include "db/file_locks.h"
#include "db/sqlite_locks.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/disk.h"
#include "hookrun/base/exchange.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/ownership.h"
#include "hookrun/base/reflink.h"
#include "hookrun/proc/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PENDING 0x40000000
#define LOCK_BYTES 512 /* PENDING, RESERVED and all of SHARED */
#define WAIT_MS 500    /* for one who is just reading a row */
#define NAP_MS 10
#define IN_USE_MAX 10 /* that are named */

int file_copies_size(const char *path, int64_t *ret_bytes, struct err *err)
{
	struct stat st;

	if (stat(path, &st))
		return errno == ENOENT || errno == ENOTDIR
			       ? 0
			       : err_errno(err, "cannot read '%s'", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, "'%s' is not a file", path);
	*ret_bytes = (int64_t)st.st_size;
	return 1;
}

/* ---- nobody is at it ----------------------------------------------------- */

static int try_lock(int fd)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = PENDING,
		.l_len = LOCK_BYTES };

	return fcntl(fd, F_SETLK, &lock);
}

static int wait_for_lock(int fd)
{
	const struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };
	int64_t deadline_ms = clock_now_ms() + WAIT_MS;

	while (try_lock(fd)) {
		if ((errno != EAGAIN && errno != EACCES && errno != EINTR) ||
			clock_left_ms(deadline_ms) <= 0)
			return -1;
		nanosleep(&nap, NULL);
	}
	return 0;
}

/* The version that one must know to write it, 2 where it has such a log: byte
 * 18 of SQLite's file format. */
static bool has_log(int fd)
{
	unsigned char version = 0;

	return pread(fd, &version, 1, 18) == 1 && version == 2;
}

static int refuse_locked(const char *path, bool wal, struct err *err)
{
	AUTO_STRBUF who = STRBUF_INIT;

	sqlite_locks(path, wal, SQLITE_LOCKS_ALL, &who);
	if (!who.len)
		sqlite_locks(path, false, SQLITE_LOCKS_ALL, &who);
	return err_set_kind(err, ERR_ADVISED,
		"'%s' is in use by %s; close it there", path,
		who.len ? who.buf : "another process");
}

static void add_user(pid_t pid, struct strbuf *out)
{
	AUTO_STRBUF name = STRBUF_INIT, clean = STRBUF_INIT;

	process_name(pid, &name);
	strbuf_add_printable(&clean, name.buf, false);
	strbuf_addf(out, "%spid %ld", out->len ? ", " : "", (long)pid);
	if (clean.len)
		strbuf_addf(out, " (%s)", clean.buf);
}

static int refuse_open(const char *path, int fd, struct err *err)
{
	AUTO_FREE pid_t *pids = NULL;
	AUTO_STRBUF who = STRBUF_INIT;
	size_t named = 0;
	struct stat st;

	if (file_is_open_once(fd))
		return 0;
	pids = process_list("");
	if (fstat(fd, &st))
		return err_errno(err, "cannot read '%s'", path);
	for (pid_t *pid = pids; pid && *pid && named < IN_USE_MAX; pid++) {
		if (*pid == getpid() || !process_has_open(*pid, &st))
			continue;
		add_user(*pid, &who);
		named++;
	}
	if (!named)
		return 0;
	return err_set_kind(err, ERR_ADVISED,
		"'%s' is open in %s; close it there", path, who.buf);
}

static bool has_bytes(const char *path, const char *suffix)
{
	AUTO_STRBUF name = STRBUF_INIT;
	char head[8] = "";
	ssize_t got;

	strbuf_addf(&name, "%s%s", path, suffix);
	{
		AUTO_FD int fd = open(name.buf, O_RDONLY | O_CLOEXEC);

		got = fd < 0 ? 0 : read(fd, head, sizeof(head));
	}
	for (ssize_t i = 0; i < got; i++)
		if (head[i])
			return true;
	return false;
}

/* A journal that begins with zeroes is one that is over
 * (`journal_mode=PERSIST`). */
static bool is_unsettled(const char *path)
{
	return has_bytes(path, "-journal") || has_bytes(path, "-wal");
}

/* The open, locked file, or -1. */
static int hold(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, "cannot open '%s'", path);
	if (wait_for_lock(fd))
		refuse_locked(path, has_log(fd), err);
	else if (!refuse_open(path, fd, err))
		return fd;
	close(fd);
	return -1;
}

/* What is empty, and would belong to another file soon. */
static void remove_beside(const char *path)
{
	static const char *const suffixes[] = { "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		AUTO_STRBUF name = STRBUF_INIT;

		strbuf_addf(&name, "%s%s", path, suffixes[i]);
		unlink(name.buf);
	}
}

/* ---- what is done to it -------------------------------------------------- */

/* Who opens a database that is not there makes an empty file, which is nobody's
 * loss once he has closed it. */
static int refuse_taken(const char *path, struct err *err)
{
	struct stat st;
	AUTO_FD int fd = -1;

	if (lstat(path, &st))
		return errno == ENOENT || errno == ENOTDIR
			       ? 0
			       : err_errno(err, "cannot read '%s'", path);
	if (!S_ISREG(st.st_mode) || st.st_size)
		return err_set(err, "'%s' exists", path);
	fd = hold(path, err);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) || st.st_size)
		return err_set(err, "'%s' exists", path);
	return unlink(path) ? err_errno(err, "cannot remove '%s'", path) : 0;
}

static int make_folder(const char *to, struct err *err)
{
	AUTO_FREE char *dir = fs_dirname(to);

	return fs_is_dir(dir) ? 0 : fs_mkdirs(dir, 0700, err);
}

static int fill(int from, int to)
{
	struct stat st;

	if (fstat(from, &st) || fchmod(to, st.st_mode & 07777))
		return -1;
	if (reflink(from, to) &&
		(lseek(from, 0, SEEK_SET) < 0 || fs_copy(from, to)))
		return -1;
	return disk_sync_file(to);
}

static int copy_held(int from, const char *to, struct err *err)
{
	AUTO_STRBUF temp = STRBUF_INIT;
	int fd, failed;

	strbuf_addf(&temp, "%s.XXXXXX", to);
	fd = mkostemp(temp.buf, O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot write '%s'", to);
	failed = fill(from, fd);
	ownership_follow(fd, to, true);
	if (close(fd) || failed || rename(temp.buf, to)) {
		err_errno(err, "cannot write '%s'", to);
		unlink(temp.buf);
		return -1;
	}
	return fs_sync_name(to) ? err_errno(err, "cannot write '%s'", to) : 0;
}

/* `from`, locked and settled, with a free place at `to`; -1 also where it has
 * to be settled. */
static int begin(
	const char *from, const char *to, bool *ret_unsettled, struct err *err)
{
	int fd;

	*ret_unsettled = false;
	if (refuse_taken(to, err) || make_folder(to, err))
		return -1;
	fd = hold(from, err);
	if (fd < 0 || !is_unsettled(from))
		return fd;
	*ret_unsettled = true;
	close(fd);
	return -1;
}

int file_copies_make(
	const char *from, const char *to, bool *ret_unsettled, struct err *err)
{
	AUTO_FD int fd = begin(from, to, ret_unsettled, err);

	if (fd < 0)
		return *ret_unsettled ? 0 : -1;
	return copy_held(fd, to, err);
}

/* Whoever makes `to` at this moment does not lose it. */
static int rename_to_free(const char *from, const char *to)
{
	if (!exchange_free(from, to))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return rename(from, to);
}

static int sync_names(const char *from, const char *to, struct err *err)
{
	if (fs_sync_name(to) || fs_sync_name(from))
		return err_errno(err, "cannot write '%s'", to);
	return 0;
}

int file_copies_rename(
	const char *from, const char *to, bool *ret_unsettled, struct err *err)
{
	AUTO_FD int fd = begin(from, to, ret_unsettled, err);

	if (fd < 0)
		return *ret_unsettled ? 0 : -1;
	remove_beside(from);
	if (!rename_to_free(from, to))
		return sync_names(from, to, err);
	if (errno == EXDEV)
		return err_set_kind(err, ERR_ADVISED,
			"'%s' is on another file system than the Git folder, "
			"where its copies are, and cannot change places with "
			"one of them",
			from);
	return err_errno(err, "cannot rename '%s' to '%s'", from, to);
}

int file_copies_drop(const char *path, struct err *err)
{
	AUTO_FD int fd = -1;

	if (!fs_exists(path))
		return 0;
	fd = hold(path, err);
	if (fd < 0)
		return -1;
	remove_beside(path);
	if (unlink(path))
		return err_errno(err, "cannot remove '%s'", path);
	return 0;
}
