/* The libraries behind this room: which ones are used, not which were there
 * when it was compiled. */
#ifndef HOOKRUN_GIT_LIBRARY_H
#define HOOKRUN_GIT_LIBRARY_H

#include "hookrun/base/strbuf.h"

/* Append libgit2's version, "1.5.1". */
void library_git2_version(struct strbuf *out);

/* Append zlib's version. */
void library_zlib_version(struct strbuf *out);

#endif
