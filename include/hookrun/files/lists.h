/*
 * The file lists of a run: computed on first use, once.
 */
#ifndef HOOKRUN_FILES_LISTS_H
#define HOOKRUN_FILES_LISTS_H

#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"
#include "hookrun/files/template.h"
#include "hookrun/git/repo.h"

struct file_lists; /* owned by the run */

struct file_lists *lists_new(struct repo *repo);
void lists_free(struct file_lists *lists);

/* Git's arguments and stdin of a pre-push, for SET_PUSH. */
void lists_set_push(struct file_lists *lists, const char *stdin_text);

/* Replace every set by these files (--file, --all-files). */
void lists_override(struct file_lists *lists, const struct strvec *files);

/* Paths relative to the work tree, existing non-directories; owned by
 * `lists`. */
int lists_get(struct file_lists *lists, enum file_set set,
	const struct strvec **ret, struct err *err);

/* Staged paths with deletions, for the question "is anything staged?". */
int lists_staged_with_deleted(
	struct file_lists *lists, const struct strvec **ret, struct err *err);

/* The output lines of a `files` command run by sh in `cwd`; appended. */
int lists_command(struct file_lists *lists, const char *command,
	const char *cwd, struct strvec *ret, struct err *err);

#endif
