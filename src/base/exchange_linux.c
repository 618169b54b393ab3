/*
 * renameat2(2), as a bare system call: musl has no function for it, and neither
 * have older C libraries that run on kernels which can do it.
 */
#include "hookrun/base/exchange.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <unistd.h>

static int change(const char *from, const char *to, unsigned flags)
{
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

int exchange_files(const char *a, const char *b)
{
	return change(a, b, RENAME_EXCHANGE);
}

int exchange_free(const char *from, const char *to)
{
	return change(from, to, RENAME_NOREPLACE);
}
