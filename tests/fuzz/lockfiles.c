/*
 * Lock files come from whatever branch was checked out: every parser must
 * survive every text, and the comparison what the parsers make of it.
 */
#include "deps/lockdiff.h"
#include "deps/lockfiles.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare_halves(
	const struct lockfile *row, const char *text, size_t len)
{
	struct arena arena = ARENA_INIT;
	AUTO_STRBUF line = STRBUF_INIT;
	struct packages whole, half;
	struct err err = ERR_INIT;

	packages_init(&whole, &arena);
	packages_init(&half, &arena);
	package_json_direct(text, len, &whole);
	if (!row->parse(text, len, &whole, &err) &&
		!row->parse(text, len / 2, &half, &err)) {
		lockdiff_describe(&half, &whole, NULL, NULL, &line);
		lockdiff_describe(&whole, &half, "1", "2", &line);
	}
	packages_release(&whole);
	packages_release(&half);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_add(&text, data, size);
	for (const struct lockfile *row = lockfiles; row->file; row++) {
		compare_halves(row, text.buf, text.len);
		lockfile_install(row, &text);
	}
	lockfile_has_conflict(&text);
	package_lock_matches(text.buf, text.len, text.buf, text.len / 2);
	package_lock_matches(text.buf, text.len, text.buf, text.len);
	return 0;
}
