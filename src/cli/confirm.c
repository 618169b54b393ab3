/*
 * A question of a command, on the terminal that it was called from.  Whoever
 * cannot be asked has not agreed.
 */
#include "cli/cli.h"

#include <unistd.h>

bool confirmed(
	const struct args *args, const char *question, const char *nothing)
{
	char answer[16];

	if (args_has(args, "yes"))
		return true;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		complain_text("%s: nobody can be asked here ('hookrun %s "
			      "--yes' does not ask)",
			nothing, args->command->name);
		return false;
	}
	printf("%s? [y/N] ", question);
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) &&
		(!strcasecmp(answer, "y\n") || !strcasecmp(answer, "yes\n")))
		return true;
	complain_text("%s", nothing);
	return false;
}
