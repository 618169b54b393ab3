/*
 * The merge driver for the files that Rails dumps a schema into: a setting of
 * the clone (gitattributes(5), "Defining a custom merge driver"), which the
 * attributes of files name.
 */
#ifndef HOOKRUN_INSTALL_MERGEDRIVER_H
#define HOOKRUN_INSTALL_MERGEDRIVER_H

#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>

#define MERGEDRIVER "hookrun-schema"

/* Write the script that git calls, and the setting that names it.  `program`:
 * the path of hookrun that the script tries after PATH. */
int mergedriver_install(
	struct repo *repo, const char *program, struct err *err);
/* The script alone, where it was written before. */
int mergedriver_refresh(
	struct repo *repo, const char *program, struct err *err);
/* Take both away.  `ret_was`: were they there? */
int mergedriver_remove(struct repo *repo, bool *ret_was, struct err *err);

struct schema_files {
	struct strvec named;   /* their attribute names the driver */
	struct strvec unnamed; /* they have no attribute `merge` */
};
/* Of the tracked files of that kind, relative to the work tree. */
int mergedriver_files(
	struct repo *repo, struct schema_files *ret, struct err *err);
void schema_files_release(struct schema_files *files);
#define AUTO_SCHEMA_FILES                                                      \
	__attribute__((cleanup(schema_files_release))) struct schema_files

/* Is the driver set, and its script there?  1, 0, -1. */
int mergedriver_is_set(struct repo *repo, struct err *err);
/* Without starting git: do attributes seem to name the driver while this clone
 * has none? */
bool mergedriver_is_missing(const struct repo *repo);

#endif
