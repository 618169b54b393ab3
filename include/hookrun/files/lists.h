/*
 * The file lists of a run: computed on first use, once.
 */
#ifndef HOOKRUN_FILES_LISTS_H
#define HOOKRUN_FILES_LISTS_H

#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"
#include "hookrun/files/push.h"
#include "hookrun/files/template.h"
#include "hookrun/git/repo.h"

struct file_lists; /* owned by the run */

struct file_lists *lists_new(struct repo *repo);
void lists_free(struct file_lists *lists);

/* What SET_PUSH is made of, and SET_DELETED then; all of it is borrowed and
 * read at the first question. */
void lists_set_push(struct file_lists *lists, const struct push_opts *push);

/* Replace every set by these files (--file, --all-files). */
void lists_override(struct file_lists *lists, const struct strvec *files);

/* Replace every set but SET_ALL by what two revisions differ in, see
 * range_read(); what `to` no longer has is SET_DELETED. */
int lists_set_range(struct file_lists *lists, const char *from, const char *to,
	bool *ret_elsewhere, struct err *err);

/* What a set was replaced by, in one word for "3 named files"; NULL: it was
 * not. */
const char *lists_replaced(const struct file_lists *lists, enum file_set set);

/* Paths relative to the work tree, each once, owned by `lists`: existing
 * non-directories, but in SET_DELETED what is staged (or pushed) as deleted. */
int lists_get(struct file_lists *lists, enum file_set set,
	const struct strvec **ret, struct err *err);

/* All paths that a commit or, once lists_set_push() was called, a push
 * touches, deleted ones and what the work tree does not have among them: for
 * the question "is there anything to look at?". */
int lists_touched(
	struct file_lists *lists, const struct strvec **ret, struct err *err);

/* The pushed refs whose files are not those of the work tree, so far as the
 * push was asked for. */
const struct strvec *lists_elsewhere(const struct file_lists *lists);

/* What a `files` command run by sh in `cwd` prints; appended, each once. */
struct printed_files {
	struct strvec there; /* existing non-directories */
	struct strvec gone;  /* what is not there */
};
int lists_command(struct file_lists *lists, const char *command,
	const char *cwd, struct printed_files *ret, struct err *err);
void printed_files_release(struct printed_files *files);

#endif
