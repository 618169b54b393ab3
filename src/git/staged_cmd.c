/*
 * The staged list from the git command: for the formats that are not read
 * directly (split and sparse index, SHA-256, and what comes after them), and
 * as the measure of the direct way in the tests.
 *
 * `git diff --cached --raw` has the changes; the stat data and the flags are
 * only to be had from `git ls-files --debug`, whose format is promised to
 * nobody: what cannot be read there leaves an entry whose stat data proves
 * nothing, never a wrong one.
 */
#include "git/staged_impl.h"

#include "hookrun/git/gitcmd.h"

#include "git/repo_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The flags of an entry in memory (git's read-cache): the low half as in the
 * file, the rest is where the extended flags of the file are put. */
#define FLAG_ASSUME_VALID 0x8000U
#define FLAG_STAGE 0x3000U
#define FLAG_INTENT_TO_ADD (1U << 29)
#define FLAG_SKIP_WORKTREE (1U << 30)

static int broken(struct err *err, const char *command)
{
	return err_set(err, "cannot read the output of git %s", command);
}

/* ":MODE MODE OID OID STATUS" */
static int add_change(
	struct staged_list *list, const char *text, const char *path)
{
	unsigned char id[OID_HEX_MAX / 2];
	char hex[OID_HEX_MAX + 1], status;
	unsigned old_mode, new_mode;
	struct staged_file *file;
	struct oid oid;
	size_t len = 0;

	if (sscanf(text, ":%o %o %*s %64s %c", &old_mode, &new_mode, hex,
		    &status) != 4 ||
		!strchr("AMDTU", status))
		return -1;
	if (oid_parse(hex, &oid) && !oid_is_null(&oid))
		len = oid_bytes(&oid, id);
	file = staged_add(list, path, strlen(path), id, len);
	file->status = (enum staged_status)status;
	file->old_mode = (uint16_t)old_mode;
	file->new_mode = (uint16_t)new_mode;
	return 0;
}

static int read_changes(
	struct repo *repo, struct staged_list *list, struct err *err)
{
	AUTO_STRVEC out = STRVEC_INIT;

	if (gitcmd_list(repo,
		    GIT_ARGS("diff", "--cached", "--raw", "-z", "--no-abbrev",
			    "--no-renames", "--no-ext-diff", "--no-relative",
			    "--ignore-submodules=none",
			    "--ita-invisible-in-index"),
		    &out, err))
		return -1;
	for (size_t i = 0; i < out.nr; i += 2)
		if (i + 1 == out.nr || add_change(list, out.v[i], out.v[i + 1]))
			return broken(err, "diff");
	return 0;
}

struct entry {
	const char *path;
	uint32_t mode;
	unsigned flags;
	struct staged_stat stat;
};

static int by_path(const void *key, const void *member)
{
	const struct staged_file *file = member;

	return strcmp(key, file->path);
}

/* An index may have a path both merged and in conflict, git only never writes
 * it so; what is known of an entry then belongs to the merged one. */
static struct staged_file *merged_one(
	const struct staged_list *list, size_t sorted, struct staged_file *file)
{
	struct staged_file *end = list->v + sorted;

	if (file->status != STAGED_UNMERGED)
		return file;
	if (file > list->v && !by_path(file->path, file - 1))
		return file - 1;
	return file + 1 < end && !by_path(file->path, file + 1) ? file + 1
								: file;
}

/* An entry that no change has is only of interest if it is an intent. */
static struct staged_file *find_or_add(
	struct staged_list *list, size_t sorted, const struct entry *entry)
{
	struct staged_file *file = NULL;

	if (sorted)
		file = bsearch(entry->path, list->v, sorted, sizeof(*list->v),
			by_path);
	if (file)
		file = merged_one(list, sorted, file);
	if (!(entry->flags & FLAG_INTENT_TO_ADD) ||
		(file && file->status != STAGED_UNMERGED))
		return file;
	file = staged_add(list, entry->path, strlen(entry->path), NULL, 0);
	file->status = STAGED_INTENT;
	file->new_mode = (uint16_t)entry->mode;
	return file;
}

static void take_entry(
	struct staged_list *list, size_t sorted, const struct entry *entry)
{
	struct staged_file *file = find_or_add(list, sorted, entry);

	if (!file || (entry->flags & FLAG_STAGE) ||
		file->status == STAGED_UNMERGED)
		return;
	file->intent_to_add = entry->flags & FLAG_INTENT_TO_ADD;
	file->skip_worktree = entry->flags & FLAG_SKIP_WORKTREE;
	file->assume_valid = entry->flags & FLAG_ASSUME_VALID;
	staged_set_stat(list, file, &entry->stat);
}

/* The lines behind the name; `ret_len` how long they are. */
static bool parse_debug(const char *text, struct entry *entry, int *ret_len)
{
	struct staged_stat *stat = &entry->stat;

	return sscanf(text,
		       " ctime: %u:%u mtime: %u:%u dev: %*u ino: %u"
		       " uid: %u gid: %u size: %u flags: %x%n",
		       &stat->ctime_sec, &stat->ctime_nsec, &stat->mtime_sec,
		       &stat->mtime_nsec, &stat->ino, &stat->uid, &stat->gid,
		       &stat->size_bytes, &entry->flags, ret_len) == 9;
}

/* "MODE OID STAGE\tPATH", NUL, lines of debugging output, and again. */
static int parse_entries(
	struct staged_list *list, const struct strbuf *out, struct err *err)
{
	const char *pos = out->buf, *end = out->buf + out->len;
	size_t sorted = list->nr;

	while (pos < end) {
		struct entry entry = { 0 };
		const char *tab = strchr(pos, '\t');
		int len = 0;

		if (!tab || sscanf(pos, "%o", &entry.mode) != 1)
			return broken(err, "ls-files");
		entry.path = tab + 1;
		pos = entry.path + strlen(entry.path) + 1;
		if (pos >= end || !parse_debug(pos, &entry, &len))
			return broken(err, "ls-files");
		pos += len;
		pos += *pos == '\n';
		take_entry(list, sorted, &entry);
	}
	return 0;
}

int staged_from_command(
	struct repo *repo, struct staged_list *list, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (read_changes(repo, list, err))
		return -1;
	staged_sort(list);
	if (gitcmd(repo, GIT_ARGS("ls-files", "--stage", "--debug", "-z"), NULL,
		    &out, err))
		return -1;
	return parse_entries(list, &out, err);
}
