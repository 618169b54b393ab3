/*
 * Input: a JSON text.  What is read strictly is read the same where comments
 * and trailing commas are allowed too; and every value stands inside its text.
 */
#include "fuzz_input.h"

#include "hookrun/config/node.h"

#include <stdio.h>

/* As messages count them, for which YAML's other breaks end a line too. */
static int count_lines(const uint8_t *data, size_t size)
{
	int lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r' || data[i] >= 0x80;
	return lines;
}

static void check_places(const struct node *node, int lines)
{
	if (node->line < 1 || node->line > lines || node->col < 1)
		abort();
	node_each (child, node) {
		check_places(child, lines);
	}
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void check_same(const struct node *a, const struct node *b)
{
	const struct node *left = a->first, *right = b->first;

	if (a->kind != b->kind || a->count != b->count ||
		!same_text(a->str, b->str) || !same_text(a->key, b->key) ||
		a->line != b->line || a->col != b->col)
		abort();
	for (; left && right; left = left->next, right = right->next)
		check_same(left, right);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_ARENA arena = ARENA_INIT;
	const char *text = size ? (const char *)data : "";
	struct node *strict = NULL, *relaxed = NULL;
	struct err err = ERR_INIT;
	int failed = node_read_json(
		&arena, "f.jsonc", text, size, true, &relaxed, &err);

	if (failed && (!*err.msg || relaxed))
		abort();
	if (relaxed)
		check_places(relaxed, count_lines(data, size));
	if (node_read_json(&arena, "f.json", text, size, false, &strict, &err))
		return 0;
	if (failed)
		abort();
	check_same(strict, relaxed);
	return 0;
}
