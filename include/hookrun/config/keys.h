/*
 * The one table of configuration keys, and the tables of options that what a
 * job may name in `uses` brings with it.  Validation, `dump`, the JSON schema,
 * the man page's check and the defaults all come from them.
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
	PLACE_WITH = 1 << 9,	  /* the options of a step: any row of its
				     own table */
	PLACE_UNHEEDED = 1 << 10, /* with others: lefthook knows the key there,
				     this version does not heed it, which is
				     said aloud */
};

#define PLACE_TASK (PLACE_JOB | PLACE_COMMAND | PLACE_SCRIPT)
#define PLACE_RUNNING (PLACE_HOOK | PLACE_GROUP) /* what has jobs */

enum key_type {
	KEY_STRING,
	KEY_BOOL,
	KEY_INT,	  /* 0 or more */
	KEY_ORDER,	  /* any whole number, or what can be taken for one */
	KEY_DURATION,	  /* "30s"; needs a unit */
	KEY_AGE,	  /* one of `words`, or a duration */
	KEY_LIST,	  /* of strings, one of `words` each where it has any; a
			     single string is a list of one */
	KEY_PATTERNS,	  /* such a list, of globs */
	KEY_FILE_TYPES,	  /* such a list: `words`, languages, MIME types */
	KEY_FILES,	  /* of strings, and no single string */
	KEY_STRINGS,	  /* map of strings */
	KEY_ENUM,	  /* one of `words`, split by '|' */
	KEY_CONDITION,	  /* skip / only */
	KEY_MAP,	  /* of whatever its own binder says */
	KEY_SEQ,	  /* list of maps */
	KEY_OUTPUT,	  /* boolean or list of strings */
	KEY_COLORS,	  /* boolean, on/off/auto, or map of strings */
	KEY_WORD_OR_BOOL, /* one of `words`, or a boolean */
	KEY_USES,	  /* one of keys_uses_words() */
};

struct key {
	const char *name;
	enum key_type type;
	unsigned places;   /* enum key_place bits; not used in a step's table */
	const char *words; /* what may be written: "auto|ask|notify" */
	const char *def;   /* the default as it would be written; NULL: none */
	const char *help;  /* one line, lower case, no full stop */
};

/* What a job may name in `uses`. */
struct uses {
	const char *name;
	const struct key *options; /* its keys under `with`; the last has no
				      name.  NULL: none */
};

/* Say what there is, before a file is read.  `at` fills in the `n`th of them,
 * counted from 0, or returns false where there are not so many. */
typedef bool uses_at(size_t n, struct uses *ret);
void keys_set_uses(uses_at *at);

/* The options of `uses: NAME` (a table without rows where it has none), or NULL
 * where there is no such step. */
const struct key *keys_of_uses(const char *name);

/* Their names, "one|another", in `arena`. */
const char *keys_uses_words(struct arena *arena);

/* All keys of the configuration itself; the last has no name. */
const struct key *keys_all(void);

/* Whether the row may stand at `place`. */
bool key_is_at(const struct key *key, enum key_place place);

/* Whether it is a list of texts, of whichever kind. */
bool key_is_list(const struct key *key);

/* The key `name` at `place`, or NULL; keys_find() in the table of all keys,
 * keys_find_in() in `table`. */
const struct key *keys_find(const char *name, enum key_place place);
const struct key *keys_find_in(
	const struct key *table, const char *name, enum key_place place);

/* The key of `table` nearest to `name` at `place` (for "did you mean"), or
 * NULL where none is near. */
const char *keys_nearest(
	const struct key *table, const char *name, enum key_place place);

/* The value of an option in a validated map (NULL allowed), else the default
 * of the first row of `table` with that name, else NULL.  For KEY_STRING,
 * KEY_ENUM. */
const char *option_str(
	const struct node *map, const struct key *table, const char *name);
bool option_bool(
	const struct node *map, const struct key *table, const char *name);
int64_t option_int(
	const struct node *map, const struct key *table, const char *name);
int64_t option_ms(const struct node *map, const struct key *table,
	const char *name); /* KEY_DURATION in milliseconds */
/* KEY_LIST: the strings, NULL-terminated, in `arena`; the default is split at
 * '|'. */
const char **option_list(const struct node *map, const struct key *table,
	const char *name, struct arena *arena);

/* A copy of `with` (NULL allowed), the options of a step whose keys `table`
 * has, in which `setting`, "KEY=VALUE", stands instead of what it says of that
 * key. 1; 0: the table has no such key, `ret` is untouched; -1: it cannot be
 * understood, or the value is none of the key's.  In `arena`. */
int option_override(struct arena *arena, const struct node *with,
	const struct key *table, const char *setting, struct node **ret,
	struct err *err);

#endif
