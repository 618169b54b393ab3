/*
 * A file of the work tree, tracked by git, that a program which we start has to
 * leave as it is: package managers and Ruby's Bundler write into lock files
 * unasked, and git would then refuse the next switch.
 */
#ifndef HOOKRUN_STEPS_UNTOUCHED_H
#define HOOKRUN_STEPS_UNTOUCHED_H

#include "hookrun/base/strbuf.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>
#include <sys/stat.h>

struct untouched {
	struct repo *repo; /* borrowed; NULL: nothing is looked after */
	char *path;	   /* absolute, without links */
	char *rel;	   /* below the work tree */
	struct oid head;   /* the blob that HEAD had there */
	struct stat st;
	struct strbuf bytes;
};
#define UNTOUCHED_INIT                                                         \
	{                                                                      \
		.bytes = STRBUF_INIT                                           \
	}

/* Before the program starts: `path` (absolute; NULL: none) as it is now.  One
 * that HEAD does not have, or that cannot be read, is not looked after. */
void untouched_note(
	struct untouched *file, struct repo *repo, const char *path);

enum untouched_is {
	UNTOUCHED_SAME,	    /* byte for byte; or nothing is looked after */
	UNTOUCHED_PUT_BACK, /* it was changed, and is as noted again */
	UNTOUCHED_LEFT,	    /* it was changed, not only by the program */
};

/* After it: what was noted is put back, unless what is there now is somebody
 * else's: git's, or written while this looked.  What is replaced goes to
 * `seen` (appended) and stays in GIT_DIR/hookrun/undone/.  -1: changed, and
 * could not be put back. */
int untouched_restore(struct untouched *file, enum untouched_is *ret,
	struct strbuf *seen, struct err *err);

/* untouched_restore(), and a line about it for a user, appended: nothing where
 * the file is as it was.  `program`: who has changed it, "bundle install";
 * `remedy`: the command that makes the change the user's own.  1 where there is
 * such a line, else 0. */
int untouched_check(struct untouched *file, const char *program,
	const char *remedy, struct strbuf *out);

void untouched_release(struct untouched *file);
#define AUTO_UNTOUCHED                                                         \
	__attribute__((cleanup(untouched_release))) struct untouched

#endif
