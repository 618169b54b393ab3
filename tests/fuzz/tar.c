/*
 * Backups are read from the disk, where they may be cut or damaged: no bytes
 * may do harm, and one more item can be added to whatever is accepted.
 */
#include "hookrun/base/tar.h"

#include "hookrun/base/fs.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FD int fd = memfd_create("tar", MFD_CLOEXEC);
	struct tar_item item = { 0 };
	struct err err;

	if (fd < 0 || fs_write_all(fd, data, size))
		abort();
	if (tar_find(fd, "1.user", &item, &err) > 0 &&
		(item.at < 512 || item.size_bytes < 0 ||
			item.at + item.size_bytes > (off_t)size))
		abort();
	if (tar_seek_end(fd, &err))
		return 0;
	if (tar_add_bytes(fd, "added", "x", 1, NULL, &err) ||
		tar_end(fd, &err) || tar_find(fd, "added", &item, &err) != 1)
		abort();
	return 0;
}
