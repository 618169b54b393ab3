/* The state of node_read_yaml(), and the failures of libyaml in our words. */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include "config/keymap.h"
#include "config/surrogate.h"
#include "hookrun/config/node.h"

#include <yaml.h>

struct reader {
	yaml_parser_t parser;
	struct arena *arena;
	const struct source *source;
	const struct surrogates *pairs; /* what was rewritten */
	struct keymap anchors;		/* to struct anchor */
	size_t nodes, aliased;		/* made so far; of them by aliases */
	bool surrogate; /* libyaml stopped at a surrogate escape */
	struct err *err;
};

/* Line and column, from 1, in the text as it was written. */
void reader_place(const struct reader *r, const yaml_mark_t *mark,
	int *ret_line, int *ret_col);

/* Set the error at a place; returns -1. */
int reader_fail(struct reader *r, const yaml_mark_t *mark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The next event, which the caller deletes; -1 where the text is wrong. */
int reader_next(struct reader *r, yaml_event_t *event);

/* -1 where a file that is named as JSON has comments. */
int reader_refuse_comments(const struct source *source, struct err *err);

#endif
