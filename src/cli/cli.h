/*
 * What the commands share: the table of commands and options, the parsed
 * command line, and the repository with its configuration.
 */
#ifndef HOOKRUN_CLI_CLI_H
#define HOOKRUN_CLI_CLI_H

#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"
#include "hookrun/config/config.h"
#include "hookrun/install/install.h"
#include "hookrun/git/remotes.h"
#include "hookrun/git/repo.h"
#include "hookrun/trust/trust.h"

#include <stdbool.h>

enum {
	EXIT_USAGE = 2, /* the command line cannot be understood */
	EXIT_NO_REPO =
		128, /* not in a git work tree, as git and lefthook say */
};

#define MAX_OPTIONS 32

struct option_spec {
	const char *name;  /* without dashes */
	char letter;	   /* 0: none */
	const char *value; /* what its argument is called, in a word that
			      candidates.c knows or "one|another"; NULL: it
			      has none; "JOB,..." may be several, split at
			      commas */
	const char *help;
};

struct args;
struct workspace;

struct command {
	const char *name, *synopsis, *help;
	const char *details;		   /* more for `help NAME`, or NULL */
	const struct option_spec *options; /* ended by a NULL name, or NULL */
	int min_args, max_args;		   /* -1: any number */
	int (*run)(const struct args *args);
	/* Instead, in the repository we stand in, which is opened before. */
	int (*run_in)(struct workspace *ws, const struct args *args);
	bool quiet_warnings; /* see workspace_open() */
	bool runs;	     /* what the configuration names: trust_gate() */
};

/* A parsed command line. */
struct args {
	const struct command *command;
	const struct command *commands;	   /* all, as in args_parse() */
	struct strvec words;		   /* positional arguments */
	struct strvec values[MAX_OPTIONS]; /* of each option; a flag's are
					      "true" and "false" */
};

/* The one of that name in `commands`, whose last has none; or NULL. */
const struct command *command_find(
	const struct command *commands, const char *name);
/* Its option `name` (`len` bytes) or of that letter by number; -1: none. */
int command_option(const struct command *command, const char *name, size_t len);

/* Parse argv after the name of `command`, which is one of `commands`: 0, or the
 * exit code of a usage error that was printed. */
int args_parse(const struct command *commands, const struct command *command,
	int argc, char **argv, struct args *ret);
void args_release(struct args *args);
const struct strvec *args_values(const struct args *args, const char *name);
/* Was it said, be it `--flag=false`? */
bool args_given(const struct args *args, const char *name);
/* Has it a value; is it a flag that is set, by its last word? */
bool args_has(const struct args *args, const char *name);
const char *args_value(const struct args *args, const char *name); /* last */

/* ---- the name we were called by ---- */

void persona_init(const char *argv0);
bool persona_is_lefthook(void);
const char *persona_name(void);

/* Print "hookrun: MESSAGE" to stderr; returns 1 for `return complain(...)`. */
int complain(const struct err *err);
void put_printable(FILE *out, const char *text); /* no control characters */
int complain_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void warn_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Whether the user says yes to `question`, or has said --yes; if not, `nothing`
 * is printed: what has not happened. */
bool confirmed(
	const struct args *args, const char *question, const char *nothing);

/* Say what is wrong, and the exit code for it. */
int persona_usage(const struct command *command, const char *what);
int persona_no_command(const struct command *commands, const char *name);
int persona_no_repo(const struct err *err);
int persona_no_hook(const struct config *config, const char *name);
void persona_no_config(const char *root);

/* The repository we stand in and its configuration. */
struct workspace {
	struct repo *repo;
	struct config config;
	bool has_config;
	struct trust_set unseen; /* only under `hookrun.trust ask`, see there */
	size_t nunseen;		 /* of them, those that are not approved */
	bool rc_left_out;	 /* it could come from a branch */
};

/* Open both.  0, or an exit code after saying why.  `quiet_warnings`: those of
 * the configuration are not printed. */
int workspace_open(struct workspace *ws, bool quiet_warnings);
/* Its two halves: the repository alone, as workspace_open(), and then what is
 * configured, non-zero where that cannot be loaded; nothing is said of it. */
int workspace_open_repo(struct workspace *ws);
int workspace_load_silently(struct workspace *ws);
/* The same for a run of `hook` (NULL: none), with remotes fetched as `fetch`
 * says; workspace_open() uses the copies there are. */
int workspace_open_fetching(
	struct workspace *ws, const char *hook, enum remote_fetch fetch);
