/*
 * A copy of a file that shares its blocks until one of both is written.
 */
#ifndef HOOKRUN_BASE_REFLINK_H
#define HOOKRUN_BASE_REFLINK_H

/* All that the file open as `from` has, by reference into the empty one open as
 * `to`.  -1 with errno: nothing has been done, for this system, or the file
 * system of one of them, cannot do that; the caller copies (fs_copy()). */
int reflink(int from, int to);

#endif
