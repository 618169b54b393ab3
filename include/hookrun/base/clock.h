/*
 * Time: a monotonic clock for deadlines, and durations as configuration
 * writes them ("300ms", "5s", "1m30s", "7d"; Go's syntax and days).
 */
#ifndef HOOKRUN_BASE_CLOCK_H
#define HOOKRUN_BASE_CLOCK_H

#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int64_t clock_now_ms(void);  /* monotonic, milliseconds */
int64_t clock_date_ms(void); /* since 1970, for what is kept */

/* Milliseconds until `deadline_ms`, 0 if it passed, for poll(2). */
int clock_left_ms(int64_t deadline_ms);

/* "1m30s" to milliseconds.  A bare number is an error that names the missing
 * unit, as are negative and absurd (over ten years) durations. */
int duration_parse(const char *text, int64_t *ret_ms, struct err *err);
/* The name of the `n`th unit, counted from 0; NULL: there are not so many. */
const char *duration_unit(size_t n);

/* Milliseconds as Go prints a time.Duration: "1m30s", "1.5s", "100ms". */
void duration_format(int64_t ms, char *buf, size_t size);

#endif
