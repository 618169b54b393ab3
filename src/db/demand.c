/*
 * How many processes of an application connect to its database: what Procfile
 * starts, and of a web server with workers each of these.  It is an estimate by
 * the files that say it, and names them; a command that is not known to connect
 * (a bundler of JavaScript, a mail catcher) is not counted.
 */
#include "hookrun/db/checkup.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES (1 << 20)
#define PUMA_RB "config/puma.rb"

/* In a command: a program that is, or loads, the application. */
static const char *const programs[] = { "puma", "rails", "rackup", "unicorn",
	"falcon", "sidekiq", "resque", "good_job", "solid_queue", "bin/jobs",
	"delayed_job", "que ", "shoryuken", "karafka", "rake", "clockwork" };
static const char *const servers[] = { "puma", "rails s", "rackup" };

static bool names_one(const char *command, const char *const *names, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (strstr(command, names[i]))
			return true;
	return false;
}

static bool read_file(const char *app, const char *name, struct strbuf *out)
{
	AUTO_FREE char *path = fs_join(app, name);
	struct err ignored;

	return fs_read(path, out, FILE_MAX_BYTES, &ignored) == 1;
}

/* The number behind `word` and what may stand between; -1: none. */
static long number_behind(
	const char *text, const char *word, const char *between)
{
	const char *at = strstr(text, word);

	if (!at)
		return -1;
	at += strlen(word);
	at += strspn(at, between);
	return isdigit((unsigned char)*at) ? strtol(at, NULL, 10) : -1;
}

/* "workers 2", 'workers ENV.fetch("WEB_CONCURRENCY") { 2 }'; 0: it is one
 * process. */
static long workers_of_file(const char *app)
{
	AUTO_STRBUF text = STRBUF_INIT;
	char *line;

	if (!read_file(app, PUMA_RB, &text))
		return 0;
	for (char *rest = text.buf; (line = strsep(&rest, "\n"));) {
		long number;

		line += strspn(line, " \t");
		if (strncmp(line, "workers", 7) != 0 ||
			!strchr(" \t(", line[7]))
			continue;
		number = number_behind(line, "workers", " \t(\"'");
		if (number < 0)
			number = number_behind(line, "{", " \t\"'");
		if (number < 0)
			number = number_behind(line, ",", " \t\"'");
		if (number >= 0)
			return number;
	}
	return 0;
}

static long workers_of(const char *app, const char *command)
{
	const char *variable = getenv("WEB_CONCURRENCY");
	long number = -1;

	if (!names_one(command, servers, ARRAY_SIZE(servers)))
		return 0;
	if (strstr(command, "puma")) {
		number = number_behind(command, " -w", " =");
		if (number < 0)
			number = number_behind(command, " --workers", " =");
	}
	if (number < 0)
		number = number_behind(command, "WEB_CONCURRENCY=", "");
	if (number < 0 && variable && isdigit((unsigned char)*variable))
		number = strtol(variable, NULL, 10);
	return number < 0 ? workers_of_file(app) : number;
}

static void add_process(const char *app, const char *name, const char *command,
	struct strbuf *told, size_t *processes)
{
	long workers = workers_of(app, command);

	/* what watches files loads the application and asks it for nothing */
	if (!names_one(command, programs, ARRAY_SIZE(programs)) ||
		strstr(command, ":watch"))
		return;
	strbuf_addf(told, "%s%s", *processes ? ", " : "", name);
	if (workers > 1)
		strbuf_addf(told, " with %ld workers", workers);
	*processes += workers > 1 ? (size_t)workers : 1;
}

static bool read_procfile(const char *app, const char *file,
	struct strbuf *told, size_t *processes)
{
	AUTO_STRBUF text = STRBUF_INIT;
	char *line;

	if (!read_file(app, file, &text))
		return false;
	strbuf_addf(told, "%s: ", file);
	for (char *rest = text.buf; (line = strsep(&rest, "\n"));) {
		char *colon = strchr(line, ':');

		line += strspn(line, " \t");
		if (!colon || *line == '#' || !strncmp(line, "release:", 8))
			continue;
		*colon = '\0';
		add_process(app, line, colon + 1, told, processes);
	}
	return *processes > 0;
}

void db_demand_read(const char *app, struct arena *arena, struct db_demand *ret)
{
	static const char *const files[] = { "Procfile.dev", "Procfile" };
	AUTO_STRBUF told = STRBUF_INIT;
	long workers;

	*ret = (struct db_demand){ .told = "" };
	for (size_t i = 0; i < ARRAY_SIZE(files) && !ret->processes; i++) {
		strbuf_reset(&told);
		read_procfile(app, files[i], &told, &ret->processes);
	}
	workers = ret->processes ? 0 : workers_of(app, "puma");
	if (workers > 1) {
		strbuf_reset(&told);
		strbuf_addf(&told, PUMA_RB ": %ld workers", workers);
		ret->processes = (size_t)workers;
	}
	ret->told = arena_strdup(arena, told.buf);
}
