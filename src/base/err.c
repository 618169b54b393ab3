/*
 * The error object.  It has a fixed size so that reporting a failure can never
 * itself fail, and it is cut, not grown, because an error text that needs more
 * than a screen is not read.
 */
#include "hookrun/base/err.h"

#include "hookrun/base/strbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void set(
	struct err *err, enum err_kind kind, const char *fmt, va_list ap)
{
	AUTO_STRBUF safe = STRBUF_INIT;
	char text[ERR_MAX];

	/* By way of a copy: an argument may be the old message itself. */
	vsnprintf(text, sizeof(text), fmt, ap);
	strbuf_add_printable(&safe, text, true);
	err->kind = kind;
	snprintf(err->msg, sizeof(err->msg), "%s", safe.buf);
}

int err_set(struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, ERR_PLAIN, fmt, ap);
	va_end(ap);
	return -1;
}

int err_set_kind(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, kind, fmt, ap);
	va_end(ap);
	return -1;
}

int err_errno(struct err *err, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	set(err, ERR_PLAIN, fmt, ap);
	va_end(ap);
	return err_set(err, "%s: %s", err->msg, strerror(saved));
}

int err_prefix(struct err *err, const char *fmt, ...)
{
	enum err_kind kind = err->kind;
	char context[ERR_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	return err_set_kind(err, kind, "%s: %s", context, err->msg);
}
