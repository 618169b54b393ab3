/*
 * The kernel knows, also where argv[0] says something else.  The name of a file
 * that was taken away has a mark at its end.
 */
#include "hookrun/base/selfpath.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

void selfpath_init(const char *argv0)
{
	(void)argv0;
}

char *selfpath_find(void)
{
	static const char deleted[] = " (deleted)"; /* the kernel's mark */
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	size_t tail = sizeof(deleted) - 1;

	path[len < 0 ? 0 : len] = '\0';
	if (len > (ssize_t)tail && !fs_exists(path) &&
		!strcmp(path + len - tail, deleted))
		path[(size_t)len - tail] = '\0';
	return xstrdup(path);
}
