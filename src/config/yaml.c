/*
 * YAML to nodes, over libyaml's event interface.  Its document interface would
 * be shorter, but it gives a graph in which an alias can contain itself, loses
 * the marks of keys, and resolves scalars as YAML 1.1 does.
 *
 * Input is hostile until proved otherwise: depth, nodes and bytes have
 * ceilings, and what aliases multiply has a lower one of its own, so that a
 * "billion laughs" ends before it takes memory.  Anchored values are copied,
 * since the merge of configurations hands out parts of the tree.
 */
#include "hookrun/config/node.h"

#include "config/reader.h"
#include "config/scalar.h"
#include "config/source.h"
#include "config/value.h"

#include <string.h>
#include <yaml.h>

#define ALIAS_MAX_COUNT 100000 /* nodes that aliases may add to a text */
#define CORE_TAG "tag:yaml.org,2002:"

struct anchor {
	struct node *node; /* NULL while it is being read */
	size_t nodes;	   /* it and all below */
};

#define AUTO_EVENT __attribute__((cleanup(yaml_event_delete))) yaml_event_t

static int read_node(struct reader *r, const yaml_event_t *event, int depth,
	struct node **ret);

/* ---- anchors and aliases ------------------------------------------------- */

static struct node *make(
	struct reader *r, enum node_kind kind, const yaml_mark_t *mark)
{
	struct node *node;

	if (++r->nodes > NODE_MAX_COUNT) {
		reader_fail(r, mark, "more than %d values in one file",
			NODE_MAX_COUNT);
		return NULL;
	}
	node = node_new(r->arena, kind);
	node->source = r->source;
	node->line = (int)mark->line + 1;
	node->col = (int)mark->column + 1;
	return node;
}

static struct anchor *open_anchor(struct reader *r, const yaml_char_t *name)
{
	struct anchor *anchor;

	if (!name)
		return NULL;
	anchor = arena_alloc(r->arena, sizeof(*anchor));
	anchor->nodes = r->nodes;
	keymap_put(&r->anchors, arena_strdup(r->arena, (const char *)name),
		anchor);
	return anchor;
}

static void close_anchor(
	const struct reader *r, struct anchor *anchor, struct node *node)
{
	if (!anchor)
		return;
	anchor->nodes = r->nodes - anchor->nodes;
	anchor->node = node;
}

/* NULL where the copy would stand too deep. */
static struct node *copy_tree(
	struct reader *r, const struct node *from, int depth)
{
	struct node *copy = node_copy(r->arena, from);

	if (depth > NODE_MAX_DEPTH)
		return NULL;
	node_empty(copy);
	node_each (child, from) {
		struct node *below = copy_tree(r, child, depth + 1);

		if (!below)
			return NULL;
		node_append(copy, below);
	}
	return copy;
}

static int read_alias(struct reader *r, const yaml_event_t *event, int depth,
	struct node **ret)
{
	const char *name = (const char *)event->data.alias.anchor;
	const struct anchor *anchor = keymap_get(&r->anchors, name);
	const yaml_mark_t *mark = &event->start_mark;

	name = source_brief(r->arena, name);
	if (!anchor)
		return reader_fail(r, mark,
			"there is no anchor '&%s' above (put a text that "
			"begins with '*' in quotes)",
			name);
	if (!anchor->node)
		return reader_fail(
			r, mark, "alias '*%s' would contain itself", name);
	r->aliased += anchor->nodes;
	r->nodes += anchor->nodes;
	if (r->aliased > ALIAS_MAX_COUNT || r->nodes > NODE_MAX_COUNT)
		return reader_fail(r, mark,
			"aliases multiply to more than %d values",
			ALIAS_MAX_COUNT);
	*ret = copy_tree(r, anchor->node, depth);
	if (!*ret)
		return reader_fail(r, mark, "nested deeper than %d levels",
			NODE_MAX_DEPTH);
	return 0;
}

/* ---- scalars and lists --------------------------------------------------- */

/* A tag says what kind a scalar is, and must be right about it. */
static int apply_tag(struct reader *r, const yaml_event_t *event,
	const char *tag, struct node *node)
{
	static const struct {
		const char *tag;
		enum node_kind kind;
	} known[] = { { CORE_TAG "null", NODE_NULL },
		{ CORE_TAG "bool", NODE_BOOL }, { CORE_TAG "int", NODE_INT },
		{ CORE_TAG "float", NODE_FLOAT } };

	/* Tags of one's own say nothing to anybody else. */
	if (*tag == '!' || !strcmp(tag, CORE_TAG "str")) {
		node->quoted = true;
		node->tagged = *tag == '!' && (!tag[1] || !*node->str);
		return 0;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(tag, known[i].tag))
			continue;
		scalar_resolve(node);
		if (node->kind == known[i].kind ||
			(node->kind == NODE_INT && i == 3))
			return 0;
		return reader_fail(r, &event->start_mark,
			"'%s' is not a '!!%s'",
			source_brief(r->arena, node->str),
			tag + strlen(CORE_TAG));
	}
	return reader_fail(r, &event->start_mark, "unknown tag '%s'",
		source_brief(r->arena, tag));
}

