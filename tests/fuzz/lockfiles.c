/*
 * Lock files come from whatever branch was checked out: every parser must
 * survive every text, and the comparison what the parsers make of it.
 */
#include "deps/gemfile.h"
#include "deps/gems.h"
#include "deps/lockdiff.h"
#include "deps/lockfiles.h"
#include "steps/lock_change.h"

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

/* The one text as Gemfile.lock, as Gemfile and as what Bundler prints. */
static void look_for_gems(const struct strbuf *text)
{
	struct arena arena = ARENA_INIT;
	AUTO_STRVEC news = STRVEC_INIT;
	struct gem_places places = { .folders = STRVEC_INIT };
	struct timespec since = { .tv_sec = 1 };
	struct gemfile_lock lock;
	struct err err = ERR_INIT;

	if (!gemfile_lock_read(text->buf, text->len, &arena, &lock, &err)) {
		gemfile_agrees(text, &lock);
		gem_places_learn(&lock, text, &places);
		gemfile_print(text, &places.absent);
		if (!places.folders.nr)
			strvec_push(&places.folders, "/nonexistent");
		gems_look(&lock, &places, &since, &news);
	}
	gemfile_lock_release(&lock);
	gem_places_release(&places);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_STRBUF text = STRBUF_INIT, half = STRBUF_INIT, line = STRBUF_INIT;

	strbuf_add(&text, data, size);
	strbuf_add(&half, data, size / 2);
	look_for_gems(&text);
	lock_change_platforms(&half, &text, &line);
	for (const struct lockfile *row = lockfiles; row->file; row++) {
		compare_halves(row, text.buf, text.len);
		lockfile_install(row, &text);
	}
	lockfile_has_conflict(&text);
	package_lock_matches(text.buf, text.len, text.buf, text.len / 2);
	package_lock_matches(text.buf, text.len, text.buf, text.len);
	return 0;
}
