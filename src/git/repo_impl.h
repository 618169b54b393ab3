/*
 * What the files of this layer know of each other: the inside of struct repo,
 * and the functions that one noun's file offers to the next.
 */
#ifndef GIT_REPO_IMPL_H
#define GIT_REPO_IMPL_H

#include "hookrun/git/repo.h"

#define REF_DEPTH_MAX 5	  /* symbolic refs, as git follows */
#define REF_FILE_MAX 4096 /* bytes of HEAD, a loose ref, ... */
#define PACKED_REFS_MAX (256 * 1024 * 1024)
#define REFLOG_MAX (256 * 1024 * 1024)
#define GITCONF_MAX (4 * 1024 * 1024)
#define LOOSE_MAX (64 * 1024 * 1024) /* packed or not */
#define BLOB_MAX (256 * 1024 * 1024)
#define TREE_DEPTH_MAX 256 /* nested folders; deeper ones are an attack */

struct git_repository;
struct git_odb;
struct git_oid;

struct repo {
	char *worktree; /* NULL: bare */
	char *gitdir;
	char *commondir; /* equal to gitdir but in a linked worktree */
	bool sha256;	 /* libgit2 1.5 cannot read its objects */
	bool reftable;	 /* refs and reflogs are not files */
	bool tried_git2;
	struct git_odb *odb; /* NULL: not opened, or refused */
	struct git_repository *git2;
	struct staged_memo *staged; /* staged.c: what was read last */
	struct oid last_head;	    /* head.c: likewise; "": nothing */
	unsigned last_state;	    /* and enum repo_state bits */
	bool has_last_state;
	struct loose_memo *loose; /* loose.c: likewise; NULL: nothing */
	bool named; /* by GIT_DIR, or its work tree by a variable or setting */
	struct strvec *job_env; /* job_env.c: what jobs keep; NULL: not asked */
	/* setting.c: what git's files have for us; at first its own alone */
	bool looked, has_ours, has_hooks;
	struct strvec includes;
};

/* ---- gitconf.c: the settings that say what a repository is ---- */
struct gitconf {
	char *worktree;	   /* core.worktree, malloc'd; NULL: not set */
	int bare;	   /* core.bare; -1: not set */
	bool worktreeconf; /* extensions.worktreeConfig */
	bool sha256, reftable;
	bool has_ours;		/* a setting of our own section, or a file that
				   only git can find may have one */
	bool has_hooks;		/* the same of `hook.NAME` */
	struct strvec includes; /* absolute: they may have them, too */
};
#define GITCONF_INIT                                                           \
	{                                                                      \
		.bare = -1                                                     \
	}
/* Add the settings of `path` to `conf`; an absent file has none. */
int gitconf_read(const char *path, struct gitconf *conf, struct err *err);
/* The same of what may have something for us alone, of the user's own files. */
int gitconf_look(const char *path, struct gitconf *conf, struct err *err);
void gitconf_release(struct gitconf *conf);
#define AUTO_GITCONF __attribute__((cleanup(gitconf_release))) struct gitconf

/* ---- discover.c ---- */
/* The work tree that `gitdir` says it has, NULL where bare; malloc'd. */
int gitdir_worktree(const char *gitdir, char **ret, struct err *err);
/* The git directory that git finds in `worktree`: 1 and its path, malloc'd,
 * without links; 0 where there is none; -1. */
int gitdir_of(const char *worktree, char **ret, struct err *err);
/* One path on the first line of `file`, resolved against its folder. 1, 0
 * where there is no such file, -1. */
int gitdir_read_path(
	const char *file, const char *key, char **ret, struct err *err);

/* ---- refs.c ---- */
/* The object that a full ref name ("HEAD", "refs/heads/x") leads to: 1, 0 where
 * there is none, -1.  `ret_name` (may be NULL) gets the malloc'd name of the
 * last ref of a symbolic chain, also where that does not exist. */
int ref_read(struct repo *repo, const char *name, struct oid *ret,
	char **ret_name, struct err *err);

/* ---- reflog.c ---- */
/* The new ids of the reflog file of `ref`, newest first. */
int reflog_entries(struct repo *repo, const char *ref,
	int (*func)(const struct oid *oid, void *data), void *data,
	struct err *err);

/* ---- objects.c: libgit2 at the first use ---- */
bool objects_open(struct repo *repo); /* false: ask the git command */
void objects_close(struct repo *repo);
void objects_id(const struct git_oid *oid, struct oid *ret);
const char *objects_why(void); /* the last of its calls failed */
/* The commit at the end of `oid` (a tag is followed): 1, 0 where it is no
 * commit or absent, -1. */
int objects_peel(struct repo *repo, const struct oid *oid, struct oid *ret,
	struct err *err);
/* Parent number `nr` (from 0) of `commit`: 1, 0 where it has fewer, -1. */
int objects_parent(struct repo *repo, const struct oid *commit, unsigned nr,
	struct oid *ret, struct err *err);
/* The bytes of a commit or a tree instead of what is in `out`; -1: cannot be
 * read here. */
int objects_raw(struct repo *repo, const struct oid *oid, bool is_commit,
	struct strbuf *out);

/* ---- loose.c: without libgit2 ---- */
/* The content of a loose commit or tree instead of what is in `out`; -1 where
 * it is not loose, or something else, or odd. */
int loose_read(struct repo *repo, const struct oid *oid, bool is_commit,
	struct strbuf *out);
void loose_forget(struct repo *repo); /* what it has kept for the next */
/* The same of any type ("blob") from the bytes of the file. */
int loose_parse(
	const struct strbuf *packed, const char *type, struct strbuf *out);

/* ---- fallback.c: the same answers from the git command ---- */
int fallback_resolve(struct repo *repo, const char *rev, const char *type,
	struct oid *ret, struct err *err);
int fallback_has_object(struct repo *repo, const struct oid *oid);
int fallback_path_oid(struct repo *repo, const struct oid *commit,
	const char *path, struct oid *ret, struct err *err);
int fallback_tree_each(struct repo *repo, const struct oid *tree,
	bool recursive, int (*func)(const struct repo_entry *entry, void *data),
	void *data, struct err *err);
int fallback_diff(struct repo *repo, const struct oid *from,
	const struct oid *to, struct commit_diff *ret, struct err *err);
int fallback_blob_read(struct repo *repo, const struct oid *blob,
	struct strbuf *out, struct err *err);
int fallback_hash_file(
	struct repo *repo, const char *path, struct oid *ret, struct err *err);
int fallback_hash_bytes(struct repo *repo, const void *data, size_t len,
	struct oid *ret, struct err *err);
int fallback_merge_base(struct repo *repo, const struct oid *a,
	const struct oid *b, struct oid *ret, struct err *err);
int fallback_walk(struct repo *repo, const struct oid *tips, size_t ntips,
	int (*func)(const struct oid *commit, void *data), void *data,
	struct err *err);
int fallback_branch(struct repo *repo, struct strbuf *name);
int fallback_reflog(struct repo *repo, const char *ref,
	int (*func)(const struct oid *commit, void *data), void *data,
	struct err *err);
int fallback_refs(struct repo *repo,
	int (*func)(const char *name, const struct oid *oid, void *data),
	void *data, struct err *err);

/* Would git, started in `cwd`, work in a repository of that owner?  -1 with its
 * reasons where not. */
int repo_check_trusted(
	const struct repo *repo, const char *cwd, struct err *err);

#endif
