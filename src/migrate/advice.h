/*
 * Ways out of a refusal: words that say when, each followed by the commands to
 * be typed as they stand, a line for each, four blanks in.  All are appended
 * to, and begin with a line break.
 */
#ifndef MIGRATE_ADVICE_H
#define MIGRATE_ADVICE_H

#include "migrate/engine.h"

/* "WORDS:"; the commands follow. */
void advice_words(struct strbuf *out, const char *words);

/* One command. */
void advice_type(struct strbuf *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* One of the engine's tasks (engine.h). */
void advice_task(const struct migrate *m, enum engine_task task,
	const char *database, int64_t version, struct strbuf *out);

/* What begins this work again, `hookrun sync` or another command. */
void advice_again(const struct migrate *m, struct strbuf *out);

/* "WORDS:" and that. */
void advice_sync(
	const struct migrate *m, struct strbuf *out, const char *words);

/* `hookrun sync` with an option for once, `KEY=VALUE`. */
void advice_set(struct strbuf *out, const char *words, const char *setting);

/* The history that a shallow clone lacks, and `hookrun sync`. */
void advice_history(struct strbuf *out);

/* "WORDS:" and back to where HEAD was before this event, whose database it
 * still is; nothing where the event was no switch. */
void advice_back(struct migrate *m, struct strbuf *out, const char *words);

/* To `commit` or, with NULL, to where HEAD is now: "git switch NAME". */
void advice_switch(
	struct migrate *m, const struct oid *commit, struct strbuf *out);

#endif
