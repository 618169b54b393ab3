/*
 * The index of a big repository is the biggest thing that is looked at during
 * a commit: 30 MB for 300,000 files.  Its entries have no table of offsets, so
 * one pass over them is not to be had cheaper; it notes where every 512th
 * entry is, and later jumps (over a folder that has not changed) are short.
 *
 * The file is read through a small window instead of being mapped: for every
 * page that is touched in a mapping the kernel is entered, which was measured
 * to cost five times the copying, and the process would look as large as the
 * index.  And a file that somebody cuts short is an error then, not a SIGBUS.
 */
#include "git/index.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_SIZE 12
#define ENTRY_SIZE 62 /* without name */
#define FLAGS_OFFSET 60
#define OID_OFFSET 40
#define MODE_OFFSET 24
#define UNKNOWN_FLAGS (0x9fffU << 16)
#define EXTENSION_SIZE 8 /* name and size */
#define MARK_EVERY 512
#define WINDOW_SIZE ((size_t)128 << 10)
#define ENTRY_MAX ((size_t)8 << 10) /* git could not write such a path */
#define VARINT_MAX 5		    /* bytes */

struct index_mark {
	size_t offset;
	char *name; /* of the entry before, in version 4; malloc'd */
	size_t len;
};

static uint32_t be16(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 8 | bytes[1];
}

/* ---- the window ---- */

