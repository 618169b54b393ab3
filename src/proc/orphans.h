/* Descendants whose parents have ended. */
#ifndef PROC_ORPHANS_H
#define PROC_ORPHANS_H

#include <stdbool.h>

/* Become their parent, or cease to.  False where this system gives them to its
 * first process whoever asks. */
bool orphans_adopt(bool on);

#endif
