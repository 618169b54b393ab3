/*
 * Which of the named files can be copied is settled before one of them is: by
 * lstat first, then git is asked once which are tracked, and of those that are
 * missing here once which are ignored.  What git would show as new is left out:
 * these files hold passwords and keys, and `git add .` is near.
 */
#include "newtree/wanted.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/steps/folder.h"

#include <string.h>
#include <strings.h>

/* The parts of a path that are folders of git's are in no letter case. */
static bool leads_into_git(const char *path)
{
	while (*path) {
		size_t len = strcspn(path, "/");

		if (len == 4 && !strncasecmp(path, ".git", 4))
			return true;
		path += len;
		path += strspn(path, "/");
	}
	return false;
}

/* From the top of the work tree, without slashes that say nothing. */
static int clean_path(struct step_ctx *ctx, const struct step_folder *folder,
	const char *name, const char **ret, struct err *err)
{
	const char *top = repo_worktree(ctx->repo);
	size_t len = strlen(top);
	AUTO_FREE char *path = fs_clean(folder->path, name);

	if (*name == '/' || strncmp(path, top, len) != 0 || path[len] != '/')
		return err_set(err,
			"'copy' names '%s', which is not below the work tree",
			name);
	if (leads_into_git(path + len))
		return err_set(err,
			"'copy' names '%s', which belongs to git itself", name);
	*ret = arena_strdup(ctx->arena, path + len + 1);
	return 0;
}

/* Whether a folder on the way from `top` to `path` is a link. */
static bool is_behind_link(const char *top, const char *path)
{
	AUTO_FREE char *full = fs_join(top, path);
	char *slash = full + strlen(top);

	while ((slash = strchr(slash + 1, '/'))) {
		struct stat st;
		bool is_link;

		*slash = '\0';
		is_link = !lstat(full, &st) && S_ISLNK(st.st_mode);
		*slash = '/';
		if (is_link)
			return true;
	}
	return false;
}

static void look(struct step_ctx *ctx, const char *donor, struct wanted *item)
{
	const char *top = repo_worktree(ctx->repo);
	AUTO_FREE char *there = fs_join(donor, item->path);
	struct stat st;

	item->state = WANTED_COPY;
	if (is_behind_link(top, item->path) ||
		is_behind_link(donor, item->path))
		item->state = WANTED_LINKED;
	else if (fs_has(top, item->path))
		item->state = WANTED_HERE;
	else if (lstat(there, &st))
		item->state = WANTED_ABSENT;
	else if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) &&
		 !S_ISLNK(st.st_mode))
		item->state = WANTED_ODD;
	else
		item->is_dir = S_ISDIR(st.st_mode);
}

static bool may_be_tracked(const struct wanted *item)
{
	return item->state == WANTED_COPY || item->state == WANTED_HERE;
}

/* `path` itself, or what is below it. */
static bool covers(const char *path, const char *file)
{
	size_t len = strlen(path);

	return !strncmp(path, file, len) && (!file[len] || file[len] == '/');
}

static bool covers_any(const char *path, const struct strvec *files)
{
	for (size_t i = 0; i < files->nr; i++)
		if (covers(path, files->v[i]))
			return true;
	return false;
}

static int leave_tracked(
	struct step_ctx *ctx, struct wanted_list *list, struct err *err)
{
	AUTO_STRVEC args = STRVEC_INIT;
	AUTO_STRVEC tracked = STRVEC_INIT;
	size_t asked;

	strvec_push(&args, "--literal-pathspecs");
	strvec_push(&args, "ls-files");
	strvec_push(&args, "-z");
	strvec_push(&args, "--");
	asked = args.nr;
	for (size_t i = 0; i < list->nr; i++)
		if (may_be_tracked(&list->v[i]))
			strvec_push(&args, list->v[i].path);
	if (args.nr == asked)
		return 0;
	if (gitcmd_list(ctx->repo, strvec_words(&args), &tracked, err))
		return -1;
	for (size_t i = 0; i < list->nr; i++)
		if (may_be_tracked(&list->v[i]) &&
			covers_any(list->v[i].path, &tracked))
			list->v[i].state = WANTED_TRACKED;
	return 0;
}

/* A rule for folders alone heeds the slash, where nothing is there yet. */
static int leave_visible(
	struct step_ctx *ctx, struct wanted_list *list, struct err *err)
{
	AUTO_STRBUF asked = STRBUF_INIT;
	AUTO_STRBUF answer = STRBUF_INIT;
	AUTO_STRVEC ignored = STRVEC_INIT;
	int status;

	for (size_t i = 0; i < list->nr; i++)
		if (list->v[i].state == WANTED_COPY)
			strbuf_addf(&asked, "%s%s%c", list->v[i].path,
				list->v[i].is_dir ? "/" : "", '\0');
	if (!asked.len)
		return 0;
	if (gitcmd_in(ctx->repo, GIT_ARGS("check-ignore", "-z", "--stdin"),
		    asked.buf, asked.len, &status, &answer, err))
		return -1;
	if (status > 1)
		return err_set(err, "git cannot tell what is ignored");
	strvec_split(&ignored, answer.buf, answer.len, '\0');
	for (size_t i = 0; i < list->nr; i++)
		if (list->v[i].state == WANTED_COPY &&
			!covers_any(list->v[i].path, &ignored))
			list->v[i].state = WANTED_VISIBLE;
	return 0;
}

static size_t count(const struct wanted_list *list)
{
	size_t nr = 0;

	for (size_t i = 0; i < list->nr; i++)
		nr += list->v[i].state == WANTED_COPY;
	return nr;
}

int wanted_read(struct step_ctx *ctx, const char *const *names,
	const char *donor, struct wanted_list *ret, struct err *err)
{
	struct step_folder folder;
	struct wanted_list list = { .nr = 0 };

	if (step_folder(ctx, &folder, err))
		return -1;
	while (names && names[list.nr])
		list.nr++;
	list.v = arena_alloc(ctx->arena, (list.nr + 1) * sizeof(*list.v));
	for (size_t i = 0; i < list.nr; i++) {
		if (clean_path(ctx, &folder, names[i], &list.v[i].path, err))
			return -1;
		look(ctx, donor, &list.v[i]);
	}
	if (leave_tracked(ctx, &list, err) || leave_visible(ctx, &list, err))
		return -1;
	list.ncopy = count(&list);
	*ret = list;
	return 0;
}

void wanted_paths(const struct wanted_list *list, enum wanted_state state,
	struct strbuf *out)
{
	const char *between = "";

	for (size_t i = 0; i < list->nr; i++) {
		if (list->v[i].state != state)
			continue;
		strbuf_addf(out, "%s%s", between, list->v[i].path);
		between = ", ";
	}
}
