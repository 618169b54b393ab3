/*
 * The files are read depth first: a file, then what it extends, each with its
 * own extensions after it, since what is extended overrides the file that
 * extends it.  A file named twice is refused as lefthook refuses it: it is
 * a loop, or jobs without names would run twice.
 */
#include "config/load.h"

#include "config/shape.h"
#include "config/source.h"
#include "config/value.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/words.h"

#include <errno.h>
#include <glob.h>
#include <string.h>
#include <unistd.h>

#define FILES_MAX 1000 /* in one configuration */
#define FILE_MAX_BYTES (1 << 20)

struct loader {
	const char *root;
	const char *base; /* what `extends` is relative to */
	bool remote;	  /* the file came from a remote */
	struct arena *arena;
	struct problems *problems;
	struct layers *layers;
	struct strvec *tree; /* files of the main file's tree, or the local's:
				only within one a second time is a loop */
};

void layers_release(struct layers *layers)
{
	free(layers->v);
	strvec_release(&layers->files);
	strvec_release(&layers->remotes);
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

	return dot && words_have(".yml|.yaml|.json|.jsonc|.toml", dot);
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
		*ret_missing = access(path, F_OK) != 0 && errno == ENOENT;
		if (*ret_missing)
			return NULL;
		err_set(&err,
			"'%s' has no format that can be read (name it .yml, "
			".yaml, .json, .jsonc or .toml)",
			shown);
		problem_add(loader->problems, false, err.msg);
		return NULL;
	}
	got = fs_read(path, &text, FILE_MAX_BYTES, &err);
	*ret_missing = !got;
	if (got < 0 || (got && node_read(loader->arena, shown, text.buf,
				       text.len, &root, &err)))
		problem_add(loader->problems, false, err.msg);
	if (root)
		shape_file(loader->arena, root);
	return root;
}

static void load_extends(struct loader *loader, const struct node *root);

static void note_file(struct loader *loader, const char *path)
{
	strvec_push(loader->tree, path);
	if (!strvec_has(&loader->layers->files, path))
		strvec_push(&loader->layers->files, path);
}

/* `at`: the entry of `extends` that named the file. */
static void load_extended(
	struct loader *loader, const char *path, const struct node *at)
{
	const char *shown = source_brief(
		loader->arena, shown_path(loader, path));
	struct node *root;
	bool missing;

	if (strvec_has(loader->tree, path)) {
		problem_error(loader->problems, AT_VALUE, at,
			"'extends' leads to '%s' a second time", shown);
		return;
	}
	if (loader->layers->files.nr >= FILES_MAX) {
		problem_error(loader->problems, AT_VALUE, at,
			"'extends' leads to more than %d files", FILES_MAX);
		return;
	}
	note_file(loader, path);
	root = read_file(loader, path, &missing);
	if (missing)
		problem_warn(loader->problems, AT_VALUE, at,
			loader->remote ? "the file '%s' of a remote does not "
					 "exist"
				       : "the file '%s' in 'extends' does not "
					 "exist",
			shown);
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

/* Whether a class is not closed, which glob(3) takes for the text itself. */
static bool is_broken(const char *pattern)
{
	for (const char *s = pattern; (s = strchr(s, '[')); s++) {
		s = strchr(s + 1, ']');
		if (!s)
			return true;
	}
	return false;
}

static void load_matching(
	struct loader *loader, const char *pattern, const struct node *at)
{
	AUTO_FREE char *absolute = absolute_pattern(loader->base, pattern);
	glob_t found = { 0 };

	if (glob(absolute, 0, NULL, &found) || !found.gl_pathc)
		problem_warn(loader->problems, AT_VALUE, at,
			"no file matches '%s' in 'extends'",
			source_brief(loader->arena, pattern));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		AUTO_FREE char *path = fs_clean(
			loader->base, found.gl_pathv[i]);

		load_extended(loader, path, at);
	}
	globfree(&found);
}

static void load_named(struct loader *loader, const struct node *at)
{
	AUTO_FREE char *path = NULL;

	/* Of the wrong type: reported when the file is checked. */
	if (!at->str || at->kind == NODE_NULL)
		return;
	if (is_broken(at->str)) {
		problem_error(loader->problems, AT_VALUE, at,
			"'%s' in 'extends' has a '[' that is not closed",
			source_brief(loader->arena, at->str));
		return;
	}
	if (strpbrk(at->str, "*?[")) {
		load_matching(loader, at->str, at);
		return;
	}
	path = fs_clean(loader->base, at->str);
	load_extended(loader, path, at);
}

static void load_extends(struct loader *loader, const struct node *root)
{
	const struct node *extends = node_get(root, "extends");

	/* A text instead of a list, which check_value() tells, is not followed.
	 */
	if (!extends || extends->kind != NODE_LIST)
		return;
	node_each (entry, extends) {
		load_named(loader, entry);
	}
}

/* ---- remotes ------------------------------------------------------------- */

/* The value of a key at the top, as the last file has it that has it. */
static const struct node *last_value(
	const struct layers *layers, const struct node *local, const char *key)
{
	const struct node *found = node_get(local, key);

	for (size_t i = layers->nr; !found && i > 0; i--)
		found = node_get(layers->v[i - 1].root, key);
	return found;
}

static bool is_true(const struct node *node)
{
	bool value = false;

	return node && value_bool(node, &value) && value;
}

