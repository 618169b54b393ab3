/*
 * stat(2) for a program linked against a glibc older than 2.33, where these
 * were no functions of the shared library: those that zig 0.11 links in instead
 * fail without errno.  On both machines the kernel's struct is glibc's.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int fstatat(
	int fd, const char *restrict path, struct stat *restrict ret, int flags)
{
	return (int)syscall(SYS_newfstatat, fd, path, ret, flags);
}

int stat(const char *restrict path, struct stat *restrict ret)
{
	return fstatat(AT_FDCWD, path, ret, 0);
}

int lstat(const char *restrict path, struct stat *restrict ret)
{
	return fstatat(AT_FDCWD, path, ret, AT_SYMLINK_NOFOLLOW);
}

int fstat(int fd, struct stat *ret)
{
	return fstatat(fd, "", ret, AT_EMPTY_PATH);
}
