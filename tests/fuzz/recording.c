/*
 * Input: a line of the recorder's log.  Besides not crashing, what is read has
 * its names, and can be drawn and traced.
 */
#include "cli/recorded.h"
#include "cli/timeline.h"
#include "cli/trace.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct recording *run)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (!run->hook || !run->outcome)
		abort();
	for (size_t i = 0; i < run->nr; i++)
		if (!run->jobs[i].path || !run->jobs[i].name ||
			!recorded_outcome(&run->jobs[i]))
			abort();
	recorded_add_date(&out, run->date_ms);
	timeline_add(&out, run, 80, false);
	timeline_add(&out, run, 1, true);
	trace_add(&out, run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	struct recording run;
	struct err err = ERR_INIT;

	if (!recording_parse(
		    &arena, data ? (const char *)data : "", size, &run, &err))
		use(&run);
	else if (!*err.msg)
		abort();
	arena_release(&arena);
	return 0;
}
