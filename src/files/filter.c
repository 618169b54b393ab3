/*
 * The four filters in lefthook's order.  glob and exclude see names as they are
 * in the repository, whatever the root is, and glob alone ignores case; that is
 * uneven, but files are written for it.
 *
 * Differences on purpose: a name that two patterns match is passed once, a root
 * takes whole path components (`sub` is not `subway`), and an unknown file type
 * is an error, since a filter that is passed over checks files nobody meant.
 */
#include "hookrun/files/filter.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/glob.h"

#include "files/file_type.h"
#include "hookrun/base/keymap.h"

#include <string.h>

struct filter {
	struct glob *glob, *exclude; /* NULL: none */
	const char *root; /* NULL: none; else without slashes around it */
	bool outside;	  /* the root is not in the work tree: nothing passes */
	struct file_types types;
	bool has_types;
	const char *worktree;
	struct filter_counts *counts;
};

/* Empty patterns do not count. */
static int compile_globs(struct arena *arena, const char *const *patterns,
	unsigned flags, struct glob **ret, struct err *err)
{
	const char **some;
	size_t nr = 0, all = 0;

	while (patterns && patterns[all])
		all++;
	some = arena_alloc(arena, (all + 1) * sizeof(*some));
	for (size_t i = 0; i < all; i++)
		if (*patterns[i])
			some[nr++] = patterns[i];
	return nr ? glob_compile_any(arena, some, flags, ret, err) : 0;
}

/* "./sub/", "a/../sub" and the absolute path are all `sub`. */
static void set_root(
	struct arena *arena, struct filter *filter, const char *root)
{
	AUTO_FREE char *base = fs_clean("/", filter->worktree);
	AUTO_FREE char *path = NULL;
	size_t len = strlen(base);

	if (!root || !*root)
		return;
	path = fs_clean(base, root);
	if (!strcmp(path, base))
		return;
	if (!strcmp(base, "/"))
		len = 0;
	filter->outside = strncmp(path, base, len) != 0 || path[len] != '/';
	if (!filter->outside)
		filter->root = arena_strdup(arena, path + len + 1);
}

int filter_compile(struct arena *arena, const struct filter_opts *opts,
	struct filter **ret, struct err *err)
{
	struct filter *filter = arena_alloc(arena, sizeof(*filter));
	unsigned flags = opts->doublestar ? GLOB_DOUBLESTAR : 0;
	const char *const *type = opts->file_types;

	filter->worktree = arena_strdup(arena, opts->worktree);
	filter->counts = opts->counts;
	if (!filter->counts)
		filter->counts = arena_alloc(arena, sizeof(*filter->counts));
	if (compile_globs(arena, opts->glob, flags | GLOB_ICASE, &filter->glob,
		    err) ||
		compile_globs(
			arena, opts->exclude, flags, &filter->exclude, err))
		return -1;
	for (; type && *type; type++) {
		if (!file_type_is_known(*type))
			continue; /* was told when the file was read */
		filter->has_types = true;
		if (file_type_parse(*type, &filter->types, err))
			return -1;
	}
	set_root(arena, filter, opts->root);
	*ret = filter;
	return 0;
}

/* The name below the root, NULL where the file is not there. */
static const char *below_root(const struct filter *filter, const char *name)
{
	size_t len = filter->root ? strlen(filter->root) : 0;

	if (filter->outside)
		return NULL;
	if (!len)
		return name;
	if (strncmp(name, filter->root, len) != 0 || name[len] != '/')
		return NULL;
	return name + len + 1;
}

/* The name a job gets, NULL where the file does not pass by its name. */
static const char *pass_name(const struct filter *filter, const char *name)
{
	struct filter_counts *counts = filter->counts;
	size_t len = strlen(name);

	counts->all++;
	if (filter->glob && !glob_match(filter->glob, name, len))
		return NULL;
	counts->glob++;
	if (filter->exclude && glob_match(filter->exclude, name, len))
		return NULL;
	counts->exclude++;
	name = below_root(filter, name);
	counts->root += name != NULL;
	return name;
}

/* 1 and the name a job gets, 0 where the file does not pass, or -1. */
static int pass(const struct filter *filter, const char *file, bool gone_passes,
	const char **ret_name, struct err *err)
{
	int passed = 1;

	*ret_name = pass_name(filter, file);
	if (!*ret_name)
		return 0;
	if (filter->has_types &&
		!(gone_passes && !fs_has(filter->worktree, file)))
		passed = file_type_match(
			filter->worktree, file, &filter->types, err);
	filter->counts->file_types += passed > 0;
	return passed;
}

/* Lists of git's have each name once, in their order. */
static bool may_repeat(const struct strvec *files)
{
	for (size_t i = 1; i < files->nr; i++)
		if (strcmp(files->v[i - 1], files->v[i]) >= 0)
			return true;
	return false;
}

static int apply(const struct filter *filter, bool gone_passes,
	const struct strvec *files, struct strvec *ret, struct err *err)
{
	AUTO_KEYMAP seen = KEYMAP_INIT;
	bool twice = may_repeat(files);

	if (!filter->glob && !filter->exclude && !filter->root)
		strvec_reserve(ret, files->nr);
	for (size_t i = 0; i < files->nr; i++) {
		const char *name;
		int passed = pass(filter, files->v[i], gone_passes, &name, err);

		if (passed < 0)
			return -1;
		if (!passed || (twice && !keymap_put(&seen, files->v[i], NULL)))
			continue;
		if (filter->root)
			strvec_pushf(ret, "./%s", name);
		else
			strvec_borrow(ret, name);
	}
	return 0;
}

int filter_apply(const struct filter *filter, const struct strvec *files,
	struct strvec *ret, struct err *err)
{
	return apply(filter, false, files, ret, err);
}

int filter_apply_gone(const struct filter *filter, const struct strvec *files,
	struct strvec *ret, struct err *err)
{
	return apply(filter, true, files, ret, err);
}

int filter_any(const struct filter *filter, const struct strvec *files,
	struct err *err)
{
	const char *ignored;
	int passed = 0;

	for (size_t i = 0; !passed && i < files->nr; i++)
		passed = pass(filter, files->v[i], true, &ignored, err);
	return passed;
}

void filter_steps(const struct filter_counts *counts,
	struct filter_step ret[FILTER_STEPS])
{
	ret[0] = (struct filter_step){ "glob", counts->all, counts->glob };
	ret[1] = (struct filter_step){ "exclude", counts->glob,
		counts->exclude };
	ret[2] = (struct filter_step){ "root", counts->exclude, counts->root };
	ret[3] = (struct filter_step){ "file_types", counts->root,
		counts->file_types };
}
