/*
 * Objects that must survive `git gc`: the text of a migration that is applied
 * but on no branch any more.  Blobs and trees are only added to the database,
 * by libgit2; the ref that holds them is moved by the git command, whose
 * locking, reflogs and storage formats are the ones that count.
 */
#include "git/repo_impl.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/ownership.h"
#include "hookrun/git/gitcmd.h"

#include <git2.h>
#include <string.h>

int repo_blob_write(struct repo *repo, const void *data, size_t len,
	struct oid *ret, struct err *err)
{
	git_oid id;

	if (!objects_open(repo))
		return fallback_blob_write(repo, data, len, ret, err);
	if (git_odb_write(&id, repo->odb, data, len, GIT_OBJECT_BLOB))
		return err_set(err, "cannot store a blob: %s", objects_why());
	objects_id(&id, ret);
	return 0;
}

static int add_items(
	git_treebuilder *builder, const struct repo_tree_item *items, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		git_oid id;

		if (git_oid_fromstr(&id, items[i].oid.hex) ||
			git_treebuilder_insert(NULL, builder, items[i].name,
				&id, GIT_FILEMODE_BLOB))
			return -1;
	}
	return 0;
}

int repo_tree_write(struct repo *repo, const struct repo_tree_item *items,
	size_t nr, struct oid *ret, struct err *err)
{
	git_treebuilder *builder = NULL;
	git_oid id;
	int failed;

	if (!objects_open(repo))
		return fallback_tree_write(repo, items, nr, ret, err);
	failed = git_treebuilder_new(&builder, repo->git2, NULL) ||
		 add_items(builder, items, nr) ||
		 git_treebuilder_write(&id, builder);
	git_treebuilder_free(builder);
	if (failed)
		return err_set(err, "cannot store a tree: %s", objects_why());
	objects_id(&id, ret);
	return 0;
}

/* Folders that git makes as root would take no ref of the user's any more. */
static void give_refs(const struct repo *repo)
{
	AUTO_FREE char *ours = fs_join(repo_commondir(repo), "refs/hookrun");

	ownership_follow_tree(ours);
}

int repo_ref_write(struct repo *repo, const char *name, const struct oid *oid,
	struct err *err)
{
	AUTO_STRBUF in = STRBUF_INIT;
	int status;

	if (strncmp(name, "refs/", 5) || !strncmp(name, "refs/heads/", 11))
		return err_set(err, "'%s' is not a ref of ours to write", name);
	strbuf_addf(&in, "update %s", name);
	strbuf_addch(&in, '\0');
	strbuf_addstr(&in, oid->hex);
	strbuf_addch(
		&in, '\0'); /* the old value is not compared: it is empty */
	strbuf_addch(&in, '\0');
	if (gitcmd_in(repo, GIT_ARGS("update-ref", "--stdin", "-z"), in.buf,
		    in.len, &status, NULL, err))
		return -1;
	give_refs(repo);
	return status ? err_prefix(err, "cannot write the ref '%s'", name) : 0;
}
