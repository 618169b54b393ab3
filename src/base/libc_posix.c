/* Short, since none of them is where time goes. */
#include "hookrun/base/libc_posix.h"

void *libc_memrchr(const void *bytes, int wanted, size_t len)
{
	const unsigned char *at = (const unsigned char *)bytes + len;

	while (at != bytes)
		if (*--at == (unsigned char)wanted)
			return (void *)(size_t)at;
	return NULL;
}

char *libc_strchrnul(const char *text, int wanted)
{
	while (*text && *text != (char)wanted)
		text++;
	return (char *)(size_t)text;
}

int libc_pipe2(int fds[2], int flags)
{
	if (pipe(fds))
		return -1;
	for (int i = 0; i < 2; i++) {
		if (flags & O_CLOEXEC)
			fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		if (flags & O_NONBLOCK)
			fcntl(fds[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}
