/* PR_SET_CHILD_SUBREAPER (prctl(2)): the nearest ancestor that asked for it. */
#include "proc/orphans.h"

#include <sys/prctl.h>

bool orphans_adopt(bool on)
{
	return !prctl(PR_SET_CHILD_SUBREAPER, on);
}
