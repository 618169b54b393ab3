/*
 * The one table of configuration keys.  Validation, `dump`, the JSON schema,
 * the man page's check and the defaults all come from it.
 */
#ifndef HOOKRUN_CONFIG_KEYS_H
#define HOOKRUN_CONFIG_KEYS_H

#include "hookrun/config/node.h"

#include <stddef.h>

/* Where a key may stand (a bit set). */
enum key_place {
	PLACE_TOP = 1 << 0,
	PLACE_HOOK = 1 << 1,
	PLACE_JOB = 1 << 2,
	PLACE_GROUP = 1 << 3,
	PLACE_COMMAND = 1 << 4,
	PLACE_SCRIPT = 1 << 5,
	PLACE_REMOTE = 1 << 6,
	PLACE_SETUP = 1 << 7,
	PLACE_CONDITION = 1 << 8, /* a map in skip/only: ref, run */
	PLACE_WITH_DEPS = 1 << 9, /* `with` of `uses: deps`, ... */
	PLACE_WITH_MIGRATE = 1 << 10,
	PLACE_WITH_TEST_MAP = 1 << 11,
};

enum key_type {
	KEY_STRING,
	KEY_BOOL,
	KEY_INT,	  /* 0 or more */
	KEY_DURATION,	  /* "30s"; needs a unit */
	KEY_LIST,	  /* of strings; a single string is a list of one */
	KEY_STRINGS,	  /* map of strings */
	KEY_ENUM,	  /* one of `words`, split by '|' */
	KEY_CONDITION,	  /* skip / only */
	KEY_MAP,	  /* of whatever its own binder says */
	KEY_SEQ,	  /* list of maps */
	KEY_OUTPUT,	  /* boolean or list of strings */
	KEY_COLORS,	  /* boolean, on/off/auto, or map of strings */
	KEY_WORD_OR_BOOL, /* one of `words`, or a boolean */
};

struct key {
	const char *name;
	enum key_type type;
	unsigned places;   /* enum key_place bits */
	const char *words; /* KEY_ENUM: "auto|ask|notify"; else NULL */
	const char *def;   /* the default as it would be written; NULL: none */
	const char *help;  /* one line, lower case, no full stop */
	bool unsupported;  /* lefthook knows it, this version does not run it:
			      said aloud, never passed over */
};

/* All keys; `ret_count` gets their number. */
const struct key *keys_all(size_t *ret_count);

/* The key `name` at `place`, or NULL. */
const struct key *keys_find(const char *name, enum key_place place);

/* The known key nearest to `name` at `place` (for "did you mean"), or NULL
 * where none is near. */
const char *keys_nearest(const char *name, enum key_place place);

/* The value of an option in a validated map (NULL allowed), else the table's
 * default, else NULL.  For KEY_STRING, KEY_ENUM. */
const char *option_str(
	const struct node *map, enum key_place place, const char *name);
bool option_bool(
	const struct node *map, enum key_place place, const char *name);
int64_t option_int(
	const struct node *map, enum key_place place, const char *name);
int64_t option_ms(const struct node *map, enum key_place place,
	const char *name); /* KEY_DURATION in milliseconds */
/* KEY_LIST: the strings, NULL-terminated, in `arena`; the default is split at
 * '|'. */
const char **option_list(const struct node *map, enum key_place place,
	const char *name, struct arena *arena);

#endif
