/*
 * argv[0] is what is left: a path, or a name that the caller found on PATH.
 * It is made a path at the start, before anybody changes the folder.
 */
#include "hookrun/base/selfpath.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <stdlib.h>

static char *own; /* NULL: it is nowhere */

void selfpath_init(const char *argv0)
{
	AUTO_FREE char *found = NULL;

	if (!argv0 || !*argv0 || own)
		return;
	found = fs_find_program(argv0, NULL);
	own = found ? realpath(found, NULL) : NULL;
}

char *selfpath_find(void)
{
	return xstrdup(own ? own : "");
}
