/*
 * The configurations of other tools, as one of ours: pre-commit, husky,
 * lint-staged, simple-git-hooks, overcommit.
 */
#ifndef HOOKRUN_IMPORT_IMPORT_H
#define HOOKRUN_IMPORT_IMPORT_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

struct imported {
	struct strvec sources; /* the tools that were found */
	struct strbuf text;    /* a configuration, if any job was */
	size_t njobs;
	struct strvec left; /* "FILE:LINE: TEXT": what was not taken over */
};

/* What is below `top`, appended to `ret`, which IMPORTED_INIT begins.  -1 where
 * a file cannot be read or is none of its kind. */
int import_all(const char *top, struct imported *ret, struct err *err);

/* The same from what the repository itself has: linters that are configured,
 * scripts, targets, lock files, migrations.  `sources` and `left` stay. */
int import_look(const char *top, struct imported *ret, struct err *err);

void imported_release(struct imported *imported);

#define IMPORTED_INIT                                                          \
	{                                                                      \
		.sources = STRVEC_INIT, .text = STRBUF_INIT,                   \
		.left = STRVEC_INIT                                            \
	}

#endif
