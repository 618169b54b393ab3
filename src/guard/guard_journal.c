/*
 * The journal: which files are hidden, what the user has in each and what was
 * put there instead.
 *
 * It is text, one fact a line, since a human may have to read it on a bad day,
 * and the same text is a blob of the backup.  It is written once, completely,
 * before the first file is touched, and never changed: what has been done since
 * can be seen from the files themselves, by comparing them with the two
 * versions.  The last line tells that it is whole.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/cquote.h"

#include <inttypes.h>

#define HEADER "hookrun-guard 1"
#define MODE_BITS 07777

void guard_journal_release(struct guard_journal *journal)
{
	free(journal->v);
	free(journal->dirs);
	arena_release(&journal->arena);
	memset(journal, 0, sizeof(*journal));
}

struct guard_entry *guard_journal_add(
	struct guard_journal *journal, const char *path)
{
	struct guard_entry *entry;

	xgrow(&journal->v, &journal->cap, journal->nr + 1, sizeof(*journal->v));
	entry = &journal->v[journal->nr++];
	memset(entry, 0, sizeof(*entry));
	entry->path = arena_strdup(&journal->arena, path);
	return entry;
}

void guard_journal_add_dir(struct guard_journal *journal, const char *dir)
{
	xgrow(&journal->dirs, &journal->cdirs, journal->ndirs + 1,
		sizeof(*journal->dirs));
	journal->dirs[journal->ndirs++] = arena_strdup(&journal->arena, dir);
}

void guard_item_name(struct strbuf *out, size_t nr, const char *what)
{
	strbuf_addf(out, "%zu.%s", nr + 1, what);
}

/* ---- writing ------------------------------------------------------------ */

static void add_name(struct strbuf *out, const char *word, const char *name)
{
	strbuf_addf(out, "%s ", word);
	cquote_add(out, name);
	strbuf_addch(out, '\n');
}

static void add_time(struct strbuf *out, const struct timespec *time)
{
	strbuf_addf(out, " %" PRId64 ".%09ld\n", (int64_t)time->tv_sec,
		time->tv_nsec);
}

static void add_state(
	struct strbuf *out, const char *who, const struct guard_state *state)
{
	strbuf_addf(out, "%s ", who);
	switch (state->kind) {
	case GUARD_FILE:
		strbuf_addf(out, "file %04o %s", (unsigned)state->mode,
			state->oid.hex);
		add_time(out, &state->mtime);
		return;
	case GUARD_LINK:
		strbuf_addstr(out, "link ");
		cquote_add(out, state->target);
		add_time(out, &state->mtime);
		return;
	case GUARD_FOLDER:
		strbuf_addf(out, "folder %" PRIu64, state->inode);
		add_time(out, &state->mtime);
		return;
	case GUARD_NONE:
	case GUARD_OTHER:
		strbuf_addstr(out, "none\n");
	}
}

void guard_journal_write(
	const struct guard_journal *journal, struct strbuf *out)
{
	strbuf_addf(out, HEADER "\nid %s\n", journal->id);
	add_name(out, "hook", journal->hook);
	add_name(out, "worktree", journal->worktree);
	for (size_t i = 0; i < journal->ndirs; i++)
		add_name(out, "dir", journal->dirs[i]);
	for (size_t i = 0; i < journal->nr; i++) {
		const struct guard_entry *entry = &journal->v[i];

		add_name(out, "entry", entry->path);
		add_state(out, "user", &entry->user);
		add_state(out, "shown", &entry->shown);
		if (*entry->index.hex)
			strbuf_addf(out, "index %s\n", entry->index.hex);
	}
	strbuf_addstr(out, "end\n");
}

/* ---- reading ------------------------------------------------------------ */

struct reader {
	const char *pos;
	int line;
	struct guard_journal *journal;
	struct err *err;
};

static int bad(struct reader *in, const char *what)
{
	return err_set(in->err, "line %d: %s", in->line, what);
}

/* True and moved on where the text goes on with `word`. */
static bool take(struct reader *in, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(in->pos, word, len) != 0)
		return false;
	in->pos += len;
	return true;
}

static int end_line(struct reader *in)
{
	if (*in->pos != '\n')
		return bad(in, "not understood");
	in->pos++;
	in->line++;
	return 0;
}

static int read_name(struct reader *in, const char **ret)
{
	AUTO_STRBUF name = STRBUF_INIT;
	const char *end = cquote_read(in->pos, &name);

	if (!end || !name.len)
		return bad(in, "a quoted name is wanted");
	in->pos = end;
	*ret = arena_strndup(&in->journal->arena, name.buf, name.len);
	return 0;
}

/* The journal says what is written where: names that lead out of the work
 * tree, or into .git, are nobody's. */
static bool is_inside(const char *path)
{
	while (*path) {
		size_t len = strcspn(path, "/");

		if (!len || (len == 1 && *path == '.') ||
			(len == 2 && !memcmp(path, "..", 2)) ||
			(len == 4 && !strncasecmp(path, ".git", 4)))
			return false;
		path += len;
		if (*path && !*++path)
			return false;
	}
	return true;
}

