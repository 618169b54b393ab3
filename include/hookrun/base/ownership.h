/*
 * Whose new files are.  Where root works in somebody's repository, as in a
 * container, what is created there has the owner of the folder that it is in;
 * where a folder is for a group (git's core.sharedRepository), so is what is
 * created in it.
 */
#ifndef HOOKRUN_BASE_OWNERSHIP_H
#define HOOKRUN_BASE_OWNERSHIP_H

#include <stdbool.h>

/* Give the file just created at `path`, open as `fd`, to the owner of its
 * folder.  `share`: with the folder's group too, where that may write there.
 * What the system does not allow is left. */
void ownership_follow(int fd, const char *path, bool share);

/* The same of a file or folder that is not open, shared. */
void ownership_follow_path(const char *path);

/* All below `path` that root has and the owner of the folder of `path` shall
 * have, which git has made; nothing for anybody but root. */
void ownership_follow_tree(const char *path);

#endif
