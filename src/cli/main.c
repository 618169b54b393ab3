/*
 * The table of commands and the way to them.  Nothing is opened, read or
 * loaded before a command asks for it: `hookrun version` costs what an empty
 * program costs.
 */
#include "cli/cli.h"

#include "hookrun/base/selfpath.h"
#include "hookrun/runner/step.h"
#include "cli/steps.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static const struct option_spec run_options[] = {
	{ "verbose", 'v', NULL,
		"show what jobs print that pass, and why others do not run" },
	{ "quiet", 'q', NULL, "print failures and warnings only" },
	{ "colors", 0, "on|off|auto", "whether to use colours" },
	{ "job", 0, "JOB,...", "run only the jobs of that name; repeatable" },
	{ "command", 0, "JOB,...", "the same as --job" },
	{ "tag", 0, "TAG,...", "run only jobs with that tag; repeatable" },
	{ "exclude", 0, "GLOB,...", "leave these files out; repeatable" },
	{ "file", 0, "FILE,...",
		"use these files for every template; repeatable" },
	{ "all-files", 0, NULL, "use all tracked files for every template" },
	{ "from-ref", 0, "REV",
		"use the files changed since that commit (for CI)" },
	{ "to-ref", 0, "REV", "and up to that one; HEAD unless said" },
	{ "files-from-stdin", 0, NULL,
		"read such files from stdin, NUL-separated" },
	{ "force", 'f', NULL, "run jobs even where they have no files" },
	{ "plan", 0, NULL, "only say what would run, and why the rest not" },
	{ "json", 0, NULL, "print the plan as JSON" },
	{ "no-auto-install", 0, NULL,
		"do not bring the hook files up to date" },
	{ "no-stage-fixed", 0, NULL, "do not stage what jobs have changed" },
	{ "fail-on-changes", 0, NULL, "fail where a job changed files" },
	{ "no-fail-on-changes", 0, NULL, "do not, whatever the hook says" },
	{ "fail-on-changes-diff", 0, NULL, "and print what it changed" },
	{ "skip-lfs", 0, NULL, "do not call git-lfs" },
	{ "report", 0, "json|junit|sarif=FILE",
		"also tell a file, in that format; repeatable" },
	{ "agent", 0, NULL, "for a coding agent: exit 2 and stderr" },
	{ "no-tty", 0, NULL, "never use the terminal, neither ask nor draw" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec install_options[] = {
	{ "force", 'f', NULL,
		"overwrite NAME.old, install where core.hooksPath says" },
	{ "reset-hooks-path", 'r', NULL, "unset core.hooksPath first" },
	{ "direct", 0, NULL, "hook files name hookrun, and start no shell" },
	{ "config", 0, NULL, "have git's configuration name the hook files" },
	{ "no-path", 0, NULL, "do not record PATH in the hook files" },
	{ "schema", 0, NULL, "have the configuration name its JSON schema" },
	{ "merge-driver", 0, NULL, "have git merge schema files by hookrun" },
	{ "gitattributes", 0, NULL,
		"the same, and name them in .gitattributes" },
	{ "verbose", 'v', NULL, "also name the folder" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec init_options[] = {
	{ "yes", 'y', NULL, "write what is shown, do not ask" },
	{ "schema", 0, NULL, "have it name its JSON schema, for editors" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec import_options[] = {
	{ "print", 0, NULL, "write to stdout, and no file" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec add_options[] = {
	{ "create-dirs", 0, NULL, "make the folders for the hook's scripts" },
	{ "dirs", 0, NULL, "the same" },
	{ "force", 'f', NULL, "as for install" },
	{ "verbose", 'v', NULL, "as for install" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec uninstall_options[] = {
	{ "force", 'f', NULL, "put the hooks of others aside too" },
	{ "remove-configs", 0, NULL, "delete the configuration files" },
	{ "verbose", 'v', NULL, "as for install" },
	{ NULL, 0, NULL, NULL },
};

/* lefthook's, for whom a command that cannot say more has it too. */
static const struct option_spec verbose_option[] = {
	{ "verbose", 'v', NULL, "changes nothing here" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec self_update_options[] = {
	{ "yes", 'y', NULL, "changes nothing here" },
	{ "force", 'f', NULL, "changes nothing here" },
	{ "verbose", 'v', NULL, "changes nothing here" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec dump_options[] = {
	{ "format", 'f', "yaml|json|toml", "yaml unless said" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec why_options[] = {
	{ "json", 0, NULL, "print it as JSON" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec last_options[] = {
	{ "list", 'l', NULL, "the last 50 runs, a line each" },
	{ "hook", 0, "HOOK", "count the runs of that hook only" },
	{ "output", 0, "JOB", "what a job printed" },
	{ "timeline", 0, NULL, "a chart of which jobs ran beside which" },
	{ "trace", 0, "FILE", "the same for Chrome's tracing or Perfetto" },
	{ "json", 0, NULL, "the record itself, or the list, as JSON" },
	{ "bypassed", 0, NULL, "the commits that pre-commit has not seen" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec slow_options[] = {
	{ "json", 0, NULL, "print it as JSON" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec config_options[] = {
	{ "json", 0, NULL, "print it as JSON" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec schema_options[] = {
	{ "local", 0, NULL,
		"of a file laid over another: a job need not run something" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec migrate_options[] = {
	{ "plan", 0, NULL, "only say what would be done, and why" },
	{ "set", 0, "KEY=VALUE",
		"an option of the step for this once; repeatable" },
	{ "no-tty", 0, NULL, "never ask" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec sync_options[] = {
	{ "set", 0, "KEY=VALUE",
		"an option of the steps for this once; repeatable" },
	{ "no-tty", 0, NULL, "never ask" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec recover_options[] = {
	{ "list", 'l', NULL, "what is kept, newest first" },
	{ "restore", 0, "ID", "put the files of a backup into the work tree" },
	{ "drop", 0, "ID", "remove a backup" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec db_options[] = {
	{ "terminate", 0, NULL, "unblock: end the session, after asking" },
	{ "yes", 'y', NULL, "drop, forget, prune, unblock: do not ask" },
	{ "dry-run", 'n', NULL, "prune: only say what would be dropped" },
	{ "age", 0, "SECONDS",
		"checkup: how old a long transaction is; 300 unless said" },
	{ "json", 0, NULL, "checkup, list: print it as JSON" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec trust_options[] = {
	{ "yes", 'y', NULL, "approve what is shown, do not ask" },
	{ NULL, 0, NULL, NULL },
};

static const struct option_spec version_options[] = {
	{ "full", 'f', NULL,
		"also lefthook's, commit, date, target and libraries" },
	{ "verbose", 'v', NULL, "the same as --full" },
	{ "json", 0, NULL, "the same as JSON" },
	{ NULL, 0, NULL, NULL },
};

static const struct command commands[] = {
	{ "run", "HOOK [-- ARGUMENT...]", "run the jobs of a hook",
		"Git's own arguments follow `--`.  Without arguments, the "
		"steps of\n"
		"post-checkout take the previous head from what they "
		"remember.\n",
		run_options, 1, -1, .run = cmd_run_hook },
	{ "why", "HOOK JOB|FILE",
		"why a job of a hook would run or not, or would take a file",
		"A job is named as in the configuration, or with its groups: "
		"'GROUP > JOB'.\n",
		why_options, 2, 2, .run_in = cmd_why, .quiet_warnings = true },
	{ "last", "[N]",
		"what became of the last run of a hook, or the Nth last",
		"The last 50 runs are kept, and more where they are small.\n",
		last_options, 0, 1, .run_in = cmd_last,
		.quiet_warnings = true },
	{ "slow", "[HOOK]",
		"how long hooks and their jobs take, and whether it gets "
		"longer",
		NULL, slow_options, 0, 1, .run_in = cmd_slow,
		.quiet_warnings = true },
	{ "install", "[HOOK...]", "write the hook files that call hookrun",
		"A hook that is there already is kept as NAME.old and named.  "
		"Where\n"
		"there is no configuration an example is written to "
		"lefthook.yml.\n",
		install_options, 0, -1, .run = cmd_install },
	{ "init", "", "write a first configuration out of what is here",
		"Linters that are configured, scripts, lock files, "
		"migrations; where another\n"
		"tool has its hooks, these, as 'import' does.  The hook files "
		"are installed.\n",
		init_options, 0, 0, .run = cmd_init },
	{ "import", "", "write a configuration from pre-commit's, husky's, ...",
		"Also from those of lint-staged, simple-git-hooks and "
		"overcommit.  What is\n"
		"not taken over is named with its file and line.\n",
		import_options, 0, 0, .run = cmd_import },
	{ "add", "HOOK", "write one hook file, configured or not", NULL,
		add_options, 0, 1, .run_in = cmd_add },
	{ "uninstall", "", "remove these hook files, put NAME.old back", NULL,
		uninstall_options, 0, 0, .run = cmd_uninstall },
	{ "check-install", "",
		"look whether the hook files are there and fresh", NULL,
		verbose_option, 0, 0, .run_in = cmd_check_install,
		.quiet_warnings = true },
	{ "sync", "",
		"bring dependencies, databases and test map in line with the "
		"tree",
		"Runs the built-in steps that the configuration names in any "
		"hook, and\n"
		"says of each what it did or why there was nothing to do.\n",
		sync_options, 0, 0, .run_in = cmd_sync, .runs = true },
	{ "migrate", "",
		"roll back and migrate the databases, or say what would be "
		"done",
		NULL, migrate_options, 0, 0, .run_in = cmd_migrate,
		.runs = true },
	{ "db",
		"blockers | checkup | drop COPY | forget VERSION | list | "
		"prune | "
		"restore ID|SNAPSHOT | snapshot [NAME] | status | unblock PID",
		"who holds the databases; their copies, and rows that switches "
		"took away",
		"'blockers' names who waits for a lock, who is waited for, and "
		"who holds\n"
		"locks in a transaction that does nothing; exit status 1 where "
		"somebody does.\n"
		"'unblock' cancels what that session runs, or ends it.\n"
		"'checkup' looks for what needs a hand: connections, long "
		"transactions,\n"
		"invalid indexes, sequences near their end, a schema that has "
		"drifted; exit\n"
		"status 1 where something does.\n"
		"'forget' takes out the row of an applied version that has no "
		"file.\n"
		"'snapshot' copies the databases, while nobody is connected to "
		"them;\n"
		"'restore SNAPSHOT' brings them back, and keeps what they were "
		"until then.\n"
		"'drop' drops a snapshot, or a branch's database that is kept "
		"aside; 'prune'\n"
		"those of branches and work trees that are gone, and what is "
		"beyond the limits.\n"
		"'list' names the copies, and the rows and values that branch "
		"switches took\n"
		"away and kept.  Nothing that was written since is overwritten "
		"by\n"
		"'restore ID', which needs the branch whose tables and columns "
		"they\n"
		"belong to.\n",
		db_options, 1, 2, .run = cmd_db },
	{ "status", "",
		"hooks, dependencies, databases and test map against HEAD",
		NULL, NULL, 0, 0, .run_in = cmd_status,
		.quiet_warnings = true },
	{ "doctor", "",
		"look for what keeps hooks from running, and say what mends it",
		"Exit status 1 where something is wrong.  Nothing is "
		"changed.\n",
		NULL, 0, 0, .run = cmd_doctor },
	{ "merge-schema", "BASE OURS THEIRS [SIZE PATH LABEL...]",
		"merge three versions of a schema file into the second",
		"Git's placeholders %O %A %B %L %P %S %X %Y.  Git calls it "
		"after\n"
		"'install --merge-driver'; exit status 1 where there are "
		"conflicts.\n",
		NULL, 3, 8, .run = cmd_merge_schema },
	{ "recover", "",
		"put back unstaged work that a killed run had put aside",
		"Every other command does that by itself.  What hooks have put "
		"aside\n"
		"is also kept for some time after they put it back.\n",
		recover_options, 0, 0, .run = cmd_recover },
	{ "trust", "", "show what hooks would run that is new, and approve it",
		"For `git config --global hookrun.trust ask`: configuration, "
		"scripts and\n"
		"remotes that this clone has not approved do not run.\n",
		trust_options, 0, 0, .run = cmd_trust },
	{ "validate", "", "check the configuration", NULL, verbose_option, 0, 0,
		.run = cmd_validate },
	{ "dump", "", "print the merged configuration", NULL, dump_options, 0,
		0, .run_in = cmd_dump },
	{ "config", "[KEY]", "who sets what: each value with its file and line",
		"KEY is written with dots, as in pre-commit.jobs.lint.run.\n",
		config_options, 0, 1, .run_in = cmd_config,
		.quiet_warnings = true },
	{ "schema", "", "print the JSON schema of the configuration",
		"For editors, which then complete and check keys as "
		"'validate' does; 'install --schema' has the configuration "
		"name it.\n",
		schema_options, 0, 0, .run = cmd_schema },
	{ "version", "", "print the version", NULL, version_options, 0, 0,
		.run = cmd_version },
	{ "completion", "bash | zsh | fish | pwsh",
		"print a script that completes commands",
		"  source <(hookrun completion bash)\n"
		"  source <(hookrun completion zsh)\n"
		"  hookrun completion fish > "
		"~/.config/fish/completions/hookrun.fish\n"
		"  hookrun completion pwsh | Out-String | Invoke-Expression\n",
		NULL, 0, 1, .run = cmd_completion },
	{ "self-update", "", "say how this installation is updated", NULL,
		self_update_options, 0, 0, .run = cmd_self_update },
	{ "help", "[COMMAND | keys | steps | environment]",
		"this text, a command's, keys, steps, or variables and codes",
		NULL, NULL, 0, 1, .run = cmd_help },
	{ .name = NULL },
};

static const struct command *find_command(const char *name)
{
	name += *name == '-';
	name += *name == '-';
	if (!strcmp(name, "h"))
		name = "help";
	else if (!strcmp(name, "v"))
		name = "version";
	return command_find(commands, name);
}

/* A descriptor that is closed at start would be taken by the next file that is
 * opened, and our output written into it. */
static void open_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			abort();
}

static int run_command(const struct args *args)
{
	const struct command *command = args->command;
	struct workspace ws;
	int status;

	if (command->run)
		return command->run(args);
	status = workspace_open(&ws, command->quiet_warnings);
	if (status)
		return status;
	if (command->runs)
		status = trust_gate(&ws);
	if (!status)
		status = command->run_in(&ws, args);
	workspace_close(&ws);
	return status;
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct args args;
	int status;

	open_standard_streams();
	/* Ignored, as careless programs hand it down, it would have the kernel
	 * reap our children and lose their exit status. */
	signal(SIGCHLD, SIG_DFL);
	selfpath_init(argv[0]);
	persona_init(argv[0]);
	hook_file_args(&argc, &argv);
	if (complete(commands, argc, argv, &status))
		return status;
	command = find_command(argc > 1 ? argv[1] : "help");
	if (!command)
		return persona_no_command(commands, argv[1]);
	if (command->run == cmd_version && persona_is_lefthook() &&
		*argv[1] == '-')
		fputs("lefthook version ", stdout);
	status = args_parse(commands, command, argc - (argc > 1 ? 2 : 1),
		argv + (argc > 1 ? 2 : 1), &args);
	if (status)
		return status;
	step_register(steps_builtin);
	status = run_command(&args);
	args_release(&args);
	return finish(status);
}
