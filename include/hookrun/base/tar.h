/*
 * Many files in one, in the ustar format (POSIX.1-2001, pax), so that any tar
 * reads what was kept.  One file is one sync, however many are in it.
 */
#ifndef HOOKRUN_BASE_TAR_H
#define HOOKRUN_BASE_TAR_H

#include "hookrun/base/err.h"

#include <stddef.h>
#include <sys/types.h>

#define TAR_NAME_MAX 99 /* bytes of a name */

/* Where the bytes of a file are in the archive. */
struct tar_item {
	off_t at;
	off_t size_bytes;
};

/* Add a file at the offset of `fd`, a descriptor for reading and writing; the
 * next one goes behind it.  `ret` (may be NULL) gets its place.  -1: what is at
 * that offset is no whole item. */
int tar_add_bytes(int fd, const char *name, const void *data, size_t len,
	struct tar_item *ret, struct err *err);
/* The same with all that `from` has to read. */
int tar_add_file(int fd, const char *name, int from, struct tar_item *ret,
	struct err *err);
/* What stands behind the last file. */
int tar_end(int fd, struct err *err);
/* Put the offset of `fd` where a file can be added, behind the last whole one;
 * tar_end() has to follow. */
int tar_seek_end(int fd, struct err *err);

/* Look for `name`, the last of that name: 1, 0 where there is none among the
 * whole items, -1: not such an archive, or it cannot be read. */
int tar_find(int fd, const char *name, struct tar_item *ret, struct err *err);

#endif
