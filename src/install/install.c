/*
 * Hook files on disk.
 *
 * All that could go wrong is looked at before the first file is touched, a
 * shim is written beside its place and renamed, and a hook that was there is
 * put back where that fails: at no moment is there no hook.  What only mentions
 * LEFTHOOK is replaced, as lefthook would, but never just deleted: it may be
 * somebody's own script.
 */
#include "hookrun/install/install.h"

#include "install/confighook.h"
#include "install/form.h"
#include "hookrun/install/hookspath.h"
#include "install/remove.h"
#include "install/shim.h"
#include "install/sync.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/install/chain.h"
#include "hookrun/install/hookdir.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- writing ---- */

/* What is to be done about one hook. */
struct place {
	char *path, *old;
	struct strbuf shim;
	enum shim_kind kind;
	bool keep;  /* a foreign hook moves to `old` */
	bool write; /* the text or the mode differs */
};

static void place_release(struct place *place)
{
	free(place->path);
	free(place->old);
	strbuf_release(&place->shim);
}

/* Another installation of hookrun is no reason to write a file anew. */
static bool is_fresh(const struct place *place, const struct strbuf *there,
	const struct install_opts *opts)
{
	bool same = there->len == place->shim.len &&
		    !memcmp(there->buf, place->shim.buf, there->len);

	return place->kind == SHIM_OURS && !access(place->path, X_OK) &&
	       (same || (opts->automatic && shim_same(there, &place->shim)));
}

static int place_look(struct place *place, const char *dir, const char *hook,
	const struct install_opts *opts, struct err *err)
{
	AUTO_STRBUF there = STRBUF_INIT;

	*place = (struct place){ .shim = STRBUF_INIT };
	place->path = fs_join(dir, hook);
	place->old = hookdir_old(place->path);
	place->kind = shim_look(place->path, &there);
	if (shim_render(opts, hook, place->kind == SHIM_OURS ? &there : NULL,
		    &place->shim, err))
		return -1;
	place->keep = place->kind == SHIM_FOREIGN;
	place->write = !is_fresh(place, &there, opts);
	if (place->keep && !opts->force && fs_exists(place->old))
		return err_set(err,
			"cannot keep the existing %s hook as '%s.old': that "
			"file exists already; remove one of them, or use "
			"--force to overwrite it",
			hook, hook);
	return 0;
}

static int place_write(struct place *place, const char *hook,
	struct strbuf *notes, struct err *err)
{
	bool over = place->keep && fs_exists(place->old);

	if (place->keep && rename(place->path, place->old))
		return err_errno(err, "cannot rename '%s' to '%s.old'",
			place->path, hook);
	if (fs_write_atomic(
		    place->path, place->shim.buf, place->shim.len, 0755, err)) {
		if (place->keep)
			rename(place->old, place->path);
		return -1;
	}
	if (place->keep)
		strbuf_addf(notes, "kept the existing %s hook as %s.old%s\n",
			hook, hook,
			over ? ", over what had that name before" : "");
	return 0;
}

/* ---- commands ---- */

static int write_places(const char *dir, const struct install_opts *opts,
	struct place *places, size_t nr, struct strvec *written,
	struct strbuf *notes, struct err *err)
{
	for (size_t i = 0; i < nr; i++)
		if (place_look(&places[i], dir, opts->hooks[i], opts, err))
			return -1;
	if (fs_mkdirs(dir, 0755, err))
		return -1;
	for (size_t i = 0; i < nr; i++) {
		if (!places[i].write)
			continue;
		if (place_write(&places[i], opts->hooks[i], notes, err))
			return -1;
		if (written)
			strvec_push(written, opts->hooks[i]);
	}
	return 0;
}

/* A folder outside of the git directory is for others too, by a commit or as
 * somebody's core.hooksPath: they have hookrun elsewhere, and no use for files
 * that their configuration does not ask for. */
static bool is_outside(struct repo *repo, const char *dir)
{
	const char *inside = repo_commondir(repo);
	size_t len = strlen(inside);

	return strncmp(dir, inside, len) || dir[len] != '/';
}

