/* A recorded run for chrome://tracing and ui.perfetto.dev. */
#ifndef HOOKRUN_CLI_TRACE_H
#define HOOKRUN_CLI_TRACE_H

#include "hookrun/base/strbuf.h"
#include "hookrun/runner/recording.h"

/* Append it in the "Trace Event Format". */
void trace_add(struct strbuf *out, const struct recording *run);

#endif
