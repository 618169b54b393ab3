/* What a run leaves behind for `hookrun last`: see recording.h for reading. */
#ifndef RUNNER_RECORDER_H
#define RUNNER_RECORDER_H

#include "runner/execution.h"

/* Output that is shown as it comes, and kept nowhere else. */
void recorder_add(struct exec_job *job, const char *data, size_t len);
/* Keep what there is of a job's output, before it goes. */
void recorder_keep(struct exec_job *job);

/* Write down the whole run, which began at that date and ended with `result`
 * (see run_plan()); `err` where that is -1. */
void recorder_write(struct execution *execution, int64_t date_ms, int result,
	const struct err *err);

#endif
