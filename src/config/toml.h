/* What the two halves of the TOML reader share: lines and values. */
#ifndef CONFIG_TOML_H
#define CONFIG_TOML_H

#include "config/cursor.h"
#include "hookrun/base/keymap.h"

/* Every node of a TOML text is one of these. */
struct toml_item {
	struct node node; /* first, so that either can be had from the other */
	size_t id;	  /* of a table, for the search of its keys */
	bool closed;	  /* a value: nothing can be added to it any more */
	bool named;	  /* a table that a header named */
	size_t dotted;	  /* the header below which dotted keys made it; 0 */
};

struct toml {
	struct cursor c;
	struct keymap children;	   /* "ID KEY" to struct toml_item */
	struct toml_item *current; /* the table of the last header */
	size_t headers;		   /* read so far, the top counts as one */
	size_t tables;
};

/* A dotted key as it was written; its parts live in the arena. */
#define TOML_KEY_MAX 64 /* parts of a dotted key */
struct toml_key {
	const char *part[TOML_KEY_MAX];
	const char *at[TOML_KEY_MAX]; /* in the text */
	int line[TOML_KEY_MAX], col[TOML_KEY_MAX];
	size_t nr;
};

struct toml_item *toml_new(struct toml *t, enum node_kind kind, const char *at);

/* "key = value", assigned in `table`. */
int toml_read_pair(struct toml *t, struct toml_item *table, int depth);

/* A string of any of the four kinds; NULL on error.  With `one_line` only the
 * two that may be keys. */
const char *toml_read_string(struct toml *t, bool one_line);

/* The value at the cursor; NULL on error. */
struct toml_item *toml_read_value(struct toml *t, int depth);

void toml_skip_blanks(struct toml *t); /* in the line */

/* Blanks, line breaks and comments. */
int toml_skip_lines(struct toml *t);

#endif
