/* A chart of a recorded run. */
#ifndef HOOKRUN_CLI_TIMELINE_H
#define HOOKRUN_CLI_TIMELINE_H

#include "hookrun/base/strbuf.h"
#include "hookrun/runner/recording.h"

#include <stdbool.h>

/* Append a line for each job that has run, `columns` wide where that is enough
 * for anything; `plain` is without blocks. */
void timeline_add(struct strbuf *out, const struct recording *run,
	size_t columns, bool plain);

#endif
