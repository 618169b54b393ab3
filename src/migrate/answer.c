/*
 * Reading an application's files is a guess, if a good one: variables can be
 * set by its own code, and folders of migrations come from engines and gems.
 * So whatever Rails says when it is started anyway, or because of a doubt, is
 * believed rather than our reading, and remembered: the answer as it came,
 * under a print of what it rested on.  Answers of several branches are kept, so
 * that going back and forth asks once.
 *
 * That the guess was wrong is remembered by itself, since it stays wrong when
 * the answer does not hold any more.
 */
#include "migrate/answer.h"

#include "migrate/dirs.h"
#include "migrate/engine.h"
#include "migrate/settings.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/steps/state.h"

#define PREFIX "answer."
#define FOREIGN "foreign."
#define ANSWERS_MAX 8

struct db_target *introduced_target(
	struct migrate *m, const struct introduced *from)
{
	struct arena *arena = m->ctx->arena;
	struct db_target *target = arena_alloc(arena, sizeof(*target));
	struct db_param *service = arena_alloc(arena, sizeof(*service));
	const char *adapter = from->kind ? from->kind : from->adapter;

	*service = (struct db_param){ "service", from->service };
	*target = (struct db_target){ .name = from->name,
		.adapter = adapter ? adapter : "unknown",
		.database = from->database ? from->database : "database",
		.host = from->host ? from->host : from->default_host,
		.port = from->port ? from->port : from->default_port,
		.username = from->username,
		.search_path = from->search_path,
		.pool = from->pool,
		.params = service,
		.nparams = from->service ? 1 : 0 };
	db_target_identify(target, m->app, arena);
	return target;
}

/* A path of Rails', as it is seen from the application where it is inside of
 * the work tree. */
static const char *dir_of(struct migrate *m, const char *path)
{
	const char *top = repo_worktree(m->ctx->repo);
	AUTO_FREE char *real = realpath(top, NULL);
	AUTO_FREE char *dir = NULL;
	size_t len = real ? strlen(real) : 0;

	if (*path != '/' || !len || strncmp(path, real, len) ||
		path[len] != '/')
		return path;
	dir = migrations_dir_at(m->app_rel, path + len + 1);
	return arena_strdup(m->ctx->arena, dir);
}

static const char *reason_closed(
	struct migrate *m, const struct introduced *from)
{
	struct arena *arena = m->ctx->arena;

	if (from->secret)
		return arena_printf(arena,
			"the password of '%s' is only known to %s", from->name,
			m->engine->title);
	if (from->table)
		return arena_printf(arena, "'%s' has its versions in '%s'",
			from->name, from->table);
	return NULL;
}

static struct answer *make(struct migrate *m, const struct progress *p)
{
	struct arena *arena = m->ctx->arena;
	struct answer *answer = arena_alloc(arena, sizeof(*answer));

	*answer = (struct answer){ .environment = p->rails_env,
		.nr = p->nlayout,
		.v = arena_alloc(arena, (p->nlayout + 1) * sizeof(*answer->v)),
		.files = dirs_split(arena, p->files ? p->files : "", '\n') };
	for (size_t i = 0; i < p->nlayout; i++) {
		const struct introduced *from = &p->layout[i];
		struct answered *one = &answer->v[i];

		one->target = introduced_target(m, from);
		one->dirs = dirs_split(arena, from->dirs, ':');
		one->closed = reason_closed(m, from);
		for (size_t j = 0; one->dirs[j]; j++)
			one->dirs[j] = dir_of(m, one->dirs[j]);
	}
	return answer;
}

/* The line as it came from the driver; NULL: damaged. */
static struct answer *parse(struct migrate *m, const char *line)
{
	struct progress *p = arena_alloc(m->ctx->arena, sizeof(*p));
	enum progress_ask ask = PROGRESS_GO_ON;
	struct err ignored = ERR_INIT;

	*p = (struct progress){ .arena = m->ctx->arena };
	if (progress_feed(p, line, strlen(line), &ask, &ignored) ||
		ask != PROGRESS_LAYOUT)
		return NULL;
	return make(m, p);
}

static const char *key_for(struct migrate *m, const struct answer *answer)
{
	if (!m->settings)
		m->settings = settings_print(m);
	return arena_printf(m->ctx->arena, "%s.%s", m->settings,
		settings_print_of(m, (const char *const *)answer->files));
}

