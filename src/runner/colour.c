/*
 * Whether to write escape codes.  The flag or the configuration decides; else
 * the environment, where NO_COLOR is taken as its authors define it (any value
 * but the empty one) and beats what asks for colour; else the terminal.
 */
#include "hookrun/runner/run.h"

#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strcasecmp(text, *words))
			return true;
	return false;
}

static bool asked_by_env(const char *name)
{
	static const char *const no[] = { "", "0", "false", "off", "no", NULL };
	const char *value = getenv(name);

	return value && !is_one_of(value, no);
}

static const char *const yes[] = { "on", "yes", "true", "1", "always", NULL };
static const char *const no[] = { "off", "no", "false", "0", "never", NULL };

bool run_colour_is_forced(const char *when)
{
	const char *value = getenv("NO_COLOR");

	if (when && is_one_of(when, yes))
		return true;
	if ((when && is_one_of(when, no)) || (value && *value))
		return false;
	return asked_by_env("FORCE_COLOR") || asked_by_env("CLICOLOR_FORCE");
}

static bool is_forbidden(const char *when)
{
	const char *value = getenv("NO_COLOR");

	if (when && is_one_of(when, no))
		return true;
	if (value && *value)
		return true;
	value = getenv("CLICOLOR");
	return value && !strcmp(value, "0");
}

bool run_want_emoji(const char *when)
{
	return run_colour_is_forced(when) || !is_forbidden(when);
}

bool run_want_colour(int fd, const char *when)
{
	const char *term = getenv("TERM");

	if (run_colour_is_forced(when))
		return true;
	if (is_forbidden(when))
		return false;
	return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}
