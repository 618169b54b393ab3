/*
 * What programs around hookrun may rely on: the variables that it heeds, and
 * what its exit status means.  They stand in a table, because nothing else
 * would tell a reader of the help, or the check of the docs, that one was added
 * somewhere in the house.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"

struct row {
	const char *name, *help;
};

static const struct row ours[] = {
	{ "HOOKRUN", "0 or false: hooks do nothing" },
	{ "HOOKRUN_BIN", "the program that the hook files call" },
	{ "HOOKRUN_CONFIG", "the configuration file to read" },
	{ "HOOKRUN_EXCLUDE", "names and tags of jobs to skip: a,b" },
	{ "HOOKRUN_HOOK_FILE", "set by the hook files, to their path" },
	{ "HOOKRUN_NO_TTY", "as --no-tty" },
	{ "HOOKRUN_OUTPUT", "instead of the key 'output'" },
	{ "HOOKRUN_PLAIN", "words for marks, no colours, nothing drawn" },
	{ "HOOKRUN_VERBOSE", "as --verbose; hook files trace what they do" },
};

static const struct row others[] = {
	{ "CI", "nothing is drawn; see --all-files, fail_on_changes" },
	{ "CLICOLOR", "0: no colours" },
	{ "CLICOLOR_FORCE", "colours in a pipe too" },
	{ "COLORTERM", "how many colours the terminal has" },
	{ "DATABASE_URL", "as Rails understands it; also NAME_DATABASE_URL" },
	{ "FORCE_COLOR", "colours in a pipe too" },
	{ "GITHUB_ACTIONS", "sections and annotations in the output" },
	{ "GITHUB_WORKSPACE", "what the places of annotations count from" },
	{ "GITLAB_CI", "sections in the output" },
	{ "NO_COLOR", "no colours, whatever other variables say" },
	{ "RACK_ENV", "as Rails understands it" },
	{ "WEB_CONCURRENCY", "workers of puma, for 'db checkup'" },
	{ "RAILS_ENV", "as Rails understands it" },
	{ "TERM", "dumb: no colours, and nothing is drawn" },
	{ "TMPDIR", "where files are that are soon gone" },
};

static const struct row statuses[] = {
	{ "0", "every job passed or was skipped; what was asked is so" },
	{ "1", "a job failed, something is wrong, or it is not so" },
	{ "2", "the command line cannot be understood; a failure with "
	       "--agent" },
	{ "128", "not in a work tree of git" },
	{ "128 + N", "signal N ended the run" },
};

static void print_rows(const char *title, const struct row *rows, size_t nr)
{
	printf("%s:\n", title);
	for (size_t i = 0; i < nr; i++)
		printf("  %-18s %s\n", rows[i].name, rows[i].help);
}

int help_environment(void)
{
	print_rows("variables, also with LEFTHOOK for HOOKRUN", ours,
		ARRAY_SIZE(ours));
	putchar('\n');
	print_rows("variables of others", others, ARRAY_SIZE(others));
	putchar('\n');
	print_rows("exit status", statuses, ARRAY_SIZE(statuses));
	return 0;
}
