/*
 * hooks/shim.sh filled in for one hook.
 *
 * A hook file goes through sh, which costs a millisecond and finds hookrun
 * wherever it is by now.  Who wants the millisecond has the first line name it:
 * "#!PROGRAM hook".  The kernel then needs the program at that very place, and
 * says no more than that it cannot run the file where it is gone, so a second
 * installation that uses the same repository (a container with the folder
 * mounted) would take the first one's hooks away.  Hence what nobody asked for
 * never makes a file name another program than it did.
 *
 * What the user wrote for the shell (the command, the rc file with its "~" and
 * "${...}") goes in as it is; what hookrun knows itself (its own path, with any
 * byte a path may have) is quoted.  The command is started with exec, so that a
 * hook is one process and not two, unless it is more of a script than words
 * and exec would change its meaning.
 */
#include "install/shim.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/selfpath.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#define TEMPLATE "shim.sh"
#define OUR_MARK "\n# hookrun shim "
#define LEFTHOOK_MARK "call_lefthook"
#define VALUES_START "\nhookrun_path="
#define QUOTED_QUOTE "'\\''"
#define SHELL_LINE "#!/bin/sh\n"
#define DIRECT_START "#!"
#define DIRECT_END " hook\n"
#define DIRECT_MAX 127 /* bytes of a first line that every Linux reads */
#define VALUES_END "\ncase ${HOOKRUN_VERBOSE-}"

static bool contains(const struct strbuf *text, const char *word)
{
	return memmem(text->buf, text->len, word, strlen(word)) != NULL;
}

enum shim_kind shim_look(const char *path, struct strbuf *text)
{
	struct err ignored = ERR_INIT;
	struct stat st;

	strbuf_reset(text);
	if (lstat(path, &st))
		return SHIM_ABSENT;
	if (!S_ISREG(st.st_mode) ||
		fs_read(path, text, SHIM_FILE_MAX, &ignored) != 1)
		return SHIM_FOREIGN;
	if (!contains(text, "LEFTHOOK"))
		return SHIM_FOREIGN;
	if (contains(text, OUR_MARK))
		return SHIM_OURS;
	return contains(text, LEFTHOOK_MARK) ? SHIM_LEFTHOOK : SHIM_MENTIONS;
}

void shim_quote(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '\'');
	for (; *text; text++)
		if (*text == '\'')
			strbuf_addstr(out, QUOTED_QUOTE);
		else
			strbuf_addch(out, *text);
	strbuf_addch(out, '\'');
}

static void add_path(struct strbuf *out, const char *program)
{
	AUTO_FREE char *own = program ? NULL : selfpath_find();

	shim_quote(out, program ? program : own);
}

/* ---- the user's words ---- */

static void add_trimmed(struct strbuf *out, const char *text)
{
	strbuf_addstr(out, text + strspn(text, " \t\r\n"));
	strbuf_rtrim(out);
}

/* Length of the first word of shell text, quotes included. */
static size_t first_word(const char *text)
{
	char quote = '\0';
	size_t i;

	for (i = 0; text[i]; i++) {
		if (quote)
			quote = text[i] == quote ? '\0' : quote;
		else if (text[i] == '\'' || text[i] == '"')
			quote = text[i];
		else if (isblank((unsigned char)text[i]))
			break;
	}
	return i;
}

/* Nothing but words, the first of them a program? */
static bool is_simple(const char *command)
{
	static const char *const builtins[] = { "exec", "command", "eval", ".",
		"source", "cd", "exit", "return", "set" };
	size_t len = first_word(command);

	for (const char *pos = command; *pos; pos++)
		if (!isalnum((unsigned char)*pos) &&
			!strchr(" \t/._-+=:,@%~${}'\"", *pos))
			return false;
	if (memchr(command, '=', len))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++)
		if (len == strlen(builtins[i]) &&
			!strncmp(command, builtins[i], len))
			return false;
	return true;
}

static void add_command(
	struct strbuf *out, const char *command, const char *hook)
{
	if (!is_simple(command)) {
		strbuf_addf(out, "\t%s run '%s' -- \"$@\"\n\texit\n", command,
			hook);
		return;
	}
	strbuf_addf(out, "\tif command -v %.*s >/dev/null 2>&1; then\n",
		(int)first_word(command), command);
	strbuf_addf(
		out, "\t\texec %s run '%s' -- \"$@\"\n\tfi\n", command, hook);
}

static void add_command_note(struct strbuf *out, const char *command)
{
	AUTO_STRBUF note = STRBUF_INIT;

	strbuf_addf(&note, "  tried the configuration's command: %s", command);
	strbuf_addstr(out, "\t\tprintf '%s\\n' ");
	shim_quote(out, note.buf);
	strbuf_addch(out, '\n');
}

/* A plain path is quoted; one that uses the shell's expansions or quotes is
 * the user's own shell text, as lefthook has it. */
static void add_rc_word(struct strbuf *out, const char *rc)
{
	AUTO_STRBUF path = STRBUF_INIT;

	if (*rc == '~' || rc[strcspn(rc, "$`\"'\\")]) {
		strbuf_addstr(out, rc);
		return;
	}
	/* "." would look for a name without a slash along PATH */
	strbuf_addf(&path, "%s%s", strchr(rc, '/') ? "" : "./", rc);
	shim_quote(out, path.buf);
}

static void add_rc(struct strbuf *out, const char *rc)
{
	strbuf_addstr(out, "if [ -f ");
	add_rc_word(out, rc);
	strbuf_addstr(out, " ]; then\n\t# shellcheck disable=SC1090,SC1091\n"
			   "\t. ");
	add_rc_word(out, rc);
	strbuf_addstr(out, "\nfi\n");
}

