/* The built-in steps that this program has. */
#ifndef CLI_STEPS_H
#define CLI_STEPS_H

#include "hookrun/runner/step.h"

extern const struct step_ops *const steps_builtin[]; /* NULL-ended */

#endif
