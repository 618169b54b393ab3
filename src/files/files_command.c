/*
 * A `files` command prints a name a line.  Most of them are git commands, which
 * write unusual names in C quotes, so that such lines are read as git means
 * them.  A line is trimmed only where the name is not there as it stands: other
 * tools pad their lines with blanks, but a name may end in one.  With a NUL in
 * it the output is a list such as `git ls-files -z` prints, of names as they
 * are.
 */
#include "files/files_command.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/cquote.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/job_env.h"
#include "hookrun/proc/cmd.h"

#include <string.h>

#define TIMEOUT_MS (10 * 60 * 1000)

/* A name in C quotes; false where the text is not wholly that. */
static bool unquote(const char *text, struct strbuf *out)
{
	const char *end = cquote_read(text, out);

	return end && !*end && out->len;
}

static void add_line(
	const char *text, size_t len, const char *worktree, struct strvec *ret)
{
	AUTO_STRBUF line = STRBUF_INIT;
	AUTO_STRBUF name = STRBUF_INIT;
	const char *start;

	while (len && text[len - 1] == '\r')
		len--;
	strbuf_add(&line, text, len);
	if (line.len && fs_has(worktree, line.buf)) {
		strvec_push(ret, line.buf);
		return;
	}
	strbuf_rtrim(&line);
	start = line.buf + strspn(line.buf, " \t\v\f\r");
	if (unquote(start, &name))
		strvec_push(ret, name.buf);
	else if (*start)
		strvec_push(ret, start);
}

static int run(struct repo *repo, const char *command, const char *cwd,
	struct strbuf *out, struct err *err)
{
	AUTO_FREE char *text = xstrdup(command);
	char *const argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, text, NULL };
	AUTO_STRVEC env = STRVEC_INIT;
	AUTO_STRBUF errout = STRBUF_INIT;
	struct cmd cmd = { .argv = argv, .cwd = cwd, .timeout_ms = TIMEOUT_MS };
	int status;

	job_env_fill(repo, &env);
	cmd.env = env.v;
	if (cmd_run(&cmd, &status, out, &errout, err))
		return -1;
	if (!status)
		return 0;
	strbuf_rtrim(&errout);
	return err_set(err, "command '%.500s' failed with status %d%s%s",
		command, status, errout.len ? ":\n" : "", errout.buf);
}

static void add_lines(
	const struct strbuf *out, const char *worktree, struct strvec *ret)
{
	const char *end = out->buf + out->len;

	for (const char *pos = out->buf; pos < end;) {
		const char *stop = memchr(pos, '\n', (size_t)(end - pos));

		if (!stop)
			stop = end;
		add_line(pos, (size_t)(stop - pos), worktree, ret);
		pos = stop + 1;
	}
}

int files_command(struct repo *repo, const char *command, const char *cwd,
	struct strvec *ret, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (run(repo, command, cwd, &out, err))
		return -1;
	if (out.len && memchr(out.buf, '\0', out.len))
		strvec_split(ret, out.buf, out.len, '\0');
	else
		add_lines(&out, repo_worktree(repo), ret);
	return 0;
}
