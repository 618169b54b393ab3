/*
 * Checking a configuration.  First each file by itself against the table of
 * keys, so that a mistake is found even where another file overrides it; then
 * the merged tree for what only holds of the whole.
 */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/problems.h"
#include "hookrun/base/strvec.h"
#include "hookrun/config/keys.h"

#define GROUP_MAX_DEPTH 16 /* groups within groups */
#define TOP_MAX_KEYS 1000  /* at the top of a file: settings and hooks */

struct check {
	struct arena *arena;
	struct problems *problems;
	const struct node *merged; /* what all files say together */
	bool extended;		   /* the file is one that another extends */
	int groups;		   /* depth of groups */
	const char *hook;	   /* whose jobs are looked at */
	bool has_files; /* they have a `files` command from further out */
	/* `validate`, which also looks at what is named outside of the files;
	 * NULL: hooks are to run. */
	const char *worktree;
	const struct strvec *remotes; /* their folders; NULL: none */
};

/* One file. */
void check_file(struct check *check, const struct node *root);

/* The merged tree. */
void check_rules(struct check *check);

/* What is nearly a template in the texts of a job, for check_rules(). */
void check_templates(
	struct check *check, const struct node *job, const char *what);

/* For `validate`: a pattern that cannot be read (one of `glob` and `exclude`
 * may be a doublestar one), a `root` in `map` that is no folder, a script of
 * check->hook that is nowhere or cannot run; `map` may name its runner. */
void check_pattern(
	struct check *check, const struct node *node, bool may_doublestar);
void check_root(struct check *check, const struct node *map, const char *what);
void check_script(struct check *check, const struct node *map,
	const struct node *at, const char *name);

/* `needs` of the jobs of a hook or a group, for check_rules(). */
void check_needs(struct check *check, const struct node *list);

/* The keys of a map that holds the options of a step; `what` names the map in
 * messages. */
void check_options(struct check *check, const struct node *map,
	const struct key *options, const char *what);

/* Say that `table` has no such key at `place`, and which may have been meant.
 */
void check_unknown_key(struct check *check, const struct node *node,
	const struct key *table, enum key_place place, const char *what);

/* A value against the type of its key; not what is below a map or a list of
 * maps.  False where it was wrong. */
bool check_value(struct check *check, const struct key *key,
	const struct node *node, const char *what);

/* What `colors` may be, and the keys of its map. */
extern const char check_colour_words[], check_colour_names[];

/* What messages call an entry of a list of jobs: "job 'lint'", else "job 2 of
 * hook 'pre-commit'" (`noun` "job", `number` 2). */
const char *check_name_of(struct check *check, const char *noun,
	const struct node *job, size_t number, const char *parent);

/* Whether a key at the top is a hook: git's, or one with jobs. */
bool check_is_hook(const struct node *merged, const char *name);

/* Whether a name says itself that it is not for us: where files keep what
 * their YAML anchors name. */
bool check_is_private(const char *key);

#endif
