/*
 * A file without a name, which is gone with its last descriptor however the
 * process ends.
 */
#ifndef HOOKRUN_BASE_NAMELESS_H
#define HOOKRUN_BASE_NAMELESS_H

/* For little: in memory where that can be.  Open for reading and writing, the
 * caller's to close; `name` is what lists of open files may show.  -1 with
 * errno. */
int nameless_in_memory(const char *name);

/* For much: on the disk, in $TMPDIR (or /tmp). */
int nameless_on_disk(void);

#endif
