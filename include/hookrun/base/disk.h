/*
 * From the memory of the kernel to the disk.
 */
#ifndef HOOKRUN_BASE_DISK_H
#define HOOKRUN_BASE_DISK_H

#include <stdbool.h>

/* Wait until the file is on the disk, so that a power cut cannot take it.  -1
 * with errno. */
int disk_sync_file(int fd);

/* Start to write the file out, and do not wait: a hint, which nobody needs. */
void disk_start(int fd);

/* Whether disk_sync_all() can be relied on where the file `fd` lies. */
bool disk_can_sync_all(int fd);

/* Wait until all of the file system that `fd` lies on is on the disk; -1 with
 * errno. */
int disk_sync_all(int fd);

#endif
