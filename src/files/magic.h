/* MIME types of files by libmagic, loaded when it is first asked. */
#ifndef HOOKRUN_FILES_MAGIC_H
#define HOOKRUN_FILES_MAGIC_H

#include "hookrun/base/err.h"

/* Load the library and its database; -1 where there is none. */
int magic_ready(struct err *err);

/* The type of the file at `path` as mime_find() has it, NULL where libmagic
 * gives one that is not known there; magic_ready() was called. */
const char *magic_type(const char *path);

#endif