static const char **foreign_of(
	struct migrate *m, const struct state *state, const char *key)
{
	const char *name = arena_printf(m->ctx->arena, FOREIGN "%s", key);
	const char *joined = state_get(state, name);

	return dirs_split(m->ctx->arena, joined ? joined : "", ':');
}

static bool is_answer(const char *key)
{
	return !strncmp(key, PREFIX, strlen(PREFIX));
}

static void load(struct migrate *m, struct state *state)
{
	const char *name = arena_printf(
		m->ctx->arena, "%s-answers", m->state_name);

	state_load(repo_gitdir(m->ctx->repo), name, state);
}

void answer_read(struct migrate *m)
{
	AUTO_STATE state;

	load(m, &state);
	m->answer = m->remembered = NULL;
	m->settings = NULL;
	m->distrust = state_get(&state, "distrust");
	for (size_t i = state.keys.nr; i-- > 0 && !m->answer;) {
		const char *key = state.keys.v[i] + strlen(PREFIX);
		struct answer *answer = is_answer(state.keys.v[i])
						? parse(m, state.values.v[i])
						: NULL;

		if (!answer)
			continue;
		answer->key = arena_strdup(m->ctx->arena, key);
		answer->foreign = foreign_of(m, &state, key);
		if (!m->remembered)
			m->remembered = answer;
		if (!strcmp(key, key_for(m, answer)))
			m->answer = answer;
	}
}

const struct answered *answer_of(const struct answer *answer, const char *name)
{
	for (size_t i = 0; answer && i < answer->nr; i++)
		if (!strcmp(answer->v[i].target->name, name))
			return &answer->v[i];
	return NULL;
}

const struct db_target *answer_match(
	const struct answered *one, const struct db_targets *told)
{
	for (size_t i = 0; told && i < told->nr; i++)
		if (!strcmp(told->v[i].name, one->target->name) &&
			!strcmp(told->v[i].key, one->target->key))
			return &told->v[i];
	return NULL;
}

/* Whether we would have found the same databases. */
static bool was_right(
	const struct answer *answer, const struct db_targets *told)
{
	for (size_t i = 0; i < answer->nr; i++)
		if (!answer_match(&answer->v[i], told))
			return false;
	return answer->nr == told->nr;
}

static bool is_own(const struct answer *answer, const char *dir)
{
	for (size_t i = 0; i < answer->nr; i++)
		if (dirs_cover((const char *const *)answer->v[i].dirs, dir))
			return true;
	return false;
}

/* What was asked about, and those who were told before. */
static const char *list_foreign(
	struct migrate *m, const struct answer *answer, const char *before)
{
	AUTO_STRBUF all = STRBUF_INIT;

	strbuf_addstr(&all, before ? before : "");
	for (size_t i = 0; m->unlisted && m->unlisted[i]; i++)
		if (!is_own(answer, m->unlisted[i]))
			strbuf_addf(&all, "%s%s", all.len ? ":" : "",
				m->unlisted[i]);
	return all.len ? arena_strdup(m->ctx->arena, all.buf) : NULL;
}

static void forget_oldest(struct migrate *m, struct state *state)
{
	size_t nr = 0;

	for (size_t i = state->keys.nr; i-- > 0;) {
		char *key = state->keys.v[i];

		if (!is_answer(key) || ++nr <= ANSWERS_MAX)
			continue;
		key = arena_strdup(m->ctx->arena, key);
		state_set(state, key, NULL);
		state_set(state,
			arena_printf(m->ctx->arena, FOREIGN "%s",
				key + strlen(PREFIX)),
			NULL);
	}
}

void answer_learn(struct migrate *m, const struct progress *p,
	const struct db_targets *told)
{
	struct arena *arena = m->ctx->arena;
	struct answer *answer = make(m, p);
	const char *foreign, *name;
	struct err ignored = ERR_INIT;
	AUTO_STATE state;

	load(m, &state);
	answer->key = key_for(m, answer);
	name = arena_printf(arena, PREFIX "%s", answer->key);
	foreign = arena_printf(arena, FOREIGN "%s", answer->key);
	state_set(&state, name, NULL); /* it becomes the last one */
	state_set(&state, name, p->layout_line);
	state_set(&state, foreign,
		list_foreign(m, answer, state_get(&state, foreign)));
	if (told)
		state_set(&state, "distrust",
			was_right(answer, told) ? NULL : "yes");
	answer->foreign = foreign_of(m, &state, answer->key);
	forget_oldest(m, &state);
	state_save(&state, &ignored);
	m->answer = m->remembered = answer;
}
