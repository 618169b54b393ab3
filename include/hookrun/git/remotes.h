/*
 * Remotes: repositories whose configuration is laid over this one's.  Each has
 * a folder of its own below GIT_COMMON_DIR/info/hookrun-remotes, shared by all
 * work trees, with a shallow clone that is replaced as a whole.
 */
#ifndef HOOKRUN_GIT_REMOTES_H
#define HOOKRUN_GIT_REMOTES_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>
#include <stdint.h>

struct remote {
	const char *url;
	const char *ref;    /* branch, tag, or the whole id of a commit, which
			       never moves; NULL: the remote's HEAD */
	int64_t max_age_ms; /* of the copy; 0: always fetch, -1: never again */
};

enum remote_fetch {
	REMOTE_CACHED,	 /* use the copy that is there */
	REMOTE_WHEN_DUE, /* in a hook: fetch what is missing or too old, with
			    a short deadline, and not soon after a failure */
	REMOTE_NOW,	 /* the user asked for it */
};

/* The folder of the remote's files, malloc'd; NULL where there is no copy.
 * What went wrong with a fetch is a line in `note`, and the old copy stays. */
char *remote_folder(struct repo *repo, const struct remote *remote,
	enum remote_fetch fetch, struct strbuf *note);

/* The id of the commit whose files are in `folder`, a remote's; appended. */
int remote_commit(struct repo *repo, const char *folder, struct strbuf *out,
	struct err *err);

/* Remove all copies but those of `folders` (NULL: really all). */
int remotes_prune(
	struct repo *repo, const struct strvec *folders, struct err *err);

#endif