static int read_path(struct reader *in, const char **ret)
{
	if (read_name(in, ret))
		return -1;
	return is_inside(*ret) ? 0 : bad(in, "a path outside the work tree");
}

static int read_word(struct reader *in, char *buf, size_t size)
{
	size_t len = strcspn(in->pos, " \n");

	if (!len || len >= size)
		return bad(in, "a word is missing or too long");
	memcpy(buf, in->pos, len);
	buf[len] = '\0';
	in->pos += len;
	return 0;
}

static int read_oid(struct reader *in, struct oid *ret)
{
	char word[OID_HEX_MAX + 2];

	if (read_word(in, word, sizeof(word)))
		return -1;
	return oid_parse(word, ret) ? 0 : bad(in, "an object id is wanted");
}

static int read_time(struct reader *in, struct timespec *ret)
{
	char word[40], *end;

	if (!take(in, " ") || read_word(in, word, sizeof(word)))
		return bad(in, "a time is wanted");
	ret->tv_sec = (time_t)strtoll(word, &end, 10);
	if (end == word || *end != '.' || strspn(end + 1, "0123456789") != 9 ||
		strlen(end) != 10)
		return bad(in, "a time is wanted");
	ret->tv_nsec = strtol(end + 1, NULL, 10);
	return 0;
}

static int read_file(struct reader *in, struct guard_state *state)
{
	char word[8];

	state->kind = GUARD_FILE;
	if (read_word(in, word, sizeof(word)))
		return -1;
	if (strspn(word, "01234567") != strlen(word))
		return bad(in, "a mode is wanted");
	state->mode = (mode_t)strtoul(word, NULL, 8) & MODE_BITS;
	if (!take(in, " ") || read_oid(in, &state->oid))
		return bad(in, "an object id is wanted");
	return read_time(in, &state->mtime);
}

static int read_folder(struct reader *in, struct guard_state *state)
{
	char word[24];

	state->kind = GUARD_FOLDER;
	if (read_word(in, word, sizeof(word)))
		return -1;
	if (strspn(word, "0123456789") != strlen(word))
		return bad(in, "a number is wanted");
	state->inode = strtoull(word, NULL, 10);
	return read_time(in, &state->mtime);
}

static int read_state(
	struct reader *in, const char *who, struct guard_state *state)
{
	int failed = 0;

	if (!take(in, who))
		return bad(in, "a version is missing");
	if (take(in, " file ")) {
		failed = read_file(in, state);
	} else if (take(in, " folder ")) {
		failed = read_folder(in, state);
	} else if (take(in, " link ")) {
		state->kind = GUARD_LINK;
		failed = read_name(in, &state->target) ||
			 read_time(in, &state->mtime);
	} else if (!take(in, " none")) {
		return bad(in, "a kind is wanted");
	}
	return failed || end_line(in) ? -1 : 0;
}

static int read_entry(struct reader *in)
{
	struct guard_entry *entry;
	const char *path;

	if (read_path(in, &path) || end_line(in))
		return -1;
	entry = guard_journal_add(in->journal, path);
	if (read_state(in, "user", &entry->user) ||
		read_state(in, "shown", &entry->shown))
		return -1;
	if (!take(in, "index "))
		return 0;
	return read_oid(in, &entry->index) || end_line(in) ? -1 : 0;
}

/* The id becomes a part of file names and of a ref. */
static bool is_id(const char *id)
{
	return *id && strspn(id, "0123456789-") == strlen(id);
}

static int read_head(struct reader *in)
{
	char id[64];

	if (!take(in, HEADER) || end_line(in))
		return bad(in, "not a journal of this version");
	if (!take(in, "id ") || read_word(in, id, sizeof(id)) || !is_id(id) ||
		end_line(in))
		return bad(in, "an id is wanted");
	in->journal->id = arena_strdup(&in->journal->arena, id);
	if (!take(in, "hook ") || read_name(in, &in->journal->hook) ||
		end_line(in))
		return bad(in, "a hook is wanted");
	if (!take(in, "worktree ") || read_name(in, &in->journal->worktree) ||
		end_line(in))
		return bad(in, "a work tree is wanted");
	return 0;
}

static int read_body(struct reader *in)
{
	const char *dir;

	while (take(in, "dir ")) {
		if (read_path(in, &dir) || end_line(in))
			return -1;
		guard_journal_add_dir(in->journal, dir);
	}
	while (take(in, "entry "))
		if (read_entry(in))
			return -1;
	if (!take(in, "end\n") || *in->pos)
		return bad(in, "the end is missing");
	return 0;
}

int guard_journal_parse(
	const char *text, struct guard_journal *ret, struct err *err)
{
	struct guard_journal journal = { .arena = ARENA_INIT };
	struct reader in = {
		.pos = text, .line = 1, .journal = &journal, .err = err
	};

	if (read_head(&in) || read_body(&in)) {
		guard_journal_release(&journal);
		return -1;
	}
	*ret = journal;
	return 0;
}
