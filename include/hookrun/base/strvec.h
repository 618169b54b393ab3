/*
 * struct strvec: a growing list of strings, NULL-terminated, so that `.v` can
 * be handed to execve().  It owns its strings, or borrows all of them.
 */
#ifndef HOOKRUN_BASE_STRVEC_H
#define HOOKRUN_BASE_STRVEC_H

#include <stdbool.h>
#include <stddef.h>

struct strvec {
	char **v;   /* nr strings and a NULL; NULL itself while there never was
		     * one
		     */
	size_t nr;  /* strings */
	size_t cap; /* room in v */
	bool borrows; /* release leaves the strings alone */
};

#define STRVEC_INIT                                                            \
	{                                                                      \
		0                                                              \
	}
#define AUTO_STRVEC __attribute__((cleanup(strvec_release))) struct strvec

void strvec_release(struct strvec *vec); /* frees list and own strings */
/* Have room for `more` strings. */
void strvec_reserve(struct strvec *vec, size_t more);
void strvec_push(struct strvec *vec, const char *str);
void strvec_pushn(struct strvec *vec, const char *str, size_t len);
void strvec_pushf(struct strvec *vec, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void strvec_take(struct strvec *vec, char *str); /* owns `str` from now on */
/* Push `str` itself, which must outlive `vec`.  In a list that owns strings it
 * becomes a copy; a list that borrows owns copies once others are pushed. */
void strvec_borrow(struct strvec *vec, const char *str);
void strvec_push_all(struct strvec *vec, char *const *strs); /* NULL-ended */
/* The list for who only reads it; not before something was pushed. */
static inline const char *const *strvec_words(const struct strvec *vec)
{
	return (const char *const *)vec->v;
}
/* Push the pieces of `len` bytes between `sep`; empty ones are none. */
void strvec_split(struct strvec *vec, const char *text, size_t len, char sep);
bool strvec_has(const struct strvec *vec, const char *str);
void strvec_sort(struct strvec *vec); /* by bytes */

#endif
