/*
 * struct filestate: what a file is at one moment, for telling later whether
 * somebody has changed it.
 */
#ifndef HOOKRUN_FILES_FILESTATE_H
#define HOOKRUN_FILES_FILESTATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Bytes of a file that are read.  A larger one, or one that cannot be read,
 * counts as changed when its size, modification time or inode changes. */
#define FILESTATE_HASH_MAX (64 << 20)

struct filestate {
	enum filestate_kind {
		FILE_GONE,
		FILE_REGULAR,
		FILE_LINK,
		FILE_OTHER, /* a folder, a socket, ... */
	} kind;
	bool executable; /* as git sees it: by its owner */
	uint64_t hash;	 /* of the bytes, or of the link's target */
	struct stat stat;
	struct timespec seen; /* when it was looked at */
};

/* Look at `path`; no link is followed. */
void filestate_read(const char *path, struct filestate *ret);

/* Look again and keep what is seen.  True where content, kind or executable
 * bit are others; false where the file was only touched, or written with the
 * same bytes.  They are read only where lstat() leaves room for doubt. */
bool filestate_refresh(const char *path, struct filestate *state);

#endif
