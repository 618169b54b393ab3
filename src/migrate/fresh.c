/*
 * A migration is new until it is on a remote: from then on others have applied
 * it, and to try it is of no use any more.
 *
 * Which files are staged or pushed is known without a process; git is asked
 * only where migrations are among them and that leaves a doubt: one that is
 * staged and has been committed before, or a push, which may bring along what
 * came from the remote by a merge.
 *
 * Where the migrations of an application are, Rails alone knows for certain.  A
 * file counts as one by its name, and by a folder `migrate` or `x_migrate`
 * above it, or one that config/database.yml names; what Rails knows nothing of
 * is told then.
 */
#include "migrate/fresh.h"

#include "migrate/dirs.h"
#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/files/push.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/git/staged.h"

struct search {
	struct migrate *m;
	int64_t after;
	const char **dirs; /* that the configuration names, NULL: not read */
	struct strvec found;
};

static bool in_migrate_folder(const char *path)
{
	const char *name = fs_basename(path);

	for (const char *at = path; at < name;) {
		const char *end = strchr(at, '/');
		size_t len = (size_t)(end - at);

		if (len >= 7 && !strncmp(end - 7, "migrate", 7) &&
			(len == 7 || end[-8] == '_'))
			return true;
		at = end + 1;
	}
	return false;
}

static const char **named_folders(struct search *search)
{
	struct migrate *m = search->m;
	struct db_targets targets = { 0 };
	struct err ignored = ERR_INIT;
	AUTO_STRVEC all = STRVEC_INIT;
	const char *why;

	if (m->engine->targets(
		    m->app, NULL, m->ctx->arena, &targets, &why, &ignored) == 1)
		for (size_t i = 0; i < targets.nr; i++)
			for (const char **dir = targets.v[i].migrations_paths;
				dir && *dir; dir++)
				strvec_push(&all, *dir);
	return dirs_copy(m->ctx->arena, &all);
}

/* Whether the file at `path`, from the top of the work tree, is to be tried. */
static int is_wanted(struct search *search, const char *path, struct err *err)
{
	struct migrate *m = search->m;
	size_t len = strlen(m->app_rel);
	const char *in_app = path + (len ? len + 1 : 0);
	AUTO_STRVEC one = STRVEC_INIT;
	int64_t version;

	if (len && (strncmp(path, m->app_rel, len) || path[len] != '/'))
		return 0;
	if (!migration_parse(in_app, &version) || version <= search->after)
		return 0;
	if (!in_migrate_folder(in_app)) {
		if (!search->dirs)
			search->dirs = named_folders(search);
		if (!dirs_cover((const char *const *)search->dirs, in_app))
			return 0;
	}
	if (!m->ctx->filter)
		return 1;
	strvec_push(&one, path);
	return filter_any(m->ctx->filter, &one, err);
}

static int consider(struct search *search, const char *path, struct err *err)
{
	int wanted = is_wanted(search, path, err);

	if (wanted > 0 && !strvec_has(&search->found, path))
		strvec_push(&search->found, path);
	return wanted < 0 ? -1 : 0;
}

/* ---- what remotes have --------------------------------------------------- */

/* The commits of a branch that no remote has. */
struct range {
	const struct oid *tip;
	const struct oid *known; /* one more that the remote has, or NULL */
};

/* `git log` with `options`, of where `paths` were added in the range. */
static int log_additions(struct migrate *m, const struct range *range,
	const char *const *options, const struct strvec *paths,
	struct strbuf *out, struct err *err)
{
	const char *const words[] = { "-z", "--no-renames", "--no-follow",
		"--no-show-signature", "--diff-filter=A", range->tip->hex,
		"--not", "--remotes", range->known ? range->known->hex : NULL,
		NULL };
	AUTO_STRVEC args = STRVEC_INIT;

	strvec_push(&args, "log");
	while (*options)
		strvec_push(&args, *options++);
	for (size_t i = 0; words[i]; i++)
		strvec_push(&args, words[i]);
	strvec_push(&args, "--");
	for (size_t i = 0; i < paths->nr; i++) {
		AUTO_STRBUF literal = STRBUF_INIT;

		strbuf_addf(&literal, ":(top,literal)%s", paths->v[i]);
		strvec_push(&args, literal.buf);
	}
	return gitcmd(m->ctx->repo, strvec_words(&args), NULL, out, err);
}

