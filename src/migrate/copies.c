/*
 * A line of the ledger is a copy: its name, then its kind, marks, dates, size,
 * commit and branch, and last the label, which alone may have blanks.
 *
 * A clone that was copied has a copy of the ledger too, and nothing of what
 * stands in it; so whose it is stands there as well.
 *
 * Unlike other ledgers of hookrun this one says what may be dropped.  Without
 * it nothing is: what it forgot is found again by name, if a branch wants it
 * back.
 */
#include "migrate/copies.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LIVE "live"
#define PREFIX "copy."
#define CLONE "clone"
#define PATH "path"
#define MARK "_hookrun_"
#define BASE_MAX 24 /* bytes of the database's own name */
#define SLUG_MAX 20 /* and of the label's; with the rest no more than 63 */
#define FIELDS 7    /* before the label */
#define LOCK_MS 30000

static const char *const kinds[] = { "branch", "snapshot" };

const char *copy_kind_word(enum copy_kind kind)
{
	return kinds[kind];
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

void copy_format(const struct copy *copy, struct strbuf *out)
{
	strbuf_addf(out, "%s %s%s %" PRId64 " %" PRId64 " %s %s %s",
		kinds[copy->kind], copy->own ? "own" : "made",
		copy->told ? "+told" : "", copy->made_s, copy->size_bytes,
		or_dash(copy->commit), or_dash(copy->branch), copy->label);
}

static int parse_kind(const char *word, enum copy_kind *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i], word)) {
			*ret = (enum copy_kind)i;
			return 0;
		}
	return -1;
}

int copy_parse(const char *text, const char *name, struct arena *arena,
	struct copy *ret)
{
	enum { KIND, MARKS, MADE, SIZE, COMMIT, BRANCH };
	char *words = arena_strdup(arena, text), *at = words;
	const char *field[FIELDS];
	struct copy copy = { .name = name };

	for (size_t i = 0; i < FIELDS - 1; i++) {
		field[i] = at;
		at = strchr(at, ' ');
		if (!at)
			return -1;
		*at++ = '\0';
	}
	if (!*at || parse_kind(field[KIND], &copy.kind))
		return -1;
	copy.own = !strncmp(field[MARKS], "own", 3);
	copy.told = strstr(field[MARKS], "+told") != NULL;
	copy.made_s = strtoll(field[MADE], NULL, 10);
	copy.size_bytes = strtoll(field[SIZE], NULL, 10);
	copy.commit = strcmp(field[COMMIT], "-") ? field[COMMIT] : "";
	copy.branch = strcmp(field[BRANCH], "-") ? field[BRANCH] : "";
	copy.label = at;
	*ret = copy;
	return 0;
}

static const char *ledger_name(const char *key, struct arena *arena)
{
	return arena_printf(arena, "db/copies/%s/ledger", key);
}

/* From the state, after it has changed too. */
static void read_all(struct copies *copies)
{
	struct state *state = &copies->state;
	struct copy *live = arena_alloc(copies->arena, sizeof(*live));

	copies->v = arena_alloc(
		copies->arena, (state->keys.nr + 1) * sizeof(*copies->v));
	copies->nr = 0;
	copies->live = NULL;
	for (size_t i = 0; i < state->keys.nr; i++) {
		const char *key = state->keys.v[i], *value = state->values.v[i];

		if (!strcmp(key, LIVE)) {
			if (!copy_parse(value, NULL, copies->arena, live))
				copies->live = live;
		} else if (!strncmp(key, PREFIX, strlen(PREFIX))) {
			const char *name = arena_strdup(
				copies->arena, key + strlen(PREFIX));

			copies->nr += !copy_parse(value, name, copies->arena,
				&copies->v[copies->nr]);
		}
	}
}

/* In the arena, since what is in the state is going to be replaced. */
static const char *get(struct copies *copies, const char *key)
{
	const char *value = state_get(&copies->state, key);

	return value ? arena_strdup(copies->arena, value) : NULL;
}

/* Is it the ledger of a clone that is still there, and that this one is a copy
 * of?  What stands in it is that one's. */
static bool is_of_another(
	struct repo *repo, const char *key, const struct copies *copies)
{
	const char *other;
	struct stat a, b;

