/* A run as SARIF 2.1.0, which code scanning services read. */
#ifndef RUNNER_SARIF_H
#define RUNNER_SARIF_H

#include "hookrun/base/strbuf.h"
#include "hookrun/runner/recording.h"

void sarif_add(struct strbuf *out, const struct recording *run);

#endif
