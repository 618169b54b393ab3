/* From a file to wherever, within the kernel. */
#ifndef PROC_SENDFILE_H
#define PROC_SENDFILE_H

#include <stddef.h>
#include <sys/types.h>

/* At most `len` bytes of `from` beginning at `pos`, which moves on.  The number
 * of bytes, 0 at the end of the file, -1 with errno: also where there is no
 * such way between the two, and the caller has to read and write. */
ssize_t sendfile_some(int to, int from, off_t *pos, size_t len);

#endif
