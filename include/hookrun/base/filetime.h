/*
 * The clock that files get their times from.
 */
#ifndef HOOKRUN_BASE_FILETIME_H
#define HOOKRUN_BASE_FILETIME_H

#include <time.h>

/* A file that is written from now on has no earlier time than this. */
void filetime_now(struct timespec *ret);

#endif
