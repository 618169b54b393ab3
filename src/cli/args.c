/*
 * The command line, by getopt_long over each command's own table, so that the
 * parser, `help` and the check of the man page read the same rows.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"

#include <getopt.h>

static size_t count_options(const struct command *command)
{
	size_t n = 0;

	while (command->options && command->options[n].name)
		n++;
	return n;
}

/* getopt's own tables; option i answers with i + 1, --help with HELP. */
#define HELP 1000

static void fill_tables(
	const struct command *command, struct option *longs, char *letters)
{
	size_t n = count_options(command);

	for (size_t i = 0; i < n; i++) {
		const struct option_spec *spec = &command->options[i];

		longs[i] = (struct option){ spec->name,
			spec->value ? required_argument : no_argument, NULL,
			(int)i + 1 };
		if (!spec->letter)
			continue;
		*letters++ = spec->letter;
		if (spec->value)
			*letters++ = ':';
	}
	longs[n] = (struct option){ "help", no_argument, NULL, HELP };
	*letters++ = 'h';
	*letters = '\0';
}

static int option_index(const struct command *command, int answer)
{
	if (answer > 0 && answer <= MAX_OPTIONS)
		return answer - 1;
	for (size_t i = 0; i < count_options(command); i++)
		if (command->options[i].letter == answer)
			return (int)i;
	return -1;
}

static int usage_error(const struct command *command, const char *what)
{
	fprintf(stderr, "hookrun: %s\nusage: hookrun %s%s%s\n", what,
		command->name, *command->synopsis ? " " : "",
		command->synopsis);
	return -1;
}

static int check_count(const struct args *args)
{
	const struct command *command = args->command;
	int nr = (int)args->words.nr;

	if (nr < command->min_args)
		return usage_error(command, "something is missing");
	if (command->max_args >= 0 && nr > command->max_args)
		return usage_error(command, "too many arguments");
	return 0;
}

/* `hookrun COMMAND --help` becomes `hookrun help COMMAND`. */
static void turn_into_help(struct args *args)
{
	const char *name = args->command->name;

	args_release(args);
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, "help"))
			args->command = commands[i];
	if (strcmp(name, "help") != 0)
		strvec_push(&args->words, name);
}

int args_parse(
	const struct command *command, int argc, char **argv, struct args *ret)
{
	struct option longs[MAX_OPTIONS + 2] = { { 0 } };
	char letters[2 * MAX_OPTIONS + 4];
	AUTO_STRVEC line = STRVEC_INIT;
	int answer;

	*ret = (struct args){ .command = command };
	fill_tables(command, longs, letters);
	strvec_push(&line, "hookrun");
	for (int i = 0; i < argc; i++)
		strvec_push(&line, argv[i]);
	optind = 0;
	while ((answer = getopt_long(
			(int)line.nr, line.v, letters, longs, NULL)) != -1) {
		int index = option_index(command, answer);

		if (answer == HELP || answer == 'h') {
			turn_into_help(ret);
			return 0;
		}
		if (index < 0) {
			args_release(ret);
			return usage_error(
				command, "the command line is wrong");
		}
		strvec_push(&ret->values[index], optarg ? optarg : "");
	}
	strvec_push_all(&ret->words, line.v + optind);
	if (check_count(ret)) {
		args_release(ret);
		return -1;
	}
	return 0;
}

void args_release(struct args *args)
{
	strvec_release(&args->words);
	for (size_t i = 0; i < MAX_OPTIONS; i++)
		strvec_release(&args->values[i]);
}

const struct strvec *args_values(const struct args *args, const char *name)
{
	static const struct strvec none = STRVEC_INIT;

	for (size_t i = 0; i < count_options(args->command); i++)
		if (!strcmp(args->command->options[i].name, name))
			return &args->values[i];
	return &none;
}

bool args_has(const struct args *args, const char *name)
{
	return args_values(args, name)->nr > 0;
}

const char *args_value(const struct args *args, const char *name)
{
	const struct strvec *values = args_values(args, name);

	return values->nr ? values->v[values->nr - 1] : NULL;
}
