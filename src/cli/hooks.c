/*
 * `install`, `add`, `uninstall`, `check-install`: the hook files.
 */
#include "cli/ai.h"
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hookname.h"
#include "hookrun/base/strbuf.h"

#include <unistd.h>

#define EXAMPLE "lefthook.yml"

/* ---- install ---- */

/* `install pre-commit ...` narrows the configured hooks to those named. */
static void narrow(struct shim_set *set, const struct strvec *names)
{
	struct strvec kept = STRVEC_INIT;

	if (!names->nr)
		return;
	for (size_t i = 0; i < names->nr; i++)
		if (strvec_has(&set->hooks, names->v[i]))
			strvec_push(&kept, names->v[i]);
		else
			warn_text("hook '%s' is not in the configuration",
				names->v[i]);
	strvec_release(&set->hooks);
	strvec_release(&set->ghost);
	set->hooks = kept;
	set->opts.only = true;
}

/* A repository without a configuration gets one to begin with; for lefthook a
 * local one is none. */
static int write_example(const char *root)
{
	AUTO_FREE char *path = fs_join(root, EXAMPLE);
	AUTO_FREE char *found = NULL;
	struct err err;
	size_t len = 0;
	const char *text = embed_get(EXAMPLE, &len);

	if (config_named() || config_find(root, &found) ||
		(!persona_is_lefthook() && config_exists(root)))
		return 0;
	puts("Config not found, creating...");
	if (fs_write_atomic(path, text, len, 0644, &err))
		return complain(&err);
	printf("Added config:%s\n", path);
	return 0;
}

/* What calls install after its own installation, as package managers do, is not
 * to fail where there is nothing to install.  True where that was said. */
static bool nothing_to_install(const struct err *no_repo)
{
	if (persona_is_lefthook())
		return false;
	if (no_repo && no_repo->kind == ERR_NO_REPO)
		puts("no hooks are installed: this is no git repository");
	else if (!no_repo && switched_off())
		puts("no hooks are installed: the environment says "
		     "HOOKRUN=0 or LEFTHOOK=0");
	else
		return false;
	return true;
}

static int prepare(const struct args *args, bool *ret_done)
{
	struct repo *repo;
	struct err err;
	int status = 0;

	*ret_done = nothing_to_install(NULL);
	if (*ret_done)
		return 0;
	if (repo_open(NULL, &repo, &err)) {
		*ret_done = nothing_to_install(&err);
		return *ret_done ? 0 : persona_no_repo(&err);
	}
	if (repo_worktree(repo))
		status = write_example(repo_worktree(repo));
	if (!status && args_has(args, "schema"))
		status = repo_worktree(repo)
				 ? schema_install(repo_worktree(repo))
				 : complain_text("a bare repository has no "
						 "configuration");
	repo_free(repo);
	return status;
}

static void print_folder(struct workspace *ws, const struct args *args)
{
	AUTO_FREE char *dir = NULL;
	struct err err;

	if (args_has(args, "verbose") && !install_folder(ws->repo, &dir, &err))
		printf("hooks folder: %s\n", dir);
}

static void tell_trust(const struct workspace *ws)
{
	if (ws->nunseen)
		puts("the configuration is not approved yet: hooks stop until "
		     "'hookrun trust'");
	if (ws->rc_left_out)
		puts("'rc' is left out: hookrun.trust is 'ask', and a branch "
		     "could change that file");
}

static int install_into(struct workspace *ws, const struct args *args)
{
	AUTO_STRBUF notes = STRBUF_INIT, said = STRBUF_INIT;
	AUTO_SHIM_SET set;
	struct err err;

	shim_set_init(&set, &ws->config);
	set.opts.force = args_has(args, "force");
	set.opts.reset_hooks_path = args_has(args, "reset-hooks-path");
	set.opts.direct = args_has(args, "direct");
	set.opts.config = args_has(args, "config");
	set.opts.no_search = args_has(args, "no-path");
	narrow(&set, &args->words);
	shim_set_point(&set);
	if (install_hooks(ws->repo, &set.opts, NULL, &notes, &err)) {
		put_printable(stdout, notes.buf);
		puts("sync hooks: ❌");
		fflush(stdout);
		return complain(&err);
	}
	put_printable(stdout, notes.buf);
	shim_set_print(&set, &said);
	fputs(said.buf, stdout);
	tell_trust(ws);
	print_folder(ws, args);
	fflush(stdout);
	return ai_install(ws) | merge_driver_install(ws->repo, args);
}

