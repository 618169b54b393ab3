/*
 * Closing many descriptors at once.
 */
#ifndef HOOKRUN_PROC_DESCRIPTORS_H
#define HOOKRUN_PROC_DESCRIPTORS_H

#include <limits.h>

#define DESCRIPTORS_ALL UINT_MAX

/* Close those from `first` to `last`, which may be DESCRIPTORS_ALL, open or
 * not.  May be called in a vforked child.  -1 where the kernel does not close a
 * range: nothing is closed then. */
int descriptors_close(unsigned first, unsigned last);

/* Call `func` for each number that may be open from `first` on; those that are
 * not open among them where the kernel does not list them. */
void descriptors_each(
	int first, void (*func)(int fd, const void *data), const void *data);

#endif
