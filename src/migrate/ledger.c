/*
 * Most switches touch no migration, and a checkout that connects to a server
 * or starts a program for nothing is felt.  So agreement is remembered with
 * everything it rested on, and any doubt (a file that is gone, a reflog that
 * was rewritten, another work tree that has changed the same database) means
 * looking again.
 *
 * The record of a work tree lies in its own git directory.  Each database has
 * a stamp in the common one that changes whenever any work tree changes the
 * database: a record with an old stamp is void.
 */
#include "migrate/ledger.h"

#include "migrate/dirs.h"
#include "migrate/engine.h"
#include "migrate/exchange.h"
#include "migrate/settings.h"
#include "migrate/signs.h"
#include "migrate/treescan.h"
#include "migrate/unlisted.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"
#include "hookrun/steps/state.h"

#include <unistd.h>

#define STATE_KEY_MAX 64

const char *ledger_stamp(struct migrate *m, const char *key)
{
	AUTO_FREE char *name = fs_join("db", key);
	struct state state;
	const char *value;

	state_load(repo_commondir(m->ctx->repo), name, &state);
	value = state_get(&state, "stamp");
	value = arena_strdup(m->ctx->arena, value ? value : "0");
	state_release(&state);
	return value;
}

/* With what Rails said of them, which has a print of its own. */
static const char *config_print(struct migrate *m)
{
	return arena_printf(m->ctx->arena, "%s%s%s",
		m->settings ? m->settings : settings_print(m),
		m->answer ? " " : "", m->answer ? m->answer->key : "");
}

static int listing_print(
	struct migrate *m, const char **dirs, const char **ret, struct err *err)
{
	struct migrations list = { .arena = m->ctx->arena };
	uint64_t hash = HASH_START;

	for (size_t i = 0; dirs[i]; i++)
		if (migrations_on_disk(m->app, dirs[i], &list, err))
			return -1;
	migrations_sort(&list);
	for (size_t i = 0; i < list.nr; i++)
		hash = hash_str(hash_str(hash, list.v[i].dir), list.v[i].name);
	*ret = arena_printf(m->ctx->arena, "%zu-%016llx", list.nr,
		(unsigned long long)hash);
	return 0;
}

static bool says(const struct state *state, const char *key, const char *value)
{
	const char *have = state_get(state, key);

	return have && !strcmp(have, value);
}

struct same_trees {
	struct migrate *m;
	const char **dirs;
	const char *trees;
};

/* Non-zero where the commit's folders are others, or cannot be read. */
static int other_trees(const struct oid *commit, void *data)
{
	struct same_trees *same = data;
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (oid_is_null(commit))
		return 0;
	return treescan_state(same->m->ctx->repo, commit, same->m->app_rel,
		       (const char *const *)same->dirs, &text, &ignored) ||
	       strcmp(text.buf, same->trees);
}

static bool trees_agree(
	struct migrate *m, struct state *state, const char **dirs)
{
	struct repo *repo = m->ctx->repo;
	const char *trees = state_get(state, "trees");
	const char *from = state_get(state, "reflog");
	struct same_trees same = { m, dirs, trees };
	int64_t size = repo_reflog_size(repo);
	char text[24];

	if (!trees || !from || size < 0 || other_trees(&m->heads.cur, &same))
		return false;
	if (m->heads.has_prev && !m->heads.same &&
		other_trees(&m->heads.prev, &same))
		return false;
	if (repo_reflog_since(
		    repo, strtoll(from, NULL, 10), other_trees, &same))
		return false;
	snprintf(text, sizeof(text), "%lld", (long long)size);
	state_set(state, "reflog", text);
	return true;
}

/* Nothing is known yet, but HEAD did not move and never was at a commit with
 * another db folder: a new branch right after the installation is no reason to
 * look. */
static bool never_moved(struct migrate *m)
{
	const char *dirs[] = { "db", NULL };
	struct repo *repo = m->ctx->repo;
	AUTO_STRBUF trees = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	struct same_trees same = { .m = m, .dirs = dirs };

	if (!m->heads.same || m->branch ||
		treescan_state(repo, &m->heads.cur, m->app_rel, dirs, &trees,
			&ignored))
		return false;
	same.trees = trees.buf;
	return !repo_reflog_since(repo, 0, other_trees, &same);
}

static bool stamps_agree(struct migrate *m, const struct state *state)
{
	const char *stamps = state_get(state, "databases");

	if (!stamps)
		return false;
	while (*stamps) {
		size_t len = strcspn(stamps, " ");
		char *pair = arena_strndup(m->ctx->arena, stamps, len);
		char *stamp = strrchr(pair, '=');

		if (!stamp)
			return false;
		*stamp++ = 0;
		if (strcmp(stamp, ledger_stamp(m, pair)))
			return false;
		stamps += len + (stamps[len] == ' ');
	}
	return true;
}

static bool state_agrees(struct migrate *m, struct state *state)
{
	const char *joined = state_get(state, "dirs");
	struct err ignored = ERR_INIT;
	const char **dirs, *listing;

	if (!joined)
		return false;
	dirs = dirs_split(m->ctx->arena, joined, ':');
	return (!m->branch || says(state, "branch", m->branch)) &&
	       trees_agree(m, state, dirs) &&
	       !unlisted_first(m, (const char *const *)dirs) &&
	       !listing_print(m, dirs, &listing, &ignored) &&
	       says(state, "disk", listing) &&
	       says(state, "config", config_print(m)) && stamps_agree(m, state);
}

