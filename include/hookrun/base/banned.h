/*
 * Functions that cannot be used safely, or that would start a shell behind our
 * back, are compile errors.  The Makefile includes this file into every unit.
 */
#ifndef HOOKRUN_BASE_BANNED_H
#define HOOKRUN_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h> /* macOS declares mktemp() there */

/* Macros on some systems, and a macro is not poisoned without a warning. */
#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf
#undef strncpy
#undef strncat

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets atoi atol system \
	popen tmpnam mktemp strncpy strncat

#endif
