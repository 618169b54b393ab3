/*
 * One file, link or folder of another work tree in this one.
 */
#ifndef NEWTREE_COPIED_H
#define NEWTREE_COPIED_H

#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Copy `path`, which is not there yet, from below the folder `from` to below
 * `to`, with its mode and times, links as links; `work` is an empty folder on
 * the file system of `to`, in which it is made before it gets its name.
 * `ret_left` is increased by the sockets, pipes and devices in it that were
 * left out.  1; 0: by now it is there, and was not touched; -1, and it is not
 * there. */
int copied(const char *from, const char *to, const char *path, const char *work,
	size_t *ret_left, struct err *err);

#endif
