/*
 * A log that is appended to by one write, because runs of several work trees
 * may end at the same time, and because a list of files that has to be read to
 * find the oldest costs more calls than all the rest.  A line break goes before
 * each record too, so that one which was cut (a full disk, a kill) spoils no
 * other.
 *
 * There are two generations.  The log becomes the older one when it has the
 * last RUNLOG_RUNS runs and is not small, or when it is large, whatever it has;
 * its size is looked at by one run of several, since that is a call too.  So
 * both have not much more than twice RUNLOG_LARGE.
 */
#include "runner/runlog.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/ownership.h"
#include "hookrun/runner/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG RECORDINGS_FOLDER "/log"
#define OLDER LOG ".1"
#define OPEN_FLAGS (O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC)
#define READ_MAX (RUNLOG_LARGE + 2 * RUNLOG_RECORD_MAX)
#define CHUNK 65536
#define LATELY 65536 /* bytes at the end, of the last runs */

static int make_log(const char *path)
{
	AUTO_FREE char *folder = fs_dirname(path);
	struct err ignored = ERR_INIT;
	int fd = -1;

	if (!fs_mkdirs(folder, 0755, &ignored))
		fd = open(path, OPEN_FLAGS | O_CREAT, 0600);
	if (fd >= 0)
		ownership_follow(fd, path, true);
	return fd;
}

/* Records begin with a brace. */
static size_t count_records(int fd)
{
	AUTO_FREE char *chunk = xmalloc(CHUNK);
	char last = '\n';
	size_t nr = 0;
	off_t pos = 0;
	ssize_t got;

	while ((got = pread(fd, chunk, CHUNK, pos)) > 0) {
		for (ssize_t i = 0; i < got; i++) {
			nr += chunk[i] == '{' && last == '\n';
			last = chunk[i];
		}
		pos += got;
	}
	return nr;
}

/* Under a lock, lest of two that do this the second moves the new log over the
 * older one. */
static void make_older(const char *commondir, const char *path, int fd)
{
	AUTO_FREE char *older = fs_join(commondir, OLDER);
	struct stat own, there;

	if (fstat(fd, &own) || own.st_size < RUNLOG_SMALL)
		return;
	if (own.st_size < RUNLOG_LARGE && count_records(fd) < RUNLOG_RUNS)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) || lstat(path, &there))
		return;
	if (own.st_ino == there.st_ino && own.st_dev == there.st_dev)
		(void)rename(path, older);
}

/* Nothing to look in is no reason to say no. */
static bool has_lately(int fd, const char *text)
{
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > LATELY ? size - LATELY : 0;
	AUTO_FREE char *tail = xmalloc(LATELY);
	ssize_t got = pread(fd, tail, LATELY, from);

	return got <= 0 || memmem(tail, (size_t)got, text, strlen(text));
}

bool runlog_append(const char *commondir, const struct strbuf *record,
	bool look, const char *wanted)
{
	AUTO_FREE char *path = fs_join(commondir, LOG);
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_FD int fd = open(path, OPEN_FLAGS);
	bool found = true;

	if (fd < 0 && errno == ENOENT)
		fd = make_log(path);
	if (fd < 0)
		return true;
	if (wanted)
		found = has_lately(fd, wanted);
	strbuf_addch(&text, '\n');
	strbuf_add(&text, record->buf, record->len);
	strbuf_addch(&text, '\n');
	if (!fs_write_all(fd, text.buf, text.len) && look)
		make_older(commondir, path, fd);
	return found;
}

int runlog_read(const char *commondir, struct strbuf *out, struct err *err)
{
	AUTO_FREE char *path = fs_join(commondir, LOG);
	AUTO_FREE char *older = fs_join(commondir, OLDER);

	if (fs_read(older, out, READ_MAX, err) < 0)
		return -1;
	strbuf_addch(out, '\n');
	return fs_read(path, out, READ_MAX, err) < 0 ? -1 : 0;
}
