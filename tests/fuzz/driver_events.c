/*
 * Input: lines as the program of a migration engine writes them, which may be
 * killed between any two, and whose application may print among them.  What it
 * says to be done never shrinks but by the end of a transaction.
 */
#include "fuzz_input.h"
#include "migrate/progress.h"

#include <stdio.h>

static void look(const struct progress *p)
{
	if (p->ndbs > PROGRESS_DBS_MAX || p->nlayout > PROGRESS_DBS_MAX ||
		p->nchanges > p->changes_cap || p->nnotes > p->notes_cap ||
		p->mark_changes > p->changes_cap)
		abort();
	if (progress_count(p, true) + progress_count(p, false) > p->nchanges)
		abort();
	for (size_t i = 0; i < p->nnotes; i++)
		if (!p->notes[i].text)
			abort();
}

static void end(struct progress *p, unsigned how)
{
	progress_end(p);
	look(p);
	if (how & 1)
		progress_take_open(p);
	if (how & 2)
		progress_take_doing(p);
	look(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct progress progress = { .arena = &arena };
	const char *pos = (const char *)data;
	unsigned how = size ? data[size - 1] : 0;

	while (size) {
		const char *stop = memchr(pos, '\n', size);
		size_t len = stop ? (size_t)(stop - pos) : size;
		struct err err = ERR_INIT;
		enum progress_ask ask;

		if (progress_feed(&progress, pos, len, &ask, &err) && !*err.msg)
			abort();
		look(&progress);
		len += stop != NULL;
		pos += len;
		size -= len;
	}
	end(&progress, how);
	return 0;
}
