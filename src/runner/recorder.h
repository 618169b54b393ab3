/* What a run leaves behind for `hookrun last`: see recording.h for reading. */
#ifndef RUNNER_RECORDER_H
#define RUNNER_RECORDER_H

#include "runner/execution.h"

/* Output that is shown as it comes, and kept nowhere else. */
void recorder_add(struct exec_job *job, const char *data, size_t len);
/* Keep what there is of a job's output, before it goes. */
void recorder_keep(struct exec_job *job);

/* Write down the whole run, which began at that date and ended with `result`
 * (see run_plan()), `err` being set where that is -1; and the reports that were
 * asked for: -1 where one could not be written. */
int recorder_write(struct execution *execution, int64_t date_ms, int result,
	struct err *err);

#endif
