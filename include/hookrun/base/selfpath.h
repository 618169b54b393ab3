/*
 * Where our own program lies.
 */
#ifndef HOOKRUN_BASE_SELFPATH_H
#define HOOKRUN_BASE_SELFPATH_H

/* To be called first of all, with what main() got as argv[0]: where the kernel
 * does not say, it is all that is known. */
void selfpath_init(const char *argv0);

/* The binary that runs now, malloc'd; "" where nobody says.  Of one that was
 * replaced since it is the place, where its successor stands. */
char *selfpath_find(void);

#endif
