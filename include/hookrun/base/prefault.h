/*
 * Memory that will be touched, brought in at once.
 */
#ifndef HOOKRUN_BASE_PREFAULT_H
#define HOOKRUN_BASE_PREFAULT_H

#include <stddef.h>

/* First thing in main().  It changes nothing but the time that the rest takes,
 * and says nothing where the kernel does not know it (before Linux 5.14). */
void prefault(void);

/* For memory that was just allocated and will be written from end to end.  What
 * is small is left alone. */
void prefault_new(void *ptr, size_t size);

#endif
