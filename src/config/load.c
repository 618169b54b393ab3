/*
 * The files are read depth first: a file, then what it extends, each with its
 * own extensions after it, since what is extended overrides the file that
 * extends it.  A file named twice is refused as lefthook refuses it: it is
 * a loop, or jobs without names would run twice.
 */
#include "config/load.h"

#include "config/source.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <glob.h>
#include <string.h>

#define FILES_MAX 1000 /* in one configuration */

struct loader {
	const char *root;
	struct arena *arena;
	struct problems *problems;
	struct layers *layers;
};

void layers_release(struct layers *layers)
{
	free(layers->v);
	strvec_release(&layers->files);
	memset(layers, 0, sizeof(*layers));
}

static void add_layer(struct layers *layers, struct node *root, bool extended)
{
	xgrow(&layers->v, &layers->cap, layers->nr + 1, sizeof(*layers->v));
	layers->v[layers->nr++] = (struct layer){ root, extended };
}

static bool is_readable_format(const char *path)
{
	const char *dot = strrchr(fs_basename(path), '.');

	return dot && (!strcmp(dot, ".yml") || !strcmp(dot, ".yaml") ||
			      !strcmp(dot, ".json") || !strcmp(dot, ".jsonc") ||
			      !strcmp(dot, ".toml"));
}

/* As messages show it: relative to the work tree where it is inside. */
static const char *shown_path(const struct loader *loader, const char *path)
{
	size_t len = strlen(loader->root);

	if (!strncmp(path, loader->root, len) && path[len] == '/')
		return path + len + 1;
	return path;
}

/* Read and parse; NULL where that failed, with the problem noted, or where
 * there is no such file, which is `*ret_missing`. */
static struct node *read_file(
	const struct loader *loader, const char *path, bool *ret_missing)
{
	const char *shown = shown_path(loader, path);
	AUTO_STRBUF text = STRBUF_INIT;
	struct node *root = NULL;
	struct err err;
	int got;

	*ret_missing = false;
	if (!is_readable_format(path)) {
		err_set(&err,
			"'%s' has no format that can be read (name it .yml, "
			".yaml, .json, .jsonc or .toml)",
			shown);
		problem_add(loader->problems, false, err.msg);
		return NULL;
	}
	got = fs_read(path, &text, NODE_MAX_BYTES, &err);
	*ret_missing = !got;
	if (got < 0 || (got && node_read(loader->arena, shown, text.buf,
				       text.len, &root, &err)))
		problem_add(loader->problems, false, err.msg);
	return root;
}

static void load_extends(struct loader *loader, const struct node *root);

/* `at`: the entry of `extends` that named the file. */
static void load_extended(
	struct loader *loader, const char *path, const struct node *at)
{
	const char *shown = source_brief(
		loader->arena, shown_path(loader, path));
	struct node *root;
	bool missing;

	if (strvec_has(&loader->layers->files, path)) {
		problem_error(loader->problems, AT_VALUE, at,
			"'extends' leads to '%s' a second time", shown);
		return;
	}
	if (loader->layers->files.nr >= FILES_MAX) {
		problem_error(loader->problems, AT_VALUE, at,
			"'extends' leads to more than %d files", FILES_MAX);
		return;
	}
	strvec_push(&loader->layers->files, path);
	root = read_file(loader, path, &missing);
	if (missing)
		problem_warn(loader->problems, AT_VALUE, at,
			"the file '%s' in 'extends' does not exist", shown);
	if (!root)
		return;
	add_layer(loader->layers, root, true);
	load_extends(loader, root);
}

/* `pattern` relative to the work tree, whose own name is no pattern. */
static char *absolute_pattern(const char *root, const char *pattern)
{
	AUTO_STRBUF escaped = STRBUF_INIT;

	if (*pattern == '/')
		return xstrdup(pattern);
	for (const char *s = root; *s; s++) {
		if (strchr("*?[\\", *s))
			strbuf_addch(&escaped, '\\');
		strbuf_addch(&escaped, *s);
	}
	strbuf_addf(&escaped, "/%s", pattern);
	return strbuf_detach(&escaped, NULL);
}

static void load_matching(
	struct loader *loader, const char *pattern, const struct node *at)
{
	AUTO_FREE char *absolute = absolute_pattern(loader->root, pattern);
	glob_t found = { 0 };

	if (glob(absolute, 0, NULL, &found) || !found.gl_pathc)
		problem_warn(loader->problems, AT_VALUE, at,
			"no file matches '%s' in 'extends'",
			source_brief(loader->arena, pattern));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		AUTO_FREE char *path = fs_clean(
			loader->root, found.gl_pathv[i]);

		load_extended(loader, path, at);
	}
	globfree(&found);
}

static void load_named(struct loader *loader, const struct node *at)
{
	AUTO_FREE char *path = NULL;

	/* Of the wrong type: reported when the file is checked. */
	if (!at->str || at->kind == NODE_NULL || !*at->str)
		return;
	if (strpbrk(at->str, "*?[")) {
		load_matching(loader, at->str, at);
		return;
	}
	path = fs_clean(loader->root, at->str);
	load_extended(loader, path, at);
}

static void load_extends(struct loader *loader, const struct node *root)
{
	const struct node *extends = node_get(root, "extends");

	if (!extends)
		return;
	if (extends->kind != NODE_LIST) {
		load_named(loader, extends);
		return;
	}
	node_each (entry, extends) {
		load_named(loader, entry);
	}
}

static void load_whole(struct loader *loader, const char *path)
{
	struct node *root;
	bool missing;

	strvec_push(&loader->layers->files, path);
	root = read_file(loader, path, &missing);
	if (missing) {
		struct err err;

		err_set(&err, "cannot read '%s': no such file",
			shown_path(loader, path));
		problem_add(loader->problems, false, err.msg);
	}
	if (!root)
		return;
	add_layer(loader->layers, root, false);
	load_extends(loader, root);
}

int layers_load(const char *root, struct arena *arena,
	struct problems *problems, struct layers *ret, struct err *err)
{
	struct loader loader = { .root = root,
		.arena = arena,
		.problems = problems,
		.layers = ret };
	AUTO_FREE char *local = config_search(root, "-local");
	AUTO_FREE char *path = NULL;
	int found = config_find(root, &path, err);

	if (found < 0)
		return -1;
	if (!found && !local)
		return 0;
	if (found)
		load_whole(&loader, path);
	if (local)
		load_whole(&loader, local);
	return 1;
}

void layers_from_text(const char *path, const char *text, size_t len,
	struct arena *arena, struct problems *problems, struct layers *ret)
{
	struct node *root;
	struct err err;

	if (node_read(arena, path, text, len, &root, &err))
		problem_add(problems, false, err.msg);
	else
		add_layer(ret, root, false);
}
