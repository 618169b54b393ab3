/* The state of node_read_yaml(), and the failures of libyaml in our words. */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include "hookrun/base/keymap.h"
#include "hookrun/config/node.h"

#include <yaml.h>

struct reader {
	yaml_parser_t parser;
	struct arena *arena;
	struct source *source;
	struct keymap anchors; /* to struct anchor */
	size_t nodes, aliased; /* made so far; of them by aliases */
	struct err *err;
};

/* Set the error at a place; returns -1. */
int reader_fail(struct reader *r, const yaml_mark_t *mark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The next event, which the caller deletes; -1 where the text is wrong. */
int reader_next(struct reader *r, yaml_event_t *event);

#endif