static struct install_opts fit_folder(struct repo *repo, const char *dir,
	const struct install_opts *opts, const struct form *form)
{
	struct install_opts fit = *opts;

	fit.direct = form->direct;
	fit.search = form->search;
	if (is_outside(repo, dir)) {
		fit.direct = false;
		fit.search = NULL;
		fit.watch = NULL;
	}
	return fit;
}

static int write_all(const char *dir, const struct install_opts *opts,
	struct strvec *written, struct strbuf *notes, struct err *err)
{
	struct place *places;
	size_t nr = 0;
	int failed;

	while (opts->hooks[nr])
		nr++;
	places = xcalloc(nr + 1, sizeof(*places));
	for (size_t i = 0; i < nr; i++)
		strbuf_init(&places[i].shim);
	failed = write_places(dir, opts, places, nr, written, notes, err);
	for (size_t i = 0; i < nr; i++)
		place_release(&places[i]);
	free(places);
	return failed;
}

/* Nobody asked for it, so that it gives way to whatever is there. */
static bool is_free(const char *dir, const char *hook)
{
	AUTO_FREE char *path = fs_join(dir, hook);
	AUTO_STRBUF text = STRBUF_INIT;
	enum shim_kind kind = shim_look(path, &text);

	return kind == SHIM_ABSENT || kind == SHIM_OURS;
}

/* The files of hooks that are not configured; `standing` gets their names. */
static int write_watch(const char *dir, const struct install_opts *opts,
	struct strvec *standing, struct err *err)
{
	AUTO_STRBUF silent = STRBUF_INIT;
	struct install_opts watch = *opts;
	AUTO_STRVEC free_names = STRVEC_INIT, named = STRVEC_INIT;

	strvec_push_all(&named, opts->hooks);
	for (char *const *hook = opts->watch; hook && *hook; hook++)
		if (!strvec_has(&named, *hook) && is_free(dir, *hook))
			strvec_push(&free_names, *hook);
	if (!free_names.nr)
		return 0;
	watch.hooks = free_names.v;
	strvec_push_all(standing, free_names.v);
	return write_all(dir, &watch, NULL, &silent, err);
}

/* "HASH MTIME HOOKS\n": lefthook takes its hooks for fresh where the time is
 * that of the configuration, whatever the hash.  It can be made again, so that
 * failing to write it is no failure. */
static void write_checksum(struct repo *repo, const struct install_opts *opts)
{
	AUTO_FREE char *path = fs_join(
		repo_commondir(repo), INSTALL_CHECKSUM_FILE);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	struct stat st;

	if (!opts->config_path || stat(opts->config_path, &st) ||
		fs_mkdirs_for(path, &ignored))
		return;
	strbuf_addf(&text, "%s%s %lld ", opts->config_id, opts->config_id,
		(long long)st.st_mtime);
	for (char *const *hook = opts->hooks; opts->only && *hook; hook++)
		strbuf_addf(
			&text, "%s%s", hook == opts->hooks ? "" : ",", *hook);
	strbuf_addch(&text, '\n');
	fs_write_cache(path, text.buf, text.len, &ignored);
}

/* Who asks for it by name is told where it cannot be. */
static void tell_obstacle(const struct install_opts *given,
	const struct install_opts *fit, struct strbuf *notes)
{
	const char *why = fit->direct ? shim_obstacle(fit)
				      : "the folder of hooks is for others too";

	if (given->direct && why)
		strbuf_addf(notes, "the hook files go through sh: %s\n", why);
}

static int remember(struct repo *repo, const struct install_opts *opts,
	struct sync *sync, const struct form *form, struct err *err)
{
	free(sync->id);
	sync->id = xstrdup(opts->config_id ? opts->config_id : "");
	sync->only = opts->only;
	if (form_write(repo, form, err) || sync_write(repo, sync, err))
		return -1;
	write_checksum(repo, opts);
	return 0;
}

