/*
 * File types are told from the inode where that suffices; only `text` and
 * `binary` open the file.  The rule for those two is lefthook's, that of the
 * WHATWG's MIME sniffing: a byte order mark makes text, a control character
 * that no text has makes binary, and one block is enough to look at.
 */
#include "files/file_type.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SNIFF_BYTES 1024

enum file_type {
	TYPE_TEXT = 1 << 0,
	TYPE_BINARY = 1 << 1,
	TYPE_EXECUTABLE = 1 << 2,
	TYPE_NOT_EXECUTABLE = 1 << 3,
	TYPE_SYMLINK = 1 << 4,
	TYPE_NOT_SYMLINK = 1 << 5,
};

static const struct {
	const char *name;
	enum file_type type;
} types_known[] = {
	{ "text", TYPE_TEXT },
	{ "binary", TYPE_BINARY },
	{ "executable", TYPE_EXECUTABLE },
	{ "not executable", TYPE_NOT_EXECUTABLE },
	{ "symlink", TYPE_SYMLINK },
	{ "not symlink", TYPE_NOT_SYMLINK },
};

int file_type_parse(const char *name, unsigned *types, struct err *err)
{
	AUTO_STRBUF known = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(types_known); i++) {
		if (!strcmp(name, types_known[i].name)) {
			*types |= types_known[i].type;
			return 0;
		}
		strbuf_addf(
			&known, "%s'%s'", i ? ", " : "", types_known[i].name);
	}
	return err_set(
		err, "unknown file type '%s' (known are %s)", name, known.buf);
}

static bool has_mark(const unsigned char *data, size_t len)
{
	static const struct {
		const char *bytes;
		size_t len;
	} marks[] = {
		{ "\xef\xbb\xbf", 3 },
		{ "\xfe\xff", 2 },
		{ "\xff\xfe", 2 },
		{ "\0\0\xfe\xff", 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (len >= marks[i].len &&
			!memcmp(data, marks[i].bytes, marks[i].len))
			return true;
	return false;
}

static bool is_text(const unsigned char *data, size_t len)
{
	if (has_mark(data, len))
		return true;
	for (size_t i = 0; i < len; i++)
		if (data[i] <= 0x08 || data[i] == 0x0b ||
			(data[i] >= 0x0e && data[i] <= 0x1a) ||
			(data[i] >= 0x1c && data[i] <= 0x1f))
			return false;
	return true;
}

/* TYPE_TEXT or TYPE_BINARY, 0 where the file is gone, or -1. */
static int sniff(const char *path, struct err *err)
{
	AUTO_FD int fd = open(
		path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	AUTO_STRBUF data = STRBUF_INIT;
	ssize_t got = 1;

	if (fd < 0 && errno == ENOENT)
		return 0;
	while (fd >= 0 && got > 0 && data.len < SNIFF_BYTES)
		got = strbuf_read_once(&data, fd, SNIFF_BYTES - data.len);
	if (fd < 0 || got < 0)
		return err_errno(err, "cannot read '%s'", path);
	return is_text((const unsigned char *)data.buf, data.len) ? TYPE_TEXT
								  : TYPE_BINARY;
}

int file_type_match(
	const char *worktree, const char *name, unsigned types, struct err *err)
{
	AUTO_FREE char *path = fs_join(worktree, name);
	struct stat st;
	unsigned is;
	bool link;

	if (lstat(path, &st))
		return errno == ENOENT || errno == ENOTDIR
			       ? 0
			       : err_errno(err, "cannot look at '%s'", path);
	link = S_ISLNK(st.st_mode);
	is = link ? TYPE_SYMLINK : TYPE_NOT_SYMLINK;
	is |= !link && (st.st_mode & 0111) ? TYPE_EXECUTABLE
					   : TYPE_NOT_EXECUTABLE;
	if ((types & (TYPE_TEXT | TYPE_BINARY)) && S_ISREG(st.st_mode)) {
		int content = sniff(path, err);

		if (content < 0)
			return -1;
		is |= (unsigned)content;
	}
	return (is & types) == types;
}
