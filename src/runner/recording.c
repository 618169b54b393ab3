/*
 * Reading what the recorder has written.  The log may have been cut, or edited
 * by whoever wants to know what happens then: a line that is no record is
 * counted and passed over, and of a record nothing is believed but what has the
 * right kind.
 */
#include "hookrun/runner/recording.h"

#include "runner/runlog.h"

#include "hookrun/base/alloc.h"
#include "hookrun/config/node.h"

#include <string.h>

#define MS_MAX                                                                 \
	(INT64_C(1) << 52) /* so that two of them are µs without overflow */

static const char *get_text(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);

	return node && node->kind == NODE_STR ? node->str : NULL;
}

static const char **get_texts(struct arena *arena, const struct node *list)
{
	const char **texts = arena_alloc(
		arena, ((list ? list->count : 0) + 1) * sizeof(*texts));
	size_t nr = 0;

	node_each (node, list) {
		if (node->kind == NODE_STR)
			texts[nr++] = node->str;
	}
	return texts;
}

static int64_t get_int(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);

	if (!node || node->kind != NODE_INT || node->integer < 0 ||
		node->integer > MS_MAX)
		return 0;
	return node->integer;
}

static bool get_bool(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);

	return node && node->kind == NODE_BOOL && node->boolean;
}

static int fill_job(
	const struct node *node, struct recorded_job *job, struct err *err)
{
	const struct node *commands = node_get(node, "commands");

	*job = (struct recorded_job){ .name = get_text(node, "name"),
		.path = get_text(node, "path"),
		.kind = get_text(node, "kind"),
		.outcome = get_text(node, "outcome"),
		.file = get_text(node, "file"),
		.line = get_int(node, "line"),
		.folder = get_text(node, "folder"),
		.why = get_text(node, "why"),
		.ending = get_text(node, "ending"),
		.output = get_text(node, "output"),
		.output_bytes = get_int(node, "output_bytes"),
		.start_ms = get_int(node, "start"),
		.ms = get_int(node, "ms"),
		.started = node_get(node, "start"),
		.allowed = get_bool(node, "allowed") };
	if (!job->why)
		job->why = get_text(node, "note");
	if (commands && commands->first)
		job->command = commands->first->str;
	if (job->name && job->path && job->kind && job->outcome)
		return 0;
	return err_set(err, "a job lacks its name");
}

static int fill_jobs(struct arena *arena, const struct node *list,
	struct recording *ret, struct err *err)
{
	ret->jobs = arena_alloc(
		arena, ((list ? list->count : 0) + 1) * sizeof(*ret->jobs));
	node_each (node, list) {
		if (fill_job(node, &ret->jobs[ret->nr++], err))
			return -1;
	}
	return 0;
}

int recording_parse(struct arena *arena, const char *text, size_t len,
	struct recording *ret, struct err *err)
{
	struct recording one = { 0 };
	struct node *root;

	if (node_read_json(arena, "record", text, len, false, &root, err))
		return -1;
	if (get_int(root, "version") != RECORDING_VERSION)
		return err_set(err, "not a record of this version");
	one.text = root->source->text;
	one.date_ms = get_int(root, "date");
	one.ms = get_int(root, "ms");
	one.hook = get_text(root, "hook");
	one.outcome = get_text(root, "outcome");
	one.error = get_text(root, "error");
	if (!one.error)
		one.error = get_text(node_get(root, "reason"), "text");
	one.git = get_text(root, "git");
	one.program = get_text(root, "program");
	one.terminal = get_bool(root, "terminal");
	one.worktree = get_text(root, "worktree");
	one.head = get_text(root, "head");
	one.trees = get_texts(arena, node_get(root, "trees"));
	if (!one.hook || !one.outcome)
		return err_set(err, "a record lacks its hook");
	if (fill_jobs(arena, node_get(root, "jobs"), &one, err))
		return -1;
	*ret = one;
	return 0;
}

/* The line that ends before `end`, or NULL where there is no other. */
static const char *line_before(
	const struct strbuf *log, const char *end, size_t *ret_len)
{
	const char *start = end;

	while (end > log->buf && end[-1] == '\n')
		end--;
	for (start = end; start > log->buf && start[-1] != '\n'; start--)
		;
	*ret_len = (size_t)(end - start);
	return *ret_len ? start : NULL;
}

int recordings_read(const char *commondir, struct arena *arena,
	const char *hook, size_t max, struct recordings *ret, struct err *err)
{
	AUTO_STRBUF log = STRBUF_INIT;
	struct recordings all = { 0 };
	const char *line;
	size_t len;

	if (runlog_read(commondir, &log, err))
		return -1;
	all.v = arena_alloc(arena, (max + 1) * sizeof(*all.v));
	for (const char *end = log.buf + log.len; all.nr < max; end = line) {
		struct recording *one = &all.v[all.nr];
		struct err ignored = ERR_INIT;

		line = line_before(&log, end, &len);
		if (!line)
			break;
		if (recording_parse(arena, line, len, one, &ignored))
			all.damaged++;
		else if (!hook || !strcmp(hook, one->hook))
			all.nr++;
	}
	*ret = all;
	return 0;
}
