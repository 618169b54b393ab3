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
		item->was = then->name;
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
	case ITEM_RENUMBER:
		return 0;
	case ITEM_DOWN:
	case ITEM_REDO:
		return 1;
	case ITEM_UP:
		return 2;
	case ITEM_CHANGED:
		return 3;
	case ITEM_LEFT:
		break;
	}
	return 4;
}

static int by_work(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = rank(x) - rank(y);

	if (order)
		return order;
	order = x->version < y->version ? -1 : x->version > y->version;
	return rank(x) == 1 ? -order : order;
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
			.name = here->name,
			.blob = here->blob };
	}
	sort_items(ret);
}

struct print {
	struct item *item;
	uint64_t value;
	bool taken;
};

/* The prints of all items of a kind; returns how many there are. */
static size_t take_prints(struct items *items, enum item_kind kind,
	reconcile_print *print, void *data, struct print *ret)
{
	size_t nr = 0;

	for (size_t i = 0; i < items->nr; i++) {
		struct item *item = &items->v[i];

		if (item->kind == kind && *item->blob.hex &&
			print(&item->blob, item->version, &ret[nr].value, data))
			ret[nr++].item = item;
	}
	return nr;
}

static bool same_title(const struct item *a, const struct item *b)
{
	const char *x = a->name ? strchr(a->name, '_') : NULL;
	const char *y = b->name ? strchr(b->name, '_') : NULL;

	return x && y && !strcmp(x, y);
}

static bool is_pair(const struct print *a, const struct print *b, bool by_title)
{
	return !a->taken && !b->taken &&
	       (a->value == b->value ||
		       oid_eq(&a->item->blob, &b->item->blob)) &&
	       (!by_title || same_title(a->item, b->item));
}

static void make_pair(struct print *down, struct print *up)
{
	down->taken = up->taken = true;
	up->item->kind = ITEM_RENUMBER;
	up->item->from = down->item->version;
	up->item->was = down->item->name;
	up->item->used_by = down->item->used_by;
}

/* Oldest to oldest: roll backs stand newest first. */
static void pair_up(struct print *downs, size_t ndowns, struct print *ups,
	size_t nups, bool by_title)
{
	for (size_t u = 0; u < nups; u++)
		for (size_t d = ndowns; d-- > 0;)
			if (is_pair(&downs[d], &ups[u], by_title))
				make_pair(&downs[d], &ups[u]);
}

/* What became another item is none of its own any more. */
static void drop_taken(
	struct items *items, const struct print *prints, size_t nr)
{
	size_t left = 0;

	for (size_t i = 0; i < items->nr; i++) {
		bool taken = false;

		for (size_t j = 0; j < nr && !taken; j++)
			taken = prints[j].taken &&
				prints[j].item == &items->v[i];
		if (!taken)
			items->v[left++] = items->v[i];
	}
	items->nr = left;
}

void reconcile_renumber(struct items *items, struct arena *arena,
	reconcile_print *print, void *data)
{
	struct print *downs = arena_alloc(arena, items->nr * sizeof(*downs));
	struct print *ups = arena_alloc(arena, items->nr * sizeof(*ups));
	size_t ndowns, nups;

	nups = take_prints(items, ITEM_UP, print, data, ups);
	ndowns = nups ? take_prints(items, ITEM_DOWN, print, data, downs) : 0;
	pair_up(downs, ndowns, ups, nups, true);
	pair_up(downs, ndowns, ups, nups, false);
	drop_taken(items, downs, ndowns);
	sort_items(items);
}

static const char *reason_to_leave(const struct item *item, struct arena *arena)
{
	if (item->used_by)
		return arena_printf(arena, "it is in use by the work tree '%s'",
			item->used_by);
	if (item->removed_here)
		return "this branch's own history removed its file";
	if (item->left)
		return item->left;
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

const struct item *items_lost(const struct items *items)
{
	for (size_t i = 0; i < items->nr; i++) {
		const struct item *item = &items->v[i];

		if (item->kind == ITEM_LEFT && !item->used_by &&
			!item->removed_here)
			return item;
	}
	return NULL;
}

size_t items_count(const struct items *items, enum item_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < items->nr; i++)
		count += items->v[i].kind == kind;
	return count;
}

bool item_is_work(const struct item *item)
{
	return item->kind != ITEM_CHANGED && item->kind != ITEM_LEFT;
}

bool items_work(const struct items *items)
{
	for (size_t i = 0; i < items->nr; i++)
		if (item_is_work(&items->v[i]))
			return true;
	return false;
}
