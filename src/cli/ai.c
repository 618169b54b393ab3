/*
 * The key `ai`: hooks of coding agents that run hooks of ours.  Each agent has
 * a file of its own in the work tree, which `install` brings in line with the
 * configuration and `uninstall` cleans.
 *
 * Such a file may hold anything else its owner has put there, so it is read
 * whole, only entries whose command runs lefthook or hookrun are touched, and
 * it is written only where something changes: keys sorted and indented by two
 * as lefthook writes them, numbers as they were.  What cannot be read is an
 * error and is left alone.
 */
#include "cli/ai.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/json.h"

#include <unistd.h>

#define FILE_MAX (16 << 20)

struct agent {
	const char *name, *path;
	bool grouped; /* events have groups of hooks, else commands */
	bool version; /* "version": 1 */
};

/* "PROGRAM run HOOK OPTION" */
struct command_words {
	const char *program, *option;
};

static const struct agent agents[] = {
	{ "claude", ".claude/settings.json", true, false },
	{ "codex", ".codex/hooks.json", true, false },
	{ "cursor", ".cursor/hooks.json", false, true },
	{ "copilot", ".github/hooks/lefthook.json", false, true },
};

/* ---- the tree ---- */

static struct node *new_text(struct arena *arena, const char *text)
{
	struct node *node = node_new(arena, NODE_STR);

	node->str = text;
	node->quoted = true;
	return node;
}

static struct node *put(struct node *map, const char *key, struct node *value)
{
	value->key = key;
	node_append(map, value);
	return value;
}

/* The child `key`, made where it is missing. */
static struct node *want(struct arena *arena, struct node *map, const char *key,
	enum node_kind kind)
{
	struct node *child = node_get(map, key);

	return child ? child : put(map, key, node_new(arena, kind));
}

static bool is_ours(struct node *entry)
{
	const char *command = node_str(entry, "command");

	return command && (strstr(command, "lefthook run ") ||
				  strstr(command, "hookrun run "));
}

/* Leave out the children that `drop` answers true for. */
static bool filter(struct node *parent, bool (*drop)(struct node *))
{
	struct node **link = &parent->first;
	bool dropped = false;

	parent->last = NULL;
	while (*link) {
		struct node *child = *link;

		if (drop(child)) {
			*link = child->next;
			parent->count--;
			dropped = true;
		} else {
			parent->last = child;
			link = &child->next;
		}
	}
	return dropped;
}

/* An entry of ours, or a group that had nothing else. */
static bool drop_group(struct node *group)
{
	struct node *hooks = node_get(group, "hooks");

	if (is_ours(group))
		return true;
	return hooks && hooks->kind == NODE_LIST && filter(hooks, is_ours) &&
	       !hooks->count;
}

static bool drop_event(struct node *event)
{
	return event->kind == NODE_LIST && filter(event, drop_group) &&
	       !event->count;
}

static bool drop_hooks(struct node *child)
{
	return !strcmp(child->key, "hooks") && !child->count;
}

static void add_entry(struct arena *arena, const struct agent *agent,
	struct node *event, const char *command)
{
	struct node *entry = node_new(arena, NODE_MAP);

	put(entry, "command", new_text(arena, command));
	if (agent->grouped) {
		struct node *group = node_new(arena, NODE_MAP);

		put(entry, "type", new_text(arena, "command"));
		node_append(
			put(group, "hooks", node_new(arena, NODE_LIST)), entry);
		entry = group;
	}
	node_append(event, entry);
}

/* ---- writing ---- */

static void sort_maps(struct node *node)
{
	if (node->kind == NODE_MAP)
		node_sort(node, node_by_key);
	node_each (child, node) {
		sort_maps(child);
	}
}

static void write_text(struct strbuf *out, struct node *root)
{
	struct json json;

	sort_maps(root);
	json_init(&json, out, 2);
	node_write_json(root, &json);
	strbuf_addch(out, '\n');
}

/* ---- one agent's file ---- */

static int check_depth(const struct node *node, int depth)
{
	if (depth >= JSON_MAX_DEPTH)
		return -1;
	node_each (child, node) {
		if (check_depth(child, depth + 1))
			return -1;
	}
	return 0;
}

/* The tree of `text`, an empty map for an empty text. */
static int parse(struct arena *arena, const char *path,
	const struct strbuf *text, struct node **ret, struct err *err)
{
	struct node *root = node_new(arena, NODE_MAP);
	const struct node *hooks;

	if (text->len && node_read_json(arena, path, text->buf, text->len,
				 false, &root, err))
		return -1;
	hooks = node_get(root, "hooks");
	if (root->kind != NODE_MAP || (hooks && hooks->kind != NODE_MAP) ||
		check_depth(root, 0))
		return err_set(err, "'%s' is not a file of agent hooks", path);
	*ret = root;
	return 0;
}

