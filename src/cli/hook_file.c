/*
 * Hook files whose first line names hookrun, "#!/usr/bin/hookrun hook": which
 * program may stand there, and what the kernel makes of it, the command line
 * "hookrun hook FILE ARGUMENT...".
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <sys/stat.h>
#include <unistd.h>

static bool same_file(const char *a, const char *b)
{
	struct stat one, two;

	return !stat(a, &one) && !stat(b, &two) && one.st_dev == two.st_dev &&
	       one.st_ino == two.st_ino;
}

/* The name along PATH is the one that outlives an update.  Another hookrun that
 * comes first there is what sh would start; and what npm unpacks comes and goes
 * with its folder. */
static char *find_program(void)
{
	AUTO_FREE char *found = fs_find_program("hookrun", NULL);
	AUTO_FREE char *own = fs_own_program();

	if (strstr(own, "/node_modules/") || !fs_exists(own))
		return NULL;
	if (!found)
		return xstrdup(own);
	if (*found != '/' || strstr(found, "/node_modules/") ||
		!same_file(found, own))
		return NULL;
	return xstrdup(found);
}

const char *hook_program(void)
{
	static char *program;
	static bool looked;

	if (!looked)
		program = find_program();
	looked = true;
	return program;
}

/* Who names another binary gets it, and who asks for more words sees the way:
 * the rest of the file has that. */
static bool wants_shell(void)
{
	static const char *const named[] = { "HOOKRUN_BIN", "LEFTHOOK_BIN" };
	static const char *const traced[] = { "HOOKRUN_VERBOSE",
		"LEFTHOOK_VERBOSE" };

	for (size_t i = 0; i < 2; i++) {
		const char *bin = getenv(named[i]),
			   *verbose = getenv(traced[i]);

		if ((bin && *bin) ||
			(verbose && (!strcmp(verbose, "1") ||
					    !strcmp(verbose, "true"))))
			return true;
	}
	return false;
}

static void give_to_shell(char **argv)
{
	static char shell[] = "sh";

	argv[1] = shell;
	execv("/bin/sh", argv + 1);
}

void hook_file_args(int *argc, char ***argv)
{
	static char run[] = "run", dashes[] = "--";
	static char **args; /* until the end, as main()'s own */
	char **from = *argv;

	if (*argc < 3 || strcmp(from[1], "hook") != 0)
		return;
	if (wants_shell())
		give_to_shell(from);
	args = xcalloc((size_t)*argc + 2, sizeof(*args));
	args[0] = from[0];
	args[1] = run;
	args[2] = from[2] + (fs_basename(from[2]) - from[2]);
	args[3] = dashes;
	for (int i = 3; i <= *argc; i++)
		args[i + 1] = from[i];
	*argc += 1;
	*argv = args;
}
