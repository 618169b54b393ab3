/*
 * The packages of a lock file.
 *
 * Lock files of all kinds come down to names and versions here, so that the
 * comparison is written once.  npm, yarn and pnpm may install several versions
 * of one package, and Bundler lists a gem once for each platform: both are
 * folded into one entry a name, since a line for a user has room for names
 * only.
 */
#include "deps/packages.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"

#include <string.h>

void packages_init(struct packages *packages, struct arena *arena)
{
	memset(packages, 0, sizeof(*packages));
	packages->arena = arena;
}

void packages_release(struct packages *packages)
{
	free(packages->v);
	free(packages->direct);
	packages_init(packages, packages->arena);
}

int packages_add(struct packages *packages, const char *name, size_t name_len,
	const char *version, size_t version_len, struct err *err)
{
	struct package *package;

	if (packages->nr >= PACKAGES_MAX)
		return err_set(err, "more than %d packages", PACKAGES_MAX);
	xgrow(&packages->v, &packages->cap, packages->nr + 1,
		sizeof(*packages->v));
	package = &packages->v[packages->nr++];
	package->name = arena_strndup(packages->arena, name, name_len);
	package->version = arena_strndup(packages->arena, version, version_len);
	package->direct = false;
	return 0;
}

int packages_add_direct(struct packages *packages, const char *name, size_t len,
	struct err *err)
{
	if (packages->ndirect >= PACKAGES_MAX)
		return err_set(err, "more than %d dependencies", PACKAGES_MAX);
	xgrow(&packages->direct, &packages->direct_cap, packages->ndirect + 1,
		sizeof(*packages->direct));
	packages->direct[packages->ndirect++] = arena_strndup(
		packages->arena, name, len);
	return 0;
}

static int by_name_and_version(const void *a, const void *b)
{
	const struct package *one = a, *other = b;
	int order = strcmp(one->name, other->name);

	return order ? order : strcmp(one->version, other->version);
}

static int by_text(const void *a, const void *b)
{
	const char *const *one = a, *const *other = b;

	return strcmp(*one, *other);
}

/* The sorted entries from `first` to `end` share a name; their versions as one
 * text, each once. */
static const char *join_versions(
	const struct packages *packages, size_t first, size_t end)
{
	AUTO_STRBUF text = STRBUF_INIT;
	const char *last = packages->v[first].version;

	strbuf_addstr(&text, last);
	for (size_t i = first + 1; i < end; i++) {
		const char *version = packages->v[i].version;

		if (!strcmp(version, last))
			continue;
		strbuf_addf(&text, ", %s", version);
		last = version;
	}
	return arena_strdup(packages->arena, text.buf);
}

static bool is_direct(const struct packages *packages, const char *name)
{
	return packages->ndirect &&
	       bsearch(&name, packages->direct, packages->ndirect,
		       sizeof(*packages->direct), by_text);
}

void packages_finish(struct packages *packages)
{
	struct package *v = packages->v;
	size_t kept = 0;

	if (packages->nr)
		qsort(v, packages->nr, sizeof(*v), by_name_and_version);
	if (packages->ndirect)
		qsort(packages->direct, packages->ndirect,
			sizeof(*packages->direct), by_text);
	for (size_t i = 0, end; i < packages->nr; i = end) {
		struct package folded = v[i];

		for (end = i + 1; end < packages->nr; end++)
			if (strcmp(v[end].name, v[i].name) != 0)
				break;
		if (end > i + 1)
			folded.version = join_versions(packages, i, end);
		folded.direct = is_direct(packages, folded.name);
		v[kept++] = folded;
	}
	packages->nr = kept;
}

int packages_lines(const char *text, size_t len,
	int (*take)(void *data, const struct line *line, struct err *err),
	void *data, struct err *err)
{
	struct lines lines = { .pos = text, .end = text + len };
	struct line line;

	while (lines_next(&lines, &line))
		if (take(data, &line, err))
			return -1;
	return 0;
}
