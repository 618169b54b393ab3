/*
 * The path of hookrun that hook files know, and those whose first line names
 * it,
 * "#!/usr/bin/hookrun hook": what the kernel makes of that is the command line
 * "hookrun hook FILE ARGUMENT...".
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/selfpath.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_VARIABLE "HOOKRUN_HOOK_FILE"

static bool same_file(const char *a, const char *b)
{
	struct stat one, two;

	return !stat(a, &one) && !stat(b, &two) && one.st_dev == two.st_dev &&
	       one.st_ino == two.st_ino;
}

/* A place under a version's own folder goes with the next update, while the
 * name by which somebody called us, or finds us along PATH, stays. */
static char *find_program(const char *called)
{
	AUTO_FREE char *own = selfpath_find();
	AUTO_FREE char *found = fs_find_program("hookrun", NULL);
	char here[PATH_MAX];

	if (called && strchr(called, '/') && getcwd(here, sizeof(here)) &&
		!strcmp(fs_basename(called), "hookrun") &&
		same_file(called, own))
		return fs_clean(here, called);
	if (found && *found == '/' && same_file(found, own))
		return xstrdup(found);
	return xstrdup(own);
}

static const char *called_as;

const char *hook_program(void)
{
	static char *program;

	if (!program)
		program = find_program(called_as);
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

static char *called_by;

const char *hook_file(void)
{
	return called_by;
}

/* Said by a hook file to us alone, not to what jobs start. */
static void take_name(const char *direct)
{
	const char *file = direct ? direct : getenv(FILE_VARIABLE);

	called_by = file ? xstrdup(file) : NULL;
	unsetenv(FILE_VARIABLE);
}

void hook_file_args(int *argc, char ***argv)
{
	static char run[] = "run", dashes[] = "--";
	static char **args; /* until the end, as main()'s own */
	char **from = *argv;

	called_as = from[0];
	if (*argc < 3 || strcmp(from[1], "hook") != 0) {
		take_name(NULL);
		return;
	}
	if (wants_shell())
		give_to_shell(from);
	take_name(from[2]);
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
