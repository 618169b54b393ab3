/*
 * Which commits have passed pre-commit, as far as the recorder knows.
 */
#ifndef HOOKRUN_CLI_CHECKED_H
#define HOOKRUN_CLI_CHECKED_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/keymap.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>
#include <stdint.h>

struct checked {
	struct arena arena;
	struct keymap trees;
	int64_t since_ms; /* the date of the oldest recording; 0: none */
};

int checked_read(struct checked *checked, struct repo *repo, struct err *err);
void checked_release(struct checked *checked);

/* A commit with that tree has passed. */
bool checked_has(const struct checked *checked, const char *tree);

#endif
