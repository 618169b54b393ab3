/*
 * Which files of a list a job gets: glob, then exclude, root, file types.
 */
#ifndef HOOKRUN_FILES_FILTER_H
#define HOOKRUN_FILES_FILTER_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"

#include <stdbool.h>

struct filter; /* compiled */

/* How many files of a list were left after each filter. */
struct filter_counts {
	size_t all, glob, exclude, root, file_types;
};

/* One of the filters, in their order: how many files came to it, and passed. */
struct filter_step {
	const char *key; /* "glob", "exclude", "root", "file_types" */
	size_t before, after;
};
#define FILTER_STEPS 4
void filter_steps(const struct filter_counts *counts,
	struct filter_step ret[FILTER_STEPS]);

struct filter_opts {
	const char *const *glob, *const *exclude,
					 *const *file_types; /* NULL-
								ended */
	const char *root;				     /* NULL: none */
	bool doublestar;				     /* glob_matcher */
	const char *worktree;	      /* absolute; files are looked at there */
	struct filter_counts *counts; /* added to, and lives as long; or NULL */
};

int filter_compile(struct arena *arena, const struct filter_opts *opts,
	struct filter **ret, struct err *err);

/* Push those of `files` that pass to `ret`, in their order, each once; with a
 * root, the names are relative to it ("./x"), and a path matches by whole
 * components.  `ret` may borrow the names of `files`. */
int filter_apply(const struct filter *filter, const struct strvec *files,
	struct strvec *ret, struct err *err);

/* The same, but what does not exist counts as of every type: for names of
 * deleted files. */
int filter_apply_gone(const struct filter *filter, const struct strvec *files,
	struct strvec *ret, struct err *err);

/* Would that leave anything? 1, 0 or -1. */
int filter_any(const struct filter *filter, const struct strvec *files,
	struct err *err);

#endif
