/*
 * How many processors this process may use.
 */
#ifndef HOOKRUN_PROC_PROCESSORS_H
#define HOOKRUN_PROC_PROCESSORS_H

#include <stddef.h>

size_t processors(void); /* at least 1 */

#endif
