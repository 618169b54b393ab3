/* A run as JUnit's XML, which CI services show as tests. */
#ifndef RUNNER_JUNIT_H
#define RUNNER_JUNIT_H

#include "hookrun/base/strbuf.h"
#include "hookrun/runner/recording.h"

void junit_add(struct strbuf *out, const struct recording *run);

#endif
