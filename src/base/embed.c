/*
 * hooks/ in the binary: the shim, the Ruby programs and the JSON schema stay
 * files that can be read and tested as they are.  The table is made by the
 * Makefile (gcc 12 has no #embed, and objcopy's objects upset the linker).
 */
#include "hookrun/base/embed.h"

#include <string.h>

static const struct file {
	const char *name, *text;
	size_t len;
} files[] = {
#include "embed.inc"
};

const char *embed_get(const char *name, size_t *ret_len)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!strcmp(files[i].name, name)) {
			if (ret_len)
				*ret_len = files[i].len;
			return files[i].text;
		}
	return NULL;
}