static size_t read_at(int fd, unsigned char *buffer, size_t len, size_t offset)
{
	size_t done = 0;

	while (done < len) {
		ssize_t got = pread(
			fd, buffer + done, len - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

/* The bytes at `offset`: at least ENTRY_MAX, or all up to the end. */
static const unsigned char *look(
	struct index_file *index, size_t offset, size_t *ret_left)
{
	size_t at = offset - index->start, left = index->len - offset;

	if (offset < index->start || at > index->have ||
		(index->have - at < ENTRY_MAX && index->have - at < left)) {
		if (left > index->room)
			left = index->room;
		index->start = offset;
		index->have = read_at(index->fd, index->window, left, offset);
		index->broken |= index->have < left;
		at = 0;
	}
	*ret_left = index->have - at;
	return index->window + at;
}

unsigned char *index_read(struct index_file *index, size_t offset, size_t len)
{
	unsigned char *bytes;

	if (offset > index->len || len > index->len - offset)
		return NULL;
	bytes = xmalloc(len + 1);
	if (read_at(index->fd, bytes, len, offset) == len)
		return bytes;
	free(bytes);
	return NULL;
}

/* ---- one entry ---- */

/* Git's variable-width numbers (varint.c); false where it does not end. */
static bool varint(
	const unsigned char **pos, const unsigned char *end, size_t *ret)
{
	size_t value = 0;

	for (int i = 0; i < VARINT_MAX && *pos < end; i++) {
		unsigned char c = *(*pos)++;

		value = (value << 7) + (c & 127);
		if (!(c & 128)) {
			*ret = value;
			return true;
		}
		value++;
	}
	return false;
}

/* Where the NUL of `name` is, which the low bits of the flags say unless the
 * name is too long for them.  NULL: not there. */
static const unsigned char *name_end(
	const unsigned char *name, const unsigned char *end, size_t len)
{
	size_t left = (size_t)(end - name);

	if (len == INDEX_NAME_MASK)
		return left ? memchr(name, '\0', left) : NULL;
	return len < left && !name[len] ? name + len : NULL;
}

/* Versions 2 and 3: the whole name, and up to eight NULs that make the entry
 * a multiple of eight bytes. */
static bool read_padded(struct index_cursor *cursor, struct index_entry *ret,
	const unsigned char *name, const unsigned char *end)
{
	const unsigned char *nul = name_end(
		name, end, ret->flags & INDEX_NAME_MASK);
	size_t size;

	if (!nul || nul == name)
		return false;
	size = ((size_t)(nul - ret->stat) + 8) & ~(size_t)7;
	if (size > (size_t)(end - ret->stat))
		return false;
	ret->name = (const char *)name;
	ret->len = (size_t)(nul - name);
	cursor->offset += size;
	return true;
}

/* Version 4: the name before, cut by so many bytes, and these added. */
static bool read_prefixed(struct index_cursor *cursor, struct index_entry *ret,
	const unsigned char *pos, const unsigned char *end)
{
	size_t len = ret->flags & INDEX_NAME_MASK, cut, kept;
	const unsigned char *nul;

	if (!varint(&pos, end, &cut) || cut > cursor->name.len)
		return false;
	kept = cursor->name.len - cut;
	if (len != INDEX_NAME_MASK && len < kept)
		return false;
	nul = name_end(pos, end, len == INDEX_NAME_MASK ? len : len - kept);
	if (!nul)
		return false;
	strbuf_setlen(&cursor->name, kept);
	strbuf_add(&cursor->name, pos, (size_t)(nul - pos));
	ret->name = cursor->name.buf;
	ret->len = cursor->name.len;
	cursor->offset += (size_t)(nul + 1 - ret->stat);
	return ret->len > 0;
}

/* Read the entry at the cursor and go on.  False: it is damaged. */
static bool read_entry(struct index_cursor *cursor, struct index_entry *ret)
{
	size_t left;
	const unsigned char *start = look(cursor->index, cursor->offset, &left);
	const unsigned char *name = start + ENTRY_SIZE;

	if (left < ENTRY_SIZE + 2)
		return false;
	ret->stat = start;
	ret->oid = start + OID_OFFSET;
	ret->mode = index_be32(start + MODE_OFFSET);
	ret->flags = be16(start + FLAGS_OFFSET);
	if (ret->flags & INDEX_EXTENDED) {
		ret->flags |= be16(name) << 16;
		name += 2;
		if (cursor->index->version < 3 || (ret->flags & UNKNOWN_FLAGS))
			return false;
	}
	if (cursor->index->version == 4)
		return read_prefixed(cursor, ret, name, start + left);
	return read_padded(cursor, ret, name, start + left);
}

/* Versions 2 and 3: step over entries up to number `to`, as long as they are
 * plain and well inside the window.  All but a few are, and a big index is
 * passed six times as fast as by reading each. */
static void skip_plain(struct index_cursor *cursor, uint32_t to)
{
	size_t left;
	const unsigned char *pos = look(cursor->index, cursor->offset, &left);
	const unsigned char *start = pos, *end = pos + left;

	if (cursor->index->version == 4)
		return;
	while (cursor->pos < to && (size_t)(end - pos) >= ENTRY_MAX) {
		uint32_t flags = be16(pos + FLAGS_OFFSET);
		size_t len = flags & INDEX_NAME_MASK;

		if ((flags & INDEX_EXTENDED) || !len ||
			len == INDEX_NAME_MASK || pos[ENTRY_SIZE + len])
			break;
		pos += (ENTRY_SIZE + len + 8) & ~(size_t)7;
		cursor->pos++;
	}
	cursor->offset += (size_t)(pos - start);
}

/* To entry number `to`, or up to a damaged one. */
static bool pass(struct index_cursor *cursor, uint32_t to)
{
	struct index_entry ignored;

	while (cursor->pos < to) {
		skip_plain(cursor, to);
		if (cursor->pos == to)
			break;
		if (!read_entry(cursor, &ignored))
			return false;
		cursor->pos++;
	}
	return true;
}

/* ---- the whole ---- */

static void set_mark(struct index_mark *mark, const struct index_cursor *cursor)
{
	mark->offset = cursor->offset;
	mark->len = cursor->name.len;
	if (mark->len)
		mark->name = xstrndup(cursor->name.buf, mark->len);
}

/* The one pass over all entries; the offset behind them, 0 if one is bad. */
static size_t mark_entries(struct index_file *index)
{
	struct index_cursor cursor;
	size_t end = 0;

	index->marks = xcalloc(
		index->nr / MARK_EVERY + 1, sizeof(*index->marks));
	index_first(&cursor, index);
	for (;;) {
		uint32_t left = index->nr - cursor.pos;

		set_mark(&index->marks[cursor.pos / MARK_EVERY], &cursor);
		if (!pass(&cursor,
			    cursor.pos +
				    (left < MARK_EVERY ? left : MARK_EVERY)))
			break;
		if (left < MARK_EVERY) {
			end = cursor.offset;
			break;
		}
	}
	index_cursor_release(&cursor);
	return end;
}

/* Extensions that begin with a capital are optional; the others (split and
 * sparse index) change what the entries mean. */
static bool read_extensions(struct index_file *index, size_t offset)
{
	while (index->len - offset >= EXTENSION_SIZE) {
		size_t left, size;
		const unsigned char *name = look(index, offset, &left);

		if (left < EXTENSION_SIZE || *name < 'A' || *name > 'Z')
			return false;
		size = index_be32(name + 4);
		offset += EXTENSION_SIZE;
		if (size > index->len - offset)
			return false;
		if (!memcmp(name, "TREE", 4)) {
			index->tree = offset;
			index->tree_len = size;
		}
		offset += size;
	}
	return offset == index->len;
}

static bool parse(struct index_file *index)
{
	size_t left, end;
	const unsigned char *header = look(index, 0, &left);

	if (left < HEADER_SIZE || memcmp(header, "DIRC", 4) != 0)
		return false;
	index->version = index_be32(header + 4);
	index->nr = index_be32(header + 8);
	if (index->version < 2 || index->version > 4 ||
		index->nr > index->len / ENTRY_SIZE)
		return false;
	end = mark_entries(index);
	return end && read_extensions(index, end);
}

static bool set_file(struct index_file *ret)
{
	struct stat st;

	if (fstat(ret->fd, &st) || !S_ISREG(st.st_mode) ||
		st.st_size < INDEX_OID_SIZE)
		return false;
	ret->mtime = st.st_mtim;
	ret->len = (size_t)st.st_size - INDEX_OID_SIZE;
	ret->room = ret->len < WINDOW_SIZE ? ret->len : WINDOW_SIZE;
	ret->window = xmalloc(ret->room + 1);
	return true;
}

bool index_open(struct index_file *ret, const char *path)
{
	*ret = (struct index_file){ .version = 2 };
	ret->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (ret->fd < 0)
		return errno == ENOENT;
	if (set_file(ret) && parse(ret))
		return true;
	index_close(ret);
	return false;
}

void index_close(struct index_file *index)
{
	if (index->marks)
		for (size_t i = 0; i <= index->nr / MARK_EVERY; i++)
			free(index->marks[i].name);
	free(index->marks);
	free(index->window);
	if (index->fd >= 0)
		close(index->fd);
	*index = (struct index_file){ .fd = -1 };
}

/* ---- going through it ---- */

void index_first(struct index_cursor *cursor, struct index_file *index)
{
	*cursor = (struct index_cursor){
		.index = index, .offset = HEADER_SIZE, .name = STRBUF_INIT
	};
}

void index_cursor_release(struct index_cursor *cursor)
{
	strbuf_release(&cursor->name);
}

bool index_next(struct index_cursor *cursor, struct index_entry *ret)
{
	if (cursor->pos >= cursor->index->nr)
		return false;
	if (!read_entry(cursor, ret)) {
		cursor->index->broken = true;
		return false;
	}
	cursor->pos++;
	return true;
}

void index_seek(struct index_cursor *cursor, uint32_t pos)
{
	if (pos > cursor->index->nr)
		pos = cursor->index->nr;
	if (pos / MARK_EVERY > cursor->pos / MARK_EVERY) {
		struct index_mark *mark =
			&cursor->index->marks[pos / MARK_EVERY];

		cursor->pos = pos - pos % MARK_EVERY;
		cursor->offset = mark->offset;
		strbuf_reset(&cursor->name);
		if (mark->len)
			strbuf_add(&cursor->name, mark->name, mark->len);
	}
	if (!pass(cursor, pos))
		cursor->index->broken = true;
}
