/*
 * From a configuration to the hook files it wants: which hooks, and what else
 * goes into them; and bringing the files in line before a hook runs.
 */
#include "cli/cli.h"

#include "hookrun/base/hash.h"
#include "hookrun/base/hookname.h"

#include <inttypes.h>

/* Written where the configuration has no hook at all: all that it does is to
 * install those that a later version of the configuration has. */
#define GHOST "prepare-commit-msg"

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

	if (!set->hooks.nr && !config->nhooks && !config->no_auto_install)
		strvec_push(&set->ghost, GHOST);
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
	strbuf_release(&set->id);
}

void shim_set_print(const struct shim_set *set, struct strbuf *out)
{
	strbuf_addstr(out, "sync hooks: ✔️");
	for (size_t i = 0; i < set->hooks.nr; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "(", set->hooks.v[i]);
	strbuf_addstr(out, set->hooks.nr ? ")\n" : " \n");
}

/* As lefthook does it.  It is no reason to fail: the hook that runs now was
 * called by a file. */
void shims_refresh(struct workspace *ws, struct strbuf *synced)
{
	AUTO_STRVEC written = STRVEC_INIT;
	AUTO_STRBUF notes = STRBUF_INIT;
	struct shim_set set;
	struct err err;

	shim_set_init(&set, &ws->config);
	if (install_is_stale(
		    ws->repo, set.opts.config_id, persona_is_lefthook())) {
		set.opts.only = install_narrow(ws->repo, &set.hooks);
		shim_set_point(&set);
		if (install_hooks(ws->repo, &set.opts, &written, &notes, &err))
			fprintf(stderr,
				"hookrun: warning: the hook files could not "
				"be brought up to date: %s\n",
				err.msg);
		else if (written.nr || notes.len)
			shim_set_print(&set, synced);
		fputs(notes.buf, stderr);
	}
	shim_set_release(&set);
}