static int add_events(struct arena *arena, const struct agent *agent,
	struct node *root, const struct node *events,
	const struct command_words *words, struct err *err)
{
	struct node *hooks = want(arena, root, "hooks", NODE_MAP);

	if (agent->version && !node_get(root, "version"))
		put(root, "version", node_new(arena, NODE_INT))->str = "1";
	node_each (event, events) {
		struct node *list = want(arena, hooks, event->key, NODE_LIST);

		if (list->kind != NODE_LIST)
			return err_set(err, "'%s': hooks.%s is not a list",
				agent->path, event->key);
		add_entry(arena, agent, list,
			arena_printf(arena, "%s run %s%s", words->program,
				event->str, words->option));
	}
	return 0;
}

/* Make the file's tree what it is to be. */
static int rebuild(struct arena *arena, const struct agent *agent,
	const struct node *events, const struct command_words *words,
	struct node *root, struct err *err)
{
	struct node *hooks = node_get(root, "hooks");

	if (hooks && filter(hooks, drop_event))
		filter(root, drop_hooks);
	if (events && events->count)
		return add_events(arena, agent, root, events, words, err);
	return 0;
}

/* Only ours was in the file. */
static bool is_bare(const struct node *root)
{
	node_each (child, root) {
		if (strcmp(child->key, "version") != 0)
			return false;
	}
	return true;
}

static int save(const char *path, struct node *before, struct node *after,
	struct err *err)
{
	AUTO_STRBUF old = STRBUF_INIT, new = STRBUF_INIT;

	write_text(&old, before);
	write_text(&new, after);
	if (!strcmp(old.buf, new.buf))
		return 0;
	if (is_bare(after)) {
		if (unlink(path))
			return err_errno(err, "cannot remove '%s'", path);
		printf("removed %s\n", path);
		return 0;
	}
	if (fs_mkdirs_for(path, err) ||
		fs_write_atomic(path, new.buf, new.len, 0644, err))
		return -1;
	printf("Updated %s\n", path);
	return 0;
}

/* `events` (NULL: none) is what the configuration wants of this agent. */
static int update(const char *work_tree, const struct agent *agent,
	const struct node *events, const struct command_words *words,
	struct err *err)
{
	AUTO_FREE char *path = fs_join(work_tree, agent->path);
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STRBUF text = STRBUF_INIT;
	struct node *before, *after;
	int failed = fs_read(path, &text, FILE_MAX, err) < 0;

	if (!failed && (text.len || (events && events->count)))
		failed = parse(&arena, path, &text, &before, err) ||
			 parse(&arena, path, &text, &after, err) ||
			 rebuild(&arena, agent, events, words, after, err) ||
			 save(path, before, after, err);
	return failed ? -1 : 0;
}

/* ---- commands ---- */

static int check_hooks(const struct config *config, const struct node *ai)
{
	int status = 0;

	node_each (agent, ai) {
		node_each (event, agent) {
			if (event->str && config_hook(config, event->str))
				continue;
			status = complain_text("ai.%s.%s: hook '%s' is not in "
					       "the configuration",
				agent->key, event->key,
				event->str ? event->str : "");
		}
	}
	return status ? complain_text("ai hooks misconfigured") : 0;
}

/* An agent takes a failure for a veto only where the exit code is 2, which
 * lefthook does not know; what the user calls instead may be lefthook. */
static struct command_words words_of(const struct config *config)
{
	if (config->binary)
		return (struct command_words){ config->binary, "" };
	return (struct command_words){ persona_name(),
		persona_is_lefthook() ? "" : " --agent" };
}

int ai_install(const struct workspace *ws)
{
	const struct node *ai = node_get(ws->config.root, "ai");
	struct command_words words = words_of(&ws->config);
	struct err err;

	if (check_hooks(&ws->config, ai))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(agents); i++)
		if (update(repo_worktree(ws->repo), &agents[i],
			    node_get(ai, agents[i].name), &words, &err))
			return complain(&err);
	return 0;
}

int ai_uninstall(const struct repo *repo)
{
	int status = 0;
	struct err err;

	for (size_t i = 0; repo_worktree(repo) && i < ARRAY_SIZE(agents); i++)
		if (update(repo_worktree(repo), &agents[i], NULL, NULL, &err))
			status = complain(&err);
	return status;
}
