/*
 * Hook files: writing the shim for each configured hook, keeping what was
 * there, and telling whether they are fresh.
 *
 * A file is ours when it contains the text LEFTHOOK, as lefthook defines it,
 * so that the two recognise each other's.
 */
#ifndef HOOKRUN_GIT_INSTALL_H
#define HOOKRUN_GIT_INSTALL_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>

struct install_opts {
	char *const *hooks;    /* names, NULL-terminated */
	const char *binary;    /* the config's command for shims, or NULL */
	const char *rc;	       /* file that shims source, or NULL */
	bool force;	       /* an existing NAME.old may be overwritten */
	const char *config_id; /* what the configuration is now, for sync: an
				  opaque line without blanks */
};

/* The folder that git runs hooks from (`git rev-parse --git-path hooks`, hence
 * core.hooksPath); absolute, malloc'd. */
int install_dir(struct repo *repo, char **ret_path, struct err *err);

/* Write the shims; removes our shims of hooks that are not named.  Each thing
 * a user should know ("kept your pre-commit as pre-commit.old") is a line in
 * `notes`; the names written are pushed to `written` (may be NULL). */
int install_hooks(struct repo *repo, const struct install_opts *opts,
	struct strvec *written, struct strbuf *notes, struct err *err);

/* Remove our shims, put NAME.old back. */
int install_remove(struct repo *repo, struct strbuf *notes, struct err *err);

/* Look at the files.  Each problem is a line in `problems` ("pre-commit is not
 * installed", "is not executable", "is an older shim", "is not ours"). 0, or
 * -1. */
int install_check(struct repo *repo, const struct install_opts *opts,
	struct strbuf *problems, struct err *err);

/* True when the stored id differs from opts->config_id or nothing is stored,
 * i.e. hooks must be written again.  False where hooks were never installed in
 * this work tree's repository. */
bool install_is_stale(struct repo *repo, const char *config_id);

#endif
