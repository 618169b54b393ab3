/*
 * The database is asked what it is, not git what it was: resets, aborted
 * rebases and stashes move HEAD without a hook, so that a plan made from
 * the difference of two commits loses track.  The old commit only helps to
 * find the text of what must go.
 *
 * Everything that speaks against a roll back is gathered before and wins over
 * it: a table that stays is an inconvenience, one that goes is lost.
 */
#include "migrate/reconcile.h"

/* The text that a version was applied with, as far as anybody knows. */
static const struct migration *applied_text(
	const struct reconcile *in, int64_t version)
{
	const struct migration *found = migrations_find(in->kept, version);

	return found ? found : migrations_find(in->prev, version);
}

static bool is_changed(const struct reconcile *in, const struct migration *here,
	const struct migration *then)
{
	if (!then || !*then->blob.hex || !*here->blob.hex ||
		oid_eq(&then->blob, &here->blob))
		return false;
	return !in->same || !in->same(&then->blob, &here->blob, in->same_data);
}

static void judge_applied(
	const struct reconcile *in, int64_t version, struct items *ret)
{
	const struct migration *here = migrations_find(in->present, version);
	const struct migration *then = applied_text(in, version);
	struct item *item = &ret->v[ret->nr];

	if (here && !is_changed(in, here, then))
		return;
	item->version = version;
	item->kind = ITEM_DOWN;
	if (here) {
		item->kind = in->redo ? ITEM_REDO : ITEM_CHANGED;
		item->name = here->name;
		item->blob = then->blob;
		item->origin = migrations_find(in->kept, version)
				       ? "as it was applied"
				       : "previous head";
	} else if (then) {
		item->name = then->name;
	}
	ret->nr++;
}

static bool is_applied(const struct reconcile *in, int64_t version)
{
	size_t low = 0, high = in->napplied;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (in->applied[mid] < version)
			low = mid + 1;
		else
			high = mid;
	}
	return low < in->napplied && in->applied[low] == version;
}

static int rank(const struct item *item)
{
	switch (item->kind) {
	case ITEM_DOWN:
	case ITEM_REDO:
		return 0;
	case ITEM_UP:
		return 1;
	case ITEM_CHANGED:
		return 2;
	case ITEM_LEFT:
		break;
	}
	return 3;
}

static int by_work(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = rank(x) - rank(y);

	if (order)
		return order;
	order = x->version < y->version ? -1 : x->version > y->version;
	return rank(x) ? order : -order;
}

static void sort_items(struct items *items)
{
	if (items->nr)
		qsort(items->v, items->nr, sizeof(*items->v), by_work);
}

void reconcile(
	const struct reconcile *in, struct arena *arena, struct items *ret)
{
	ret->nr = 0;
	ret->v = arena_alloc(
		arena, (in->napplied + in->present->nr + 1) * sizeof(*ret->v));
	for (size_t i = 0; i < in->napplied; i++)
		judge_applied(in, in->applied[i], ret);
	for (size_t i = 0; i < in->present->nr; i++) {
		const struct migration *here = &in->present->v[i];

		/* What only HEAD's tree has (a sparse checkout, a file that
		 * was deleted) cannot be run. */
		if (!here->on_disk || is_applied(in, here->version))
			continue;
		ret->v[ret->nr++] = (struct item){ .kind = ITEM_UP,
			.version = here->version,
			.name = here->name };
	}
	sort_items(ret);
}

static const char *reason_to_leave(const struct item *item, struct arena *arena)
{
	if (item->used_by)
		return arena_printf(arena, "it is in use by the work tree '%s'",
			item->used_by);
	if (item->removed_here)
		return "this branch's own history removed its file";
	if (!*item->blob.hex)
		return "its file is nowhere to be found in this repository";
	return NULL;
}

void reconcile_settle(struct items *items, struct arena *arena)
{
	for (size_t i = 0; i < items->nr; i++) {
		struct item *item = &items->v[i];
		const char *why = item->kind == ITEM_DOWN
					  ? reason_to_leave(item, arena)
					  : NULL;

		if (!why)
			continue;
		item->kind = ITEM_LEFT;
		item->why = why;
	}
	sort_items(items);
}

size_t items_count(const struct items *items, enum item_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < items->nr; i++)
		count += items->v[i].kind == kind;
	return count;
}

bool items_work(const struct items *items)
{
	return items_count(items, ITEM_DOWN) || items_count(items, ITEM_REDO) ||
	       items_count(items, ITEM_UP);
}
