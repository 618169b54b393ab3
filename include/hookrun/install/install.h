/*
 * Hook files: writing the shim for each configured hook, keeping what was
 * there, and telling whether they are fresh.
 *
 * A file is ours when it contains the text LEFTHOOK, as lefthook defines it,
 * so that the two recognise each other's.
 */
#ifndef HOOKRUN_INSTALL_INSTALL_H
#define HOOKRUN_INSTALL_INSTALL_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>

struct install_opts {
	char *const *hooks;    /* names, NULL-terminated */
	const char *binary;    /* the config's command for shims, or NULL */
	const char *program;   /* absolute path of hookrun as it was called;
				  NULL: where the running one lies */
	bool direct;	       /* the first line names `program`, from now on;
				  no shell is started, and none looks for it */
	bool config;	       /* git's configuration names the files, from now
				  on; they are in a folder of their own */
	const char *search;    /* PATH of a shell that installs, to be recorded
				  for clients that know less of it, or NULL */
	bool no_search;	       /* none is recorded, from now on */
	bool automatic;	       /* before a hook runs, nobody has asked: what is
				  there may be refreshed, and nothing goes */
	char *const *watch;    /* hooks that are not configured, NULL-ended or
				  NULL.  Their files bring the others in line
				  after git has changed the configuration, and
				  stand only where nobody's hook is in the way */
	const char *rc;	       /* file that shims source, or NULL */
	bool force;	       /* an existing NAME.old may be overwritten, and
				  the hooks go where core.hooksPath says */
	bool reset_hooks_path; /* unset a core.hooksPath that leads elsewhere */
	bool chain; /* hooks of a shared core.hooksPath run with ours */
	bool only;  /* the user named these: others are left alone,
		       now and at the next sync */
	const char *config_id;	 /* what the configuration is now, for sync: an
				    opaque line without blanks */
	const char *config_path; /* its main file, or NULL */
};

/* In the common git directory: what lefthook looks at to see whether its hooks
 * are fresh.  Written too, so that it leaves ours alone. */
#define INSTALL_CHECKSUM_FILE "info/lefthook.checksum"

/* Write the shims; removes our shims of hooks that are not named, unless
 * `automatic`.  Each thing a user should know ("kept your pre-commit as
 * pre-commit.old") is a line in `notes`; the names written are pushed to
 * `written` (may be NULL). */
int install_hooks(struct repo *repo, const struct install_opts *opts,
	struct strvec *written, struct strbuf *notes, struct err *err);

/* Write the shims named and touch no other; they stay, whatever the
 * configuration says. */
int install_add(struct repo *repo, const struct install_opts *opts,
	struct strbuf *notes, struct err *err);

/* Remove our shims, put NAME.old back.  `force`: the hooks of others are
 * switched off too, by the name NAME.old. */
int install_remove(
	struct repo *repo, bool force, struct strbuf *notes, struct err *err);

/* Look at the files.  Each problem is a line in `problems` ("pre-commit is not
 * installed", "is not executable", "is an older shim", "is not ours"). 0, or
 * -1. */
int install_check(struct repo *repo, const struct install_opts *opts,
	struct strbuf *problems, struct err *err);

/* Must hooks be written again?  True where the stored id is another, where a
 * hook file is gone, and where install never ran in this work tree, unless the
 * hooks were removed by install_remove(), or are lefthook's and `adopt` is not
 * set. */
bool install_is_stale(struct repo *repo, const char *config_id, bool adopt);

/* Does a file stand for `hook` in this work tree only to bring others in line?
 */
bool install_only_watches(struct repo *repo, const char *hook);

/* The PATH that was recorded at install and that hook files search behind their
 * own, malloc'd; NULL where there is none, or they search nowhere. */
char *install_search(struct repo *repo);

/* The folder that hook files are in, or would be written to: absolute,
 * malloc'd. */
int install_folder(struct repo *repo, char **ret_path, struct err *err);
/* Is it git's configuration that names them, whatever core.hooksPath says? */
bool install_is_by_config(const struct repo *repo);

/* Does git start hookrun for `hook` by its configuration too, so that the file
 * `file` that was started is the second?  (Of git's own rules: git-config(1),
 * hook.<name>.command; from 2.54.) */
bool install_is_second(struct repo *repo, const char *hook, const char *file);

/* Of `hooks`, those for which that is so, each a line in `notes`. */
void install_check_second(
	struct repo *repo, char *const *hooks, struct strbuf *notes);

/* Folders of the recorded PATH that are gone, each a line in `notes`. */
void install_check_search(struct repo *repo, struct strbuf *notes);

/* Where install was given names, keep only these in `hooks`, and true. */
bool install_narrow(struct repo *repo, struct strvec *hooks);

#endif
