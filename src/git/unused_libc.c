/*
 * What asks the user database, for libgit2's home folder of a program with the
 * set-user-ID bit and for glob(3)'s `~`.  hookrun has neither; and in a static
 * program the real functions would load shared libraries, of the very libc that
 * it was linked with.  For hookrun's own binary only: what is linked
 * dynamically and uses libpq needs the real ones.  The names with underscores
 * are those by which glibc calls itself.
 */
#include <errno.h>
#include <pwd.h>
#include <stddef.h>

int __getlogin_r(char *buf, size_t size);
int __getpwnam_r(const char *name, struct passwd *entry, char *buf, size_t size,
	struct passwd **ret);

int getpwuid_r(uid_t uid, struct passwd *entry, char *buf, size_t size,
	struct passwd **ret)
{
	(void)uid;
	(void)entry;
	(void)buf;
	(void)size;
	*ret = NULL;
	return ENOSYS;
}

int __getpwnam_r(const char *name, struct passwd *entry, char *buf, size_t size,
	struct passwd **ret)
{
	(void)name;
	return getpwuid_r(0, entry, buf, size, ret);
}

int __getlogin_r(char *buf, size_t size)
{
	(void)buf;
	(void)size;
	return ENOSYS;
}
