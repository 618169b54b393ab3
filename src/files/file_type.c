/*
 * File types are told from the inode where that suffices; content is read once
 * a file, its beginning only.  As in lefthook the plain types must all hold,
 * while one of the MIME types is enough, and that is the very type or an alias
 * of it: HTML is no text/plain.  Languages go by the file's name; a program
 * whose name tells nothing is in the language of its first line.
 */
#include "files/file_type.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/language.h"
#include "hookrun/base/mime.h"

#include "files/magic.h"
#include "files/mime_sniff.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_BYTES 1024 /* that `text` and `binary` look at */

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

static int add_mime(const char *name, struct file_types *types, struct err *err)
{
	const char *type = mime_find(name);

	if (!type)
		return err_set(err, "unknown MIME type '%s'", name);
	if (types->nmimes == FILE_MIMES_MAX)
		return err_set(err, "more than %d MIME types", FILE_MIMES_MAX);
	if (!sniff_knows(type) && magic_ready(err))
		return err_prefix(err, "file type '%s'", name);
	types->mimes[types->nmimes++] = type;
	return 0;
}

static int add_language(
	const char *name, struct file_types *types, struct err *err)
{
	if (types->nlanguages == FILE_MIMES_MAX)
		return err_set(err, "more than %d languages", FILE_MIMES_MAX);
	types->languages[types->nlanguages++] = language_find(name);
	return 0;
}

bool file_type_is_known(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types_known); i++)
		if (!strcmp(name, types_known[i].name))
			return true;
	return language_find(name) || (strchr(name, '/') && mime_find(name));
}

int file_type_parse(const char *name, struct file_types *types, struct err *err)
{
	AUTO_STRBUF known = STRBUF_INIT;

	if (strchr(name, '/'))
		return add_mime(name, types, err);
	if (language_find(name))
		return add_language(name, types, err);
	for (size_t i = 0; i < ARRAY_SIZE(types_known); i++) {
		if (!strcmp(name, types_known[i].name)) {
			types->is |= types_known[i].type;
			return 0;
		}
		strbuf_addf(
			&known, "%s'%s'", i ? ", " : "", types_known[i].name);
	}
	return err_set(
		err, "unknown file type '%s' (known are %s)", name, known.buf);
}

/* The beginning of a file: 1, 0 where it is gone, or -1. */
static int read_beginning(
	const char *path, struct strbuf *data, struct err *err)
{
	AUTO_FD int fd = open(
		path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t got = 1;

	if (fd < 0 && errno == ENOENT)
		return 0;
	while (fd >= 0 && got > 0 && data->len < SNIFF_BYTES)
		got = strbuf_read_once(data, fd, SNIFF_BYTES - data->len);
	if (fd < 0 || got < 0)
		return err_errno(err, "cannot read '%s'", path);
	return 1;
}

static bool is_one_of(const struct file_types *types, const char *type)
{
	for (size_t i = 0; type && i < types->nmimes; i++)
		if (!strcmp(types->mimes[i], type))
			return true;
	return false;
}

static int mime_matches(const struct file_types *types, const char *path,
	const struct strbuf *data, struct err *err)
{
	const char *type = NULL;
	bool asks_library = false;

	if (sniff_is_text(data->buf, data->len) &&
		is_one_of(types, sniff_source(data->buf, data->len)))
		return 1;
	for (size_t i = 0; i < types->nmimes; i++)
		asks_library |= !sniff_knows(types->mimes[i]);
	if (asks_library && magic_type(path, &type, err) < 0)
		return -1;
	return is_one_of(types, type);
}

static bool name_matches(const struct file_types *types, const char *path)
{
	for (size_t i = 0; i < types->nlanguages; i++)
		if (language_has_name(types->languages[i], path))
			return true;
	return false;
}

static bool name_suffices(
	const struct file_types *types, const char *path, unsigned is)
{
	return !types->nmimes && !(types->is & (TYPE_TEXT | TYPE_BINARY)) &&
	       (!(is & TYPE_EXECUTABLE) || language_is_told(path));
}

static bool program_matches(
	const struct file_types *types, const struct strbuf *data)
{
	const char *mime = sniff_is_text(data->buf, data->len)
				   ? sniff_source(data->buf, data->len)
				   : NULL;

	for (size_t i = 0; mime && i < types->nlanguages; i++) {
		const char *wanted = language_mime(types->languages[i]);

		if (wanted && !strcmp(wanted, mime))
			return true;
	}
	return false;
}

/* One of the languages and MIME types, where any is asked for. */
static int kind_matches(const struct file_types *types, const char *path,
	const struct strbuf *data, bool is_program, struct err *err)
{
	if (!types->nmimes && !types->nlanguages)
		return 1;
	if (name_matches(types, path))
		return 1;
	if (is_program && !language_is_told(path) &&
		program_matches(types, data))
		return 1;
	return types->nmimes ? mime_matches(types, path, data, err) : 0;
}

/* The types that only the content of a regular file tells. */
static int match_content(const char *path, const struct file_types *types,
	unsigned *is, struct err *err)
{
	AUTO_STRBUF data = STRBUF_INIT;
	int found;

	if (name_suffices(types, path, *is))
		return name_matches(types, path);
	found = read_beginning(path, &data, err);
	if (found <= 0)
		return found;
	*is |= sniff_is_text(
		       data.buf, data.len < TEXT_BYTES ? data.len : TEXT_BYTES)
		       ? TYPE_TEXT
		       : TYPE_BINARY;
	return kind_matches(types, path, &data, *is & TYPE_EXECUTABLE, err);
}

int file_type_match(const char *worktree, const char *name,
	const struct file_types *types, struct err *err)
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
	if (types->nmimes || types->nlanguages ||
		(types->is & (TYPE_TEXT | TYPE_BINARY))) {
		int found = 0;

		if (S_ISREG(st.st_mode))
			found = match_content(path, types, &is, err);
		if (found <= 0)
			return found;
	}
	return (is & types->is) == types->is;
}
