/*
 * SQLite says that a database is locked, and never by whom; the system does
 * (file_locks.h).  What a lock means stands in SQLite's "File Locking And
 * Concurrency": one gigabyte into the file come the bytes PENDING, RESERVED and
 * SHARED.  With a write-ahead log every connection shares the file for as long
 * as it lives, and who writes is seen in the -shm file beside it.
 */
#include "db/sqlite_locks.h"

#include "db/file_locks.h"
#include "hookrun/base/alloc.h"
#include "hookrun/proc/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PENDING 0x40000000LL
#define RESERVED (PENDING + 1)
#define SHARED_END (PENDING + 511)
#define WAL_WRITER 120 /* of the -shm file */
#define COMMAND_MAX 60

struct search {
	bool wal;
	long writer;
	bool writer_waits; /* for readers to end: it holds PENDING */
	struct strbuf *out;
};

static bool covers(const struct file_lock *lock, long long byte)
{
	return lock->first <= byte && lock->last >= byte;
}

static bool is_in_the_way(
	const struct search *search, const struct file_lock *lock)
{
	if (search->wal)
		return lock->write && covers(lock, WAL_WRITER);
	if (lock->first < PENDING || lock->last > SHARED_END)
		return false;
	return lock->write || search->writer_waits;
}

static void add_process(struct strbuf *out, long pid)
{
	AUTO_STRBUF name = STRBUF_INIT;
	char command[COMMAND_MAX + 1];
	size_t len = process_words((pid_t)pid, command, sizeof(command));

	for (size_t i = 0; i < len; i++)
		if (!command[i])
			command[i] = ' ';
	strbuf_add_printable(&name, command, false);
	strbuf_rtrim(&name);
	strbuf_addf(out, "%spid %ld", out->len ? "\n" : "", pid);
	if (name.len)
		strbuf_addf(out, " (%s)", name.buf);
}

static void take(struct search *search, const struct file_lock *lock)
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
	struct search search = { .wal = wal,
		.writer = writer,
		.writer_waits = writer == SQLITE_LOCKS_ALL,
		.out = out };
	AUTO_STRBUF file = STRBUF_INIT;
	AUTO_FREE struct file_lock *locks = NULL;
	size_t nr;

	strbuf_addf(&file, "%s%s", path, wal ? "-shm" : "");
	nr = file_locks(file.buf, &locks);
	for (size_t i = 0; i < nr; i++)
		if (locks[i].pid == writer && locks[i].write)
			search.writer_waits |= covers(&locks[i], PENDING);
	for (size_t i = 0; i < nr; i++)
		take(&search, &locks[i]);
}
