/* The built-in step `migrations-check`: new migrations are tried on a scratch
 * database before they are committed or pushed. */
#ifndef HOOKRUN_MIGRATE_CHECK_H
#define HOOKRUN_MIGRATE_CHECK_H

#include "hookrun/runner/step.h"

extern const struct step_ops step_migrations_check;

#endif
