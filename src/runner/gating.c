/*
 * Which files a job gets, and whether it runs at all.  A job that asks for
 * files and gets none has nothing to look at; in pre-commit and pre-push that
 * holds also for jobs that ask for none, because the staged or pushed files
 * are what such a hook is about.  But a push is also about refs: one that is
 * deleted, rewound or new sends no file, and a job without any filter may be
 * there to forbid just that.  There deleted files count, and pushed ones
 * that the work tree does not have: a test suite cares about them.  So they do
 * in the output of a `files` command.  In a command they only ever stand for
 * {deleted_files}.
 */
#include "runner/planner.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/glob.h"

void job_files_release(struct job_files *files)
{
	for (int i = 0; i < SET_COUNT; i++)
		strvec_release(&files->lists[i]);
	printed_files_release(&files->printed);
}

/* What is asked on behalf of one job. */
struct gate {
	struct planner *planner;
	const struct scope *scope;
	const char *cwd;
	struct filter *filter;
	struct filter_counts counts; /* of the list that is looked at */
	struct job_files *files;
};

static bool is_hook(const struct gate *gate, const char *name)
{
	return !strcmp(gate->planner->opts->hook->name, name);
}

/* The pattern of `node`, or of the list that it is, which cannot be read. */
static const struct node *find_malformed(
	const struct gate *gate, const struct node *node)
{
	struct planner *planner = gate->planner;
	unsigned flags = planner->doublestar ? GLOB_DOUBLESTAR : 0;
	struct glob *glob;
	struct err ignored;

	if (node && node->kind != NODE_LIST)
		return node->str && *node->str &&
				       glob_compile(planner->arena, node->str,
					       flags, &glob, &ignored)
			       ? node
			       : NULL;
	node_each (item, node) {
		if (item->kind != NODE_LIST && find_malformed(gate, item))
			return item;
	}
	return NULL;
}

/* lefthook's report has no room for a line and a caret. */
static int malformed(struct gate *gate, struct err *err)
{
	static const char *const keys[] = { "glob", "exclude" };
	const struct plan_origin *origin = gate->scope->origin;
	struct err plain = *err;

	if (gate->planner->opts->as_lefthook)
		return -1;
	for (; origin; origin = origin->outer)
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
			const struct node *at = find_malformed(
				gate, node_get(origin->node, keys[i]));

			if (at)
				return node_error(err, at, "%s", plain.msg);
		}
	return -1;
}

static int compile(struct gate *gate, struct err *err)
{
	struct planner *planner = gate->planner;
	const struct scope *scope = gate->scope;
	struct filter_opts opts = { .glob = scope->glob,
		.exclude = scope->exclude,
		.file_types = scope->file_types,
		.root = scope->root,
		.doublestar = planner->doublestar,
		.worktree = repo_worktree(planner->opts->repo),
		.counts = &gate->counts };

	if (filter_compile(planner->arena, &opts, &gate->filter, err))
		return malformed(gate, err);
	return 0;
}

/* What git says about a push is in stdin, which is not read before a job wants
 * the list. */
static int tell_push(struct planner *planner, struct err *err)
{
	const struct run_opts *opts = planner->opts;
	const struct push_opts *push;

	if (planner->push_told || strcmp(opts->hook->name, "pre-push") != 0)
		return 0;
	if (pushed_get(&planner->pushed, planner->arena, &push, err))
		return -1;
	lists_set_push(opts->lists, push);
	planner->push_told = true;
	return 0;
}

static int ask_printed(struct gate *gate, struct err *err)
{
	if (gate->files->has_printed)
		return 0;
	if (lists_command(gate->planner->opts->lists, gate->scope->files,
		    gate->cwd, &gate->files->printed, err))
		return -1;
	gate->files->has_printed = true;
	return 0;
}

/* The list of `set` before it is filtered. */
static int whole_list(struct gate *gate, enum file_set set,
	const struct strvec **ret, struct err *err)
{
	bool printed = gate->scope->files &&
		       (set == SET_FILES || set == SET_DELETED);

	if (tell_push(gate->planner, err))
		return -1;
	if (!printed)
		return lists_get(gate->planner->opts->lists, set, ret, err);
	if (ask_printed(gate, err))
		return -1;
	*ret = set == SET_FILES ? &gate->files->printed.there
				: &gate->files->printed.gone;
	return 0;
}