/* Under `hookrun.trust ask`: what of the configuration, its scripts and remotes
 * this clone has not approved is shown, and nothing of it may run: 1.  Else 0.
 */
int trust_gate(struct workspace *ws);
/* Collect and compare what the configuration would have run: 0, or an exit code
 * after saying why not. */
int trust_look(struct workspace *ws);
/* Whether the user wants to be asked: 0 and `ret`, or an exit code. */
int trust_asks(struct repo *repo, bool *ret);
/* config_validate() with the copies of remotes there are. */
int workspace_validate(struct repo *repo, struct strbuf *out);
void workspace_close(struct workspace *ws);

/* What install needs to know of a configuration.  `hooks` and `id` are the
 * memory that `opts` points into; the caller releases them. */
struct shim_set {
	struct strvec hooks; /* in the order of the configuration */
	struct strvec ghost; /* instead, where there are none */
	struct strvec watch; /* those for opts.watch */
	struct strbuf id;
	struct install_opts opts;
};
void shim_set_init(struct shim_set *set, const struct config *config);
void shim_set_release(struct shim_set *set);
#define AUTO_SHIM_SET __attribute__((cleanup(shim_set_release))) struct shim_set
/* Before `opts` is used, when `hooks` are as they shall be; what is `only` has
 * none that watch. */
void shim_set_point(struct shim_set *set);
void shim_set_print(const struct shim_set *set, struct strbuf *out);

/* Whether the hook files are there and fresh: 0 and how many there should be,
 * or 1 after saying why it cannot be told.  `problems` gets a line for each
 * that is not, `notes` what else is wrong. */
int shims_check(struct workspace *ws, size_t *ret_nr, struct strbuf *problems,
	struct strbuf *notes);

/* A line for each hook whose file has nothing to do, since git's configuration
 * calls hookrun for it too. */
void shims_seconds(struct workspace *ws, struct strbuf *out);

/* Bring the hook files in line with the configuration, where they are not. */
void shims_refresh(struct workspace *ws, struct strbuf *synced);

/* The path by which this program was called, for hook files; kept until the
 * end. */
const char *hook_program(void);

/* The hook file that called us, or NULL; kept until the end. */
const char *hook_file(void);

/* "hook FILE ARGUMENT..." becomes "run NAME -- ARGUMENT...": so the kernel
 * calls the program that a hook file names. */
void hook_file_args(int *argc, char ***argv);

/* Put back what a dead run left hidden, and say so; non-zero where that
 * failed. */
int recover_work(struct repo *repo);

/* True where HOOKRUN or LEFTHOOK is 0 or false. */
bool switched_off(void);

int cmd_run_hook(const struct args *args);
int cmd_install(const struct args *args);
int cmd_init(const struct args *args);
int cmd_import(const struct args *args);
int cmd_add(struct workspace *ws, const struct args *args);
int cmd_uninstall(const struct args *args);
int cmd_check_install(struct workspace *ws, const struct args *args);
int cmd_sync(struct workspace *ws, const struct args *args);
int cmd_migrate(struct workspace *ws, const struct args *args);
int cmd_db(const struct args *args);
int cmd_status(struct workspace *ws, const struct args *args);
int cmd_doctor(const struct args *args);
int cmd_merge_schema(const struct args *args);
int cmd_recover(const struct args *args);
int cmd_validate(const struct args *args);
int cmd_why(struct workspace *ws, const struct args *args);
int cmd_last(struct workspace *ws, const struct args *args);
int cmd_slow(struct workspace *ws, const struct args *args);
int cmd_config(struct workspace *ws, const struct args *args);
int cmd_dump(struct workspace *ws, const struct args *args);
int cmd_schema(const struct args *args);
int cmd_version(const struct args *args);
int cmd_help(const struct args *args);
/* `help environment`: variables and what the exit status means. */
int help_environment(void);
int cmd_trust(const struct args *args);
int cmd_completion(const struct args *args);
int cmd_self_update(const struct args *args);

/* Write the schema into the work tree `top`, where its configuration names it;
 * one that names none does then.  0, or 1 after saying why not. */
int schema_install(const char *top);

/* `install --merge-driver`, and what any other install has to say of it. */
int merge_driver_install(struct repo *repo, const struct args *args);
/* `uninstall`: take it away. */
int merge_driver_uninstall(struct repo *repo);

/* Answer a shell that asks how a command line of `commands` may go on, with the
 * exit status for it; false where it is an ordinary one. */
bool complete(
	const struct command *commands, int argc, char **argv, int *ret_status);

/* End with what a run returned: an exit code, or a signal to die of. */
int finish(int result);

#endif
