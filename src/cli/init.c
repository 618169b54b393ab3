/*
 * `hookrun init`: a repository's first configuration, out of what is there, and
 * its hook files.  Where another tool has one, that is taken over.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/import/import.h"

static int write_and_install(
	const char *top, const struct imported *found, const struct args *args)
{
	const struct command *install = command_find(args->commands, "install");
	AUTO_FREE char *path = fs_join(top, "lefthook.yml");
	char flag[] = "--schema";
	char *words[] = { flag, NULL };
	struct args given;
	struct err err;
	int status;

	if (fs_write_atomic(path, found->text.buf, found->text.len, 0644, &err))
		return complain(&err);
	printf("lefthook.yml: %zu job%s\n", found->njobs,
		found->njobs == 1 ? "" : "s");
	fflush(stdout);
	status = args_parse(args->commands, install, args_has(args, "schema"),
		words, &given);
	if (status)
		return status;
	status = cmd_install(&given);
	args_release(&given);
	return status;
}

static int look(const char *top, struct imported *found)
{
	struct err err;

	if (import_all(top, found, &err))
		return complain(&err);
	if (found->njobs)
		return 0;
	return import_look(top, found, &err) ? complain(&err) : 0;
}

static int init_in(const char *top, const struct args *args)
{
	struct imported found = IMPORTED_INIT;
	int status;

	if (config_exists(top))
		return complain_text("there is a configuration already; "
				     "'hookrun install' writes its hooks");
	status = look(top, &found);
	if (!status && !found.njobs) {
		status = complain_text(
			"found nothing here that a hook could run; "
			"'hookrun install' writes an example");
	} else if (!status) {
		put_printable(stdout, found.text.buf);
		fflush(stdout);
		status = confirmed(args,
				 "write lefthook.yml and install its hooks",
				 "nothing is written")
				 ? write_and_install(top, &found, args)
				 : 1;
	}
	imported_release(&found);
	return status;
}

int cmd_init(const struct args *args)
{
	struct workspace ws;
	int status = workspace_open_repo(&ws);

	if (status)
		return status;
	if (repo_worktree(ws.repo))
		status = init_in(repo_worktree(ws.repo), args);
	else
		status = complain_text("a bare repository has no files");
	workspace_close(&ws);
	return status;
}
