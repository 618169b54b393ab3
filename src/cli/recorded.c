/*
 * Words that several commands have for what was recorded.
 */
#include "cli/recorded.h"

#include <time.h>

void recorded_add_date(struct strbuf *out, int64_t date_ms)
{
	time_t seconds = (time_t)(date_ms / 1000);
	struct tm date;
	char text[64];

	if (!localtime_r(&seconds, &date) ||
		!strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &date))
		return;
	strbuf_addstr(out, text);
}

const char *recorded_outcome(const struct recorded_job *job)
{
	return job->allowed ? "failed and may" : job->outcome;
}
