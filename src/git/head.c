/*
 * HEAD and what git is in the middle of, read from the files of the git
 * directory (gitrepository-layout(5)): these are asked at every start, most
 * runs need nothing else of the repository, and a file costs microseconds
 * where `git status` costs milliseconds.
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/child.h"

#include <string.h>
#include <sys/stat.h>

#define BRANCHES "refs/heads/"

int repo_head(struct repo *repo, struct oid *ret, struct err *err)
{
	int found = repo->reftable
			    ? fallback_resolve(repo, "HEAD", "commit", ret, err)
			    : ref_read(repo, "HEAD", ret, NULL, err);

	if (found == 1)
		repo->last_head = *ret;
	return found;
}

int repo_head_again(struct repo *repo, struct oid *ret, struct err *err)
{
	if (child_spawned() || !*repo->last_head.hex)
		return repo_head(repo, ret, err);
	*ret = repo->last_head;
	return 1;
}

const char *repo_branch(struct repo *repo, struct arena *arena)
{
	AUTO_STRBUF asked = STRBUF_INIT;
	AUTO_FREE char *read = NULL;
	const char *name;
	struct err err = ERR_INIT;
	struct oid oid;

	if (!repo->reftable) {
		if (ref_read(repo, "HEAD", &oid, &read, &err) < 0 && !read)
			return NULL;
		name = read;
	} else {
		if (fallback_branch(repo, &asked) <= 0)
			return NULL;
		name = asked.buf;
	}
	if (strncmp(name, BRANCHES, strlen(BRANCHES)))
		return NULL;
	return arena_strdup(arena, name + strlen(BRANCHES));
}

unsigned repo_state(const struct repo *repo)
{
	static const struct {
		const char *file;
		enum repo_state bit;
	} marks[] = {
		{ "MERGE_HEAD", REPO_MERGE },
		{ "rebase-merge", REPO_REBASE },
		{ "rebase-apply", REPO_REBASE },
		{ "BISECT_LOG", REPO_BISECT },
		{ "CHERRY_PICK_HEAD", REPO_CHERRY_PICK },
		{ "REVERT_HEAD", REPO_REVERT },
	};
	unsigned state = 0;

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (fs_has(repo->gitdir, marks[i].file))
			state |= marks[i].bit;
	return state;
}

unsigned repo_state_again(struct repo *repo)
{
	if (child_spawned() || !repo->has_last_state)
		repo->last_state = repo_state(repo);
	repo->has_last_state = true;
	return repo->last_state;
}

bool repo_is_shallow(const struct repo *repo)
{
	AUTO_FREE char *path = fs_join(repo->commondir, "shallow");
	struct stat st;

	/* git empties the file of a clone that was deepened to the end */
	return !stat(path, &st) && st.st_size > 0;
}

bool repo_head_is_merge(struct repo *repo)
{
	struct err err = ERR_INIT;
	struct oid head, second;

	return repo_head(repo, &head, &err) == 1 &&
	       objects_parent(repo, &head, 1, &second, &err) == 1;
}

const char *repo_state_file(
	const struct repo *repo, const char *name, struct arena *arena)
{
	AUTO_FREE char *path = fs_join(repo->gitdir, name);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;

	if (fs_read(path, &text, REFLOG_MAX, &err) != 1)
		return NULL;
	return arena_strndup(arena, text.buf, strcspn(text.buf, "\r\n"));
}