	if (!copies->clone || !strcmp(copies->clone, repo_commondir(repo)))
		return false;
	other = arena_printf(copies->arena, "%s/hookrun/%s", copies->clone,
		ledger_name(key, copies->arena));
	return !stat(other, &a) && !stat(copies->state.path, &b) &&
	       (a.st_dev != b.st_dev || a.st_ino != b.st_ino);
}

void copies_load(struct repo *repo, const char *key, struct arena *arena,
	struct copies *ret)
{
	*ret = (struct copies){ .arena = arena };
	state_load(repo_commondir(repo), ledger_name(key, arena), &ret->state);
	ret->clone = get(ret, CLONE);
	ret->path = get(ret, PATH);
	if (is_of_another(repo, key, ret)) {
		strvec_release(&ret->state.keys);
		strvec_release(&ret->state.values);
	}
	read_all(ret);
}

void copies_open(struct repo *repo, const struct db_target *target,
	struct arena *arena, struct copies *ret)
{
	copies_load(repo, target->key, arena, ret);
	state_set(&ret->state, CLONE, repo_commondir(repo));
	state_set(&ret->state, PATH, target->path);
}

void copies_release(struct copies *copies)
{
	state_release(&copies->state);
}

const struct copy *copies_find(
	const struct copies *copies, enum copy_kind kind, const char *label)
{
	for (size_t i = 0; i < copies->nr; i++)
		if (copies->v[i].kind == kind &&
			!strcmp(copies->v[i].label, label))
			return &copies->v[i];
	return NULL;
}

static const char *key_of(struct copies *copies, const char *name)
{
	return name ? arena_printf(copies->arena, PREFIX "%s", name) : LIVE;
}

void copies_set(struct copies *copies, const struct copy *copy)
{
	AUTO_STRBUF text = STRBUF_INIT;

	copy_format(copy, &text);
	state_set(&copies->state, key_of(copies, copy->name), text.buf);
	read_all(copies);
}

void copies_forget(struct copies *copies, const char *name)
{
	state_set(&copies->state, key_of(copies, name), NULL);
	read_all(copies);
}

int copies_save(struct copies *copies, struct err *err)
{
	return state_save_surely(&copies->state, err);
}

const char *copies_folder(
	struct repo *repo, const char *key, struct arena *arena)
{
	return arena_printf(
		arena, "%s/hookrun/db/copies/%s", repo_commondir(repo), key);
}

/* ---- names --------------------------------------------------------------- */

static const char *plain(const char *text, size_t len, struct arena *arena)
{
	char *name = arena_strndup(arena, text, len);

	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c))
			*c = '_';
	return name;
}

const char *copies_plain(const char *text, struct arena *arena)
{
	return plain(text, strlen(text), arena);
}

static size_t at_most(size_t len, size_t max)
{
	return len < max ? len : max;
}

const char *copies_prefix(const struct db_target *target, struct arena *arena)
{
	const char *base = target->path ? fs_basename(target->path)
					: target->database;
	size_t len = target->path ? strcspn(base, ".") : strlen(base);

	return arena_printf(
		arena, "%s" MARK, plain(base, at_most(len, BASE_MAX), arena));
}

const char *copies_name(struct repo *repo, const struct db_target *target,
	enum copy_kind kind, const char *label, struct arena *arena)
{
	uint64_t hash = hash_str(HASH_START, repo_commondir(repo));

	hash = hash_str(hash_str(hash, target->key), kinds[kind]);
	hash = hash_str(hash, label);
	return arena_printf(arena, "%s%s_%08" PRIx32,
		copies_prefix(target, arena),
		plain(label, at_most(strlen(label), SLUG_MAX), arena),
		(uint32_t)(hash ^ hash >> 32));
}

bool copies_is_named_so(const char *name)
{
	const char *mark = strstr(name, MARK), *end = strrchr(name, '_');

	return mark && mark > name && end > mark + strlen(MARK) &&
	       strspn(end + 1, "0123456789abcdef") == 8 && !end[9];
}

int copies_lock(
	struct repo *repo, const struct db_target *target, struct err *err)
{
	AUTO_FREE char *name = fs_join("db", target->key);
	int fd = state_lock(repo_commondir(repo), name, LOCK_MS, err);

	if (fd == -2)
		return err_set(err, "another hookrun is at work on '%s'",
			target->database);
	return fd;
}
