/* What fuzz targets make of their bytes: texts, and a file that is on no disk.
 */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_input {
	const uint8_t *pos;
	size_t left;
};

/* All up to the next NUL, or to the end; malloc'd. */
static inline char *fuzz_text(struct fuzz_input *input)
{
	const uint8_t *end = input->left ? memchr(input->pos, 0, input->left)
					 : NULL;
	size_t len = end ? (size_t)(end - input->pos) : input->left;
	char *text = xstrndup(input->left ? (const char *)input->pos : "", len);

	if (end)
		len++;
	input->pos += len;
	input->left -= len;
	return text;
}

/* The path of a file with these bytes, good until the next call. */
static inline const char *fuzz_file(const void *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET) < 0 ||
		fs_write_all(fd, data, size))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

#endif
