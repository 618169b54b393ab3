/*
 * Deadlines use the monotonic clock: a laptop that sleeps or a clock that is
 * set must not end a job.  Durations follow Go's time.ParseDuration, which is
 * what lefthook's files are written for, except that a bare number is refused:
 * there it means nanoseconds, which nobody who writes `timeout: 5` wants.
 */
#include "hookrun/base/clock.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MAX_MS (INT64_C(3652) * 86400 * 1000)

int64_t clock_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_date_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int clock_left_ms(int64_t deadline_ms)
{
	int64_t left = deadline_ms - clock_now_ms();

	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

static const struct unit {
	const char *name;
	double ms;
} units[] = {
	{ "ns", 1e-6 },
	{ "us", 1e-3 },
	{ "\xc2\xb5s", 1e-3 },
	{ "ms", 1 },
	{ "s", 1e3 },
	{ "m", 60e3 },
	{ "h", 3600e3 },
	{ "d", 86400e3 },
};

const char *duration_unit(size_t n)
{
	return n < sizeof(units) / sizeof(units[0]) ? units[n].name : NULL;
}

static const struct unit *find_unit(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == len &&
			!memcmp(units[i].name, text, len))
			return &units[i];
	return NULL;
}

/* A decimal number at *pos; false where there is none. */
static bool scan_number(const char **pos, double *ret)
{
	const char *p = *pos;
	double value = 0, scale = 1;
	bool any = false;

	for (; isdigit((unsigned char)*p); p++, any = true)
		value = value * 10 + (*p - '0');
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p); p++, any = true)
			value += (*p - '0') * (scale /= 10);
	*ret = value;
	*pos = p;
	return any;
}

int duration_parse(const char *text, int64_t *ret_ms, struct err *err)
{
	const char *p = text;
	double total = 0;

	if (!strcmp(text, "0")) {
		*ret_ms = 0;
		return 0;
	}
	do {
		const struct unit *unit;
		double number;
		size_t len = 0;

		if (!scan_number(&p, &number))
			return err_set(err,
				"'%s' is not a duration (expected '30s', "
				"'1m30s', '500ms')",
				text);
		while (p[len] && p[len] != '.' &&
			!isdigit((unsigned char)p[len]))
			len++;
		if (!len)
			return err_set(err,
				"duration '%s' has no unit (did you mean "
				"'%ss'?)",
				text, text);
		unit = find_unit(p, len);
		if (!unit)
			return err_set(err,
				"unknown unit '%.*s' in duration '%s' "
				"(expected ms, s, m, h or d)",
				(int)len, p, text);
		total += number * unit->ms;
		p += len;
	} while (*p);
	if (!(total <= (double)MAX_MS))
		return err_set(
			err, "duration '%s' is longer than ten years", text);
	/* Rounded: 0.035 s is a little less than 35 ms in binary. */
	*ret_ms = total > 0 && total < 1 ? 1 : (int64_t)(total + 0.5);
	return 0;
}

void duration_format(int64_t ms, char *buf, size_t size)
{
	int64_t sec = ms / 1000, frac = ms % 1000;
	char seconds[32];
	int len;

	if (ms < 1000) {
		if (ms)
			snprintf(buf, size, "%" PRId64 "ms", ms);
		else
			snprintf(buf, size, "0s");
		return;
	}
	len = snprintf(seconds, sizeof(seconds), "%" PRId64, sec % 60);
	if (frac) {
		len += snprintf(seconds + len, sizeof(seconds) - (size_t)len,
			".%03d", (int)frac);
		while (seconds[len - 1] == '0')
			seconds[--len] = '\0';
	}
	if (sec >= 3600)
		snprintf(buf, size, "%" PRId64 "h%" PRId64 "m%ss", sec / 3600,
			sec / 60 % 60, seconds);
	else if (sec >= 60)
		snprintf(buf, size, "%" PRId64 "m%ss", sec / 60, seconds);
	else
		snprintf(buf, size, "%ss", seconds);
}
