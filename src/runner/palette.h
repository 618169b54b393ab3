/*
 * The colours of the report.
 */
#ifndef RUNNER_PALETTE_H
#define RUNNER_PALETTE_H

#include "hookrun/base/strbuf.h"
#include "hookrun/config/node.h"

enum colour { CYAN, GRAY, GREEN, RED, YELLOW, BOLD, COLOURS };

#define PALETTE_CODE_MAX 24 /* "\033[38;2;255;255;255m" and its NUL */

struct palette {
	bool on;
	char code[COLOURS][PALETTE_CODE_MAX];
};

/* `own`: the map of key `colors`, or NULL; what is not in it has lefthook's
 * colours of a terminal with sixteen. */
void palette_init(struct palette *palette, bool on, const struct node *own);

/* `text` in that colour; as it is where colours are off. */
void palette_paint(const struct palette *palette, struct strbuf *out,
	enum colour colour, const char *text);

#endif
