/*
 * What a lock file is now and what it was when hookrun last installed from it.
 *
 * Blob ids are compared, which costs no more than reading a few tree objects.
 * An event looks at HEAD's tree; by hand the file itself counts, so that an
 * edited one is installed too.  Where hookrun has installed nothing yet, the
 * previous head's file is taken as installed (it would be odd to check the
 * bundle of everybody at their first switch), and that assumption is kept,
 * since `git reset` and a failed installation would make it forgotten
 * otherwise.
 */
#include "deps/dep.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/keys.h"
#include "hookrun/steps/folder.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#define ASSUMED "assumed:"
#define NONE "-" /* an assumption that there was no such file */

const struct key deps_options[] = {
	{ .name = "root",
		.type = KEY_STRING,
		.help = "folder of the application, instead of the job's" },
	{ .name = "locks",
		.type = KEY_LIST,
		.help = "lock files to watch; without it all that are there" },
	{ .name = "mode",
		.type = KEY_ENUM,
		.words = "auto|ask|notify",
		.def = "auto",
		.help = "do the work, ask first, or only say so" },
	{ .name = NULL },
};

/* State keys have no blanks, paths may. */
static char *state_key(const char *prefix, const char *path)
{
	struct strbuf key = STRBUF_INIT;

	strbuf_addstr(&key, prefix);
	for (const char *p = path; *p; p++) {
		if (*p == '%' || isspace((unsigned char)*p))
			strbuf_addf(&key, "%%%02x", (unsigned char)*p);
		else
			strbuf_addch(&key, *p);
	}
	return strbuf_detach(&key, NULL);
}

static const char *recall(
	const struct state *state, const char *prefix, const struct dep *dep)
{
	AUTO_FREE char *key = state_key(prefix, dep->path);

	return state_get(state, key);
}

static void note(struct state *state, const char *prefix, const struct dep *dep,
	const char *value)
{
	AUTO_FREE char *key = state_key(prefix, dep->path);

	state_set(state, key, value);
}

void dep_remember(struct state *state, const struct dep *dep)
{
	note(state, "", dep, dep->cur.hex);
	note(state, ASSUMED, dep, NULL);
}

