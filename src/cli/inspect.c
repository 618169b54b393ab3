/*
 * `validate`, `dump`, `version`, `help`: commands that only print.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/version.h"
#include "hookrun/config/keys.h"
#include "hookrun/runner/step.h"

#include <unistd.h>

static int print_verdict(const struct strbuf *out, int problems)
{
	if (!problems) {
		puts("All good");
		return 0;
	}
	fputs(out->buf, stderr);
	fprintf(stderr, "\nhookrun: %d problem%s in the configuration\n",
		problems, problems == 1 ? "" : "s");
	return 1;
}

/* A file can be judged where there is no repository, as in an image that has
 * the files but not their history. */
static int validate_here(const struct err *no_repo)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_FREE char *here = getcwd(NULL, 0);
	AUTO_FREE char *found = NULL;

	if (!here || !config_find(here, &found))
		return persona_no_repo(no_repo);
	return print_verdict(&out, config_validate(here, NULL, &out));
}

int cmd_validate(const struct args *args)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct repo *repo;
	struct err err;
	int problems;

	(void)args;
	if (repo_open(NULL, &repo, &err))
		return validate_here(&err);
	if (!repo_worktree(repo)) {
		repo_free(repo);
		err_set(&err, "this is a bare repository: it has no "
			      "configuration");
		return persona_no_repo(&err);
	}
	if (recover_work(repo)) {
		repo_free(repo);
		return 1;
	}
	problems = workspace_validate(repo, &out);
	repo_free(repo);
	return print_verdict(&out, problems);
}

int cmd_dump(struct workspace *ws, const struct args *args)
{
	const char *format = args_value(args, "format");
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	int failed;

	if (ws->has_config)
		failed = config_dump(
			&ws->config, format ? format : "yaml", &out, &err);
	else
		failed = config_none(repo_worktree(ws->repo), &err);
	fputs(out.buf, stdout);
	return failed ? complain(&err) : 0;
}

static int help_command(const struct command *command)
{
	printf("usage: %s %s%s%s\n\n%s\n", persona_name(), command->name,
		*command->synopsis ? " " : "", command->synopsis,
		command->help);
	if (command->details)
		printf("\n%s", command->details);
	if (command->options)
		printf("\noptions:\n");
	for (const struct option_spec *o = command->options; o && o->name;
		o++) {
		char left[64], letter[8] = "    ";

		if (o->letter)
			snprintf(letter, sizeof(letter), "-%c, ", o->letter);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, o->name,
			o->value ? " " : "", o->value ? o->value : "");
		printf("  %-26s %s\n", left, o->help);
	}
	return 0;
}

static const struct {
	enum key_place place;
	const char *title;
} places[] = {
	{ PLACE_TOP, "top level" },
	{ PLACE_HOOK, "a hook" },
	{ PLACE_JOB, "a job (jobs)" },
	{ PLACE_GROUP, "a group" },
	{ PLACE_COMMAND, "a command (commands)" },
	{ PLACE_SCRIPT, "a script (scripts)" },
	{ PLACE_CONDITION, "an entry of skip, only" },
	{ PLACE_REMOTE, "a remote" },
	{ PLACE_SETUP, "setup" },
};

static void print_keys(
	const char *title, const struct key *keys, enum key_place place)
{
	AUTO_ARENA arena = ARENA_INIT;

	printf("%s:\n", title);
	for (; keys && keys->name; keys++) {
		const char *words = keys->type == KEY_USES
					    ? keys_uses_words(&arena)
					    : keys->words;

		if (!key_is_at(keys, place))
			continue;
		printf("  %-22s %s", keys->name, keys->help);
		if (words)
			printf(" (%s)", words);
		if (keys->def)
			printf(" [%s]", keys->def);
		puts(key_is_at(keys, PLACE_UNHEEDED) ? " - not supported yet"
						     : "");
	}
}

static int help_keys(void)
{
	for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
		print_keys(places[p].title, keys_all(), places[p].place);
		putchar('\n');
	}
	for (const struct step_ops *const *step = step_all(); *step; step++) {
		AUTO_STRBUF title = STRBUF_INIT;

		strbuf_addf(&title, "with, of uses: %s", (*step)->name);
		print_keys(title.buf, (*step)->options, PLACE_WITH);
		if (step[1])
			putchar('\n');
	}
	return 0;
}

static int help_steps(void)
{
	printf("Built-in steps, as jobs of any hook:\n\n"
	       "  post-checkout:\n"
	       "    piped: true\n"
	       "    jobs:\n"
	       "      - uses: worktree\n"
	       "      - uses: deps\n"
	       "      - uses: migrate\n"
	       "        with:\n"
	       "          mode: auto\n"
	       "      - uses: test-map\n"
	       "  pre-commit:\n"
	       "    jobs:\n"
	       "      - uses: migrations-check\n\n");
	for (const struct step_ops *const *step = step_all(); *step; step++)
		printf("  %-16s %s\n", (*step)->name, (*step)->help);
	printf("\nTheir options are in 'hookrun help keys'.\n");
	return 0;
}

static int help_all(const struct command *commands)
{
	printf("hookrun %s, a Git hooks manager\n\nusage: %s COMMAND "
	       "[OPTION...] [ARGUMENT...]\n\n",
		HOOKRUN_VERSION, persona_name());
	for (; commands->name; commands++)
		printf("  %-14s %s\n", commands->name, commands->help);
	printf("\n'hookrun help COMMAND' tells more.  HOOKRUN=0 switches hooks "
	       "off for one command.\n");
	return 0;
}

int cmd_help(const struct args *args)
{
	const char *topic = args->words.nr ? args->words.v[0] : NULL;
	const struct command *command;

	if (!topic)
		return help_all(args->commands);
	if (!strcmp(topic, "keys"))
		return help_keys();
	if (!strcmp(topic, "steps"))
		return help_steps();
	if (!strcmp(topic, "environment"))
		return help_environment();
	command = command_find(args->commands, topic);
	return command ? help_command(command)
		       : persona_no_command(args->commands, topic);
}
