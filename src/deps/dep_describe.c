/*
 * The one line that tells a user what a switch did to a lock file.
 *
 * It is a courtesy: the file of before may be gone from the repository, or be
 * in a shape that the parsers do not know.  Then the line says less and the
 * installation goes its way.
 */
#include "deps/dep.h"

#include "deps/lockdiff.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <string.h>

#define MANIFEST_MAX_BYTES (1 << 20)

static void read_manifest(
	const struct deps *deps, const struct dep *dep, struct packages *ret)
{
	AUTO_FREE char *path = NULL;
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (!dep->kind->manifest)
		return;
	path = fs_join(deps->root, dep->kind->manifest);
	if (fs_read(path, &text, MANIFEST_MAX_BYTES, &ignored) == 1)
		package_json_direct(text.buf, text.len, ret);
}

/* The first line of .ruby-version in the tree of `commit`, in the arena. */
static const char *ruby_version_in(
	struct step_ctx *ctx, const struct oid *commit, const struct dep *dep)
{
	AUTO_FREE char *dir = fs_dirname(dep->path);
	AUTO_FREE char *path = fs_join(dir, ".ruby-version");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	struct oid blob;
	const char *version;

	if (!dep->kind->ruby || oid_is_null(commit) ||
		repo_path_oid(ctx->repo, commit, path, &blob, &ignored) != 1 ||
		repo_blob_read(ctx->repo, &blob, &text, &ignored))
		return NULL;
	version = text.buf + (strncmp(text.buf, "ruby-", 5) ? 0 : 5);
	return arena_strndup(ctx->arena, version, strcspn(version, " \r\n"));
}

static bool read_base(
	struct step_ctx *ctx, const struct dep *dep, struct packages *ret)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return dep->has_base && !oid_is_null(&dep->base) &&
	       repo_has_object(ctx->repo, &dep->base) &&
	       !repo_blob_read(ctx->repo, &dep->base, &text, &ignored) &&
	       !dep->kind->parse(text.buf, text.len, ret, &ignored);
}

static void count_packages(const char *before, const struct packages *packages,
	const char *after, struct strbuf *out)
{
	strbuf_addf(out, "%s%zu package%s%s", before, packages->nr,
		packages->nr == 1 ? "" : "s", after);
}

static void describe_news(struct step_ctx *ctx, const struct deps *deps,
	const struct dep *dep, const struct strbuf *text, struct strbuf *out)
{
	const struct heads *heads = &deps->heads;
	struct packages old, new;
	struct err ignored = ERR_INIT;

	packages_init(&old, ctx->arena);
	packages_init(&new, ctx->arena);
	read_manifest(deps, dep, &new);
	if (dep->kind->parse(text->buf, text->len, &new, &ignored))
		strbuf_addstr(out, "changed");
	else if (dep->has_base && oid_is_null(&dep->base))
		count_packages("new, ", &new, "", out);
	else if (!dep->has_base)
		count_packages("", &new, ", not checked here before", out);
	else if (!read_base(ctx, dep, &old))
		strbuf_addstr(out, "changed");
	else
		lockdiff_describe(&old, &new,
			ruby_version_in(ctx, &heads->prev, dep),
			ruby_version_in(ctx, &heads->cur, dep), out);
	packages_release(&old);
	packages_release(&new);
}

void dep_describe(struct step_ctx *ctx, const struct deps *deps,
	const struct dep *dep, const struct strbuf *text, struct strbuf *out)
{
	strbuf_addf(out, "%s: ", dep->path);
	describe_news(ctx, deps, dep, text, out);
	strbuf_addch(out, '\n');
}
