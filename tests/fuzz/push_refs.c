/*
 * Input: what git writes to pre-push.  Besides not crashing, what was read and
 * is written again must be read the same.
 */
#include "hookrun/base/strbuf.h"
#include "hookrun/files/push.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_refs(const struct push_refs *refs, struct strbuf *out)
{
	for (size_t i = 0; i < refs->nr; i++)
		strbuf_addf(out, "%s %s %s %s\n", refs->v[i].local,
			refs->v[i].to.hex, refs->v[i].remote,
			refs->v[i].from.hex);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	AUTO_STRBUF once = STRBUF_INIT, twice = STRBUF_INIT;
	struct push_refs refs = { 0 };
	struct err err = ERR_INIT;
	const char *text = data ? (const char *)data : "";

	if (push_refs_read(&arena, text, size, &refs, &err)) {
		if (!*err.msg || refs.nr)
			abort();
	} else if (!memchr(text, 0, size)) {
		write_refs(&refs, &once);
		if (push_refs_read(&arena, once.buf, once.len, &refs, &err))
			abort();
		write_refs(&refs, &twice);
		if (strcmp(once.buf, twice.buf) != 0)
			abort();
	}
	arena_release(&arena);
	return 0;
}