static int read_scalar(
	struct reader *r, const yaml_event_t *event, struct node **ret)
{
	const char *value = (const char *)event->data.scalar.value;
	const char *tag = (const char *)event->data.scalar.tag;
	size_t len = event->data.scalar.length;
	struct node *node = make(r, NODE_STR, &event->start_mark);

	if (!node)
		return -1;
	if (memchr(value, '\0', len))
		return reader_fail(r, &event->start_mark,
			"a NUL character is not allowed in a string");
	node->str = arena_strndup(r->arena, value, len);
	*ret = node;
	if (tag)
		return apply_tag(r, event, tag, node);
	if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		scalar_resolve(node);
	else
		node->quoted = true;
	return 0;
}

static int check_tag(struct reader *r, const yaml_event_t *event,
	const yaml_char_t *tag, const char *wanted)
{
	const char *text = (const char *)tag;

	if (!text || !strcmp(text, wanted) || *text == '!')
		return 0;
	return reader_fail(r, &event->start_mark, "unknown tag '%s'",
		source_brief(r->arena, text));
}

static int read_list(struct reader *r, const yaml_event_t *start, int depth,
	struct node **ret)
{
	struct node *list = make(r, NODE_LIST, &start->start_mark);

	if (!list || check_tag(r, start, start->data.sequence_start.tag,
			     CORE_TAG "seq"))
		return -1;
	*ret = list;
	for (;;) {
		AUTO_EVENT event = { 0 };
		struct node *child;

		if (reader_next(r, &event))
			return -1;
		if (event.type == YAML_SEQUENCE_END_EVENT)
			return 0;
		if (read_node(r, &event, depth + 1, &child))
			return -1;
		node_append(list, child);
	}
}

/* ---- maps ---------------------------------------------------------------- */

static bool is_merge_key(const struct node *key)
{
	return !key->quoted && !strcmp(key->str, "<<");
}

static int read_key(struct reader *r, const yaml_event_t *event, int depth,
	struct node **ret)
{
	if (event->type != YAML_SCALAR_EVENT && event->type != YAML_ALIAS_EVENT)
		return reader_fail(r, &event->start_mark,
			"the key of a map must be a text, not a list or a map "
			"(put '{...}' or '[...]' in quotes)");
	if (read_node(r, event, depth, ret))
		return -1;
	if (!(*ret)->str)
		return reader_fail(r, &event->start_mark,
			"the key of a map must be a text, not a list or a map");
	/* An alias as a key stands here, not where its anchor is. */
	(*ret)->line = (int)event->start_mark.line + 1;
	(*ret)->col = (int)event->start_mark.column + 1;
	if ((*ret)->kind == NODE_INT || (*ret)->kind == NODE_FLOAT)
		(*ret)->str = value_text(r->arena, *ret);
	return 0;
}

/* Where the key is new in the map, make `value` its entry. */
static int add_entry(struct node *map, struct keymap *keys,
	const struct node *key, struct node *value, struct err *err)
{
	const struct node *other = keymap_get(keys, key->str);

	if (other)
		return source_error(err, key->source, key->line, key->col,
			"duplicate key '%.100s' (first in line %d)", key->str,
			other->key_line);
	value->key = key->str;
	value->key_line = key->line;
	value->key_col = key->col;
	keymap_put(keys, key->str, value);
	if (!is_merge_key(key))
		node_append(map, value);
	return 0;
}

/* The entries of `from`, a tree of our own, that `map` has not yet. */
static void merge_map(struct node *map, struct keymap *keys, struct node *from)
{
	struct node *next;

	for (struct node *child = from->first; child; child = next) {
		next = child->next;
		if (keymap_get(keys, child->key))
			continue;
		keymap_put(keys, child->key, child);
		node_append(map, child);
	}
}

/* The merge key "<<" of YAML 1.1: a map, or a list of maps of which the first
 * wins; what the map says itself wins over all. */
static int apply_merge(struct reader *r, struct node *map, struct keymap *keys,
	struct node *value)
{
	bool ok = value->kind == NODE_MAP || value->kind == NODE_LIST;

