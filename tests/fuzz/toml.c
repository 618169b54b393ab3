/*
 * Input: a TOML text.  Keys of a table are unique, texts end, and every value
 * stands inside its text.
 */
#include "fuzz_input.h"

#include "hookrun/config/node.h"

#include <stdio.h>

static void check(const struct node *node, int lines)
{
	if (node->kind == NODE_NULL || node->line < 0 || node->line > lines)
		abort();
	node_each (child, node) {
		if ((node->kind == NODE_MAP) != (child->key != NULL))
			abort();
		if (child->key && node_get(node, child->key) != child)
			abort();
		check(child, lines);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct node *root = NULL;
	struct err err = ERR_INIT;
	int lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	if (node_read_toml(&arena, "f.toml", size ? (const char *)data : "",
		    size, &root, &err)) {
		if (!*err.msg || root)
			abort();
		return 0;
	}
	if (root->kind != NODE_MAP)
		abort();
	check(root, lines);
	return 0;
}
