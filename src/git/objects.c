/*
 * Commits, trees and blobs through libgit2, started at the first question.
 *
 * Only an object database is opened and a bare handle wrapped around it:
 * libgit2's own opening reads five configuration files and refuses extensions
 * (worktreeConfig, partialClone, reftable) that do not concern objects at all.
 * So neither extensions nor owners are looked at, and hashes are not verified,
 * since git wrote what is read here.  Whatever fails is asked of the git
 * command once more (fallback.c), which knows SHA-256 and can fetch the missing
 * blobs of a partial clone.  A quarantine (GIT_OBJECT_DIRECTORY in the hooks of
 * a push that arrives) is honoured.
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <errno.h>
#include <git2.h>
#include <string.h>
#include <unistd.h>

const char *objects_why(void)
{
	const git_error *last = git_error_last();

	return last && last->message ? last->message : "unknown error";
}

static int objects_err(struct err *err, const char *what, const char *name)
{
	return err_set(
		err, "cannot read %s '%s': %s", what, name, objects_why());
}

static void add_alternates(git_odb *odb, const char *commondir)
{
	const char *list = getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	AUTO_STRVEC dirs = STRVEC_INIT;

	strvec_take(&dirs, fs_join(commondir, "objects"));
	if (list)
		strvec_split(&dirs, list, strlen(list), ':');
	for (size_t i = 0; i < dirs.nr; i++)
		git_odb_add_disk_alternate(odb, dirs.v[i]);
}

static int open_database(struct repo *repo)
{
	const char *quarantine = getenv("GIT_OBJECT_DIRECTORY");
	AUTO_FREE char *own = fs_join(repo->commondir, "objects");
	bool moved = quarantine && *quarantine;

	if (git_odb_open(&repo->odb, moved ? quarantine : own)) {
		repo->odb = NULL;
		return -1;
	}
	if (moved)
		add_alternates(repo->odb, repo->commondir);
	if (!git_repository_wrap_odb(&repo->git2, repo->odb))
		return 0;
	git_odb_free(repo->odb);
	repo->odb = NULL;
	return -1;
}

bool objects_open(struct repo *repo)
{
	if (repo->tried_git2)
		return repo->odb != NULL;
	repo->tried_git2 = true;
	if (repo->sha256 || git_libgit2_init() < 0)
		return false;
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	if (!open_database(repo))
		return true;
	git_libgit2_shutdown();
	return false;
}

void objects_close(struct repo *repo)
{
	if (!repo->odb)
		return;
	git_repository_free(repo->git2);
	git_odb_free(repo->odb);
	git_libgit2_shutdown();
	repo->git2 = NULL;
	repo->odb = NULL;
}

static bool to_git(const struct oid *oid, git_oid *ret)
{
	return strlen(oid->hex) == GIT_OID_HEXSZ &&
	       !git_oid_fromstr(ret, oid->hex);
}

void objects_id(const git_oid *oid, struct oid *ret)
{
	*ret = (struct oid){ 0 };
	git_oid_tostr(ret->hex, sizeof(ret->hex), oid);
}

/* The object at the end of `oid`, of one type.  0 or libgit2's code. */
static int lookup(struct repo *repo, const struct oid *oid, git_object_t type,
	git_object **ret)
{
	git_object *object = NULL;
	git_oid id;
	int code;

	if (!objects_open(repo) || !to_git(oid, &id))
		return GIT_ERROR;
	code = git_object_lookup(&object, repo->git2, &id, GIT_OBJECT_ANY);
	if (code)
		return code;
	code = git_object_peel(ret, object, type);
	git_object_free(object);
	return code;
}

bool repo_has_object(struct repo *repo, const struct oid *oid)
{
	git_oid id;

	if (oid_is_null(oid))
		return false;
	if (!objects_open(repo))
		return fallback_has_object(repo, oid) == 1;
	return to_git(oid, &id) && git_odb_exists(repo->odb, &id);
}

int objects_peel(struct repo *repo, const struct oid *oid, struct oid *ret,
	struct err *err)
{
	git_object *commit;

	if (oid_is_null(oid))
		return 0;
	if (!objects_open(repo))
		return fallback_resolve(repo, oid->hex, "commit", ret, err);
	switch (lookup(repo, oid, GIT_OBJECT_COMMIT, &commit)) {
	case 0:
		objects_id(git_object_id(commit), ret);
		git_object_free(commit);
		return 1;
	case GIT_ENOTFOUND:
	case GIT_EPEEL:
	case GIT_EINVALIDSPEC:
		return 0;
	default:
		return fallback_resolve(repo, oid->hex, "commit", ret, err);
	}
}

int objects_parent(struct repo *repo, const struct oid *commit, unsigned nr,
	struct oid *ret, struct err *err)
{
	git_object *object;
	const git_oid *parent;

	if (lookup(repo, commit, GIT_OBJECT_COMMIT, &object)) {
		AUTO_STRBUF rev = STRBUF_INIT;

		strbuf_addf(&rev, "%s^%u", commit->hex, nr + 1);
		return fallback_resolve(repo, rev.buf, "commit", ret, err);
	}
	parent = git_commit_parent_id((git_commit *)object, nr);
	if (parent)
		objects_id(parent, ret);
	git_object_free(object);
	return parent ? 1 : 0;
}

