/*
 * Lists of strings, kept NULL-terminated because most of them end as the
 * argument list or the environment of a process.
 *
 * The names of ten thousands of files go through several lists; copying each
 * every time would cost more than all that is asked about them, hence lists
 * that borrow.
 */
#include "hookrun/base/strvec.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"

#include <stdint.h>

void strvec_release(struct strvec *vec)
{
	for (size_t i = 0; !vec->borrows && i < vec->nr; i++)
		free(vec->v[i]);
	free(vec->v);
	*vec = (struct strvec)STRVEC_INIT;
}

void strvec_reserve(struct strvec *vec, size_t more)
{
	size_t room = vec->nr + more + 1;

	if (!more || room <= vec->cap)
		return;
	xgrow(&vec->v, &vec->cap, room, sizeof(*vec->v));
	vec->v[vec->nr] = NULL;
}

static void add(struct strvec *vec, char *str)
{
	xgrow(&vec->v, &vec->cap, vec->nr + 2, sizeof(*vec->v));
	vec->v[vec->nr++] = str;
	vec->v[vec->nr] = NULL;
}

void strvec_take(struct strvec *vec, char *str)
{
	for (size_t i = 0; vec->borrows && i < vec->nr; i++)
		vec->v[i] = xstrdup(vec->v[i]);
	vec->borrows = false;
	add(vec, str);
}

void strvec_borrow(struct strvec *vec, const char *str)
{
	if (vec->nr && !vec->borrows) {
		strvec_push(vec, str);
		return;
	}
	vec->borrows = true;
	add(vec, (char *)(uintptr_t)str);
}

void strvec_push(struct strvec *vec, const char *str)
{
	strvec_take(vec, xstrdup(str));
}

void strvec_pushn(struct strvec *vec, const char *str, size_t len)
{
	strvec_take(vec, xstrndup(str, len));
}

void strvec_pushf(struct strvec *vec, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	strvec_take(vec, strbuf_detach(&text, NULL));
}

void strvec_push_all(struct strvec *vec, char *const *strs)
{
	for (; strs && *strs; strs++)
		strvec_push(vec, *strs);
}

void strvec_split(struct strvec *vec, const char *text, size_t len, char sep)
{
	for (const char *end = text + len, *stop; text < end; text = stop + 1) {
		stop = memchr(text, sep, (size_t)(end - text));
		stop = stop ? stop : end;
		if (stop > text)
			strvec_pushn(vec, text, (size_t)(stop - text));
	}
}

bool strvec_has(const struct strvec *vec, const char *str)
{
	for (size_t i = 0; i < vec->nr; i++)
		if (!strcmp(vec->v[i], str))
			return true;
	return false;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strvec_sort(struct strvec *vec)
{
	if (vec->nr > 1)
		qsort(vec->v, vec->nr, sizeof(*vec->v), by_bytes);
}
