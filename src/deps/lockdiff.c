/*
 * The difference of two lock files as one line.
 *
 * A lock file of a real application has hundreds of entries and a merge of the
 * main branch changes dozens of them.  What decides whether a user has to think
 * is whether something that the project itself asks for went to another major
 * version, so these come first and the rest is counted.
 */
#include "deps/lockdiff.h"

#include "hookrun/base/alloc.h"

#include <ctype.h>
#include <string.h>

struct change {
	const struct package *old, *new; /* one is NULL: added or removed */
	bool direct, major;
};

struct changes {
	struct change *v;
	size_t nr, cap;
	size_t updated, added, removed;
};

/* The highest leading number of the versions in the text; -1: none. */
static long major_of(const char *versions)
{
	long highest = -1;

	while (versions) {
		const char *digits = versions + (*versions == 'v' ? 1 : 0);
		long number = isdigit((unsigned char)*digits)
				      ? strtol(digits, NULL, 10)
				      : -1;

		if (number > highest)
			highest = number;
		versions = strstr(versions, ", ");
		versions = versions ? versions + 2 : NULL;
	}
	return highest;
}

static void add(struct changes *changes, const struct package *old,
	const struct package *new)
{
	struct change change = { .old = old, .new = new };

	change.direct = (old && old->direct) || (new &&new->direct);
	if (!old)
		changes->added++;
	else if (!new)
		changes->removed++;
	else
		changes->updated++;
	change.major = old &&
		       new &&major_of(old->version) != major_of(new->version);
	xgrow(&changes->v, &changes->cap, changes->nr + 1, sizeof(*changes->v));
	changes->v[changes->nr++] = change;
}

/* Both lists are sorted by name. */
static void compare(const struct packages *old, const struct packages *new,
	struct changes *ret)
{
	size_t i = 0, j = 0;

	while (i < old->nr || j < new->nr) {
		int order = i == old->nr ? 1
			    : j == new->nr
				    ? -1
				    : strcmp(old->v[i].name, new->v[j].name);

		if (order < 0)
			add(ret, &old->v[i++], NULL);
		else if (order > 0)
			add(ret, NULL, &new->v[j++]);
		else if (strcmp(old->v[i].version, new->v[j].version) != 0)
			add(ret, &old->v[i++], &new->v[j++]);
		else
			i++, j++;
	}
}

static const char *name_of(const struct change *change)
{
	return change->new ? change->new->name : change->old->name;
}

static int by_weight(const void *a, const void *b)
{
	const struct change *one = a, *other = b;
	bool one_updated = one->old && one->new;
	bool other_updated = other->old && other->new;

	if (one_updated != other_updated)
		return one_updated ? -1 : 1;
	if (one->direct != other->direct)
		return one->direct ? -1 : 1;
	if (one->major != other->major)
		return one->major ? -1 : 1;
	return strcmp(name_of(one), name_of(other));
}

static void separate(struct strbuf *out, size_t start)
{
	if (out->len > start)
		strbuf_addstr(out, ", ");
}

static void name_change(const struct change *change, struct strbuf *out)
{
	if (!change->old)
		strbuf_addf(out, "%s %s added", change->new->name,
			change->new->version);
	else if (!change->new)
		strbuf_addf(out, "%s %s removed", change->old->name,
			change->old->version);
	else
		strbuf_addf(out, "%s %s → %s%s", change->new->name,
			change->old->version, change->new->version,
			change->major ? " (major)" : "");
}

/* Updates are named; what came and went only where nothing was updated. */
static void name_some(
	const struct changes *changes, size_t start, struct strbuf *out)
{
	size_t most = changes->updated ? changes->updated : changes->nr;

	for (size_t i = 0; i < most && i < LOCKDIFF_NAMED; i++) {
		separate(out, start);
		name_change(&changes->v[i], out);
	}
}

static void describe_ruby(
	const char *old, const char *new, size_t start, struct strbuf *out)
{
	if (!old || !new || !strcmp(old, new))
		return;
	separate(out, start);
	strbuf_addf(out, "ruby %s → %s", old, new);
}

void lockdiff_describe(const struct packages *old, const struct packages *new,
	const char *ruby_old, const char *ruby_new, struct strbuf *out)
{
	struct changes changes = { .nr = 0 };
	size_t start = out->len;

	compare(old, new, &changes);
	if (changes.nr)
		qsort(changes.v, changes.nr, sizeof(*changes.v), by_weight);
	describe_ruby(old->ruby ? old->ruby : ruby_old,
		new->ruby ? new->ruby : ruby_new, start, out);
	name_some(&changes, start, out);
	if (changes.added || changes.removed) {
		separate(out, start);
		strbuf_addf(out, "+%zu −%zu", changes.added, changes.removed);
	}
	if (changes.updated > LOCKDIFF_NAMED) {
		separate(out, start);
		strbuf_addf(out, "%zu more", changes.updated - LOCKDIFF_NAMED);
	}
	if (out->len == start)
		strbuf_addstr(out, "no version changed");
	free(changes.v);
}
