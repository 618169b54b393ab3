/*
 * `completion SHELL` prints a small script; what it offers comes from here.
 * The script calls the command line so far with --generate-shell-completion at
 * its end (lefthook's own word for it), the word before that being the one
 * under the cursor, all without their quotes.  Each line of the answer is what
 * that word may become, and the exit status says whether files fit too.
 *
 * What fits is read from the table of commands: from their synopsis, and from
 * what the values of their options are called (candidates.c).  So help and
 * completion cannot differ, and a new command has both.
 */
#include "cli/cli.h"

#include "cli/candidates.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/runner/step.h"
#include "cli/steps.h"

enum {
	FILES_TOO = 3,	  /* as the whole word */
	FILES_BEHIND = 4, /* after its last '=' or ',' */
};

/* The option that `word` names, with or without "=VALUE". */
static const struct option_spec *option_of(
	const struct command *command, const char *word)
{
	size_t len;
	int index;

	word += word[1] == '-' ? 2 : 1;
	len = strcspn(word, "=");
	index = command_option(command, word, len);
	return index >= 0 ? &command->options[index] : NULL;
}

static void offer_options(struct line *line)
{
	const struct option_spec *option = line->command->options;

	for (; option && option->name; option++)
		strvec_pushf(&line->found, "--%s", option->name);
	strvec_push(&line->found, "--help");
}

/* "NAME=VALUE" in a value: either half of it. */
static void offer_halves(struct line *line, char *names, const char *value)
{
	AUTO_STRVEC list = STRVEC_INIT;
	const char *equals = strchr(line->current + line->before, '=');

	if (equals) {
		line->before = (size_t)(equals + 1 - line->current);
		candidates_offer(line, value);
		return;
	}
	strvec_split(&list, names, strlen(names), '|');
	for (size_t i = 0; i < list.nr; i++)
		strvec_pushf(&line->found, "%.*s%s=", (int)line->before,
			line->current, list.v[i]);
}

static void offer_value(struct line *line, const struct option_spec *option)
{
	AUTO_FREE char *value = xstrdup(option->value);
	char *more = strstr(value, ",..."), *equals = strchr(value, '=');

	if (more) {
		const char *comma = strrchr(line->current + line->before, ',');

		*more = '\0';
		line->in_list = true;
		line->list = line->before;
		if (comma)
			line->before = (size_t)(comma + 1 - line->current);
	}
	if (equals && strcmp(value, "KEY=VALUE") != 0) {
		*equals = '\0';
		offer_halves(line, value, equals + 1);
	} else {
		candidates_offer(line, value);
	}
}

/* ---- the words that are no options ---- */

/* One form of a synopsis: "restore ID", "HOOK JOB|FILE", "HOOK...". */
static void offer_form(struct line *line, const char *form)
{
	AUTO_STRVEC terms = STRVEC_INIT;
	size_t at = line->words.nr;
	char *more;

	strvec_split(&terms, form, strlen(form), ' ');
	for (size_t i = 0; i < at && i < terms.nr; i++)
		if (*terms.v[i] >= 'a' &&
			strcmp(terms.v[i], line->words.v[i]) != 0)
			return;
	if (at >= terms.nr && terms.nr && strstr(terms.v[terms.nr - 1], "..."))
		at = terms.nr - 1;
	if (at >= terms.nr)
		return;
	more = strstr(terms.v[at], "...");
	if (more)
		*more = '\0';
	candidates_offer(line, terms.v[at]);
}

/* Its forms are divided by bars; what may be left out is in brackets, and what
 * follows `--` only fits after it. */
static void offer_words(struct line *line, bool after_dashes)
{
	AUTO_STRBUF plain = STRBUF_INIT;
	char *form, *bar, *dashes;

	for (const char *c = line->command->synopsis; *c; c++)
		if (*c != '[' && *c != ']')
			strbuf_addch(&plain, *c);
	dashes = strstr(plain.buf, "-- ");
	if (dashes && after_dashes)
		strbuf_splice(&plain, (size_t)(dashes - plain.buf), 3, "", 0);
	else if (dashes)
		*dashes = '\0';
	for (form = plain.buf; form; form = bar ? bar + 3 : NULL) {
		bar = strstr(form, " | ");
		if (bar)
			*bar = '\0';
		offer_form(line, form);
	}
}

/* ---- the line ---- */

static void find_in_command(struct line *line, int nr, char **words)
{
	const struct option_spec *option = NULL;
	bool after_dashes = false;

	for (int i = 0; i < nr; i++) {
		const char *word = words[i];
		bool is_option = !after_dashes && *word == '-' && word[1];

		if (option)
			option = NULL;
		else if (!is_option)
			strvec_push(&line->words, word);
		else if (!strcmp(word, "--"))
			after_dashes = true;
		else if (!strchr(word, '='))
			option = option_of(line->command, word);
		if (option && !option->value)
			option = NULL;
	}
	if (!option && !after_dashes && *line->current == '-') {
		const char *equals = strchr(line->current, '=');

		if (equals)
			option = option_of(line->command, line->current);
		if (!option || !option->value) {
			offer_options(line);
			return;
		}
		line->before = (size_t)(equals + 1 - line->current);
	}
	if (option)
		offer_value(line, option);
	else
		offer_words(line, after_dashes);
}

/* `nr` words after the program's name. */
static void find(struct line *line, int nr, char **words)
{
	line->current = nr ? words[nr - 1] : "";
	if (nr > 1) {
		line->command = command_find(line->commands, words[0]);
		if (line->command)
			find_in_command(line, nr - 2, words + 1);
	} else if (*line->current == '-') {
		strvec_push(&line->found, "--help");
		strvec_push(&line->found, "--version");
	} else {
		for (const struct command *one = line->commands; one->name;
			one++)
			strvec_push(&line->found, one->name);
	}
}

bool complete(
	const struct command *commands, int argc, char **argv, int *ret_status)
{
	struct line line = { .commands = commands };

	if (argc < 2 ||
		strcmp(argv[argc - 1], "--generate-shell-completion") != 0)
		return false;
	step_register(steps_builtin);
	find(&line, argc - 2, argv + 1);
	for (size_t i = 0; i < line.found.nr; i++)
		puts(line.found.v[i]);
	*ret_status = !line.files ? 0 : line.before ? FILES_BEHIND : FILES_TOO;
	strvec_release(&line.words);
	strvec_release(&line.found);
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