/* ---- the template ---- */

struct slot {
	const char *mark;
	struct strbuf text;
};

/* In one pass, so that a mark inside a value stays what it is. */
static void fill(const char *template, const struct slot *slots, size_t nr,
	struct strbuf *out)
{
	while (*template) {
		size_t i = 0;

		while (i < nr &&
			strncmp(template, slots[i].mark, strlen(slots[i].mark)))
			i++;
		if (i == nr) {
			strbuf_addch(out, *template ++);
			continue;
		}
		strbuf_add(out, slots[i].text.buf, slots[i].text.len);
		template += strlen(slots[i].mark);
	}
}

static bool is_hook_name(const char *name)
{
	if (!*name || *name == '.' || *name == '-')
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("-_.", *name))
			return false;
	return true;
}

char *shim_program(const struct strbuf *shim)
{
	const char *start = shim->buf + strlen(DIRECT_START);
	const char *end = strchr(shim->buf, '\n');
	size_t tail = strlen(DIRECT_END) - 1;

	if (!end || strncmp(shim->buf, DIRECT_START, strlen(DIRECT_START)) ||
		end < start + tail ||
		strncmp(end - tail, DIRECT_END, tail + 1) != 0)
		return NULL;
	return xstrndup(start, (size_t)(end - start) - tail);
}

static bool has_text(const char *text)
{
	return text && text[strspn(text, " \t\r\n")];
}

const char *shim_obstacle(const struct install_opts *opts)
{
	size_t more = strlen(DIRECT_START) + strlen(DIRECT_END);

	if (has_text(opts->binary) || has_text(opts->rc))
		return "'lefthook' and 'rc' in the configuration are for a "
		       "shell";
	if (!opts->program || *opts->program != '/')
		return "where this program lies is not known";
	if (strstr(opts->program, "/node_modules/"))
		return "what is in node_modules comes and goes with that "
		       "folder";
	/* Blanks would end the path, or begin with the argument. */
	for (const char *pos = opts->program; *pos; pos++)
		if (isspace((unsigned char)*pos))
			return "the path of this program has a blank";
	return strlen(opts->program) + more > DIRECT_MAX
		       ? "the path of this program is too long"
		       : NULL;
}

static void add_first_line(struct strbuf *out, const struct install_opts *opts,
	const struct strbuf *there)
{
	AUTO_FREE char *named = there ? shim_program(there) : NULL;
	bool other = there && (!named || !opts->program ||
				      strcmp(named, opts->program) != 0);

	if (!opts->direct || shim_obstacle(opts) || (other && opts->automatic))
		strbuf_addstr(out, SHELL_LINE);
	else
		strbuf_addf(out, DIRECT_START "%s" DIRECT_END, opts->program);
}

int shim_render(const struct install_opts *opts, const char *hook,
	const struct strbuf *there, struct strbuf *out, struct err *err)
{
	struct slot slots[] = {
		{ SHELL_LINE, STRBUF_INIT },
		{ "@HOOK@", STRBUF_INIT },
		{ "@BINARY_PATH@", STRBUF_INIT },
		{ "@SEARCH_PATH@", STRBUF_INIT },
		{ "#@RC@\n", STRBUF_INIT },
		{ "\t#@COMMAND@\n", STRBUF_INIT },
		{ "\t\t#@COMMAND_NOTE@\n", STRBUF_INIT },
	};
	const char *template = embed_get(TEMPLATE, NULL);
	AUTO_STRBUF command = STRBUF_INIT, rc = STRBUF_INIT;

	if (!template)
		return err_set(err, "this binary was built without its shim");
	if (!is_hook_name(hook))
		return err_set(err, "'%s' cannot be the name of a hook", hook);
	strbuf_reset(out);
	add_trimmed(&command, opts->binary ? opts->binary : "");
	add_trimmed(&rc, opts->rc ? opts->rc : "");
	add_first_line(&slots[0].text, opts, there);
	strbuf_addstr(&slots[1].text, hook);
	add_path(&slots[2].text, opts->program);
	shim_quote(&slots[3].text, opts->search ? opts->search : "");
	if (rc.len)
		add_rc(&slots[4].text, rc.buf);
	if (command.len) {
		add_command(&slots[5].text, command.buf, hook);
		add_command_note(&slots[6].text, command.buf);
	}
	fill(template, slots, ARRAY_SIZE(slots), out);
	for (size_t i = 0; i < ARRAY_SIZE(slots); i++)
		strbuf_release(&slots[i].text);
	return 0;
}

char *shim_path(const struct strbuf *shim)
{
	const char *pos = strstr(shim->buf, VALUES_START "'");
	struct strbuf path = STRBUF_INIT;

	if (!pos)
		return NULL;
	pos += strlen(VALUES_START "'");
	for (;;) {
		if (!strncmp(pos, QUOTED_QUOTE, strlen(QUOTED_QUOTE))) {
			strbuf_addch(&path, '\'');
			pos += strlen(QUOTED_QUOTE);
		} else if (*pos && *pos != '\'') {
			strbuf_addch(&path, *pos++);
		} else {
			break;
		}
	}
	return strbuf_detach(&path, NULL);
}

bool shim_same(const struct strbuf *shim, const struct strbuf *expected)
{
	const char *start = strstr(expected->buf, VALUES_START);
	const char *end = start ? strstr(start, VALUES_END) : NULL;
	size_t head, tail;

	if (!end)
		return false;
	head = (size_t)(start - expected->buf) + strlen(VALUES_START);
	tail = expected->len - (size_t)(end - expected->buf);
	return shim->len >= head + tail &&
	       !memcmp(shim->buf, expected->buf, head) &&
	       !memcmp(shim->buf + shim->len - tail, end, tail);
}
