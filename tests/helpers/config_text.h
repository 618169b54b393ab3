/*
 * A configuration that is one text, for tests of what follows reading it.
 */
#ifndef TESTS_CONFIG_TEXT_H
#define TESTS_CONFIG_TEXT_H

#include "config/load.h"
#include "config/shape.h"
#include "hookrun/config/config.h"

/* config_load() as if the text were a work tree's only file; 0 or -1. */
static inline int config_load_text(const char *path, const char *text,
	size_t len, bool strict, struct config *ret, struct err *err)
{
	struct config config = { 0 };
	struct problems problems = { .arena = &config.arena };
	struct layer layer = { NULL, false };
	struct layers layers = { .v = &layer };
	int failed;

	if (node_read(&config.arena, path, text, len, &layer.root, err))
		problem_add(&problems, false, err->msg);
	if (layer.root) {
		shape_file(&config.arena, layer.root);
		layers.nr = 1;
	}
	failed = layers_bind(&layers, &problems, strict, &config, err);
	if (failed)
		config_release(&config);
	else
		*ret = config;
	return failed;
}

#endif
