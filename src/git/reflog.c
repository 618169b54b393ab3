/*
 * Reflogs: "old new name <mail> time zone TAB message" a line, appended by
 * every command that moves the ref.  HEAD's is a work tree's own.  It is the
 * one record of where the user has been, hence what finds the previous head
 * of a `git reset` that runs no hook.  Lines that are damaged are passed over.
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 16384 /* that the last line is looked for in */

struct log {
	bool with_old;
	struct oid last; /* given out last: repetitions in a row are dropped */
	int (*func)(const struct oid *oid, void *data);
	void *data;
};

static char *log_path(const struct repo *repo, const char *ref)
{
	const char *dir = strncmp(ref, "refs/", 5) ? repo->gitdir
						   : repo->commondir;
	AUTO_FREE char *logs = fs_join(dir, "logs");

	return fs_join(logs, ref);
}

static bool take_id(const char **pos, struct oid *ret)
{
	const char *text = *pos;
	size_t len = strcspn(text, " \t\n");

	*pos += len + (text[len] == ' ');
	return oid_parse_n(text, len, ret);
}

static int give(struct log *log, const struct oid *oid)
{
	if (oid_is_null(oid) || oid_eq(oid, &log->last))
		return 0;
	log->last = *oid;
	return log->func(oid, log->data);
}

static int give_line(struct log *log, const char *line)
{
	struct oid old, new;
	int result;

	if (!take_id(&line, &old) || !take_id(&line, &new))
		return 0;
	result = give(log, &new);
	if (!result && log->with_old)
		result = give(log, &old);
	return result;
}

/* Every line of `text`, the last one first. */
static int give_text(struct log *log, const struct strbuf *text)
{
	size_t end = text->len;

	while (end) {
		const char *line, *before;
		int result;

		if (text->buf[end - 1] == '\n')
			end--;
		before = memrchr(text->buf, '\n', end);
		line = before ? before + 1 : text->buf;
		result = give_line(log, line);
		if (result)
			return result;
		end = (size_t)(line - text->buf);
	}
	return 0;
}

static int give_log(
	struct repo *repo, const char *ref, struct log *log, struct err *err)
{
	AUTO_FREE char *path = log_path(repo, ref);
	AUTO_STRBUF text = STRBUF_INIT;

	if (repo->reftable)
		return fallback_reflog(repo, ref, log->func, log->data, err);
	if (fs_read(path, &text, REFLOG_MAX, err) < 0)
		return -1;
	return give_text(log, &text);
}

int reflog_entries(struct repo *repo, const char *ref,
	int (*func)(const struct oid *oid, void *data), void *data,
	struct err *err)
{
	struct log log = { .func = func, .data = data };

	return give_log(repo, ref, &log, err);
}

int repo_reflog_each(struct repo *repo,
	int (*func)(const struct oid *commit, void *data), void *data,
	struct err *err)
{
	struct log log = { .with_old = true, .func = func, .data = data };

	return give_log(repo, "HEAD", &log, err);
}

int64_t repo_reflog_size(const struct repo *repo)
{
	AUTO_FREE char *path = log_path(repo, "HEAD");
	struct stat st;

	return stat(path, &st) ? 0 : (int64_t)st.st_size;
}

/* The bytes of `path` from `from` on. */
static int read_tail(const char *path, int64_t from, struct strbuf *out)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t got = 1;

	if (fd < 0)
		return errno == ENOENT && from == 0 ? 0 : -1;
	if (fstat(fd, &st) || st.st_size < from)
		return -1;
	if (st.st_size - from > REFLOG_MAX || lseek(fd, from, SEEK_SET) < 0)
		return -1;
	while (got > 0 && out->len <= REFLOG_MAX)
		got = strbuf_read_once(out, fd, 65536);
	return got < 0 ? -1 : 0;
}

int repo_reflog_since(struct repo *repo, int64_t from,
	int (*func)(const struct oid *commit, void *data), void *data)
{
	struct log log = { .with_old = true, .func = func, .data = data };
	AUTO_FREE char *path = log_path(repo, "HEAD");
	AUTO_STRBUF text = STRBUF_INIT;

	if (from < 0 || read_tail(path, from, &text))
		return -1;
	return give_text(&log, &text);
}

/* What the last line says was done; in `text`, NULL: nothing is known. */
static const char *last_deed(const struct repo *repo, struct strbuf *text)
{
	int64_t size = repo_reflog_size(repo);
	AUTO_FREE char *path = log_path(repo, "HEAD");
	const char *line;

	if (repo->reftable ||
		read_tail(path,
			size > LINE_MAX_BYTES ? size - LINE_MAX_BYTES : 0,
			text))
		return NULL;
	strbuf_rtrim(text);
	line = strrchr(text->buf, '\n');
	line = strchr(line ? line : text->buf, '\t');
	return line ? line + 1 : NULL;
}

bool repo_head_was_committed(const struct repo *repo)
{
	AUTO_STRBUF text = STRBUF_INIT;
	const char *deed = last_deed(repo, &text);

	return deed && !strncmp(deed, "commit", 6);
}

const char *repo_branch_left(
	const struct repo *repo, const char *branch, struct arena *arena)
{
	static const char moving[] = "checkout: moving from ";
	AUTO_STRBUF text = STRBUF_INIT;
	const char *deed = last_deed(repo, &text), *to;

	if (!deed || strncmp(deed, moving, sizeof(moving) - 1) != 0)
		return NULL;
	deed += sizeof(moving) - 1;
	to = strstr(deed, " to ");
	if (!to || strcmp(to + 4, branch) != 0)
		return NULL;
	return arena_strndup(arena, deed, (size_t)(to - deed));
}
