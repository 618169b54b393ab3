/*
 * What hookrun remembers between events: small "key value" files in the
 * folder hookrun/ of a git directory.  They are caches of knowledge: an absent
 * or damaged one is an empty one, and deleting one is harmless.
 */
#ifndef HOOKRUN_STEPS_STATE_H
#define HOOKRUN_STEPS_STATE_H

#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"

#include <stdbool.h>

struct state {
	char *path;
	struct strvec keys, values; /* pairs, in the file's order */
	bool dirty;
};

/* `git_dir`/hookrun/`name`; `name` may have slashes.  Keys have no blanks,
 * values no line breaks. */
void state_load(const char *git_dir, const char *name, struct state *ret);
const char *state_get(const struct state *state, const char *key);
/* A NULL value forgets the key. */
void state_set(struct state *state, const char *key, const char *value);
int state_save(struct state *state, struct err *err); /* if dirty */
/* The same for what cannot be found out again: it is on the disk then. */
int state_save_surely(struct state *state, struct err *err);
void state_release(struct state *state);
#define AUTO_STATE __attribute__((cleanup(state_release))) struct state

/* An exclusive lock on `git_dir`/hookrun/`name`.lock (flock, released by the
 * kernel when we die), waited for up to `timeout_ms`.  Its descriptor, 0 or
 * more; -2 somebody else holds it; -1 error. */
int state_lock(
	const char *git_dir, const char *name, int timeout_ms, struct err *err);

#endif
