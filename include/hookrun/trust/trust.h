/*
 * Texts that a user has looked at and approved for a clone, each under a name:
 * kept in GIT_COMMON_DIR/hookrun/trust, which no branch reaches.
 */
#ifndef HOOKRUN_TRUST_TRUST_H
#define HOOKRUN_TRUST_TRUST_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>
#include <stddef.h>

struct trust_text {
	char *name;
	struct strbuf text;
	bool approved;
};

/* What is to run, as it was read. */
struct trust_set {
	struct trust_text *v;
	size_t nr, cap;
};
void trust_set_release(struct trust_set *set);

/* A text of its own in the set, empty, or NULL where that name is in it: the
 * caller fills it.  The next call moves it. */
struct strbuf *trust_set_add(struct trust_set *set, const char *name);

/* Mark what is approved; the number of the others is `*ret_new`.  -1: what is
 * approved cannot be read. */
int trust_compare(struct repo *repo, struct trust_set *set, size_t *ret_new,
	struct err *err);

/* Each that is not approved: its name, and where it differs from the text that
 * was approved last under that name, as a diff; at most `max_lines` of them
 * (0: all) and how many are missing.  Bytes that are no text are counted. */
int trust_show(struct repo *repo, const struct trust_set *set, size_t max_lines,
	struct strbuf *out, struct err *err);

/* Approve all of them, as they are in the set. */
int trust_approve(struct repo *repo, struct trust_set *set, struct err *err);

#endif
