/*
 * The state of a file, cheaply told from a later one.
 *
 * lstat() answers nearly always: what has the same inode, size, change time
 * and mode has not been written.  The change time, unlike the modification
 * time, cannot be set back (touch -r, cp -p).  It comes from a clock that
 * stands still for some milliseconds, on some file systems for two seconds; a
 * file that was that young when it was looked at could have been written again
 * without a trace, which git calls racy, and is read again.
 */
#include "hookrun/files/filestate.h"

#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

#define CLOCK_GRAIN_S 2 /* of the coarsest file system (FAT) */
#define CHUNK 65536

/* Also where the file is from the future: then the clocks tell nothing. */
static bool is_racy(const struct filestate *state)
{
	return state->stat.st_ctim.tv_sec + CLOCK_GRAIN_S >= state->seen.tv_sec;
}

static enum filestate_kind kind_of(const struct stat *st)
{
	if (S_ISREG(st->st_mode))
		return FILE_REGULAR;
	return S_ISLNK(st->st_mode) ? FILE_LINK : FILE_OTHER;
}

static uint64_t hash_number(uint64_t hash, int64_t number)
{
	return hash_add(hash, &number, sizeof(number));
}

static uint64_t hash_stat(const struct stat *st)
{
	uint64_t hash = hash_number(HASH_START, st->st_size);

	hash = hash_number(hash, (int64_t)st->st_ino);
	hash = hash_number(hash, st->st_mtim.tv_sec);
	return hash_number(hash, st->st_mtim.tv_nsec);
}

static bool hash_bytes(const char *path, uint64_t *ret)
{
	AUTO_FD int fd = open(
		path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	uint64_t hash = HASH_START;
	char data[CHUNK];
	ssize_t got = -1;

	while (fd >= 0) {
		got = read(fd, data, sizeof(data));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		hash = hash_add(hash, data, (size_t)got);
	}
	if (!got)
		*ret = hash;
	return !got;
}

static bool hash_target(const char *path, uint64_t *ret)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target));

	if (len >= 0)
		*ret = hash_add(HASH_START, target, (size_t)len);
	return len >= 0;
}

static void hash_file(const char *path, struct filestate *state)
{
	const struct stat *st = &state->stat;

	if (state->kind == FILE_REGULAR && st->st_size <= FILESTATE_HASH_MAX &&
		hash_bytes(path, &state->hash))
		return;
	if (state->kind == FILE_LINK && hash_target(path, &state->hash))
		return;
	if (state->kind == FILE_REGULAR || state->kind == FILE_LINK)
		state->hash = hash_stat(st);
}

/* All but the hash. */
static void look(const char *path, struct filestate *ret)
{
	*ret = (struct filestate){ .kind = FILE_GONE };
	clock_gettime(CLOCK_REALTIME, &ret->seen);
	if (lstat(path, &ret->stat))
		return;
	ret->kind = kind_of(&ret->stat);
	ret->executable = ret->kind == FILE_REGULAR &&
			  ret->stat.st_mode & S_IXUSR;
}

void filestate_read(const char *path, struct filestate *ret)
{
	look(path, ret);
	hash_file(path, ret);
}

static bool is_same(const struct filestate *a, const struct filestate *b)
{
	return a->kind == b->kind && a->executable == b->executable &&
	       a->hash == b->hash;
}

bool filestate_refresh(const char *path, struct filestate *state)
{
	struct filestate now;
	bool same;

	look(path, &now);
	if (now.kind == FILE_GONE && state->kind == FILE_GONE)
		return false;
	if (fs_same_stat(&now.stat, &state->stat) && !is_racy(state))
		return false;
	hash_file(path, &now);
	same = is_same(&now, state);
	*state = now;
	return !same;
}
