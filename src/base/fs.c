/*
 * Files and paths.  Everything that replaces a file goes by way of a temporary
 * file, fsync and rename, so that a crash leaves the old text or the new one.
 */
#include "hookrun/base/fs.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/disk.h"
#include "hookrun/base/ownership.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#define READ_CHUNK 65536

int fs_read(
	const char *path, struct strbuf *out, size_t max_bytes, struct err *err)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t start = out->len, want = READ_CHUNK;
	struct stat st;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 || fstat(fd, &st))
		return err_errno(err, "cannot read '%s'", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, "'%s' is not a regular file", path);
	/* One byte more than there is, so that one call sees the end too. */
	if (st.st_size > 0 && st.st_size < READ_CHUNK)
		want = (size_t)st.st_size + 1;
	for (;;) {
		ssize_t got = strbuf_read_once(out, fd, want);

		if (got < 0)
			return err_errno(err, "cannot read '%s'", path);
		if (out->len - start > max_bytes)
			return err_set(err, "'%s' is larger than %zu bytes",
				path, max_bytes);
		if (!got || (want < READ_CHUNK && (size_t)got < want))
			return 1;
		want = READ_CHUNK;
	}
}

int fs_write_all(int fd, const void *data, size_t len)
{
	const char *pos = data;

	while (len) {
		ssize_t put = write(fd, pos, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		pos += put;
		len -= (size_t)put;
	}
	return 0;
}

int64_t fs_copy_some(int from, int to, int64_t max_bytes)
{
	char chunk[READ_CHUNK];
	int64_t left = max_bytes;

	while (left > 0) {
		size_t want = left < READ_CHUNK ? (size_t)left : READ_CHUNK;
		ssize_t got = read(from, chunk, want);

		if (got < 0 && errno == EINTR)
			continue;
		if (!got)
			break;
		if (got < 0 || fs_write_all(to, chunk, (size_t)got))
			return -1;
		left -= got;
	}
	return max_bytes - left;
}

int fs_copy(int from, int to)
{
	return fs_copy_some(from, to, INT64_MAX) < 0 ? -1 : 0;
}

/* Not every file system knows what that is. */
int fs_sync_name(const char *path)
{
	AUTO_FREE char *dir = fs_dirname(path);
	AUTO_FD int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || (fsync(fd) && errno != EINVAL) ? -1 : 0;
}

static int replace_file(const char *path, const void *data, size_t len,
	mode_t mode, bool sync, struct err *err)
{
	AUTO_STRBUF temp = STRBUF_INIT;
	int fd, failed;

	strbuf_addf(&temp, "%s.XXXXXX", path);
	fd = mkostemp(temp.buf, O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot write '%s'", path);
	failed = fs_write_all(fd, data, len) || fchmod(fd, mode);
	ownership_follow(fd, path, true);
	failed = failed || (sync && disk_sync_file(fd));
	if (close(fd) || failed || rename(temp.buf, path)) {
		err_errno(err, "cannot write '%s'", path);
		unlink(temp.buf);
		return -1;
	}
	return 0;
}

int fs_write_atomic(const char *path, const void *data, size_t len, mode_t mode,
	struct err *err)
{
	return replace_file(path, data, len, mode, true, err);
}

int fs_write_cache(
	const char *path, const void *data, size_t len, struct err *err)
{
	return replace_file(path, data, len, 0644, false, err);
}

int fs_mkdirs(const char *path, mode_t mode, struct err *err)
{
	AUTO_FREE char *copy = xstrdup(path);

	if (fs_is_dir(path))
		return 0;
	for (char *p = copy + 1; *copy; p++) {
		char saved = *p;

		if (saved && saved != '/')
			continue;
		*p = '\0';
		if (!mkdir(copy, mode))
			ownership_follow_path(copy);
		else if (errno != EEXIST)
			return err_errno(err, "cannot create '%s'", copy);
		if (!saved && !fs_is_dir(copy))
			return err_set(err, "'%s' is not a directory", copy);
		*p = saved;
		if (!saved)
			break;
	}
	return 0;
}

int fs_mkdirs_for(const char *path, struct err *err)
{
	AUTO_FREE char *folder = fs_dirname(path);

	return fs_mkdirs(folder, 0755, err);
}

int fs_list(const char *path, struct strvec *ret, struct err *err)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	if (!dir && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!dir)
		return err_errno(err, "cannot read '%s'", path);
	while ((entry = readdir(dir)))
		if (*entry->d_name != '.')
			strvec_push(ret, entry->d_name);
	closedir(dir);
	return 0;
}

/* Caches of programs are often folders in which nothing may be written. */
static void open_up(int fd)
{
	struct stat st;

	if (!fstat(fd, &st) && (st.st_mode & S_IRWXU) != S_IRWXU)
		fchmod(fd, st.st_mode | S_IRWXU);
}

int fs_remove_tree(const char *path, struct err *err)
{
	DIR *dir = NULL;
	struct dirent *entry;
	int fd = -1, failed = 0;

	if (!unlink(path) || errno == ENOENT)
		return 0;
	/* Never through a link that could not be removed: what it points at
	 * is not ours. */
	if (errno == EISDIR || errno == EPERM)
		fd = open(
			path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		open_up(fd);
		dir = fdopendir(fd);
	}
	if (!dir) {
		err_errno(err, "cannot remove '%s'", path);
		fs_auto_close(&fd);
		return -1;
	}
	while (!failed && (entry = readdir(dir))) {
		AUTO_FREE char *child = NULL;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		child = fs_join(path, entry->d_name);
		failed = fs_remove_tree(child, err);
	}
	closedir(dir);
	if (!failed && rmdir(path))
		return err_errno(err, "cannot remove '%s'", path);
	return failed;
}

int fs_temp_dir(const char *prefix, char **ret_path, struct err *err)
{
	const char *base = getenv("TMPDIR");
	struct strbuf path = STRBUF_INIT;

	strbuf_addf(
		&path, "%s/%s.XXXXXX", base && *base ? base : "/tmp", prefix);
	if (!mkdtemp(path.buf)) {
		err_errno(err, "cannot create a directory '%s'", path.buf);
		strbuf_release(&path);
		return -1;
	}
	*ret_path = strbuf_detach(&path, NULL);
	return 0;
}

bool fs_exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

bool fs_has(const char *dir, const char *name)
{
	AUTO_FREE char *path = fs_join(dir, name);

	return fs_exists(path);
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool fs_same_stat(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
	       a->st_size == b->st_size && a->st_mode == b->st_mode &&
	       same_time(&a->st_mtim, &b->st_mtim) &&
	       same_time(&a->st_ctim, &b->st_ctim);
}

bool fs_is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool fs_is_executable(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

char *fs_join(const char *dir, const char *name)
{
	struct strbuf path = STRBUF_INIT;

	if (*name != '/' && *dir && strcmp(dir, ".") != 0) {
		strbuf_addstr(&path, dir);
		if (path.buf[path.len - 1] != '/')
			strbuf_addch(&path, '/');
	}
	strbuf_addstr(&path, name);
	return strbuf_detach(&path, NULL);
}

char *fs_dirname(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
}

const char *fs_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Add the components of `path` to the absolute path in `out`. */
static void add_components(struct strbuf *out, const char *path)
{
	while (*path) {
		size_t len = strcspn(path, "/");

		if (len == 2 && !memcmp(path, "..", 2)) {
			const char *slash = strrchr(out->buf, '/');

			strbuf_setlen(
				out, slash ? (size_t)(slash - out->buf) : 0);
		} else if (len && !(len == 1 && *path == '.')) {
			strbuf_addch(out, '/');
			strbuf_add(out, path, len);
		}
		path += len;
		path += strspn(path, "/");
	}
}

char *fs_clean(const char *base, const char *path)
{
	struct strbuf out = STRBUF_INIT;

	if (*path != '/')
		add_components(&out, base);
	add_components(&out, path);
	if (!out.len)
		strbuf_addch(&out, '/');
	return strbuf_detach(&out, NULL);
}

char *fs_find_program(const char *name, const char *path_list)
{
	const char *p = path_list ? path_list : getenv("PATH");

	if (strchr(name, '/'))
		return fs_is_executable(name) ? xstrdup(name) : NULL;
	while (p) {
		size_t len = strcspn(p, ":");
		AUTO_FREE char *dir = xstrndup(p, len);
		char *file = fs_join(dir, name);

		if (fs_is_executable(file))
			return file;
		free(file);
		p = p[len] ? p + len + 1 : NULL;
	}
	return NULL;
}

void fs_auto_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
