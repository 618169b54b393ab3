/*
 * The environment of a job.  Values of `env` are expanded from our own process
 * environment and never from each other, with Go's os.ExpandEnv as the measure
 * since lefthook uses it: no defaults, no commands, `${X:-y}` is the variable
 * of that odd name and hence empty.
 */
#include "runner/planner.h"

#include "hookrun/base/alloc.h"
#include "hookrun/git/job_env.h"
#include "hookrun/proc/env.h"

#include <ctype.h>
#include <stdlib.h>

#define NAME_MAX_BYTES 256 /* longer names are taken as unset */

static void add_variable(struct strbuf *out, const char *name, size_t len)
{
	char buf[NAME_MAX_BYTES];
	const char *value;

	if (!len || len >= sizeof(buf))
		return;
	memcpy(buf, name, len);
	buf[len] = '\0';
	value = getenv(buf);
	if (value)
		strbuf_addstr(out, value);
}

static size_t name_length(const char *text)
{
	size_t len = 0;

	if (*text && strchr("*#$@!?-0123456789", *text))
		return 1;
	while (isalnum((unsigned char)text[len]) || text[len] == '_')
		len++;
	return len;
}

/* `text` stands behind a '$'; returns how many bytes of it were used. */
static size_t expand_one(struct strbuf *out, const char *text)
{
	size_t len;

	if (*text == '{') {
		len = strcspn(text, "}");
		if (!text[len])
			return 1;
		add_variable(out, text + 1, len - 1);
		return len + 1;
	}
	len = name_length(text);
	if (!len)
		strbuf_addch(out, '$');
	add_variable(out, text, len);
	return len;
}

static void expand(struct strbuf *out, const char *text)
{
	while (*text) {
		size_t plain = strcspn(text, "$");

		strbuf_add(out, text, plain);
		text += plain;
		if (*text)
			text += 1 + expand_one(out, text + 1);
	}
}

void environment_fill(const struct planner *planner, const struct scope *scope,
	struct strvec *env)
{
	job_env_fill(planner->opts->repo, env);
	if (planner->opts->no_colour)
		env_borrow(env, "NO_COLOR=true");
	else if (planner->opts->force_colour)
		env_borrow(env, "CLICOLOR_FORCE=1");
	for (size_t i = 0; i < scope->nenv; i++) {
		AUTO_STRBUF value = STRBUF_INIT;

		expand(&value, scope->env[i].value);
		env_borrow(env, arena_printf(planner->arena, "%s=%s",
					scope->env[i].name, value.buf));
	}
}
