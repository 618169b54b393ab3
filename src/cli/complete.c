/*
 * `completion SHELL` prints a small script; what it offers comes from here.
 * The script calls the command line so far with --generate-shell-completion at
 * its end (lefthook's own word for it), the word before that being the one
 * under the cursor.  So commands and options come from their tables, and hooks,
 * jobs and tags from the configuration as it is now.
 *
 * The scripts take each line as text: a job's name may hold anything.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/base/hookname.h"
#include "hookrun/base/words.h"

static void offer(struct strvec *out, const char *word)
{
	if (word && !strchr(word, '\n') && !strvec_has(out, word))
		strvec_push(out, word);
}

static void offer_words(struct strvec *out, const char *words)
{
	strvec_split(out, words, strlen(words), ' ');
}

static void offer_commands(struct strvec *out, const struct command *commands)
{
	for (; commands->name; commands++)
		offer(out, commands->name);
}

/* ---- from the configuration ---- */

static void offer_jobs(
	struct strvec *out, const struct job_list *list, bool tags)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct job_config *job = &list->jobs[i];

		if (job->kind == JOB_GROUP)
			offer_jobs(out, job->group, tags);
		if (!tags)
			offer(out, job->name);
		for (const char **tag = job->tags; tags && *tag; tag++)
			offer(out, *tag);
	}
}

enum origin { HOOKS, JOBS, TAGS };

/* `words`: the line so far; the hook that it names narrows the jobs. */
static void offer_config(
	struct strvec *out, enum origin origin, const struct strvec *words)
{
	struct workspace ws;

	if (workspace_open(&ws, true))
		return;
	for (size_t i = 0; ws.has_config && i < ws.config.nhooks; i++) {
		const struct hook_config *hook = &ws.config.hooks[i];
		bool named = false;

		for (size_t k = 1; k < words->nr; k++)
			named |= config_hook(&ws.config, words->v[k]) != NULL;
		if (origin == HOOKS)
			offer(out, hook->name);
		else if (!named || strvec_has(words, hook->name))
			offer_jobs(out, &hook->list, origin == TAGS);
	}
	workspace_close(&ws);
}

/* What `config` prints before the values. */
static void offer_keys(struct strvec *out)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_STRVEC lines = STRVEC_INIT;
	struct workspace ws;

	if (workspace_open(&ws, true))
		return;
	if (ws.has_config)
		config_origins(&ws.config, NULL, false, &text);
	strvec_split(&lines, text.buf, text.len, '\n');
	for (size_t i = 0; i < lines.nr; i++) {
		const char *key = strchr(lines.v[i], '\t');
		const char *end = key ? strstr(key, ": ") : NULL;

		if (end)
			strvec_pushn(out, key + 1, (size_t)(end - key - 1));
	}
	workspace_close(&ws);
}

/* ---- the line ---- */

/* The option with a value that `word` names. */
static const char *option_of(const struct command *command, const char *word)
{
	int index;

	if (*word != '-')
		return NULL;
	word += word[1] == '-' ? 2 : 1;
	index = command_option(command, word, strlen(word));
	return index >= 0 && command->options[index].value
		       ? command->options[index].name
		       : NULL;
}

static void offer_value(
	struct strvec *out, const char *option, const struct strvec *words)
{
	if (words_have("job|command|output", option))
		offer_config(out, JOBS, words);
	else if (!strcmp(option, "hook"))
		offer_config(out, HOOKS, words);
	else if (!strcmp(option, "tag"))
		offer_config(out, TAGS, words);
	else if (!strcmp(option, "colors"))
		offer_words(out, "on off auto");
	else if (!strcmp(option, "format"))
		offer_words(out, "yaml json toml");
}

static void offer_positional(struct strvec *out, const struct command *commands,
	const struct command *command, const struct strvec *words)
{
	if (!strcmp(command->name, "why") && words->nr > 2)
		offer_config(out, JOBS, words);
	else if (words_have("run|install|why|slow", command->name))
		offer_config(out, HOOKS, words);
	else if (!strcmp(command->name, "add"))
		for (const char *const *hook = hookname_all; *hook; hook++)
			offer(out, *hook);
	else if (!strcmp(command->name, "config"))
		offer_keys(out);
	else if (!strcmp(command->name, "completion"))
		offer_words(out, "bash zsh fish pwsh");
	else if (!strcmp(command->name, "help"))
		offer_commands(out, commands);
}

static void find(struct strvec *out, const struct command *commands,
	const struct strvec *words)
{
	const struct command *command =
		words->nr > 1 ? command_find(commands, words->v[0]) : NULL;
	const char *current = words->nr ? words->v[words->nr - 1] : "";
	const char *option = NULL;

	if (!command) {
		offer_commands(out, commands);
		return;
	}
	if (words->nr > 2)
		option = option_of(command, words->v[words->nr - 2]);
	if (option)
		offer_value(out, option, words);
	else if (*current != '-')
		offer_positional(out, commands, command, words);
	else
		for (const struct option_spec *o = command->options;
			o && o->name; o++)
			strvec_pushf(out, "--%s", o->name);
}

bool complete(const struct command *commands, int argc, char **argv)
{
	AUTO_STRVEC words = STRVEC_INIT, found = STRVEC_INIT;

	if (argc < 2 ||
		strcmp(argv[argc - 1], "--generate-shell-completion") != 0)
		return false;
	for (int i = 1; i < argc - 1; i++)
		strvec_push(&words, argv[i]);
	find(&found, commands, &words);
	for (size_t i = 0; i < found.nr; i++)
		puts(found.v[i]);
	return true;
}

/* lefthook's answer where no shell is named. */
static int help_completion(const struct args *args)
{
	struct args about = { .words = STRVEC_INIT,
		.commands = args->commands };
	int status;

	strvec_push(&about.words, "completion");
	status = cmd_help(&about);
	strvec_release(&about.words);
	return status;
}

int cmd_completion(const struct args *args)
{
	static const char mark[] = "@NAME@";
	const char *shell = args->words.nr ? args->words.v[0] : "";
	AUTO_STRBUF file = STRBUF_INIT;
	const char *text, *at;

	if (!*shell && persona_is_lefthook())
		return help_completion(args);
	if (!*shell)
		return persona_usage(args->command, "which shell?");
	strbuf_addf(&file, "completion.%s", shell);
	text = embed_get(file.buf, NULL);
	if (!text)
		return persona_no_command(args->commands, shell);
	for (; (at = strstr(text, mark)); text = at + strlen(mark))
		printf("%.*s%s", (int)(at - text), text, persona_name());
	fputs(text, stdout);
	return 0;
}
