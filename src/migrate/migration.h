/*
 * Migration files: what a name says, which files a tree or a folder holds, and
 * whether two texts are the same migration.
 */
#ifndef MIGRATE_MIGRATION_H
#define MIGRATE_MIGRATION_H

#include "hookrun/base/arena.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MIGRATION_MAX_BYTES (4 << 20) /* of one file */

struct migration {
	int64_t version;
	const char *name; /* the file's: "20240301_add_x.rb" */
	const char *dir;  /* its folder, relative to the application */
	struct oid blob;  /* "" until somebody asked */
	bool in_head, on_disk;
};

/* A growing list in an arena. */
struct migrations {
	struct arena *arena;
	struct migration *v;
	size_t nr, cap;
};

/* Rails' rule (MigrationFilenameRegexp) for the last part of `path`; false
 * also for versions beyond 18 digits. */
bool migration_parse(const char *path, int64_t *ret_version);

/* The description in a file's name, "add_x" of "2024_add_x.rb", in `arena`. */
const char *migration_title(const char *name, struct arena *arena);

/* `name` and `dir` are copied. */
void migrations_add(struct migrations *list, const struct migration *item);
void migrations_sort(struct migrations *list); /* by version, then name */
/* In a sorted list; NULL where there is none. */
struct migration *migrations_find(
	const struct migrations *list, int64_t version);
/* The first of two files with one version in a sorted list, or NULL. */
const struct migration *migrations_twice(const struct migrations *list);

/* The files below `dir` (relative to the application, which is at `app_rel`
 * in the tree) of a commit, appended. */
int migrations_of_commit(struct repo *repo, const struct oid *commit,
	const char *app_rel, const char *dir, struct migrations *list,
	struct err *err);

/* Where the folder `dir` of the application at `app_rel` is in a tree,
 * malloc'd; NULL: outside of it (an absolute one). */
char *migrations_tree_path(const char *app_rel, const char *dir);
/* The other way round: the folder at `path` in a tree as seen from the
 * application ("../shared/migrate"), malloc'd. */
char *migrations_dir_at(const char *app_rel, const char *path);

/* Where the folder `dir` is a link: the folder of the application that it leads
 * to, malloc'd; NULL where it is none, or leads elsewhere. */
char *migrations_link(const char *app, const char *dir);

/* The files below the folder `dir` of the application at `app`, appended; an
 * absent folder has none, nor has a link to another one of the application,
 * which has a name of its own.  Hidden folders are passed over as Rails does.
 */
int migrations_on_disk(const char *app, const char *dir,
	struct migrations *list, struct err *err);

/* Equal but for comments, blank lines, the width of blanks outside quotes and
 * the name of the migration's class. */
bool migration_same_text(const char *a, const char *b);

/* The same for what is the same in that sense, whatever number it has: where
 * `version` stands in the text it does not count, if it is long enough to mean
 * nothing else. */
uint64_t migration_print(const char *text, int64_t version);

#endif
