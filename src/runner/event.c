/*
 * Some of git's arguments are names of files (.git/COMMIT_EDITMSG), which count
 * from the top of the work tree, where a job with a `root` is not.
 *
 * Git's stdin is a pipe that can be read once, and more than one reader wants
 * it: a job with use_stdin, the list of pushed files, a step.  So it is read
 * whole on first demand and kept with the event.  A terminal is never read:
 * whoever runs a hook by hand would see it hang without a word.
 */
#include "hookrun/runner/event.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/words.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_CHUNK 65536

static void read_all(struct strbuf *text)
{
	while (text->len < EVENT_STDIN_MAX) {
		size_t room = EVENT_STDIN_MAX - text->len;

		if (room > READ_CHUNK)
			room = READ_CHUNK;
		if (strbuf_read_once(text, STDIN_FILENO, room) <= 0)
			return;
	}
}

const char *event_stdin(struct event *event, size_t *ret_len)
{
	struct strbuf text = STRBUF_INIT;
	struct stat st;

	if (!event->stdin_read) {
		if (!isatty(STDIN_FILENO))
			read_all(&text);
		event->stdin_is_pipe =
			!fstat(STDIN_FILENO, &st) &&
			(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
		event->stdin_text = strbuf_detach(&text, &event->stdin_len);
		event->stdin_read = 1;
	}
	if (ret_len)
		*ret_len = event->stdin_len;
	return event->stdin_text;
}

/* How many of a hook's arguments, from the first on, are files: githooks(5). */
static size_t count_paths(const char *hook)
{
	if (!strcmp(hook, "sendemail-validate"))
		return 2;
	return words_have("commit-msg|prepare-commit-msg|applypatch-msg|"
			  "p4-changelist|p4-prepare-changelist",
		hook);
}

char *const *event_args_from(const struct event *event, const char *top,
	const char *cwd, struct arena *arena)
{
	size_t paths = event->hook ? count_paths(event->hook) : 0;
	char **args;

	if (!paths || !event->nargs || !strcmp(top, cwd))
		return event->args;
	args = arena_alloc(arena, (event->nargs + 1) * sizeof(*args));
	for (size_t i = 0; i < event->nargs; i++) {
		AUTO_FREE char *path = NULL;

		args[i] = event->args[i];
		if (i >= paths || !*args[i] || *args[i] == '/')
			continue;
		path = fs_clean(top, args[i]);
		args[i] = arena_strdup(arena, path);
	}
	return args;
}
