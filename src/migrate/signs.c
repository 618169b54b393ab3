/*
 * Files and trees tell nothing of a roll back by hand, a dump that was restored
 * or a database that was made anew.  The database does: where its applied
 * versions can be had cheaply (hookrun/db/sign.h) they are looked at on every
 * event.  Elsewhere, with a server behind a password, agreement is believed for
 * `ledger_max_age`, and as long as the file with the schema is as it was, which
 * the application's own tasks write with every roll back.
 *
 * Databases that only Rails can tell of do not age: to look at them takes the
 * start of the application.
 */
#include "migrate/signs.h"

#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/db/sign.h"

#include <time.h>

#define KEY_MAX 32
#define LOOKED_EVERY_S 60 /* often enough to be written down */

void signs_take(struct migrate *m, struct database *db)
{
	AUTO_STRBUF place = STRBUF_INIT, sign = STRBUF_INIT;

	db->sign = NULL;
	if (db->target && db_sign_place(db->target, &place) &&
		db_sign_read(place.buf, &sign))
		db->sign = arena_printf(
			m->ctx->arena, "%s %s", sign.buf, place.buf);
}

static const char *sign_key(char buf[KEY_MAX], size_t i)
{
	snprintf(buf, KEY_MAX, "sign.%zu", i);
	return buf;
}

/* Where the schema's files are not as in HEAD: what they are.  They are, but
 * for what a task has written since. */
static const char *schema_print(struct migrate *m)
{
	const char *const *schemas = m->engine->schemas;
	AUTO_STRBUF print = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	for (size_t i = 0; schemas[i]; i++) {
		AUTO_FREE char *path = fs_join(m->app, schemas[i]);
		AUTO_FREE char *in_tree = fs_join(m->app_rel, schemas[i]);
		struct oid here = { "" }, head = { "" };

		repo_path_oid(
			m->ctx->repo, &m->heads.cur, in_tree, &head, &ignored);
		if (fs_exists(path))
			repo_hash_file(m->ctx->repo, path, &here, &ignored);
		strbuf_addf(
			&print, ",%s", oid_eq(&here, &head) ? "" : here.hex);
	}
	return arena_strdup(m->ctx->arena, print.buf);
}

static void set_number(struct state *state, const char *key, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	state_set(state, key, text);
}

void signs_record(struct migrate *m, struct state *state)
{
	char key[KEY_MAX];
	bool all = true;

	for (size_t i = 0; i < m->ndbs; i++) {
		state_set(state, sign_key(key, i), m->dbs[i].sign);
		all &= m->dbs[i].sign != NULL;
	}
	state_set(state, sign_key(key, m->ndbs), NULL);
	state_set(state, "native", m->native ? "yes" : NULL);
	state_set(state, "schema", all ? NULL : schema_print(m));
	set_number(state, "looked", time(NULL));
}

enum agreement { SAME, OTHER, UNTOLD };

static enum agreement compare(const char *recorded)
{
	AUTO_STRBUF sign = STRBUF_INIT;
	size_t len = strcspn(recorded, " ");

	if (!recorded[len] || !db_sign_read(recorded + len + 1, &sign))
		return UNTOLD;
	return sign.len == len && !memcmp(sign.buf, recorded, len) ? SAME
								   : OTHER;
}

/* Of databases that nothing cheap was told of. */
static enum ledger_trust by_age(struct migrate *m, struct state *state)
{
	const char *schema = state_get(state, "schema");
	const char *looked = state_get(state, "looked");
	int64_t age_s = looked ? time(NULL) - strtoll(looked, NULL, 10) : -1;

	if (!state_get(state, "native"))
		return LEDGER_HOLDS;
	if (schema && strcmp(schema, schema_print(m)))
		return LEDGER_DOUBT;
	return age_s < 0 || age_s * 1000 >= m->opts.ledger_max_age_ms
		       ? LEDGER_OLD
		       : LEDGER_HOLDS;
}

enum ledger_trust signs_trust(struct migrate *m, struct state *state)
{
	const char *looked = state_get(state, "looked"), *recorded;
	size_t databases = 0, signs = 0;
	char key[KEY_MAX];

	for (const char *c = state_get(state, "databases"); c && *c; c++)
		databases += *c == '=';
	for (size_t i = 0; i < databases; i++) {
		enum agreement found;

		recorded = state_get(state, sign_key(key, i));
		found = recorded ? compare(recorded) : UNTOLD;
		if (found == OTHER)
			return LEDGER_DOUBT;
		signs += found == SAME;
	}
	if (!looked || signs < databases)
		return by_age(m, state);
	if (time(NULL) - strtoll(looked, NULL, 10) >= LOOKED_EVERY_S)
		set_number(state, "looked", time(NULL));
	return LEDGER_HOLDS;
}
