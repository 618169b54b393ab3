/*
 * struct node: one value of a configuration file (or of any YAML or JSON
 * text), with the place it was written at.
 *
 * Nodes live in an arena.  Maps keep the order of the file; keys are unique in
 * a map (a duplicate is a parse error).  YAML anchors and merge keys are
 * resolved by the reader, so a tree is a tree.
 */
#ifndef HOOKRUN_CONFIG_NODE_H
#define HOOKRUN_CONFIG_NODE_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ceilings against hostile input. */
#define NODE_MAX_DEPTH 200
#define NODE_MAX_COUNT 2000000	  /* nodes of one text, aliases expanded */
#define NODE_MAX_BYTES (64 << 20) /* bytes of one text */

enum node_kind {
	NODE_NULL,
	NODE_BOOL,
	NODE_INT,
	NODE_FLOAT,
	NODE_STR,
	NODE_LIST,
	NODE_MAP
};

/* A text that was read; source lines for messages are found in it. */
struct source {
	const char *path; /* as shown to the user, relative to the work tree */
	const char *text; /* NUL-terminated */
	size_t len;
	int rest_line; /* YAML: where what follows the first document begins,
			  which is not read; 0: nothing does */
};

struct node {
	enum node_kind kind;
	int line, col; /* from 1; of the value, for a map entry see key_* */
	int key_line, key_col; /* of the key where this is a map's value */
	const struct source *source;
	const char *key; /* in a map: its key; else NULL */
	const char
		*str; /* scalars: the text as written (unquoted); else NULL */
	bool quoted;  /* a string in quotes or a block, never a number */
	bool tagged; /* YAML: has the tag "!", or a tag and no text, as "!x" is:
			probably meant to be a text */
	bool boolean;		   /* NODE_BOOL */
	int64_t integer;	   /* NODE_INT */
	struct node *first, *next; /* children of list and map, in order */
	struct node *last;	   /* for node_append() */
	size_t count;		   /* children */
};

#define node_each(child, parent)                                               \
	for (struct node *child = (parent) ? (parent)->first : NULL; child;    \
		child = child->next)

/* Read a text.  An empty one gives a NODE_NULL (in JSON it is an error).
 * Everything, the copy of `text` too, lives in `arena`.  Errors carry
 * path:line:col, the source line and a caret.
 *
 * YAML: true and false are booleans, yes/no/on/off strings; numbers are those
 * of YAML 1.2 and 1.1. */
int node_read_yaml(struct arena *arena, const char *path, const char *text,
	size_t len, struct node **ret, struct err *err);

/* The version of libyaml that is used, "0.2.5"; static. */
const char *node_yaml_version(void);

/* JSON (RFC 8259); with `relaxed` comments and commas before a closing bracket
 * too, as in JSONC. */
int node_read_json(struct arena *arena, const char *path, const char *text,
	size_t len, bool relaxed, struct node **ret, struct err *err);

/* TOML 1.0 (https://toml.io/en/v1.0.0); dates and times are strings. */
int node_read_toml(struct arena *arena, const char *path, const char *text,
	size_t len, struct node **ret, struct err *err);

/* Whichever of these the extension of `path` calls for: .json, .jsonc, .toml,
 * else YAML. */
int node_read(struct arena *arena, const char *path, const char *text,
	size_t len, struct node **ret, struct err *err);

/* The value of `key` in a map; NULL where `map` is NULL, no map, or lacks it.
 */
struct node *node_get(const struct node *map, const char *key);

/* The text of a scalar child, or NULL (also for null). */
const char *node_str(const struct node *map, const char *key);

/* Write it as JSON; what was read from JSON has its numbers as they were. */
struct json;
void node_write_json(const struct node *node, struct json *json);

/* Append " (lefthook.yml:12)", where it (a map's value: its key) was written;
 * nothing where that is nowhere or `node` is NULL. */
void node_add_place(struct strbuf *out, const struct node *node);

/* The file and line of the same; NULL and 0 where it was not written. */
const char *node_file(const struct node *node);
int node_line(const struct node *node);

/* Building, for the merge and for tests. */
struct node *node_new(struct arena *arena, enum node_kind kind);
void node_append(struct node *parent, struct node *child);
void node_empty(struct node *parent); /* it has no children any more */

/* Sort a map: `compare` is given pointers to pointers to its nodes, as
 * node_by_key(), which goes by the bytes of the keys. */
void node_sort(struct node *map, int (*compare)(const void *, const void *));
int node_by_key(const void *left, const void *right);

/* A copy that can stand in another map or list; what is below it is shared. */
struct node *node_copy(struct arena *arena, const struct node *node);

/* "path:line:col" of the value, in `arena`. */
const char *node_place(struct arena *arena, const struct node *node);

/* Set `err` to "path:line:col: MESSAGE" with the source line and a caret.
 * Returns -1.  node_key_error() points at the key instead of the value. */
int node_error(struct err *err, const struct node *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int node_key_error(struct err *err, const struct node *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
