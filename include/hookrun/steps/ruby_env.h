/* The environment for package managers and test runs that steps start. */
#ifndef HOOKRUN_STEPS_RUBY_ENV_H
#define HOOKRUN_STEPS_RUBY_ENV_H

#include "hookrun/base/strvec.h"

/* env_clean() into the empty `env`, and where we were started by `bundle exec`,
 * what it put there taken back. */
void ruby_env_fill(struct strvec *env);

#endif
