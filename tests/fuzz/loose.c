/*
 * A loose object is a file that a crash may have cut short or a disk changed:
 * what is taken must have the length that its header says, and nothing else may
 * come out.
 */
#include "git/repo_impl.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "commit", "tree", "blob" };
	AUTO_STRBUF packed = STRBUF_INIT, out = STRBUF_INIT;
	int taken = 0;

	strbuf_add(&packed, data, size);
	for (size_t i = 0; i < 3; i++) {
		int failed = loose_parse(&packed, types[i], &out);

		if (failed && out.len)
			abort();
		taken += !failed;
	}
	if (taken > 1)
		abort();
	return 0;
}
