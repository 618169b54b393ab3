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

bool run_want_colour(int fd, const char *when)
{
	static const char *const yes[] = { "on", "yes", "true", "1", "always",
		NULL };
	static const char *const no[] = { "off", "no", "false", "0", "never",
		NULL };
	const char *value;

	if (when && is_one_of(when, yes))
		return true;
	if (when && is_one_of(when, no))
		return false;
	value = getenv("NO_COLOR");
	if (value && *value)
		return false;
	if (asked_by_env("FORCE_COLOR") || asked_by_env("CLICOLOR_FORCE"))
		return true;
	value = getenv("CLICOLOR");
	if (value && !strcmp(value, "0"))
		return false;
	value = getenv("TERM");
	return isatty(fd) && value && *value && strcmp(value, "dumb") != 0;
}
