/*
 * `hookrun import`: the configuration of another tool as one of ours.  What is
 * not taken over is named with its line, and nothing of the other tool is
 * touched: its hook files are put aside by `install`, which says so.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/import/import.h"

#define CONFIG_NAME "lefthook.yml"

static int write_config(const char *top, const struct imported *imported)
{
	AUTO_FREE char *path = fs_join(top, CONFIG_NAME);
	struct err err;

	if (fs_write_atomic(
		    path, imported->text.buf, imported->text.len, 0644, &err))
		return complain(&err);
	printf("%s: %zu job%s taken over from ", CONFIG_NAME, imported->njobs,
		imported->njobs == 1 ? "" : "s");
	for (size_t i = 0; i < imported->sources.nr; i++)
		printf("%s%s", i ? ", " : "", imported->sources.v[i]);
	printf("\n");
	return 0;
}

static void put_left(const struct imported *imported, FILE *out)
{
	for (size_t i = 0; i < imported->left.nr; i++) {
		fputs(i ? "  " : "not taken over:\n  ", out);
		put_printable(out, imported->left.v[i]);
		fputc('\n', out);
	}
}

static int import_into(const char *top, const struct args *args)
{
	bool print = args_has(args, "print");
	struct imported imported = IMPORTED_INIT;
	struct err err;
	int status = 0;

	if (!print && config_exists(top))
		return complain_text("there is a configuration already; "
				     "'hookrun import --print' writes to "
				     "stdout");
	if (import_all(top, &imported, &err)) {
		status = complain(&err);
	} else if (!imported.sources.nr) {
		status = complain_text(
			"found no configuration of pre-commit, husky, "
			"lint-staged, simple-git-hooks or overcommit in '%s'",
			top);
	} else {
		if (print)
			fputs(imported.text.buf, stdout);
		else if (imported.njobs)
			status = write_config(top, &imported);
		put_left(&imported, print ? stderr : stdout);
		if (!imported.njobs)
			status = complain_text("there is no job to take over");
		else if (!print && !status)
			puts("next: look at " CONFIG_NAME
			     ", then 'hookrun install'");
	}
	imported_release(&imported);
	return status;
}

int cmd_import(const struct args *args)
{
	struct workspace ws;
	int status = workspace_open_repo(&ws);

	if (status)
		return status;
	if (repo_worktree(ws.repo))
		status = import_into(repo_worktree(ws.repo), args);
	else
		status = complain_text("a bare repository has no files");
	workspace_close(&ws);
	return status;
}
