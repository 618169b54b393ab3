/* The commits that pre-commit has not seen. */
#ifndef HOOKRUN_CLI_BYPASSED_H
#define HOOKRUN_CLI_BYPASSED_H

#include "hookrun/git/repo.h"

/* Print them; 0 where there is none, 1 where there are some or it cannot be
 * told. */
int bypassed_print(struct repo *repo);

#endif