/* What the filters make of the file that somebody asks about. */
static int ask_about_one(struct gate *gate, const struct strvec *list,
	struct plan_inspected *one, struct err *err)
{
	const char *file = gate->planner->opts->asked_file;
	AUTO_STRVEC alone = STRVEC_INIT, passed = STRVEC_INIT;

	if (!file)
		return 0;
	gate->counts = (struct filter_counts){ 0 };
	strvec_push(&alone, file);
	if (filter_apply_gone(gate->filter, &alone, &passed, err))
		return -1;
	one->asked = gate->counts;
	one->has_asked = strvec_has(list, file);
	return 0;
}

/* What was counted since the last time is about `list`. */
static int note_counts(struct gate *gate, enum file_set set,
	const struct strvec *list, bool only_gate, struct err *err)
{
	struct plan_inspected *one = arena_alloc(
		gate->planner->arena, sizeof(*one));
	int failed;

	*one = (struct plan_inspected){ .set = set,
		.instead = lists_replaced(gate->planner->opts->lists, set),
		.counts = gate->counts,
		.partial = only_gate && !gate->planner->opts->plan_only,
		.only_gate = only_gate,
		.next = gate->files->inspected };
	gate->files->inspected = one;
	failed = ask_about_one(gate, list, one, err);
	gate->counts = (struct filter_counts){ 0 };
	return failed;
}

/* Where every file is to be counted the first that passes is not enough. */
static int passes_any(
	struct gate *gate, const struct strvec *list, struct err *err)
{
	AUTO_STRVEC passed = STRVEC_INIT;

	if (!gate->planner->opts->plan_only)
		return filter_any(gate->filter, list, err);
	if (filter_apply_gone(gate->filter, list, &passed, err))
		return -1;
	return passed.nr != 0;
}

static int ask_list(struct gate *gate, enum file_set set, struct err *err)
{
	struct strvec *list = &gate->files->lists[set];
	const struct strvec *whole;
	int failed;

	gate->files->known[set] = true;
	if (whole_list(gate, set, &whole, err))
		return -1;
	failed = set == SET_DELETED
			 ? filter_apply_gone(gate->filter, whole, list, err)
			 : filter_apply(gate->filter, whole, list, err);
	return note_counts(gate, set, whole, false, err) || failed ? -1 : 0;
}

static const char *noun_of(const struct gate *gate, enum file_set set)
{
	static const char *const nouns[SET_COUNT] = { [SET_STAGED] = "staged",
		[SET_PUSH] = "pushed",
		[SET_ALL] = "tracked",
		[SET_FILES] = "printed",
		[SET_DELETED] = "deleted" };
	const char *replaced = lists_replaced(gate->planner->opts->lists, set);

	return replaced ? replaced : nouns[set];
}

/* Names that are not there from the top of the work tree, but are from the
 * job's root, were meant to be found. */
static bool is_astray(const struct gate *gate, const struct strvec *gone)
{
	bool found = false;

	for (size_t i = 0; gate->scope->root && !found && i < gone->nr; i++)
		found = fs_has(gate->cwd, gone->v[i]);
	return found;
}

/* No file is named by the `files` command. */
static void blame_command(const struct gate *gate, struct reason *ret)
{
	const struct strvec *gone = &gate->files->printed.gone;

	ret->key = "files";
	ret->value = gate->scope->files;
	ret->at = plan_origin_find(gate->scope->origin, "files");
	ret->nfrom = gone->nr;
	ret->astray = is_astray(gate, gone);
}

/* Which filter has left nothing of the list that was looked at last; no key:
 * there was nothing before. */
