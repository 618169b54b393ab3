/*
 * hookrun called by the name of lefthook.
 *
 * A team that swaps the binary leaves a link of that name in place, and scripts
 * that call it read its exit codes and grep its messages.  What differs under
 * the two names is here and nowhere else: how an error begins, what a wrong
 * command line ends with, and the few sentences that lefthook's users know.
 * The words and codes are those of lefthook 2.2.2.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/arena.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hookname.h"
#include "hookrun/config/nearest.h"

#include <stdarg.h>

enum {
	LEFTHOOK_USAGE = 1,
	LEFTHOOK_NO_COMMAND = 3,
};

static bool lefthook;

void persona_init(const char *argv0)
{
	lefthook = argv0 && !strcmp(fs_basename(argv0), "lefthook");
}

bool persona_is_lefthook(void)
{
	return lefthook;
}

const char *persona_name(void)
{
	return lefthook ? "lefthook" : "hookrun";
}

void put_printable(FILE *out, const char *text)
{
	AUTO_STRBUF safe = STRBUF_INIT;

	strbuf_add_printable(&safe, text, true);
	fputs(safe.buf, out);
}

int complain(const struct err *err)
{
	return complain_text("%s", err->msg);
}

__attribute__((format(printf, 2, 0))) static void tell(
	const char *before, const char *fmt, va_list ap)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_vaddf(&text, fmt, ap);
	fputs(before, stderr);
	put_printable(stderr, text.buf);
	fputc('\n', stderr);
}

int complain_text(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(lefthook ? "Error: " : "hookrun: ", fmt, ap);
	va_end(ap);
	return 1;
}

/* Who greps for "Error:" wants none of these. */
void warn_text(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(lefthook ? "lefthook: warning: " : "hookrun: warning: ", fmt, ap);
	va_end(ap);
}

static void complain_of_usage(const char *what)
{
	if (lefthook) {
		fputs("Incorrect Usage: ", stderr);
		put_printable(stderr, what);
		fputs("\n\n", stderr);
	}
	complain_text("%s", what);
}

int persona_usage(const struct command *command, const char *what)
{
	const char *gap = *command->synopsis ? " " : "";

	complain_of_usage(what);
	fprintf(lefthook ? stdout : stderr, "usage: %s %s%s%s\n",
		persona_name(), command->name, gap, command->synopsis);
	return lefthook ? LEFTHOOK_USAGE : EXIT_USAGE;
}

static int no_option(const char *name)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "flag provided but not defined: -%s",
		name + strspn(name, "-"));
	complain_of_usage(text.buf);
	return LEFTHOOK_USAGE;
}

/* `hookrun pre-commit`, for which there is a command. */
static int hook_for_command(const char *name)
{
	complain_text("unknown command '%s' (a hook is run by '%s run %s')",
		name, persona_name(), name);
	return EXIT_USAGE;
}

int persona_no_command(const struct command *commands, const char *name)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct nearest nearest;

	if (lefthook && *name == '-')
		return no_option(name);
	if (!lefthook && hookname_is_git(name))
		return hook_for_command(name);
	nearest_init(&nearest, name);
	for (; commands->name; commands++)
		nearest_offer(&nearest, commands->name);
	if (lefthook)
		fprintf(stderr, "No help topic for '%s'%s%s\n", name,
			nearest.best ? ". " : "",
			nearest.best ? nearest.best : "");
	else
		complain_text("unknown command '%s'%s; see 'hookrun help'",
			name, nearest_hint(&arena, nearest.best));
	return lefthook ? LEFTHOOK_NO_COMMAND : EXIT_USAGE;
}

int persona_no_repo(const struct err *err)
{
	complain(err);
	if (lefthook)
		fprintf(stderr, "exit status %d\n", EXIT_NO_REPO);
	return lefthook || err->kind == ERR_NO_REPO ? EXIT_NO_REPO : 1;
}

void persona_no_config(const char *root)
{
	const char *named = config_named();
	AUTO_FREE char *path = named ? fs_clean(root, named) : NULL;
	struct err err;

	if (lefthook && named)
		printf("│  Config file \"%s\" not found!\n", path);
	else if (lefthook)
		printf("│  No config files with names [\"lefthook\" "
		       "\".lefthook\" \".config/lefthook\"] have been found "
		       "in \"%s\"\n",
			root);
	else if (config_none(root, &err))
		complain(&err);
}

int persona_no_hook(const struct config *config, const char *name)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct nearest nearest;
	AUTO_STRBUF text = STRBUF_INIT;

	if (lefthook)
		return complain_text(
			"hook %s doesn't exist in the config", name);
	nearest_init(&nearest, name);
	for (size_t i = 0; i < config->nhooks; i++) {
		strbuf_addf(&text, "%s%s",
			i ? ", " : " (it has: ", config->hooks[i].name);
		nearest_offer(&nearest, config->hooks[i].name);
	}
	if (config->nhooks)
		strbuf_addch(&text, ')');
	return complain_text("hook '%s' is not in the configuration%s", name,
		nearest.best ? nearest_hint(&arena, nearest.best) : text.buf);
}
