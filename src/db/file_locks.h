/* The locks of a file that fcntl(2) sets, and who holds them. */
#ifndef DB_FILE_LOCKS_H
#define DB_FILE_LOCKS_H

#include <stdbool.h>
#include <stddef.h>

struct file_lock {
	bool write;
	long pid;
	long long first, last; /* bytes */
};

/* Their number, and the locks in `ret`, malloc'd; 0 where there are none or the
 * system does not tell. */
size_t file_locks(const char *path, struct file_lock **ret);

/* Whether surely nobody else has the file open that is open as `fd`.  False: or
 * it is not known. */
bool file_is_open_once(int fd);

#endif
