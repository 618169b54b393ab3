/*
 * dyld knows what it has loaded, by the path that it was started by; links in
 * it are followed, as /proc has them followed on Linux.
 */
#include "hookrun/base/selfpath.h"

#include "hookrun/base/alloc.h"

#include <limits.h>
#include <mach-o/dyld.h>
#include <stdint.h>
#include <stdlib.h>

void selfpath_init(const char *argv0)
{
	(void)argv0;
}

char *selfpath_find(void)
{
	char path[PATH_MAX];
	uint32_t size = sizeof(path);
	AUTO_FREE char *real = NULL;

	if (_NSGetExecutablePath(path, &size))
		return xstrdup("");
	real = realpath(path, NULL);
	return xstrdup(real ? real : path);
}
