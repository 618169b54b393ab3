/* How often files were written, whoever did it: Linux's inotify. */
#ifndef HOOKRUN_FILES_FILEWRITES_H
#define HOOKRUN_FILES_FILEWRITES_H

/* A descriptor for the others, which the caller closes; -1 where the system
 * has none to give. */
int filewrites_open(void);

/* From now on note what happens in the folder `dir`: its number, the same for
 * the same folder, or -1. */
int filewrites_watch(int fd, const char *dir);

/* Called for each time that a file was written and closed, or that another one
 * was put in its place.  `name` NULL: it is not known what happened in the
 * folder; `dir` -1: in any. */
typedef void filewrites_fn(void *data, int dir, const char *name);

/* What has happened since the last time. */
void filewrites_read(int fd, filewrites_fn *fn, void *data);

#endif