int objects_raw(struct repo *repo, const struct oid *oid, bool is_commit,
	struct strbuf *out)
{
	git_odb_object *object;
	git_object_t type = is_commit ? GIT_OBJECT_COMMIT : GIT_OBJECT_TREE;
	git_oid id;
	bool fits;

	if (!loose_read(repo, oid, is_commit, out))
		return 0;
	if (!objects_open(repo) || !to_git(oid, &id) ||
		git_odb_read(&object, repo->odb, &id))
		return -1;
	fits = git_odb_object_type(object) == type;
	strbuf_reset(out);
	if (fits)
		strbuf_add(out, git_odb_object_data(object),
			git_odb_object_size(object));
	git_odb_object_free(object);
	return fits ? 0 : -1;
}

/* ---- trees ---- */

struct tree_walk {
	struct repo *repo;
	struct strbuf path;
	int (*func)(const struct repo_entry *entry, void *data);
	void *data;
	struct err *err;
	bool recursive;
};

static int walk_tree(struct tree_walk *walk, const git_oid *id, int depth);

/* Submodules (entries that are commits) are no part of this repository. */
static int walk_entry(
	struct tree_walk *walk, const git_tree_entry *entry, int depth)
{
	git_filemode_t mode = git_tree_entry_filemode(entry);
	struct repo_entry found = { .path = walk->path.buf,
		.is_dir = mode == GIT_FILEMODE_TREE,
		.is_link = mode == GIT_FILEMODE_LINK };

	if (mode == GIT_FILEMODE_COMMIT)
		return 0;
	if (found.is_dir && walk->recursive) {
		strbuf_addch(&walk->path, '/');
		return walk_tree(walk, git_tree_entry_id(entry), depth + 1);
	}
	objects_id(git_tree_entry_id(entry), &found.oid);
	return walk->func(&found, walk->data);
}

/* A folder that a partial clone has not fetched yet is fetched when git is
 * asked for it. */
static int read_tree(struct tree_walk *walk, const git_oid *id, git_tree **ret)
{
	struct oid oid;

	if (!git_tree_lookup(ret, walk->repo->git2, id))
		return 0;
	objects_id(id, &oid);
	if (fallback_has_object(walk->repo, &oid) == 1 &&
		!git_tree_lookup(ret, walk->repo->git2, id))
		return 0;
	return objects_err(walk->err, "tree", oid.hex);
}

static int walk_tree(struct tree_walk *walk, const git_oid *id, int depth)
{
	size_t start = walk->path.len;
	git_tree *tree;
	int result = 0;

	if (depth > TREE_DEPTH_MAX)
		return err_set(
			walk->err, "'%s' is nested too deeply", walk->path.buf);
	if (read_tree(walk, id, &tree))
		return -1;
	for (size_t i = 0; !result && i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);

		strbuf_addstr(&walk->path, git_tree_entry_name(entry));
		result = walk_entry(walk, entry, depth);
		strbuf_setlen(&walk->path, start);
	}
	git_tree_free(tree);
	return result;
}

int repo_tree_oid_each(struct repo *repo, const struct oid *tree,
	bool recursive, int (*func)(const struct repo_entry *entry, void *data),
	void *data, struct err *err)
{
	struct tree_walk walk = { .repo = repo,
		.path = STRBUF_INIT,
		.func = func,
		.data = data,
		.err = err,
		.recursive = recursive };
	git_object *object;
	int result;

	/* What cannot be read from the start is git's; once entries were given
	 * out, beginning again would give them twice. */
	if (lookup(repo, tree, GIT_OBJECT_TREE, &object))
		return fallback_tree_each(
			repo, tree, recursive, func, data, err);
	result = walk_tree(&walk, git_object_id(object), 0);
	git_object_free(object);
	strbuf_release(&walk.path);
	return result;
}

/* ---- blobs ---- */

int repo_blob_read(struct repo *repo, const struct oid *blob,
	struct strbuf *out, struct err *err)
{
	git_object_t type;
	git_odb_object *object;
	size_t len;
	git_oid id;

	if (!objects_open(repo) || !to_git(blob, &id) ||
		git_odb_read_header(&len, &type, repo->odb, &id))
		return fallback_blob_read(repo, blob, out, err);
	if (type != GIT_OBJECT_BLOB)
		return err_set(err, "'%s' is not a blob", blob->hex);
	if (len > BLOB_MAX)
		return err_set(err, "blob '%s' is larger than %d bytes",
			blob->hex, BLOB_MAX);
	if (git_odb_read(&object, repo->odb, &id))
		return fallback_blob_read(repo, blob, out, err);
	strbuf_add(
		out, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return 0;
}

int repo_hash_file(
	struct repo *repo, const char *path, struct oid *ret, struct err *err)
{
	git_oid id;

	if (access(path, R_OK))
		return err_errno(err, "cannot read '%s'", path);
	if (!objects_open(repo))
		return fallback_hash_file(repo, path, ret, err);
	if (git_odb_hashfile(&id, path, GIT_OBJECT_BLOB))
		return objects_err(err, "file", path);
	objects_id(&id, ret);
	return 0;
}

int repo_hash_bytes(struct repo *repo, const void *data, size_t len,
	struct oid *ret, struct err *err)
{
	git_oid id;

	if (!objects_open(repo))
		return fallback_hash_bytes(repo, data, len, ret, err);
	if (git_odb_hash(&id, data, len, GIT_OBJECT_BLOB))
		return err_set(err, "cannot hash %zu bytes", len);
	objects_id(&id, ret);
	return 0;
}