	if (value->kind == NODE_LIST)
		node_each (child, value) {
			ok = ok && child->kind == NODE_MAP;
		}
	if (!ok)
		return source_error(r->err, r->source, value->key_line,
			value->key_col, "'<<' needs a map or a list of maps");
	if (value->kind == NODE_MAP) {
		merge_map(map, keys, value);
		return 0;
	}
	node_each (child, value) {
		merge_map(map, keys, child);
	}
	return 0;
}

static int read_map(struct reader *r, const yaml_event_t *start, int depth,
	struct node **ret)
{
	struct node *map = make(r, NODE_MAP, &start->start_mark);
	struct node *merge = NULL;
	AUTO_KEYMAP keys = KEYMAP_INIT;

	if (!map || check_tag(r, start, start->data.mapping_start.tag,
			    CORE_TAG "map"))
		return -1;
	*ret = map;
	for (;;) {
		AUTO_EVENT event = { 0 };
		AUTO_EVENT value_event = { 0 };
		struct node *key, *value;

		if (reader_next(r, &event))
			return -1;
		if (event.type == YAML_MAPPING_END_EVENT)
			break;
		if (read_key(r, &event, depth + 1, &key) ||
			reader_next(r, &value_event) ||
			read_node(r, &value_event, depth + 1, &value) ||
			add_entry(map, &keys, key, value, r->err))
			return -1;
		if (is_merge_key(key))
			merge = value;
	}
	return merge ? apply_merge(r, map, &keys, merge) : 0;
}

/* ---- the text ------------------------------------------------------------ */

static int read_node(struct reader *r, const yaml_event_t *event, int depth,
	struct node **ret)
{
	struct anchor *anchor = NULL;
	int failed;

	if (depth > NODE_MAX_DEPTH)
		return reader_fail(r, &event->start_mark,
			"nested deeper than %d levels", NODE_MAX_DEPTH);
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return read_alias(r, event, depth, ret);
	case YAML_SCALAR_EVENT:
		anchor = open_anchor(r, event->data.scalar.anchor);
		failed = read_scalar(r, event, ret);
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = open_anchor(r, event->data.sequence_start.anchor);
		failed = read_list(r, event, depth, ret);
		break;
	default:
		anchor = open_anchor(r, event->data.mapping_start.anchor);
		failed = read_map(r, event, depth, ret);
		break;
	}
	if (failed)
		return -1;
	close_anchor(r, anchor, *ret);
	return 0;
}

static int read_document(struct reader *r, struct node **ret)
{
	AUTO_EVENT event = { 0 };
	AUTO_EVENT end = { 0 };

	if (reader_next(r, &event) || read_node(r, &event, 1, ret))
		return -1;
	return reader_next(r, &end);
}

/* What stands behind the first document is nobody's, and may be anything. */
static void note_rest(struct reader *r)
{
	AUTO_EVENT event = { 0 };
	struct err ignored, *err = r->err;
	int failed;

	r->err = &ignored;
	failed = reader_next(r, &event);
	r->err = err;
	if (failed || event.type != YAML_STREAM_END_EVENT)
		r->source->rest_line =
			(int)(failed ? r->parser.problem_mark.line
				     : event.start_mark.line) +
			1;
}

static int read_stream(struct reader *r, struct node **ret)
{
	for (;;) {
		AUTO_EVENT event = { 0 };

		if (reader_next(r, &event))
			return -1;
		if (event.type == YAML_STREAM_END_EVENT)
			break;
		if (event.type != YAML_DOCUMENT_START_EVENT)
			continue;
		if (read_document(r, ret))
			return -1;
		note_rest(r);
		return 0;
	}
	*ret = make(r, NODE_NULL, &r->parser.mark);
	(*ret)->line = (*ret)->col = 1;
	(*ret)->str = "";
	return 0;
}

static int read_text(struct reader *r, struct node **ret)
{
	struct node *root = NULL;
	int failed;

	if (!yaml_parser_initialize(&r->parser))
		return err_set(r->err, "cannot start the YAML parser");
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser,
		(const unsigned char *)r->source->text, r->source->len);
	failed = read_stream(r, &root);
	yaml_parser_delete(&r->parser);
	keymap_release(&r->anchors);
	if (!failed)
		*ret = root;
	return failed;
}

int node_read_yaml(struct arena *arena, const char *path, const char *text,
	size_t len, struct node **ret, struct err *err)
{
	struct reader r = { .arena = arena, .err = err };

	if (len > NODE_MAX_BYTES)
		return err_set(err, "'%s' is larger than %d bytes", path,
			NODE_MAX_BYTES);
	r.source = source_new(arena, path, text, len);
	return read_text(&r, ret);
}

const char *node_yaml_version(void)
{
	return yaml_get_version_string();
}
