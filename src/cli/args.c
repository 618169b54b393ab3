/*
 * The command line, by each command's own table, so that the parser, `help`,
 * completion and the check of the man page read the same rows.
 *
 * Not getopt: lefthook's users write -no-tty as well as --no-tty, and
 * --no-tty=false, all of which getopt reads as something else.  In return short
 * options cannot be bundled, in either program.
 */
#include "cli/cli.h"

#include "hookrun/base/words.h"
#include "hookrun/config/nearest.h"

#include <stdarg.h>

const struct command *command_find(
	const struct command *commands, const char *name)
{
	for (; commands->name; commands++)
		if (!strcmp(commands->name, name))
			return commands;
	return NULL;
}

int command_option(const struct command *command, const char *name, size_t len)
{
	const struct option_spec *spec = command->options;

	for (int i = 0; spec && spec->name; i++, spec++) {
		if (!strncmp(spec->name, name, len) && !spec->name[len])
			return i;
		if (len == 1 && spec->letter == *name)
			return i;
	}
	return -1;
}

/* `hookrun COMMAND --help` becomes `hookrun help COMMAND`. */
static int turn_into_help(struct args *args)
{
	const struct command *commands = args->commands;
	const char *name = args->command->name;

	args_release(args);
	*args = (struct args){ .command = command_find(commands, "help"),
		.commands = commands };
	if (strcmp(name, "help") != 0)
		strvec_push(&args->words, name);
	return 0;
}

static int refuse(const struct args *args, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(const struct args *args, const char *fmt, ...)
{
	AUTO_STRBUF text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	return persona_usage(args->command, text.buf);
}

/* What may have been meant by an option that there is not; lefthook's message
 * has no such end. */
static int no_option(const struct args *args, const char *name, size_t len)
{
	AUTO_ARENA arena = ARENA_INIT;
	const struct option_spec *spec = args->command->options;
	struct nearest nearest;

	if (persona_is_lefthook())
		return refuse(args, "flag provided but not defined: -%.*s",
			(int)len, name);
	nearest_init(&nearest, arena_strndup(&arena, name, len));
	for (; spec && spec->name; spec++)
		nearest_offer(&nearest, spec->name);
	return refuse(args, "there is no option '%s%.*s'%s%s%s",
		len == 1 ? "-" : "--", (int)len, name,
		nearest.best ? " (did you mean '--" : "",
		nearest.best ? nearest.best : "", nearest.best ? "'?)" : "");
}

/* true and false as Go's strconv.ParseBool has them; `--flag=` is true. */
static int set_flag(struct args *args, const struct option_spec *spec,
	struct strvec *values, const char *text)
{
	bool yes = !*text || words_have("1|t|T|true|TRUE|True", text);

	if (!yes && !words_have("0|f|F|false|FALSE|False", text))
		return refuse(args,
			"invalid value \"%s\" for flag -%s: parse error", text,
			spec->name);
	strvec_push(values, yes ? "true" : "false");
	return 0;
}

static void add_value(
	const struct option_spec *spec, struct strvec *values, const char *text)
{
	if (!strchr(spec->value, ',')) {
		strvec_push(values, text);
		return;
	}
	for (;;) {
		size_t len = strcspn(text, ",");

		strvec_pushn(values, text, len);
		if (!text[len])
			return;
		text += len + 1;
	}
}

/* One option at argv[*pos], which moves on where the value is the next word. */
static int take_option(struct args *args, int argc, char **argv, int *pos)
{
	const char *name = argv[*pos] + (argv[*pos][1] == '-' ? 2 : 1);
	size_t len = strcspn(name, "=");
	const char *value = name[len] ? name + len + 1 : NULL;
	int index = command_option(args->command, name, len);
	const struct option_spec *spec;

	if (index < 0)
		return no_option(args, name, len);
	spec = &args->command->options[index];
	if (!spec->value)
		return set_flag(args, spec, &args->values[index],
			value ? value : "true");
	if (!value && *pos + 1 >= argc)
		return refuse(
			args, "flag needs an argument: -%.*s", (int)len, name);
	add_value(spec, &args->values[index], value ? value : argv[++*pos]);
	return 0;
}

static bool is_help(const char *word)
{
	return words_have("--help|-help|-h|--h", word);
}

/* lefthook takes what a command has no use for. */
static int check_count(const struct args *args)
{
	const struct command *command = args->command;
	int nr = (int)args->words.nr;

	if (nr < command->min_args)
		return persona_usage(command, !strcmp(command->name, "run")
						      ? "hook name missing"
						      : "something is missing");
	if (command->max_args >= 0 && nr > command->max_args &&
		!persona_is_lefthook())
		return persona_usage(command, "too many arguments");
	return 0;
}

int args_parse(const struct command *commands, const struct command *command,
	int argc, char **argv, struct args *ret)
{
	bool only_words = false;
	int status = 0;

	*ret = (struct args){ .command = command, .commands = commands };
	for (int i = 0; i < argc && !status; i++) {
		if (only_words || argv[i][0] != '-' || !argv[i][1])
			strvec_push(&ret->words, argv[i]);
		else if (!strcmp(argv[i], "--"))
			only_words = true;
		else if (is_help(argv[i]))
			return turn_into_help(ret);
		else
			status = take_option(ret, argc, argv, &i);
	}
	if (!status)
		status = check_count(ret);
	if (status)
		args_release(ret);
	return status;
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
	int index = command_option(args->command, name, strlen(name));

	return index < 0 ? &none : &args->values[index];
}

bool args_given(const struct args *args, const char *name)
{
	return args_values(args, name)->nr > 0;
}

bool args_has(const struct args *args, const char *name)
{
	int index = command_option(args->command, name, strlen(name));
	const char *last = args_value(args, name);

	return last && (args->command->options[index].value ||
			       strcmp(last, "false") != 0);
}

const char *args_value(const struct args *args, const char *name)
{
	const struct strvec *values = args_values(args, name);

	return values->nr ? values->v[values->nr - 1] : NULL;
}