/* Of `paths` those whose file came with a commit of the range. */
static int unpublished(struct migrate *m, const struct range *range,
	const struct strvec *paths, struct strvec *ret, struct err *err)
{
	AUTO_STRVEC added = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;

	if (log_additions(m, range, GIT_ARGS("--format=", "--name-only"), paths,
		    &out, err))
		return -1;
	strvec_split(&added, out.buf, out.len, '\0');
	for (size_t i = 0; i < paths->nr; i++)
		if (strvec_has(&added, paths->v[i]))
			strvec_push(ret, paths->v[i]);
	return 0;
}

/* The last commit on the line of first parents that has none of `paths`; ""
 * where there is none. */
static int before_all(struct migrate *m, const struct range *range,
	const struct strvec *paths, struct oid *ret, struct err *err)
{
	AUTO_STRVEC commits = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT, parent = STRBUF_INIT;

	*ret = (struct oid){ "" };
	if (log_additions(m, range,
		    GIT_ARGS("-m", "--first-parent", "--format=%H"), paths,
		    &out, err))
		return -1;
	strvec_split(&commits, out.buf, out.len, '\0');
	if (!commits.nr)
		return 0;
	strbuf_addf(&parent, "%s^", commits.v[commits.nr - 1]);
	return repo_resolve(m->ctx->repo, parent.buf, ret, err) < 0 ? -1 : 0;
}

static void take(struct migrate *m, const struct strvec *paths,
	struct fresh *fresh, struct fresh_list *ret)
{
	if (!paths->nr)
		return;
	fresh->paths = dirs_copy(m->ctx->arena, paths);
	fresh->nr = paths->nr;
	ret->v[ret->nr++] = *fresh;
}

/* ---- a commit ------------------------------------------------------------ */

/* What a merge brings from its other side is not new. */
static bool comes_by_merge(
	struct migrate *m, const struct staged_file *file, struct err *err)
{
	struct oid other, there, here;
	const char *line;

	if (!(repo_state(m->ctx->repo) & REPO_MERGE))
		return false;
	line = repo_state_file(m->ctx->repo, "MERGE_HEAD", m->ctx->arena);
	if (!line || !oid_parse(line, &other) ||
		repo_path_oid(m->ctx->repo, &other, file->path, &there, err) !=
			1)
		return false;
	staged_oid(file, &here);
	return oid_eq(&there, &here);
}

/* What is staged of migrations, by what becomes of their files. */
struct index_search {
	struct search added, changed, gone;
};

static struct search *place_of(
	struct index_search *search, enum staged_status status)
{
	switch (status) {
	case STAGED_ADDED:
		return &search->added;
	case STAGED_MODIFIED:
		return &search->changed;
	case STAGED_DELETED:
		return &search->gone;
	case STAGED_TYPE:
	case STAGED_UNMERGED:
	case STAGED_INTENT:
		break;
	}
	return NULL;
}

static int look_at_index(struct index_search *search, struct err *err)
{
	struct migrate *m = search->added.m;
	struct staged staged;

	if (repo_staged(m->ctx->repo, &staged, err))
		return -1;
	for (size_t i = 0; i < staged.nr; i++) {
		const struct staged_file *file = &staged.v[i];
		struct search *place = place_of(search, file->status);

		if (!place || comes_by_merge(m, file, err))
			continue;
		if (consider(place, file->path, err))
			return -1;
	}
	return 0;
}

/* What HEAD has too is new as long as it was not pushed; and what was not, and
 * is another text now or has another number, is in HEAD's schema. */
static int add_changed(
	struct index_search *search, struct fresh *fresh, struct err *err)
{
	struct strvec *added = &search->added.found;
	struct migrate *m = search->added.m;
	AUTO_STRVEC both = STRVEC_INIT, mine = STRVEC_INIT;
	const struct oid head = fresh->base;
	const struct range range = { &head, NULL };

	strvec_push_all(&both, search->changed.found.v);
	if (added->nr || both.nr)
		strvec_push_all(&both, search->gone.found.v);
	if (!both.nr)
		return 0;
	if (unpublished(m, &range, &both, &mine, err))
		return -1;
	for (size_t i = 0; i < mine.nr; i++)
		if (strvec_has(&search->changed.found, mine.v[i]))
			strvec_push(added, mine.v[i]);
	return mine.nr ? before_all(m, &range, &mine, &fresh->base, err) : 0;
}

/* Git's own words for an index that it cannot make a tree of. */
static int tree_of_index(struct migrate *m, struct oid *ret, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (gitcmd(m->ctx->repo, GIT_ARGS("write-tree"), NULL, &out, err))
		return -1;
	if (oid_parse_n(out.buf, strcspn(out.buf, "\n"), ret))
		return 0;
	return err_set(err, "cannot tell which tree is committed");
}

