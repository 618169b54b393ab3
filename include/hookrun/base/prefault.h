/*
 * Memory that every start touches, brought in at once.
 */
#ifndef HOOKRUN_BASE_PREFAULT_H
#define HOOKRUN_BASE_PREFAULT_H

/* First thing in main().  It changes nothing but the time that the rest takes,
 * and says nothing where the kernel does not know it (before Linux 5.14). */
void prefault(void);

#endif