/* `opts` has the hooks that others chain to as well. */
static int write_and_drop(struct repo *repo, const char *dir,
	const struct install_opts *opts, struct sync *sync,
	struct strvec *written, struct strbuf *notes, struct err *err)
{
	AUTO_STRVEC kept = STRVEC_INIT;

	strvec_release(&sync->watch);
	if (write_all(dir, opts, written, notes, err) ||
		write_watch(dir, opts, &sync->watch, err))
		return -1;
	strvec_release(&sync->hooks);
	strvec_push_all(&sync->hooks, opts->hooks);
	free(sync->dir);
	sync->dir = xstrdup(dir);
	if (opts->only || opts->automatic)
		return 0;
	strvec_push_all(&kept, sync->hooks.v);
	strvec_push_all(&kept, sync->added.v);
	strvec_push_all(&kept, sync->watch.v);
	return install_drop(repo, dir, &kept, notes, err);
}

static int find_folder(struct repo *repo, const struct form *form,
	char **ret_path, struct err *err)
{
	if (!form->config)
		return hookdir_find(repo, ret_path, err);
	*ret_path = confighook_folder(repo);
	return 0;
}

int install_folder(struct repo *repo, char **ret_path, struct err *err)
{
	AUTO_FORM form = { 0 };

	form_read(repo, &form);
	return find_folder(repo, &form, ret_path, err);
}

bool install_is_by_config(const struct repo *repo)
{
	AUTO_FORM form = { 0 };

	form_read(repo, &form);
	return form.config;
}

/* What git's configuration names is no affair of core.hooksPath. */
static int settle_folder(struct repo *repo, const struct form *form,
	const struct install_opts *given, char **ret_path, struct strbuf *notes,
	struct err *err)
{
	if (!form->config && hookspath_settle(repo, given, notes, err))
		return -1;
	if (form->config && !given->automatic && confighook_demand(repo, err))
		return -1;
	return find_folder(repo, form, ret_path, err);
}

/* Our files in git's own folder would be started as well. */
static int leave_own_folder(
	struct repo *repo, struct strbuf *notes, struct err *err)
{
	const struct strvec none = STRVEC_INIT;
	AUTO_FREE char *dir = NULL;

	if (hookdir_find(repo, &dir, err))
		return -1;
	return is_outside(repo, dir)
		       ? 0
		       : remove_shims(dir, &none,
				 ": git's configuration names it", notes, err);
}

static int name_in_config(struct repo *repo, const char *dir,
	const struct install_opts *given, struct strbuf *notes, struct err *err)
{
	if (confighook_sync(repo, dir, err))
		return -1;
	return given->automatic ? 0 : leave_own_folder(repo, notes, err);
}

static int install_locked(struct repo *repo, const struct install_opts *given,
	struct strvec *written, struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *dir = NULL;
	AUTO_STRVEC names = STRVEC_INIT;
	struct install_opts opts;
	AUTO_FORM form = { 0 };
	AUTO_SYNC sync = { 0 };

	strvec_push_all(&names, given->hooks);
	form_read(repo, &form);
	form_settle(&form, given);
	if (settle_folder(repo, &form, given, &dir, notes, err))
		return -1;
	opts = fit_folder(repo, dir, given, &form);
	if (opts.chain && !opts.only)
		chain_names(repo, &names);
	opts.hooks = names.nr ? names.v : given->hooks;
	sync_read(repo, &sync);
	if (write_and_drop(repo, dir, &opts, &sync, written, notes, err) ||
		(form.config && name_in_config(repo, dir, given, notes, err)) ||
		remember(repo, &opts, &sync, &form, err))
		return -1;
	tell_obstacle(given, &opts, notes);
	return 0;
}

int install_hooks(struct repo *repo, const struct install_opts *opts,
	struct strvec *written, struct strbuf *notes, struct err *err)
{
	AUTO_FD int fd = hookdir_lock(repo, err);

	return fd < 0 ? -1 : install_locked(repo, opts, written, notes, err);
}

