/* The census for all who ask in one round of the loop. */
#ifndef PROC_LOOP_CENSUS_H
#define PROC_LOOP_CENSUS_H

#include "proc/census.h"

#include "hookrun/proc/loop.h"

/* NULL where the system does not tell.  Valid until the callback returns. */
const struct census *loop_census(struct loop *loop);

#endif
