/*
 * libmagic knows some hundred formats of binary files, and it takes some ten
 * milliseconds to load its database: only who asks for such a type pays.
 */
#include "hookrun/base/dl.h"
#include "libhost/libhost.h"

#include <stddef.h>

#define MAGIC_MIME_TYPE 0x10 /* magic.h */

struct magic_set;

#define MAGIC_FUNCTIONS(F)                                                     \
	F(struct magic_set *, magic_open, (int))                               \
	F(int, magic_load, (struct magic_set *, const char *))                 \
	F(const char *, magic_file, (struct magic_set *, const char *))        \
	F(const char *, magic_error, (struct magic_set *))                     \
	F(void, magic_close, (struct magic_set *))

DL_TABLE(magic_table, MAGIC_FUNCTIONS);
static struct magic_table lib;
#define DL_STRUCT struct magic_table
DL_SYMBOLS(magic_symbols, MAGIC_FUNCTIONS);

static struct magic_set *cookie; /* for the rest of the process */

int magic_load_library(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	static const char *const sonames[] = { "libmagic.so.1", "libmagic.so",
		"libmagic.1.dylib", "libmagic.dylib", NULL };
	const char *why;

	(void)question;
	(void)reply;
	if (dl_load(sonames, magic_symbols, &lib, err))
		return err_prefix(err,
			"this type needs libmagic (in Debian the package "
			"libmagic1, elsewhere 'file')");
	cookie = lib.magic_open(MAGIC_MIME_TYPE);
	if (cookie && !lib.magic_load(cookie, NULL))
		return 0;
	why = cookie ? lib.magic_error(cookie) : NULL;
	err_set(err, "libmagic cannot load its database: %s",
		why ? why : "out of memory");
	if (cookie)
		lib.magic_close(cookie);
	cookie = NULL;
	return -1;
}

int magic_type_of(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const char *path = frame_text(question, 1);

	if (!cookie || !path)
		return err_set(err, "no library, or no file");
	frame_add(reply, lib.magic_file(cookie, path));
	return 0;
}
