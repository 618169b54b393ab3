/*
 * Folders of migrations.  Two lists of them are kept apart: what is in the
 * first is this tree's and would be migrated; in the second are all that ever
 * had migrations, where only the text of one that must go is looked for.
 */
#include "migrate/dirs.h"

#include "hookrun/base/alloc.h"

static void add_all(struct strvec *list, const char *const *dirs)
{
	for (size_t i = 0; dirs && dirs[i]; i++)
		if (!strvec_has(list, dirs[i]))
			strvec_push(list, dirs[i]);
}

/* A folder that is a link is known to git by where it leads. */
static void add_targets(struct migrate *m, struct strvec *list)
{
	size_t nr = list->nr;

	for (size_t i = 0; m->app && i < nr; i++) {
		AUTO_FREE char *target = migrations_link(m->app, list->v[i]);

		if (target && !strvec_has(list, target))
			strvec_push(list, target);
	}
}

const char **migrate_dirs(
	struct migrate *m, const char *name, const char *const *own)
{
	const struct answered *now = answer_of(m->answer, name);
	const struct answered *then = answer_of(m->remembered, name);
	AUTO_STRVEC list = STRVEC_INIT;

	if (now)
		add_all(&list, (const char *const *)now->dirs);
	else
		add_all(&list, own);
	/* An absolute one is of a gem, which may be another by now. */
	for (size_t i = 0; !now && then && then->dirs[i]; i++)
		if (*then->dirs[i] != '/' && !strvec_has(&list, then->dirs[i]))
			strvec_push(&list, then->dirs[i]);
	add_targets(m, &list);
	return dirs_copy(m->ctx->arena, &list);
}

const char **migrate_places(
	struct migrate *m, const char *name, const char **dirs)
{
	const struct answered *then = answer_of(m->remembered, name);
	AUTO_STRVEC list = STRVEC_INIT;

	add_all(&list, (const char *const *)dirs);
	if (then)
		add_all(&list, (const char *const *)then->dirs);
	add_all(&list, (const char *const *)m->gone);
	return dirs_copy(m->ctx->arena, &list);
}