static void blame(
	const struct gate *gate, enum reason_kind kind, struct reason *ret)
{
	const struct scope *scope = gate->scope;
	const struct plan_inspected *list = gate->files->inspected;
	const struct filter_counts *n = &list->counts;
	const char **root = arena_alloc(
		gate->planner->arena, 2 * sizeof(*root));
	const struct {
		const char *key;
		size_t before, after;
		const char *const *values;
	} filters[] = { { "glob", n->all, n->glob, scope->glob },
		{ "exclude", n->glob, n->exclude, scope->exclude },
		{ "root", n->exclude, n->root, root },
		{ "file_types", n->root, n->file_types, scope->file_types } };

	*root = scope->root;
	*ret = (struct reason){ .kind = kind,
		.from = noun_of(gate, list->set) };
	for (size_t i = 0; !ret->key && i < ARRAY_SIZE(filters); i++) {
		if (!filters[i].before || filters[i].after)
			continue;
		ret->key = filters[i].key;
		ret->nfrom = filters[i].before;
		ret->values = filters[i].values;
		ret->at = plan_origin_find(scope->origin, ret->key);
	}
	if (!ret->key && list->set == SET_FILES && scope->files)
		blame_command(gate, ret);
}

/* Why a job has nothing to look at although it asked for a list. */
static int empty_list(struct gate *gate, enum file_set set,
	struct reason *ret_skip, struct err *err)
{
	struct file_lists *lists = gate->planner->opts->lists;
	const struct strvec *touched;
	int pushed;

	blame(gate, REASON_NO_FILES, ret_skip);
	if (set == SET_FILES && !gate->scope->files &&
		!lists_replaced(lists, set))
		*ret_skip = (struct reason){ .kind = REASON_NO_COMMAND };
	if (set != SET_PUSH || !lists_elsewhere(lists)->nr)
		return 0;
	if (lists_touched(lists, &touched, err))
		return -1;
	pushed = passes_any(gate, touched, err);
	if (pushed < 0)
		return -1;
	if (pushed)
		*ret_skip = (struct reason){ .kind = REASON_ELSEWHERE };
	return 0;
}

/* The lists of all tokens.  One that is empty leaves nothing to look at, but
 * {deleted_files} beside others only if they are empty as well. */
static int ask_lists(struct gate *gate, unsigned sets, struct reason *ret_skip,
	struct err *err)
{
	bool deletions = false;

	for (int i = SET_COUNT - 1; i >= 0 && !ret_skip->kind; i--) {
		enum file_set set = (enum file_set)i;

		if (!(sets & 1U << set))
			continue;
		if (ask_list(gate, set, err))
			return -1;
		if (set == SET_DELETED)
			deletions = gate->files->lists[set].nr != 0;
		if (gate->files->lists[set].nr || deletions ||
			gate->planner->opts->force ||
			(set == SET_DELETED && sets != 1U << SET_DELETED))
			continue;
		if (empty_list(gate, set, ret_skip, err))
			return -1;
	}
	return 0;
}

/* A `files` command that the job's text does not use. */
static int gate_on_command(
	struct gate *gate, struct reason *ret_skip, struct err *err)
{
	int any;

	if (ask_list(gate, SET_FILES, err))
		return -1;
	if (gate->files->lists[SET_FILES].nr)
		return 0;
	any = passes_any(gate, &gate->files->printed.gone, err);
	if (!any)
		blame(gate, REASON_NO_FILES, ret_skip);
	return any < 0 ? -1 : 0;
}

/* A push with refs, for a job that asks for no files in any way. */
static int is_about_refs(struct gate *gate, bool *ret, struct err *err)
{
	const struct scope *scope = gate->scope;
	struct planner *planner = gate->planner;
	const struct push_opts *push;

	*ret = false;
	if (planner->opts->as_lefthook || !is_hook(gate, "pre-push") ||
		*scope->glob || *scope->exclude || *scope->file_types ||
		scope->root || scope->files)
		return 0;
	if (pushed_get(&planner->pushed, planner->arena, &push, err))
		return -1;
	*ret = push->refs.nr;
	return 0;
}

static int gate_without_token(
	struct gate *gate, struct reason *ret_skip, struct err *err)
{
	bool push = is_hook(gate, "pre-push");
	enum file_set set = push ? SET_PUSH : SET_STAGED;
	const struct strvec *list;
	bool about_refs = false;
	int any;

