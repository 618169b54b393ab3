/*
 * SQLite says that a database is locked, and never by whom; Linux does, in
 * /proc/locks.  What a lock means stands in SQLite's "File Locking And
 * Concurrency": one gigabyte into the file come the bytes PENDING, RESERVED and
 * SHARED.  With a write-ahead log every connection shares the file for as long
 * as it lives, and who writes is seen in the -shm file beside it.
 *
 * The file is looked for by its inode alone, since the device that /proc/locks
 * names is not the one that stat(2) does on some file systems; the bytes are
 * those of no other program.
 */
#include "db/sqlite_locks.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PENDING 0x40000000LL
#define RESERVED (PENDING + 1)
#define SHARED_END (PENDING + 511)
#define WAL_WRITER 120 /* of the -shm file */
#define LOCKS_MAX (1 << 20)
#define COMMAND_MAX 60

struct lock {
	bool write;
	long pid;
	unsigned long inode;
	long long first, last;
};

/* "1: POSIX  ADVISORY  WRITE 8133 fe:00:11034875 1073741825 1073741825"; who
 * only waits has an arrow there. */
static bool parse(const char *line, struct lock *ret)
{
	char mode[16];

	if (sscanf(line, "%*d: POSIX %*s %15s %ld %*x:%*x:%lu %lld %lld", mode,
		    &ret->pid, &ret->inode, &ret->first, &ret->last) != 5)
		return false;
	ret->write = !strcmp(mode, "WRITE");
	return true;
}

struct search {
	unsigned long inode;
	bool wal;
	long writer;
	bool writer_waits; /* for readers to end: it holds PENDING */
	struct strbuf *out;
};

static bool covers(const struct lock *lock, long long byte)
{
	return lock->first <= byte && lock->last >= byte;
}

static bool is_in_the_way(const struct search *search, const struct lock *lock)
{
	if (search->wal)
		return lock->write && covers(lock, WAL_WRITER);
	if (lock->first < PENDING || lock->last > SHARED_END)
		return false;
	return lock->write || search->writer_waits;
}

static void add_process(struct strbuf *out, long pid)
{
	AUTO_STRBUF command = STRBUF_INIT, name = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	char path[40];

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", pid);
	fs_read(path, &command, LOCKS_MAX, &ignored);
	for (size_t i = 0; i + 1 < command.len; i++)
		if (!command.buf[i])
			command.buf[i] = ' ';
	if (command.len > COMMAND_MAX)
		strbuf_setlen(&command, COMMAND_MAX);
	strbuf_add_printable(&name, command.buf, false);
	strbuf_rtrim(&name);
	strbuf_addf(out, "%spid %ld", out->len ? "\n" : "", pid);
	if (name.len)
		strbuf_addf(out, " (%s)", name.buf);
}

static void take(struct search *search, const struct lock *lock)
{
	char known[40];

	if (lock->pid == search->writer || lock->pid == getpid() ||
		!is_in_the_way(search, lock))
		return;
	snprintf(known, sizeof(known), "pid %ld (", lock->pid);
	if (!strstr(search->out->buf, known))
		add_process(search->out, lock->pid);
}

void sqlite_locks(const char *path, bool wal, long writer, struct strbuf *out)
{
	AUTO_STRBUF text = STRBUF_INIT, file = STRBUF_INIT;
	struct search search = { .wal = wal, .writer = writer, .out = out };
	struct err ignored = ERR_INIT;
	struct stat st;
	struct lock lock;

	strbuf_addf(&file, "%s%s", path, wal ? "-shm" : "");
	if (stat(file.buf, &st) ||
		fs_read("/proc/locks", &text, LOCKS_MAX, &ignored) != 1)
		return;
	search.inode = st.st_ino;
	for (int pass = 0; pass < 2; pass++)
		for (const char *at = text.buf; *at; at += *at == '\n') {
			bool ours = parse(at, &lock) &&
				    lock.inode == search.inode;

			if (ours && !pass && lock.pid == writer && lock.write)
				search.writer_waits |= covers(&lock, PENDING);
			else if (ours && pass)
				take(&search, &lock);
			at += strcspn(at, "\n");
		}
}
