/*
 * Script jobs.  Every existing copy of a script runs, in the order of the
 * folders, so that a personal copy adds to the shared one.  A script that is
 * not executable is run by the program of its #! line, or by sh, as sh itself
 * does it; lefthook sets the bit instead and dirties the work tree in the
 * middle of a commit.  A program that is no text needs the bit.
 */
#include "runner/planner.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/runner/script.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHEBANG_MAX 256 /* bytes; what Linux reads of a #! line */

/* "#!/usr/bin/env ruby" as words for sh: the program and, as the kernel does
 * it, all the rest as one argument.  False where it names none. */
static bool add_shebang(struct strbuf *line, struct strbuf *out)
{
	char *program, *arg;

	strbuf_setlen(line, strcspn(line->buf, "\n"));
	strbuf_rtrim(line);
	program = line->buf + 2 + strspn(line->buf + 2, " \t");
	if (!*program)
		return false;
	arg = program + strcspn(program, " \t");
	if (*arg) {
		*arg++ = '\0';
		arg += strspn(arg, " \t");
	}
	template_quote(out, program);
	strbuf_addch(out, ' ');
	if (*arg) {
		template_quote(out, arg);
		strbuf_addch(out, ' ');
	}
	return true;
}

/* What runs a file that is not executable; false where nothing does. */
static bool add_interpreter(const char *path, struct strbuf *out)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_STRBUF head = STRBUF_INIT;

	if (fd < 0 || strbuf_read_once(&head, fd, SHEBANG_MAX) < 0)
		return false;
	if (!strncmp(head.buf, "#!", 2))
		return add_shebang(&head, out);
	if (memchr(head.buf, '\0', head.len))
		return false;
	strbuf_addstr(out, "sh ");
	return true;
}

/* The command up to the script's name, for sh. */
static int add_start(const struct job_config *job, const char *path,
	struct strbuf *out, struct err *err)
{
	if (job->runner && *job->runner)
		strbuf_addf(out, "%s ", job->runner);
	else if (!fs_is_executable(path) && !add_interpreter(path, out))
		return err_set(err,
			"script '%s' is not executable and is no text that a "
			"program could run (try: chmod +x '%s')",
			job->script, path);
	else if (fs_is_executable(path) && config_script_is_windows(path))
		return err_set(err,
			"the first line of script '%s' ends in a carriage "
			"return, as lines do on Windows: its program is not "
			"found (save '%s' with plain line ends)",
			job->script, path);
	template_quote(out, path);
	return 0;
}

static int add_commands(const struct job_config *job, const char *path,
	const struct template_values *values, struct strvec *ret,
	struct err *err)
{
	AUTO_STRBUF start = STRBUF_INIT;
	AUTO_STRVEC tails = STRVEC_INIT;

	if (add_start(job, path, &start, err))
		return -1;
	if (!job->args || !*job->args) {
		for (size_t i = 0; i < values->nargs; i++) {
			strbuf_addch(&start, ' ');
			template_quote(&start, values->args[i]);
		}
		strvec_push(ret, start.buf);
		return 0;
	}
	if (start.len >= TEMPLATE_MAX)
		return err_set(err, "the command of script '%s' is too long",
			job->script);
	if (template_expand(job->args, values, TEMPLATE_MAX - start.len - 1,
		    &tails, err))
		return -1;
	for (size_t i = 0; i < tails.nr; i++)
		strvec_pushf(ret, "%s %s", start.buf, tails.v[i]);
	return 0;
}

/* The script in the folder `dir`, if there is one. */
static void find_in(const char *dir, const char *hook, const char *script,
	const char *worktree, struct strvec *ret)
{
	AUTO_STRBUF path = STRBUF_INIT;
	AUTO_FREE char *full = NULL;

	strbuf_addf(&path, "%s/%s/%s", dir, hook, script);
	full = fs_clean(worktree, path.buf);
	if (!access(full, F_OK))
		strvec_push(ret, full);
}

void script_files(const struct config *config, const char *worktree,
	const char *hook, const char *script, struct strvec *ret)
{
	AUTO_ARENA arena = ARENA_INIT;
	const char *const *dir = config_script_dirs(config->source_dir,
		config->source_dir_local, &config->remotes, &arena);

	for (; *dir; dir++)
		find_in(*dir, hook, script, worktree, ret);
}

int script_commands(struct planner *planner, const struct job_config *job,
	const struct template_values *values, struct plan_job *ret,
	struct err *err)
{
	AUTO_STRVEC files = STRVEC_INIT;
	struct stat st;

	script_files(planner->opts->config, planner->top,
		planner->opts->hook->name, job->script, &files);
	for (size_t i = 0; i < files.nr; i++)
		if (!stat(files.v[i], &st) && S_ISREG(st.st_mode) &&
			add_commands(
				job, files.v[i], values, &ret->commands, err))
			return -1;
	if (files.nr && !ret->commands.nr)
		ret->skip = (struct reason){ .kind = REASON_NO_SCRIPT,
			.key = "script",
			.value = job->script,
			.at = node_get(job->node, "script") };
	else if (!ret->commands.nr)
		return err_set(err, "script does not exist: %s", job->script);
	return 0;
}
