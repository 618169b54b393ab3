/*
 * Making a link of a file again that was one before a job.
 */
#ifndef RUNNER_RELINK_H
#define RUNNER_RELINK_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/git/repo.h"

/* `path`, absolute, is a file now and becomes a link to `target` again.  The
 * id of the object that has the file's bytes is appended to `kept`; nothing is
 * where the link leads to the same bytes.  -1: they are at `path` still or at
 * a name beside it, which the error tells. */
int relink(struct repo *repo, const char *path, const char *target,
	struct strbuf *kept, struct err *err);

#endif
