/* MIME types of files by libmagic, in the library host. */
#ifndef HOOKRUN_FILES_MAGIC_H
#define HOOKRUN_FILES_MAGIC_H

#include "hookrun/base/err.h"

/* Load the library and its database; -1 where there is none. */
int magic_ready(struct err *err);

/* The type of the file at the absolute `path` as mime_find() has it, NULL in
 * `ret` where libmagic gives one that is not known there. */
int magic_type(const char *path, const char **ret, struct err *err);

#endif
