/*
 * Files and paths.  Paths are byte strings without a trailing slash (but "/").
 */
#ifndef HOOKRUN_BASE_FS_H
#define HOOKRUN_BASE_FS_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Whole file into `out` (appended).  1 read, 0 no such file, -1 error, also
 * where it is larger than `max_bytes` or not a regular file. */
int fs_read(const char *path, struct strbuf *out, size_t max_bytes,
	struct err *err);

/* Replace `path` with `data`: temporary file beside it, fsync, rename. */
int fs_write_atomic(const char *path, const void *data, size_t len, mode_t mode,
	struct err *err);

/* The same without fsync, for what may be lost in a power cut: caches and
 * ledgers that can be made again. */
int fs_write_cache(
	const char *path, const void *data, size_t len, struct err *err);

/* Wait until the name `path` is on the disk, or that there is none; -1 with
 * errno. */
int fs_sync_name(const char *path);

/* Write all of `data` to `fd`, retrying EINTR and short writes. */
int fs_write_all(int fd, const void *data, size_t len);

/* Write all that `from` has to read to `to`. */
int fs_copy(int from, int to);
/* The same, but at most so many bytes; returns how many they were, or -1. */
int64_t fs_copy_some(int from, int to, int64_t max_bytes);

int fs_mkdirs(const char *path, mode_t mode, struct err *err);
int fs_mkdirs_for(const char *path, struct err *err); /* those above `path` */
/* Push the names in a folder that do not begin with a dot, in no order; a
 * folder that is not there has none. */
int fs_list(const char *path, struct strvec *ret, struct err *err);
int fs_remove_tree(const char *path, struct err *err); /* absent is fine */

/* A new private directory under $TMPDIR (or /tmp), mode 0700; `ret_path` is
 * malloc'd. */
int fs_temp_dir(const char *prefix, char **ret_path, struct err *err);

bool fs_exists(const char *path); /* lstat: a dangling link exists */
bool fs_has(const char *dir, const char *name); /* the same of one in it */
/* By its inode, size, mode and times: the same file, and not written since
 * unless within one tick of the clock. */
bool fs_same_stat(const struct stat *a, const struct stat *b);
bool fs_is_dir(const char *path);	 /* follows links */
bool fs_is_executable(const char *path); /* regular, and X_OK for us */

/* "a" + "b" = "a/b"; an absolute `name` wins; "" or "." as dir gives `name`.
 * malloc'd. */
char *fs_join(const char *dir, const char *name);
char *fs_dirname(const char *path); /* malloc'd; "." where there is no slash */
const char *fs_basename(const char *path); /* points into `path` */

/* `path` made absolute against `base` and cleaned of ".", ".." and double
 * slashes, without looking at the disk; malloc'd. */
char *fs_clean(const char *base, const char *path);

/* The program `name` along `path_list` (NULL: $PATH); malloc'd, NULL where
 * there is none.  A name with a slash is returned if it is executable. */
char *fs_find_program(const char *name, const char *path_list);

/* `AUTO_FD int fd = -1;` closes fd when it goes out of scope. */
void fs_auto_close(int *fd);
#define AUTO_FD __attribute__((cleanup(fs_auto_close)))

#endif