void ledger_look_around(struct migrate *m)
{
	struct oid since = { "" };
	struct state state;
	const char *head;

	state_load(repo_gitdir(m->ctx->repo), m->state_name, &state);
	head = state_get(&state, "head");
	if (!head || !oid_parse(head, &since))
		since = (struct oid){ "" };
	state_release(&state);
	unlisted_find(m, &since);
}

enum ledger_trust ledger_trust(struct migrate *m)
{
	enum ledger_trust trust = LEDGER_DOUBT;
	struct err ignored = ERR_INIT;
	struct state state;

	if (exchange_is_open(m->ctx->repo))
		return LEDGER_DOUBT;
	state_load(repo_gitdir(m->ctx->repo), m->state_name, &state);
	if (!state_get(&state, "trees"))
		trust = never_moved(m) ? LEDGER_HOLDS : LEDGER_DOUBT;
	else if (state_agrees(m, &state))
		trust = signs_trust(m, &state);
	if (trust == LEDGER_HOLDS)
		state_save(&state, &ignored);
	state_release(&state);
	return trust;
}

/* Every folder of every database, each once, joined by ':'; and that of data
 * migrations, of which is told what a switch has made pending. */
static char *all_dirs(struct migrate *m)
{
	AUTO_STRVEC dirs = STRVEC_INIT;
	AUTO_STRBUF text = STRBUF_INIT;

	for (size_t i = 0; i < m->ndbs; i++)
		for (size_t j = 0; m->dbs[i].dirs[j]; j++)
			if (!strvec_has(&dirs, m->dbs[i].dirs[j]))
				strvec_push(&dirs, m->dbs[i].dirs[j]);
	if (m->data && !strvec_has(&dirs, m->data))
		strvec_push(&dirs, m->data);
	for (size_t i = 0; i < dirs.nr; i++)
		strbuf_addf(&text, "%s%s", i ? ":" : "", dirs.v[i]);
	return arena_strdup(m->ctx->arena, text.buf);
}

static void set_databases(struct migrate *m, struct state *state)
{
	AUTO_STRBUF text = STRBUF_INIT;

	for (size_t i = 0; i < m->ndbs; i++)
		strbuf_addf(&text, "%s%s=%s", i ? " " : "", m->dbs[i].key,
			ledger_stamp(m, m->dbs[i].key));
	state_set(state, "databases", text.buf);
}

int ledger_record(struct migrate *m, struct err *err)
{
	AUTO_STRBUF trees = STRBUF_INIT;
	const char *joined = all_dirs(m), *listing;
	const char **dirs = dirs_split(m->ctx->arena, joined, ':');
	struct state state;
	char size[24];
	int ret;

	if (listing_print(m, dirs, &listing, err) ||
		treescan_state(m->ctx->repo, &m->heads.cur, m->app_rel,
			(const char *const *)dirs, &trees, err))
		return -1;
	snprintf(size, sizeof(size), "%lld",
		(long long)repo_reflog_size(m->ctx->repo));
	state_load(repo_gitdir(m->ctx->repo), m->state_name, &state);
	state_set(&state, "dirs", joined);
	state_set(&state, "trees", trees.buf);
	state_set(&state, "head", m->heads.cur.hex);
	if (m->branch)
		state_set(&state, "branch", m->branch);
	state_set(&state, "disk", listing);
	state_set(&state, "reflog", size);
	state_set(&state, "config", config_print(m));
	set_databases(m, &state);
	signs_record(m, &state);
	ret = state_save(&state, err);
	state_release(&state);
	return ret;
}

void ledger_forget(struct migrate *m)
{
	struct err ignored = ERR_INIT;
	struct state state;

	state_load(repo_gitdir(m->ctx->repo), m->state_name, &state);
	state_set(&state, "trees", "unknown");
	state_save(&state, &ignored);
	state_release(&state);
}

static void load_database(
	struct migrate *m, const struct database *db, struct state *ret)
{
	AUTO_FREE char *name = fs_join("db", db->key);

	state_load(repo_commondir(m->ctx->repo), name, ret);
}

int ledger_touch(struct migrate *m, struct database *db, struct err *err)
{
	struct state state;
	char stamp[64];
	int ret;

	snprintf(stamp, sizeof(stamp), "%lld-%ld", (long long)clock_now_ms(),
		(long)getpid());
	load_database(m, db, &state);
	state_set(&state, "stamp", stamp);
	state_set(&state, "worktree", repo_worktree(m->ctx->repo));
	state_set(&state, "head", m->heads.cur.hex);
	ret = state_save(&state, err);
	state_release(&state);
	return ret;
}

void ledger_mark_changed(struct migrate *m, struct database *db)
{
	struct err ignored = ERR_INIT;
	struct state state;

	load_database(m, db, &state);
	for (size_t i = 0; i < db->items.nr; i++) {
		const struct item *item = &db->items.v[i];
		const struct migration *here;
		char key[STATE_KEY_MAX];

		here = migrations_find(&db->present, item->version);
		if (item->kind != ITEM_CHANGED || !here)
			continue;
		snprintf(key, sizeof(key), "differs.%lld",
			(long long)item->version);
		state_set(&state, key, here->blob.hex);
	}
	state_save(&state, &ignored);
	state_release(&state);
}

bool ledger_differs(struct migrate *m, const struct database *db,
	int64_t version, const struct oid *blob)
{
	char key[STATE_KEY_MAX];
	struct state state;
	bool differs;

	snprintf(key, sizeof(key), "differs.%lld", (long long)version);
	load_database(m, db, &state);
	differs = says(&state, key, blob->hex);
	state_release(&state);
	return differs;
}
