/*
 * What to do with a database, from what is applied and what is here.  Pure: no
 * repository, no connection, so that every case can be put in a test.
 */
#ifndef MIGRATE_RECONCILE_H
#define MIGRATE_RECONCILE_H

#include "migrate/migration.h"

enum item_kind {
	ITEM_RENUMBER, /* applied under another number, with the same text */
	ITEM_DOWN,     /* applied, not here: to be rolled back */
	ITEM_REDO, /* applied with another text: down with the old, up again */
	ITEM_UP,   /* here, not applied */
	ITEM_CHANGED, /* applied with another text: only told */
	ITEM_LEFT,    /* applied, not here, and not touched; `why` */
};

struct item {
	enum item_kind kind;
	int64_t version;
	const char *name;   /* a file's name, or NULL: never seen */
	const char *was;    /* RENUMBER, CHANGED: the name it was applied by */
	int64_t from;	    /* RENUMBER: the number that is applied */
	const char *why;    /* ITEM_LEFT */
	struct oid blob;    /* DOWN, REDO: the text to roll back with; UP */
	const char *origin; /* where that was found, for people */
	struct oid commit;  /* and in which commit, or "" */
	/* What the search found out about an ITEM_DOWN before it is settled. */
	bool removed_here;   /* HEAD's own history had it and took it away */
	const char *left;    /* why it was left applied before, or NULL */
	const char *how;     /* it would be done; NULL: nobody has asked */
	const char *used_by; /* the work tree that has it, on this database */
};

struct items {
	struct item *v; /* in the arena */
	size_t nr;
};

struct reconcile {
	const int64_t *applied;
	size_t napplied;
	const struct migrations *present; /* each version once, sorted */
	const struct migrations *kept;	  /* what was applied, as remembered */
	const struct migrations *prev;	  /* the previous head's */
	bool redo;			  /* changed ones are done again */
	/* True when two blobs are the same migration but for comments. */
	bool (*same)(const struct oid *a, const struct oid *b, void *data);
	void *same_data;
};

/* What two texts that are the same migration under two numbers have in common:
 * false where there is none. */
typedef bool reconcile_print(
	const struct oid *blob, int64_t version, uint64_t *ret, void *data);

/* The items in the order of work: rolled back newest first, then migrated
 * oldest first, then the rest.  Every ITEM_DOWN is still to be settled. */
void reconcile(
	const struct reconcile *in, struct arena *arena, struct items *ret);

/* Make one ITEM_RENUMBER of each ITEM_DOWN whose text is known and the ITEM_UP
 * that has the same one, by `print`. */
void reconcile_renumber(struct items *items, struct arena *arena,
	reconcile_print *print, void *data);

/* Decide each ITEM_DOWN by what was found out: it stays one, or is left. */
void reconcile_settle(struct items *items, struct arena *arena);

/* The first that is left because nobody knows its text, or NULL. */
const struct item *items_lost(const struct items *items);

size_t items_count(const struct items *items, enum item_kind kind);
/* Whether it is to be done (RENUMBER, DOWN, REDO, UP), and not only told. */
bool item_is_work(const struct item *item);
/* Whether anything is. */
bool items_work(const struct items *items);

#endif
