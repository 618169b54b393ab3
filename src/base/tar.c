/*
 * Archives in the ustar format.
 *
 * What keeps a user's work must be readable without us, hence a format that
 * every system has a program for.  Only what that needs is here: names of up to
 * 99 bytes, files, sizes of any length (GNU's binary form beyond 8 GiB).
 *
 * The header of a file goes in after its bytes, when their number is known, so
 * an archive that was broken off ends before the item that is not whole.
 */
#include "hookrun/base/tar.h"

#include "hookrun/base/fs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 512
#define OCTAL_SIZE_MAX 077777777777LL /* eleven digits */

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12];
	char checksum[8], type, linkname[100], magic[6], version[2];
	char owner[32], group[32], major[8], minor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

static const char no_bytes[2 * BLOCK];

static unsigned sum_of(const struct header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	size_t from = offsetof(struct header, checksum);
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof(*header); i++)
		sum += i < from || i >= from + sizeof(header->checksum)
			       ? bytes[i]
			       : ' ';
	return sum;
}

/* ---- writing ------------------------------------------------------------ */

static void set_size(struct header *header, off_t size)
{
	if (size <= OCTAL_SIZE_MAX) {
		snprintf(header->size, sizeof(header->size), "%011llo",
			(unsigned long long)size);
		return;
	}
	header->size[0] = (char)0x80;
	for (size_t i = sizeof(header->size); i-- > 1; size >>= 8)
		header->size[i] = (char)(size & 0xff);
}

static int put_header(int fd, off_t at, const char *name, off_t size)
{
	struct header header = { .mode = "0000600",
		.uid = "0000000",
		.gid = "0000000",
		.mtime = "00000000000",
		.type = '0',
		.magic = "ustar",
		.version = "00" };

	memcpy(header.name, name, strlen(name));
	set_size(&header, size);
	snprintf(header.checksum, sizeof(header.checksum), "%06o",
		sum_of(&header));
	header.checksum[7] = ' ';
	return pwrite(fd, &header, sizeof(header), at) == sizeof(header) ? 0
									 : -1;
}

/* The bytes are there, from `at` + BLOCK to the offset of `fd`. */
static int finish_item(int fd, off_t at, const char *name, struct tar_item *ret)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	off_t size = end - at - BLOCK;
	size_t pad = (size_t)(-size & (BLOCK - 1));

	if (end < 0 || fs_write_all(fd, no_bytes, pad) ||
		put_header(fd, at, name, size))
		return -1;
	if (ret)
		*ret = (struct tar_item){ at + BLOCK, size };
	return 0;
}

/* Room for a header, which is not there yet. */
static int begin_item(int fd, const char *name, off_t *ret_at)
{
	*ret_at = lseek(fd, 0, SEEK_CUR);
	if (strlen(name) > TAR_NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return *ret_at < 0 || fs_write_all(fd, no_bytes, BLOCK) ? -1 : 0;
}

int tar_add_bytes(int fd, const char *name, const void *data, size_t len,
	struct tar_item *ret, struct err *err)
{
	off_t at;

	if (begin_item(fd, name, &at) || fs_write_all(fd, data, len) ||
		finish_item(fd, at, name, ret))
		return err_errno(err, "cannot keep '%s'", name);
	return 0;
}

int tar_add_file(int fd, const char *name, int from, struct tar_item *ret,
	struct err *err)
{
	off_t at;

	if (begin_item(fd, name, &at) || fs_copy(from, fd) ||
		finish_item(fd, at, name, ret))
		return err_errno(err, "cannot keep '%s'", name);
	return 0;
}

int tar_end(int fd, struct err *err)
{
	if (fs_write_all(fd, no_bytes, sizeof(no_bytes)))
		return err_errno(err, "cannot end the archive");
	return 0;
}

/* ---- reading ------------------------------------------------------------ */

static int64_t number(const char *field, size_t len)
{
	int64_t value = 0;

	if ((unsigned char)*field == 0x80) {
		for (size_t i = 1; i < len; i++) {
			if (value > INT64_MAX >> 8)
				return -1;
			value = value << 8 | (unsigned char)field[i];
		}
		return value;
	}
	for (size_t i = 0; i < len && field[i] && field[i] != ' '; i++) {
		if (field[i] < '0' || field[i] > '7' || value > INT64_MAX >> 3)
			return -1;
		value = value << 3 | (field[i] - '0');
	}
	return value;
}

/* The item whose header is at `*at`, which becomes that of the next: 1, 0 at
 * the end (also where the item is not whole), -1. */
static int next_item(int fd, off_t file_size, off_t *at, struct header *header,
	struct tar_item *ret, struct err *err)
{
	off_t left = file_size - *at - BLOCK, size;
	ssize_t got = pread(fd, header, sizeof(*header), *at);

	if (got < 0)
		return err_errno(err, "cannot read the archive");
	if (got < (ssize_t)sizeof(*header) || !*header->name)
		return 0;
	size = number(header->size, sizeof(header->size));
	if (memcmp(header->magic, "ustar", 5) != 0 || size < 0 ||
		header->name[TAR_NAME_MAX] ||
		number(header->checksum, sizeof(header->checksum)) !=
			(int64_t)sum_of(header))
		return err_set(
			err, "not an archive at byte %lld", (long long)*at);
	if (size > left)
		return 0;
	*ret = (struct tar_item){ *at + BLOCK, size };
	*at += BLOCK + size + (-size & (BLOCK - 1));
	return 1;
}

/* Goes through all items; the offset behind the last in `ret_end`. */
static int look(int fd, const char *name, struct tar_item *ret, off_t *ret_end,
	struct err *err)
{
	struct header header;
	struct tar_item item;
	struct stat st;
	int found = 0, more;

	*ret_end = 0;
	if (fstat(fd, &st))
		return err_errno(err, "cannot read the archive");
	while ((more = next_item(
			fd, st.st_size, ret_end, &header, &item, err)) > 0)
		if (name && !strcmp(header.name, name)) {
			*ret = item;
			found = 1;
		}
	return more < 0 ? -1 : found;
}

int tar_find(int fd, const char *name, struct tar_item *ret, struct err *err)
{
	off_t end;

	return look(fd, name, ret, &end, err);
}

int tar_seek_end(int fd, struct err *err)
{
	off_t end;

	if (look(fd, NULL, NULL, &end, err) < 0)
		return -1;
	if (lseek(fd, end, SEEK_SET) < 0)
		return err_errno(err, "cannot read the archive");
	return 0;
}
