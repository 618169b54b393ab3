/*
 * Putting a lock file back.
 *
 * There is no telling who wrote a file, so what can be told decides.  HEAD has
 * another version of it by now, or the very one that is there: git wrote it.
 * It changed while we looked: somebody else is at it.  Otherwise the program
 * did it, and since even that may be wrong (a second terminal), what is
 * replaced is kept.  Both versions change places in one step, and what comes
 * out is looked at: nothing is written over unseen.
 */
#include "hookrun/steps/untouched.h"

#include "steps/lock_change.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/exchange.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/ownership.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_BYTES (32 << 20)

/* What HEAD has at the path; "" where it has none or cannot be read. */
static void head_blob(struct repo *repo, const char *rel, struct oid *ret)
{
	struct err ignored = ERR_INIT;
	struct oid head;

	ret->hex[0] = '\0';
	if (repo_head(repo, &head, &ignored) == 1)
		repo_path_oid(repo, &head, rel, ret, &ignored);
}

/* Below the work tree, or NULL; malloc'd. */
static char *relative(const struct repo *repo, const char *path)
{
	const char *top = repo_worktree(repo);
	AUTO_FREE char *real = top ? realpath(top, NULL) : NULL;
	size_t len = real ? strlen(real) : 0;

	if (!len || strncmp(path, real, len) != 0 || path[len] != '/')
		return NULL;
	return xstrdup(path + len + 1);
}

static bool read_file(const struct untouched *file, struct strbuf *out)
{
	struct err ignored = ERR_INIT;

	return fs_read(file->path, out, MAX_BYTES, &ignored) == 1;
}

void untouched_note(struct untouched *file, struct repo *repo, const char *path)
{
	file->path = path ? realpath(path, NULL) : NULL;
	file->rel = file->path ? relative(repo, file->path) : NULL;
	if (!file->rel)
		return;
	head_blob(repo, file->rel, &file->head);
	if (!oid_is_null(&file->head) && !stat(file->path, &file->st) &&
		read_file(file, &file->bytes))
		file->repo = repo;
}

static bool same(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len && !memcmp(a->buf, b->buf, a->len);
}

static bool is_gits(const struct untouched *file, const struct strbuf *seen)
{
	struct err ignored = ERR_INIT;
	struct oid head, now;

	head_blob(file->repo, file->rel, &head);
	return !oid_eq(&head, &file->head) ||
	       repo_hash_bytes(
		       file->repo, seen->buf, seen->len, &now, &ignored) ||
	       oid_eq(&head, &now);
}

/* ---- putting back ------------------------------------------------------- */

static char *kept_path(const struct untouched *file)
{
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addf(&name, "hookrun/undone/%s", file->rel);
	return fs_join(repo_gitdir(file->repo), name.buf);
}

static int keep(const struct untouched *file, const struct strbuf *seen,
	struct err *err)
{
	AUTO_FREE char *path = kept_path(file);

	if (fs_mkdirs_for(path, err))
		return -1;
	return fs_write_atomic(path, seen->buf, seen->len, 0644, err);
}

/* The noted bytes in a file beside, whose name goes to `temp`. */
static int write_beside(
	const struct untouched *file, struct strbuf *temp, struct err *err)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
		file->st.st_mtim };
	int fd, failed;

	strbuf_addf(temp, "%s.XXXXXX", file->path);
	fd = mkostemp(temp->buf, O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot write beside '%s'", file->path);
	failed = fs_write_all(fd, file->bytes.buf, file->bytes.len) ||
		 fchmod(fd, file->st.st_mode & 07777) || futimens(fd, times);
	ownership_follow(fd, temp->buf, true);
	if (!close(fd) && !failed)
		return 0;
	err_errno(err, "cannot write beside '%s'", file->path);
	unlink(temp->buf);
	return -1;
}

static int exchange(const char *temp, const char *path)
{
	return exchange_files(temp, path);
}

/* 1 done, 0 what came out was not `seen` and is back in its place, -1. */
static int put_back(const struct untouched *file, const char *temp,
	const struct strbuf *seen, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (exchange(temp, file->path)) {
		/* NFS cannot; neither can overlayfs at times. */
		if ((errno != EINVAL && errno != ENOSYS) ||
			rename(temp, file->path))
			return err_errno(
				err, "cannot put '%s' back", file->rel);
		return 1;
	}
	if (fs_read(temp, &out, MAX_BYTES, &ignored) == 1 && same(&out, seen)) {
		unlink(temp);
		return 1;
	}
	if (exchange(temp, file->path))
		return err_errno(err, "'%s' is now '%s'", file->rel, temp);
	return 0;
}

int untouched_restore(struct untouched *file, enum untouched_is *ret,
	struct strbuf *seen, struct err *err)
{
	AUTO_STRBUF now = STRBUF_INIT, temp = STRBUF_INIT;
	int done;

	*ret = UNTOUCHED_SAME;
	if (!file->repo)
		return 0;
	if (read_file(file, &now) && same(&now, &file->bytes))
		return 0;
	*ret = UNTOUCHED_LEFT;
	if (!fs_exists(file->path) || is_gits(file, &now))
		return 0;
	if (keep(file, &now, err) || write_beside(file, &temp, err))
		return -1;
	done = put_back(file, temp.buf, &now, err);
	if (done == 0)
		unlink(temp.buf);
	if (done <= 0)
		return done;
	*ret = UNTOUCHED_PUT_BACK;
	strbuf_add(seen, now.buf, now.len);
	return 0;
}

/* ---- the line ----------------------------------------------------------- */

/* Where the replaced version is, as short as a user can type it. */
static void add_kept(const struct untouched *file, struct strbuf *out)
{
	AUTO_FREE char *path = kept_path(file);
	AUTO_FREE char *real = realpath(path, NULL);
	AUTO_FREE char *rel = real ? relative(file->repo, real) : NULL;

	strbuf_addf(out, " (its version: %s)", rel ? rel : path);
}

int untouched_check(struct untouched *file, const char *program,
	const char *remedy, struct strbuf *out)
{
	AUTO_STRBUF seen = STRBUF_INIT;
	struct err err = ERR_INIT;
	enum untouched_is is;

	if (untouched_restore(file, &is, &seen, &err)) {
		strbuf_addf(out,
			"%s was changed by %s and not put back: %s; see 'git "
			"diff'\n",
			file->rel, program, err.msg);
		return 1;
	}
	if (is == UNTOUCHED_SAME)
		return 0;
	if (is == UNTOUCHED_LEFT) {
		strbuf_addf(out,
			"%s was changed while %s ran: see 'git diff'\n",
			file->rel, program);
		return 1;
	}
	strbuf_addf(
		out, "%s: undone what %s wrote into it", file->rel, program);
	add_kept(file, out);
	strbuf_addstr(out, "; to keep that, run '");
	if (!lock_change_platforms(&file->bytes, &seen, out))
		strbuf_addstr(out, remedy);
	strbuf_addstr(out, "' and commit it\n");
	return 1;
}

void untouched_release(struct untouched *file)
{
	free(file->path);
	free(file->rel);
	strbuf_release(&file->bytes);
	memset(file, 0, sizeof(*file));
	strbuf_init(&file->bytes);
}
