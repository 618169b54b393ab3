/*
 * /proc/locks has them all.  The file is looked for by its inode alone, since
 * the device that is named there is not the one that stat(2) does on some file
 * systems.
 */
#include "db/file_locks.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOCKS_MAX (1 << 20)

/* "1: POSIX  ADVISORY  WRITE 8133 fe:00:11034875 1073741825 1073741825"; who
 * only waits has an arrow there. */
static bool parse(const char *line, struct file_lock *ret, unsigned long *inode)
{
	char mode[16];

	if (sscanf(line, "%*d: POSIX %*s %15s %ld %*x:%*x:%lu %lld %lld", mode,
		    &ret->pid, inode, &ret->first, &ret->last) != 5)
		return false;
	ret->write = !strcmp(mode, "WRITE");
	return true;
}

size_t file_locks(const char *path, struct file_lock **ret)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	struct file_lock lock;
	size_t nr = 0, cap = 0;
	unsigned long inode;
	struct stat st;

	*ret = NULL;
	if (stat(path, &st) ||
		fs_read("/proc/locks", &text, LOCKS_MAX, &ignored) != 1)
		return 0;
	for (const char *at = text.buf; *at; at += *at == '\n') {
		if (parse(at, &lock, &inode) && inode == st.st_ino) {
			xgrow(ret, &cap, nr + 1, sizeof(**ret));
			(*ret)[nr++] = lock;
		}
		at += strcspn(at, "\n");
	}
	return nr;
}

/* fcntl(2): a lease for writing is only given where it is so, and at once given
 * back.  Who watches the file (inotify) counts as well, so the other answer
 * means nothing; it saves looking through all processes. */
bool file_is_open_once(int fd)
{
	return !fcntl(fd, F_SETLEASE, F_WRLCK) &&
	       !fcntl(fd, F_SETLEASE, F_UNLCK);
}