void dep_assume_base(struct state *state, const struct dep *dep)
{
	if (dep->known)
		return;
	note(state, "", dep, NULL);
	note(state, ASSUMED, dep,
		dep->has_base && !oid_is_null(&dep->base) ? dep->base.hex
							  : NONE);
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* 1 and the id in `commit`'s tree, 0 none, -1. */
static int id_in(struct step_ctx *ctx, const struct oid *commit,
	const struct dep *dep, struct oid *ret, struct err *err)
{
	if (oid_is_null(commit))
		return 0;
	return repo_path_oid(ctx->repo, commit, dep->path, ret, err);
}

static int read_current(struct step_ctx *ctx, const struct heads *heads,
	struct dep *dep, struct err *err)
{
	int found = id_in(ctx, &heads->cur, dep, &dep->cur, err);

	if (found < 0)
		return -1;
	dep->tracked = found == 1;
	dep->on_disk = is_file(dep->file);
	if (dep->on_disk && (ctx->by_hand || !dep->tracked))
		return repo_hash_file(ctx->repo, dep->file, &dep->cur, err);
	return 0;
}

/* 1 and the id at the previous head, 0 there was none, -1 unknown: it may be
 * gone from the repository.  A file that git does not track was what it is. */
static int id_at_prev(struct step_ctx *ctx, const struct heads *heads,
	const struct dep *dep, struct oid *ret)
{
	struct err ignored = ERR_INIT;

	if (!dep->tracked) {
		*ret = dep->cur;
		return 1;
	}
	if (!heads->has_prev)
		return -1;
	return id_in(ctx, &heads->prev, dep, ret, &ignored);
}

static void recall_base(const struct state *state, struct dep *dep)
{
	const char *value = recall(state, "", dep);

	dep->known = value && oid_parse(value, &dep->base);
	dep->has_base = dep->known;
	if (dep->known)
		return;
	value = recall(state, ASSUMED, dep);
	dep->has_base = value &&
			(!strcmp(value, NONE) || oid_parse(value, &dep->base));
}

/* What was remembered counts, unless the previous head had another file: then
 * the user has worked on it there, and installed from it without us. */
static void read_base(struct step_ctx *ctx, const struct heads *heads,
	const struct state *state, struct dep *dep)
{
	struct oid prev = { .hex = "" };
	int found;

	recall_base(state, dep);
	if (ctx->by_hand) {
		dep->has_base = dep->known;
		return;
	}
	if (dep->has_base && !oid_eq(&dep->base, &dep->cur))
		return;
	found = id_at_prev(ctx, heads, dep, &prev);
	if (found < 0 || (dep->has_base && oid_eq(&prev, &dep->cur)))
		return;
	dep->base = prev;
	dep->has_base = true;
	dep->known = false;
}

static int read_dep(struct step_ctx *ctx, const struct heads *heads,
	struct state *state, struct dep *dep, struct err *err)
{
	if (read_current(ctx, heads, dep, err))
		return -1;
	if (oid_is_null(&dep->cur)) {
		note(state, "", dep, NULL);
		note(state, ASSUMED, dep, NULL);
		return 0;
	}
	read_base(ctx, heads, state, dep);
	dep->changed = dep->on_disk &&
		       (!dep->has_base || !oid_eq(&dep->base, &dep->cur));
	return 0;
}

/* NULL-ended names of `locks`, or NULL for all. */
static int wanted_locks(
	struct step_ctx *ctx, const char ***ret, struct err *err)
{
	const char **names = option_list(
		ctx->with, deps_options, "locks", ctx->arena);

	*ret = NULL;
	if (!names || !*names)
		return 0;
	for (const char **name = names; *name; name++) {
		if (!strcmp(*name, "auto"))
			return 0;
		if (!lockfile_find(*name))
			return err_set(err,
				"'%s' in 'locks' is no lock file that the deps "
				"step knows",
				*name);
	}
	*ret = names;
	return 0;
}

static bool is_wanted(const char *const *names, const char *file)
{
	if (!names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, file))
			return true;
	return false;
}

int deps_read(struct step_ctx *ctx, const struct heads *heads,
	struct state *state, struct deps *ret, struct err *err)
{
	struct step_folder folder;
	const char **names, *rel;
	struct deps deps = { .heads = *heads };
	size_t rows = 0;

	if (step_folder(ctx, &folder, err) || wanted_locks(ctx, &names, err))
		return -1;
	deps.root = folder.path;
	rel = folder.rel;
	while (lockfiles[rows].file)
		rows++;
	deps.v = arena_alloc(ctx->arena, rows * sizeof(*deps.v));
	for (const struct lockfile *row = lockfiles; row->file; row++) {
		struct dep dep = { .kind = row };

		if (!is_wanted(names, row->file))
			continue;
		dep.path = *rel ? arena_printf(
					  ctx->arena, "%s/%s", rel, row->file)
				: row->file;
		dep.file = arena_printf(
			ctx->arena, "%s/%s", deps.root, row->file);
		if (read_dep(ctx, heads, state, &dep, err))
			return -1;
		if (!oid_is_null(&dep.cur))
			deps.v[deps.nr++] = dep;
	}
	*ret = deps;
	return 0;
}

int dep_text(const struct dep *dep, struct strbuf *out, struct err *err)
{
	int got = fs_read(dep->file, out, LOCKFILE_MAX_BYTES, err);

	if (got == 0)
		return err_set(err, "'%s' is gone", dep->file);
	if (got < 0)
		return -1;
	if (!lockfile_has_conflict(out))
		return 0;
	return err_set(err,
		"'%s' has conflict markers, so that nothing was installed: "
		"resolve them and run 'hookrun sync'",
		dep->path);
}