int cmd_install(const struct args *args)
{
	struct workspace ws;
	struct err err;
	bool done;
	int status = prepare(args, &done);

	if (!status && !done)
		status = workspace_open_fetching(&ws, NULL, REMOTE_NOW);
	if (status || done)
		return status;
	/* An example was written, unless the environment names another. */
	if (!ws.has_config && config_named())
		status = config_none(repo_worktree(ws.repo), &err) &&
			 complain(&err);
	else
		status = install_into(&ws, args);
	if (!status && !ws.nunseen &&
		remotes_prune(ws.repo, &ws.config.remotes, &err))
		status = complain(&err);
	workspace_close(&ws);
	return status;
}

/* ---- add ---- */

static int make_folder(
	struct workspace *ws, const char *source_dir, const char *hook)
{
	AUTO_FREE char *base = fs_join(repo_worktree(ws->repo), source_dir);
	AUTO_FREE char *folder = fs_join(base, hook);
	struct err err;

	return fs_mkdirs(folder, 0755, &err) ? complain(&err) : 0;
}

static int add_hook(struct workspace *ws, const struct args *args)
{
	static const char local[] = ".lefthook-local", shared[] = ".lefthook";
	char *hooks[] = { args->words.v[0], NULL };
	bool has = ws->has_config;
	AUTO_STRBUF notes = STRBUF_INIT;
	struct install_opts opts = { .hooks = hooks,
		.program = hook_program(),
		.binary = has ? ws->config.binary : NULL,
		.rc = has ? ws->config.rc : NULL,
		.chain = has && ws->config.chain,
		.force = args_has(args, "force") };
	struct err err;
	int status = 0;

	if (install_add(ws->repo, &opts, &notes, &err))
		status = complain(&err);
	put_printable(stdout, notes.buf);
	if (!status &&
		(args_has(args, "create-dirs") || args_has(args, "dirs"))) {
		status = make_folder(
			ws, has ? ws->config.source_dir : shared, *hooks);
		status |= make_folder(
			ws, has ? ws->config.source_dir_local : local, *hooks);
	}
	return status;
}

int cmd_add(struct workspace *ws, const struct args *args)
{
	const char *name = args->words.nr ? args->words.v[0] : "";

	if (hookname_is_git(name))
		return add_hook(ws, args);
	return complain_text("skip adding, hook is unavailable: %s", name);
}

/* ---- uninstall ---- */

static int remove_config(const char *root, const char *folder, const char *name)
{
	static const char *const formats[] = { "yml", "yaml", "json", "jsonc",
		"toml" };
	int status = 0;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		AUTO_STRBUF path = STRBUF_INIT;

		strbuf_addf(
			&path, "%s/%s%s.%s", root, folder, name, formats[i]);
		if (!unlink(path.buf))
			printf("removed %s\n", path.buf);
		else if (fs_exists(path.buf))
			status = complain_text("cannot remove '%s'", path.buf);
	}
	return status;
}

/* The configurations that are searched for; what they name stays. */
static int remove_configs(const char *root)
{
	static const char *const names[] = { "lefthook", "hookrun",
		"lefthook-local", "hookrun-local" };
	int status = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		status |= remove_config(root, "", names[i]);
		status |= remove_config(root, ".", names[i]);
		status |= remove_config(root, ".config/", names[i]);
	}
	return status;
}

int cmd_uninstall(const struct args *args)
{
	AUTO_STRBUF notes = STRBUF_INIT;
	struct repo *repo;
	struct err err;
	int status = 0;

	if (repo_open(NULL, &repo, &err))
		return persona_no_repo(&err);
	status = recover_work(repo);
	if (!status &&
		(install_remove(repo, args_has(args, "force"), &notes, &err) ||
			remotes_prune(repo, NULL, &err)))
		status = complain(&err);
	put_printable(stdout, notes.buf);
	status |= ai_uninstall(repo);
	status |= merge_driver_uninstall(repo);
	if (!status && args_has(args, "remove-configs") && repo_worktree(repo))
		status = remove_configs(repo_worktree(repo));
	repo_free(repo);
	return status;
}

/* ---- check-install ---- */

int cmd_check_install(struct workspace *ws, const struct args *args)
{
	AUTO_STRBUF problems = STRBUF_INIT, notes = STRBUF_INIT;
	struct err err;
	size_t nr;
	int status;

	(void)args;
	if (!ws->has_config) {
		config_none(repo_worktree(ws->repo), &err);
		return complain(&err);
	}
	status = shims_check(ws, &nr, &problems, &notes);
	shims_seconds(ws, &notes);
	fputs(problems.buf, stdout);
	put_printable(stdout, notes.buf);
	return status || problems.len;
}