	if (!push && !is_hook(gate, "pre-commit"))
		return 0;
	if (whole_list(gate, set, &list, err))
		return -1;
	any = passes_any(gate, list, err);
	if (!any) {
		gate->counts = (struct filter_counts){ 0 };
		if (lists_touched(gate->planner->opts->lists, &list, err))
			return -1;
		any = passes_any(gate, list, err);
	}
	if (any < 0 || note_counts(gate, set, list, true, err))
		return -1;
	if (!any && is_about_refs(gate, &about_refs, err))
		return -1;
	if (!any && !about_refs)
		blame(gate, push ? REASON_NO_PUSHED : REASON_NO_STAGED,
			ret_skip);
	return 0;
}

int gating_fill(struct planner *planner, const struct scope *scope,
	const char *text, const char *cwd, struct job_files *ret,
	struct err *err)
{
	struct gate gate = {
		.planner = planner, .scope = scope, .cwd = cwd, .files = ret
	};
	unsigned sets = template_sets(text);
	int failed = compile(&gate, err);

	for (int set = 0; !failed && set < SET_COUNT; set++)
		if (sets & 1U << set)
			failed = ask_list(&gate, (enum file_set)set, err);
	return failed;
}

static int pass_gate(struct gate *gate, unsigned sets, struct reason *ret_skip,
	struct err *err)
{
	bool force = gate->planner->opts->force;
	bool named = sets & (1U << SET_FILES | 1U << SET_DELETED);

	if (compile(gate, err) || ask_lists(gate, sets, ret_skip, err))
		return -1;
	if (force || ret_skip->kind)
		return 0;
	if (gate->scope->files && !named &&
		gate_on_command(gate, ret_skip, err))
		return -1;
	if (sets || ret_skip->kind)
		return 0;
	/* its own command has said that there are some */
	if (gate->scope->files && !gate->planner->opts->as_lefthook)
		return 0;
	return gate_without_token(gate, ret_skip, err);
}

int gating_files(struct planner *planner, const struct scope *scope,
	const char *text, const char *cwd, struct job_files *ret,
	struct reason *ret_skip, struct err *err)
{
	struct gate gate = {
		.planner = planner, .scope = scope, .cwd = cwd, .files = ret
	};

	return pass_gate(&gate, text ? template_sets(text) : 0, ret_skip, err);
}

int gating_event(struct planner *planner, const struct scope *scope,
	struct filter **ret, struct err *err)
{
	struct gate gate = { .planner = planner, .scope = scope };

	if (is_hook(&gate, "pre-commit") || is_hook(&gate, "pre-push"))
		return 0;
	if (compile(&gate, err))
		return -1;
	*ret = gate.filter;
	return 0;
}

/* A job's names count from its `cwd`; what is outside the work tree is
 * nobody's to stage. */
static void add_given(struct planner *planner, const char *cwd,
	const struct strvec *names, struct strvec *ret)
{
	const char *worktree = repo_worktree(planner->opts->repo);
	size_t len = strlen(worktree);

	for (size_t i = 0; i < names->nr; i++) {
		AUTO_FREE char *path = fs_clean(cwd, names->v[i]);

		if (!strncmp(path, worktree, len) && path[len] == '/')
			strvec_push(ret, path + len + 1);
	}
}

int gating_given(struct planner *planner, const struct scope *scope,
	const char *text, const char *cwd, const struct job_files *files,
	struct strvec *ret, struct err *err)
{
	unsigned sets = text ? template_sets(text) : 0;
	struct gate gate = { .planner = planner, .scope = scope, .cwd = cwd };
	AUTO_STRVEC staged = STRVEC_INIT;
	const struct strvec *whole;

	for (int set = 0; set < SET_COUNT; set++)
		if (sets & 1U << set && set != SET_DELETED)
			add_given(planner, cwd, &files->lists[set], ret);
	if (sets || strcmp(planner->opts->hook->name, "pre-commit") != 0)
		return 0;
	if (compile(&gate, err) || whole_list(&gate, SET_STAGED, &whole, err) ||
		filter_apply(gate.filter, whole, &staged, err))
		return -1;
	add_given(planner, cwd, &staged, ret);
	return 0;
}