/* How old a copy may be, in milliseconds; see struct config_remote. */
static int64_t max_age(struct loader *loader, const struct node *remote)
{
	const struct node *node = node_get(remote, "refetch_frequency");
	const char *text = value_text(loader->arena, node);
	struct err err;
	int64_t ms;

	if (value_flag(remote, "refetch") || (text && !strcmp(text, "always")))
		return 0;
	if (!text || !*text || !strcmp(text, "never"))
		return -1;
	/* check_value() tells what is neither. */
	return duration_parse(text, &ms, &err) ? -1 : ms;
}

static void load_from(
	struct loader *loader, const char *folder, const struct node *at)
{
	const char *name = at && at->str ? at->str : "lefthook.yml";
	AUTO_FREE char *path = fs_clean(folder, name);
	AUTO_FREE char *base = fs_dirname(path);
	struct loader below = *loader;
	size_t len = strlen(folder);

	if (strncmp(path, folder, len) != 0 || path[len] != '/') {
		problem_error(loader->problems, AT_VALUE, at,
			"'configs' of a remote cannot leave its folder");
		return;
	}
	below.base = base;
	below.remote = true;
	load_extended(&below, path, at);
}

static void load_remote(struct loader *loader, const struct node *remote,
	const struct config_remotes *source, bool no_auto)
{
	const char *url = node_str(remote, "git_url");
	const char *ref = value_text(loader->arena, node_get(remote, "ref"));
	const struct node *configs = node_get(remote, "configs");
	AUTO_FREE char *folder = NULL;
	AUTO_STRBUF note = STRBUF_INIT;
	struct config_remote wanted;

	if (!url || !*url)
		return;
	wanted = (struct config_remote){ .url = url,
		.ref = ref && *ref ? ref : NULL,
		.max_age_ms = max_age(loader, remote),
		.no_auto = no_auto };
	folder = source->folder(&wanted, source->data, &note);
	if (note.len)
		problem_add(loader->problems, true, note.buf);
	if (!folder && !value_flag(remote, "optional"))
		loader->layers->lacking = url;
	if (!folder)
		return;
	strvec_push(&loader->layers->remotes, folder);
	if (configs && configs->kind == NODE_LIST) {
		node_each (name, configs) {
			load_from(loader, folder, name);
		}
	} else {
		load_from(loader, folder, configs ? configs : remote);
	}
}

static void load_remotes(struct loader *loader, const struct node *local,
	const struct config_remotes *source)
{
	const struct node *list = last_value(loader->layers, local, "remotes");
	bool no_auto = is_true(
		last_value(loader->layers, local, "no_auto_install"));

	if (!source || !list || list->kind != NODE_LIST)
		return;
	node_each (remote, list) {
		load_remote(loader, remote, source, no_auto);
	}
}

static bool names_remotes(const struct layers *layers, const struct node *local)
{
	const struct node *list = last_value(layers, local, "remotes");

	return list && list->kind == NODE_LIST && list->first;
}

/* ---- all files ----------------------------------------------------------- */

static struct node *read_whole(struct loader *loader, const char *path)
{
	struct node *root;
	bool missing;

	root = read_file(loader, path, &missing);
	if (missing) {
		struct err err;

		err_set(&err, "cannot read '%s': no such file",
			shown_path(loader, path));
		problem_add(loader->problems, false, err.msg);
	}
	return root;
}

static void add_whole(
	struct loader *loader, const char *path, struct node *root)
{
	note_file(loader, path);
	if (!root)
		return;
	add_layer(loader->layers, root, false);
	load_extends(loader, root);
}

/* A local file that repeats the list of the main one changes nothing by it. */
static bool same_extends(const struct node *a, const struct node *b)
{
	const struct node *left = node_get(a, "extends");
	const struct node *right = node_get(b, "extends");

	if (!left || !right || left->kind != NODE_LIST ||
		right->kind != NODE_LIST || left->count != right->count)
		return false;
	left = left->first;
	right = right->first;
	for (; left; left = left->next, right = right->next)
		if (!left->str || !right->str || strcmp(left->str, right->str))
			return false;
	return true;
}

static void add_local(struct loader *loader, const char *path,
	struct node *root, const struct node *main)
{
	AUTO_STRVEC tree = STRVEC_INIT;

	loader->tree = &tree;
	if (!root || !same_extends(root, main)) {
		add_whole(loader, path, root);
	} else {
		note_file(loader, path);
		add_layer(loader->layers, root, false);
	}
	loader->tree = NULL;
}

int layers_load(const char *root, const struct config_remotes *remotes,
	struct arena *arena, struct problems *problems, struct layers *ret)
{
	AUTO_STRVEC tree = STRVEC_INIT;
	struct loader loader = { .root = root,
		.base = root,
		.arena = arena,
		.problems = problems,
		.layers = ret,
		.tree = &tree };
	AUTO_FREE char *local = NULL;
	AUTO_FREE char *path = NULL;
	bool found = config_find_files(root, &path, &local);
	struct node *local_root = NULL, *main_root = NULL;

	/* Where the named one is missing, the local one has no base. */
	if (!found && (!local || config_named()))
		return 0;
	if (found) {
		main_root = read_whole(&loader, path);
		add_whole(&loader, path, main_root);
	}
	if (local)
		local_root = read_whole(&loader, local);
	/* The local file may name other remotes, yet is laid over theirs. */
	load_remotes(&loader, local_root, remotes);
	ret->forgets_extends = names_remotes(ret, local_root) &&
			       !node_get(local_root, "extends");
	if (local)
		add_local(&loader, local, local_root, main_root);
	return 1;
}
