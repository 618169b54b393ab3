/*
 * From a configuration to the hook files it wants: which hooks, and what else
 * goes into them; and bringing the files in line before a hook runs.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/hash.h"
#include "hookrun/base/hookname.h"

#include <inttypes.h>

/* What is written by this version is other than what earlier ones wrote. */
#define EDITION "3"

/* lefthook's: written where the configuration has no hook at all, to install
 * those that a later version of it has. */
#define GHOST "prepare-commit-msg"

/* The first hook of everything by which git brings in another configuration, or
 * by which a commit is made of one that was edited. */
static const char *const watched[] = { "pre-commit", "post-checkout",
	"post-merge", "post-rewrite" };

static void set_watch(struct shim_set *set)
{
	for (size_t i = 0; i < ARRAY_SIZE(watched); i++)
		if (!strvec_has(&set->hooks, watched[i]))
			strvec_push(&set->watch, watched[i]);
}

/* To notice a change of what goes into the shims. */
static void hash_text(uint64_t *hash, const char *text)
{
	if (text)
		*hash = hash_add(*hash, text, strlen(text));
	*hash = hash_add(*hash, "\xff", 1);
}

static void set_opts(struct shim_set *set, const struct config *config)
{
	uint64_t hash = HASH_START;

	if (!config->no_auto_install && !persona_is_lefthook())
		set_watch(set);
	else if (!config->no_auto_install && !config->nhooks)
		strvec_push(&set->ghost, GHOST);
	hash_text(&hash, EDITION);
	for (size_t i = 0; i < set->hooks.nr; i++)
		hash_text(&hash, set->hooks.v[i]);
	hash_text(&hash, config->binary);
	hash_text(&hash, config->rc);
	hash_text(&hash, config->chain ? "chain" : "");
	strbuf_addf(&set->id, "%016" PRIx64, hash);
	set->opts = (struct install_opts){ .binary = config->binary,
		.rc = config->rc,
		.chain = config->chain,
		.config_id = set->id.buf,
		.config_path = config->files.nr ? config->files.v[0] : NULL };
}

/* Apart from the rest, which every run needs: the program is looked for. */
void shim_set_point(struct shim_set *set)
{
	static char *const none[] = { NULL };

	set->opts.program = hook_program();
	set->opts.search = getenv("PATH");
	set->opts.watch = set->opts.only ? NULL : set->watch.v;
	set->opts.hooks = set->hooks.nr	  ? set->hooks.v
			  : set->ghost.nr ? set->ghost.v
					  : none;
}

void shim_set_init(struct shim_set *set, const struct config *config)
{
	*set = (struct shim_set){ .id = STRBUF_INIT };
	for (size_t i = 0; i < config->nhooks; i++) {
		const char *name = config->hooks[i].name;

		if (hookname_is_git(name) || config->install_non_git_hooks)
			strvec_push(&set->hooks, name);
	}
	set_opts(set, config);
}

void shim_set_release(struct shim_set *set)
{
	strvec_release(&set->hooks);
	strvec_release(&set->ghost);
	strvec_release(&set->watch);
	strbuf_release(&set->id);
}

void shim_set_print(const struct shim_set *set, struct strbuf *out)
{
	strbuf_addstr(out, "sync hooks: ✔️");
	for (size_t i = 0; i < set->hooks.nr; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "(", set->hooks.v[i]);
	strbuf_addstr(out, set->hooks.nr ? ")\n" : " \n");
}

int shims_check(struct workspace *ws, size_t *ret_nr, struct strbuf *problems,
	struct strbuf *notes)
{
	AUTO_SHIM_SET set;
	struct err err;
	int failed;

	shim_set_init(&set, &ws->config);
	set.opts.only = install_narrow(ws->repo, &set.hooks);
	shim_set_point(&set);
	*ret_nr = set.hooks.nr;
	failed = install_check(ws->repo, &set.opts, problems, &err);
	install_check_search(ws->repo, notes);
	return failed ? complain(&err) : 0;
}

void shims_seconds(struct workspace *ws, struct strbuf *out)
{
	AUTO_SHIM_SET set;

	shim_set_init(&set, &ws->config);
	shim_set_point(&set);
	install_check_second(ws->repo, set.opts.hooks, out);
}

/* As lefthook does it.  It is no reason to fail: the hook that runs now was
 * called by a file. */
void shims_refresh(struct workspace *ws, struct strbuf *synced)
{
	AUTO_STRVEC written = STRVEC_INIT;
	AUTO_STRBUF notes = STRBUF_INIT;
	AUTO_SHIM_SET set;
	struct err err;

	shim_set_init(&set, &ws->config);
	if (!install_is_stale(
		    ws->repo, set.opts.config_id, persona_is_lefthook()))
		return;
	set.opts.only = install_narrow(ws->repo, &set.hooks);
	set.opts.automatic = true;
	shim_set_point(&set);
	if (install_hooks(ws->repo, &set.opts, &written, &notes, &err))
		fprintf(stderr,
			"hookrun: warning: the hook files could not be brought "
			"up to date: %s\n",
			err.msg);
	else if (written.nr || notes.len)
		shim_set_print(&set, synced);
	fputs(notes.buf, stderr);
}
