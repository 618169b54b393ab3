/*
 * The ERB that database.yml files have, without Ruby: tags whose whole content
 * is ENV[...], ENV.fetch(...), literals, `||` between them, and .presence,
 * .to_s, .to_i behind them.
 */
#ifndef HOOKRUN_DB_ERB_H
#define HOOKRUN_DB_ERB_H

#include "hookrun/base/arena.h"
#include "hookrun/base/strbuf.h"

#include <stdbool.h>

#define ERB_MAX_BYTES (4 << 20) /* of the expanded text */

struct erb_env {
	/* The variable `name`: true and its value (NULL: unset), or false where
	 * it cannot be told. */
	bool (*get)(void *data, const char *name, const char **ret);
	void *data;
};

/* Append `text` with its tags evaluated to `out`.  1, or 0 with the line and
 * the reason in `ret_why` (in `arena`) where a tag is beyond this subset. */
int erb_expand(struct arena *arena, const char *text, size_t len,
	const struct erb_env *env, struct strbuf *out, const char **ret_why);

#endif