static int add_locked(struct repo *repo, const struct install_opts *opts,
	struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *dir = NULL;
	struct install_opts fit;
	AUTO_FORM form = { 0 };
	AUTO_SYNC sync = { 0 };

	form_read(repo, &form);
	if (settle_folder(repo, &form, opts, &dir, notes, err))
		return -1;
	fit = fit_folder(repo, dir, opts, &form);
	if (write_all(dir, &fit, NULL, notes, err) ||
		(form.config && confighook_sync(repo, dir, err)))
		return -1;
	sync_read(repo, &sync);
	if (!sync.id)
		sync.id = xstrdup("added");
	for (char *const *hook = opts->hooks; *hook; hook++)
		if (!strvec_has(&sync.added, *hook))
			strvec_push(&sync.added, *hook);
	return sync_write(repo, &sync, err);
}

int install_add(struct repo *repo, const struct install_opts *opts,
	struct strbuf *notes, struct err *err)
{
	AUTO_FD int fd = hookdir_lock(repo, err);

	return fd < 0 ? -1 : add_locked(repo, opts, notes, err);
}

/* As the file itself looks for it, along the PATH of whoever asks. */
static bool finds_hookrun(
	const struct strbuf *there, const struct install_opts *opts)
{
	AUTO_FREE char *path = shim_path(there);
	AUTO_FREE char *found = fs_find_program("hookrun", NULL);
	AUTO_FREE char *fallback =
		opts->search ? fs_find_program("hookrun", opts->search) : NULL;

	return opts->binary || opts->rc || found || fallback || !path ||
	       fs_is_executable(path) ||
	       fs_is_executable("node_modules/.bin/hookrun") ||
	       fs_exists("Gemfile.lock") || fs_exists("gems.locked");
}

/* `program` is another installation's where the hook file names that. */
static const char *shim_problem(const char *path, const struct strbuf *there,
	const struct strbuf *expected, const char *program,
	const struct install_opts *opts)
{
	if (!shim_same(there, expected))
		return "is an older shim, or was edited";
	if (access(path, X_OK))
		return "is not executable";
	if (program && access(program, X_OK))
		return "names a program that is gone";
	if (!program && !finds_hookrun(there, opts))
		return "finds no hookrun: it is neither on PATH nor where it "
		       "was at install";
	return NULL;
}

static int check_hook(const char *dir, const char *hook,
	const struct install_opts *opts, struct strbuf *problems,
	struct err *err)
{
	AUTO_FREE char *path = fs_join(dir, hook);
	AUTO_STRBUF there = STRBUF_INIT, shim = STRBUF_INIT;
	enum shim_kind kind = shim_look(path, &there);
	bool ours = kind == SHIM_OURS;
	AUTO_FREE char *program = ours ? shim_program(&there) : NULL;
	struct install_opts as_there = *opts;
	const char *problem = NULL;

	as_there.direct = program != NULL;
	as_there.automatic = false;
	if (program)
		as_there.program = program;
	if (shim_render(&as_there, hook, ours ? &there : NULL, &shim, err))
		return -1;
	switch (kind) {
	case SHIM_ABSENT:
		problem = "is not installed";
		break;
	case SHIM_FOREIGN:
	case SHIM_MENTIONS:
		problem = "is not ours";
		break;
	case SHIM_LEFTHOOK:
		problem = "is lefthook's, not ours";
		break;
	case SHIM_OURS:
		problem = shim_problem(path, &there, &shim, program, &as_there);
		break;
	}
	if (problem)
		strbuf_addf(problems, "%s %s\n", hook, problem);
	return 0;
}

int install_check(struct repo *repo, const struct install_opts *opts,
	struct strbuf *problems, struct err *err)
{
	AUTO_FREE char *dir = NULL;
	struct install_opts fit;
	AUTO_FORM form = { 0 };
	int failed = 0;

	form_read(repo, &form);
	if (find_folder(repo, &form, &dir, err))
		return -1;
	fit = fit_folder(repo, dir, opts, &form);
	for (char *const *hook = opts->hooks; *hook && !failed; hook++)
		failed = check_hook(dir, *hook, &fit, problems, err);
	if (!failed && form.config)
		failed = confighook_check(
			repo, dir, opts->hooks, problems, err);
	return failed;
}
