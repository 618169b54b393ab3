/* The table of built-in steps: one row a step. */
#include "cli/steps.h"

#include "hookrun/deps/deps.h"
#include "hookrun/migrate/check.h"
#include "hookrun/migrate/migrate.h"
#include "hookrun/newtree/newtree.h"
#include "hookrun/testmap/testmap.h"

#include <stddef.h>

const struct step_ops *const steps_builtin[] = {
	&step_worktree,
	&step_deps,
	&step_migrate,
	&step_migrations_check,
	&step_test_map,
	NULL,
};
