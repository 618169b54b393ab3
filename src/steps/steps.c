/* The table of built-in steps: one line a step. */
#include "hookrun/steps/steps.h"

#include <stddef.h>

const struct step_ops *const steps_builtin[] = {
	&step_deps,
	&step_migrate,
	&step_test_map,
	NULL,
};