static int find_staged(struct migrate *m, int64_t after, struct fresh_list *ret,
	struct err *err)
{
	const struct search empty = { .m = m, .after = after };
	struct index_search search = { empty, empty, empty };
	struct fresh fresh = { .base = m->heads.cur };
	int failed = look_at_index(&search, err) ||
		     add_changed(&search, &fresh, err);

	if (!failed && search.added.found.nr) {
		failed = tree_of_index(m, &fresh.tree, err);
		ret->v = arena_alloc(m->ctx->arena, sizeof(*ret->v));
		if (!failed)
			take(m, &search.added.found, &fresh, ret);
	}
	strvec_release(&search.added.found);
	strvec_release(&search.changed.found);
	strvec_release(&search.gone.found);
	return failed ? -1 : 0;
}

/* ---- a push -------------------------------------------------------------- */

static int find_of_range(struct search *search, const struct range *range,
	struct fresh_list *ret, struct err *err)
{
	AUTO_STRVEC mine = STRVEC_INIT, there = STRVEC_INIT;
	struct migrate *m = search->m;
	struct fresh fresh = { 0 };
	struct oid blob;

	if (unpublished(m, range, &search->found, &mine, err))
		return -1;
	for (size_t i = 0; i < mine.nr; i++)
		if (repo_path_oid(m->ctx->repo, range->tip, mine.v[i], &blob,
			    err) == 1)
			strvec_push(&there, mine.v[i]);
	if (!there.nr)
		return 0;
	if (repo_path_oid(m->ctx->repo, range->tip, "", &fresh.tree, err) < 0 ||
		before_all(m, range, &there, &fresh.base, err))
		return -1;
	take(m, &there, &fresh, ret);
	return 0;
}

/* Git's lines; by hand there are none, and HEAD is what would be pushed. */
static int read_push(struct migrate *m, struct push_opts *ret, struct err *err)
{
	struct event *event = m->ctx->event;
	struct err ignored = ERR_INIT;
	size_t len;
	const char *text = event_stdin(event, &len);

	*ret = (struct push_opts){ .remote = event->nargs ? event->args[0]
							  : NULL };
	if (event->nargs && (len || event->stdin_is_pipe))
		return push_refs_read(
			m->ctx->arena, text, len, &ret->refs, err);
	ret->by_hand = push_refs_read(m->ctx->arena, text, len, &ret->refs,
			       &ignored) ||
		       !ret->refs.nr;
	return 0;
}

static int find_of_refs(struct search *search, const struct push_opts *push,
	struct fresh_list *ret, struct err *err)
{
	struct migrate *m = search->m;

	ret->v = arena_alloc(
		m->ctx->arena, (push->refs.nr + 1) * sizeof(*ret->v));
	if (push->by_hand)
		return find_of_range(search,
			&(struct range){ &m->heads.cur, NULL }, ret, err);
	for (size_t i = 0; i < push->refs.nr; i++) {
		const struct oid *from = &push->refs.v[i].from;
		const struct oid *to = &push->refs.v[i].to;
		bool again = oid_is_null(to);
		struct range range = { 0 };
		struct oid tip;
		int found;

		for (size_t j = 0; j < i; j++)
			again |= oid_eq(to, &push->refs.v[j].to);
		if (again)
			continue;
		if (!oid_is_null(from) && repo_has_object(m->ctx->repo, from))
			range.known = from;
		range.tip = &tip;
		found = repo_resolve(m->ctx->repo, to->hex, &tip, err);
		if (found < 0 ||
			(found && find_of_range(search, &range, ret, err)))
			return -1;
	}
	return 0;
}

static int find_pushed(struct migrate *m, int64_t after, struct fresh_list *ret,
	struct err *err)
{
	struct search search = { .m = m, .after = after };
	struct push_files files = { 0 };
	struct push_opts push;
	int failed = read_push(m, &push, err) ||
		     push_files(m->ctx->repo, &push, &files, err);

	for (size_t i = 0; !failed && i < files.diff.changed.nr; i++)
		failed = consider(&search, files.diff.changed.v[i], err);
	if (!failed && search.found.nr)
		failed = find_of_refs(&search, &push, ret, err);
	strvec_release(&search.found);
	push_files_release(&files);
	return failed ? -1 : 0;
}

int fresh_find(struct migrate *m, int64_t after, struct fresh_list *ret,
	struct err *err)
{
	*ret = (struct fresh_list){ 0 };
	if (!strcmp(m->ctx->event->hook, "pre-push"))
		return find_pushed(m, after, ret, err);
	return find_staged(m, after, ret, err);
}
