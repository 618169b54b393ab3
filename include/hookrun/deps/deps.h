/* The built-in step `deps`: install what the checked-out lock files pin. */
#ifndef HOOKRUN_DEPS_DEPS_H
#define HOOKRUN_DEPS_DEPS_H

#include "hookrun/runner/step.h"

extern const struct step_ops step_deps;

#endif
