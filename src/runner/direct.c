/*
 * Starting sh costs as much as starting the command, so commands that are
 * nothing but words are executed without it, as make does.  The test errs on
 * the side of sh: any byte that means something to it, any word that it knows
 * itself (even where a program of that name exists: their options differ, but
 * of `true` and `false`, which have none), an assignment in front.
 */
#include "runner/direct.h"

#define BLANKS " \t"
#define SYNTAX "~$`\"'\\;&|<>(){}*?[]#!\n\r"

/* Reserved words and builtins of dash and bash, sorted by nothing but reading
 * order; looked through once a command. */
static const char *const shell_words[] = { ".", ":", "alias", "bg", "bind",
	"break", "builtin", "caller", "case", "cd", "chdir", "command",
	"compgen", "complete", "continue", "coproc", "declare", "dirs",
	"disown", "do", "done", "echo", "elif", "else", "enable", "esac",
	"eval", "exec", "exit", "export", "fc", "fg", "fi", "for", "function",
	"getopts", "hash", "help", "history", "if", "in", "jobs", "kill", "let",
	"local", "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read",
	"readarray", "readonly", "return", "select", "set", "shift", "shopt",
	"source", "suspend", "test", "then", "time", "times", "trap", "type",
	"typeset", "ulimit", "umask", "unalias", "unset", "until", "wait",
	"while" };

bool direct_is_shell_word(const char *word)
{
	for (size_t i = 0; i < sizeof(shell_words) / sizeof(*shell_words); i++)
		if (!strcmp(shell_words[i], word))
			return true;
	return false;
}

/* Cut `text` into its words, which `argv` borrows. */
static void split(struct strbuf *text, struct strvec *argv)
{
	char *pos = text->buf + strspn(text->buf, BLANKS);

	while (*pos) {
		strvec_borrow(argv, pos);
		pos += strcspn(pos, BLANKS);
		if (*pos)
			*pos++ = '\0';
		pos += strspn(pos, BLANKS);
	}
}

bool direct_argv(
	const char *command, struct strbuf *text, struct strvec *ret_argv)
{
	size_t len = strlen(command);

	/* a line break at the end is what YAML blocks leave, no syntax */
	while (len && command[len - 1] == '\n')
		len--;
	if (strcspn(command, SYNTAX) < len)
		return false;
	strbuf_reset(text);
	strbuf_grow(text, len);
	strbuf_add(text, command, len);
	split(text, ret_argv);
	if (ret_argv->nr && !strchr(ret_argv->v[0], '=') &&
		!direct_is_shell_word(ret_argv->v[0]))
		return true;
	strvec_release(ret_argv);
	return false;
}
