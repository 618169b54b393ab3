/*
 * The order of things, for a database L, a copy Y that takes its place, and X,
 * what L is called from then on:
 *
 *	1. the journal says all that is going to be done, and is on the disk;
 *	2. where there is no Y yet, it is made;
 *	3. L becomes X, in one step;
 *	4. Y becomes L, in one step;
 *	5. what hookrun knew of either goes along, the ledger is written;
 *	6. the journal goes.
 *
 * How far it had come is seen from which of the three there are, never from
 * what was written down: L alone, or with a Y that nobody needs, is undone; X
 * and Y without L goes on at 4, L and X at 5.  All three are somebody else's
 * doing (`bin/rails db:create` while L was away), and only he can say whose is
 * whose.
 *
 * Where somebody has dropped L there is no X: a Y that is there becomes L.
 *
 * The same code settles what failed and what was killed.
 */
#include "migrate/exchange.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/db/copies.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OPEN "hookrun/db/unfinished"
#define TEMP_SUFFIX 7 /* ".XXXXXX" of a file that was being copied */

/* ---- the journal --------------------------------------------------------- */

static const char *journal_name(const char *key, struct arena *arena)
{
	return arena_printf(arena, "db/unfinished/%s", key);
}

static void put_copy(struct state *state, const char *key,
	const struct copy *copy, struct arena *arena)
{
	AUTO_STRBUF text = STRBUF_INIT;

	copy_format(copy, &text);
	state_set(state, key, text.buf);
	state_set(state, arena_printf(arena, "%s.name", key),
		copy->name ? copy->name : "-");
}

static int get_copy(const struct state *state, const char *key,
	struct arena *arena, struct copy *ret)
{
	const char *text = state_get(state, key);
	const char *name = state_get(
		state, arena_printf(arena, "%s.name", key));

	*ret = (struct copy){ .name = NULL };
	if (!text || !name)
		return -1;
	return copy_parse(text,
		strcmp(name, "-") ? arena_strdup(arena, name) : NULL, arena,
		ret);
}

static int write_journal(
	struct exchange *x, const struct exchange_plan *plan, struct err *err)
{
	AUTO_STATE state;

	state_load(repo_commondir(x->repo),
		journal_name(x->target->key, x->arena), &state);
	state_set(&state, "made", plan->made == MADE_ALREADY ? NULL : "yes");
	state_set(&state, "absent", plan->absent ? "yes" : NULL);
	put_copy(&state, "bring", &plan->bring, x->arena);
	if (plan->aside.name)
		put_copy(&state, "aside", &plan->aside, x->arena);
	if (plan->live.label)
		put_copy(&state, "live", &plan->live, x->arena);
	return state_save_surely(&state, err);
}

/* 1 and the plan, without where its copy came from; 0: there is none. */
static int read_journal(struct exchange *x, struct exchange_plan *ret)
{
	AUTO_STATE state;

	state_load(repo_commondir(x->repo),
		journal_name(x->target->key, x->arena), &state);
	*ret = (struct exchange_plan){
		.made = state_get(&state, "made") ? MADE_OF_LIVE : MADE_ALREADY,
		.absent = state_get(&state, "absent") != NULL
	};
	if (get_copy(&state, "bring", x->arena, &ret->bring))
		return 0;
	get_copy(&state, "aside", x->arena, &ret->aside);
	get_copy(&state, "live", x->arena, &ret->live);
	return 1;
}

static const char *journal_path(struct exchange *x)
{
	return arena_printf(x->arena, "%s/" OPEN "/%s", repo_commondir(x->repo),
		x->target->key);
}

/* `name`, or what is left of a file that was to get that name. */
static bool is_of(const char *entry, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(entry, name, len) &&
	       (!entry[len] || (entry[len] == '.' &&
				       strlen(entry + len) == TEMP_SUFFIX));
}

static void remove_temporary(const char *folder, const char *name)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_of(entry->d_name, name) && strcmp(entry->d_name, name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

static int remove_journal(struct exchange *x, struct err *err)
{
	const char *path = journal_path(x);
	AUTO_FREE char *dir = fs_dirname(path);

	if (unlink(path) && fs_exists(path))
		return err_errno(err, "cannot remove '%s'", path);
	remove_temporary(dir, x->target->key);
	rmdir(dir);
	return 0;
}

static bool has_open(struct repo *repo, const char *key)
{
	AUTO_FREE char *path = fs_join(repo_commondir(repo), OPEN);
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = key ? is_of(entry->d_name, key) : *entry->d_name != '.';
	if (dir)
		closedir(dir);
	return found;
}

bool exchange_is_open(struct repo *repo)
{
	return has_open(repo, NULL);
}

bool exchange_is_open_for(struct repo *repo, const char *key)
{
	return has_open(repo, key);
}

/* ---- what hookrun knows of a database ------------------------------------ */

/* The texts of what is applied, and what no tree tells (ledger.h). */
static const char *const known[] = { "hookrun/migrations", "hookrun/db" };

static char *known_path(struct exchange *x, size_t i, const char *key)
{
	AUTO_FREE char *dir = fs_join(repo_commondir(x->repo), known[i]);

	return fs_join(dir, key);
}

/* What is not there does not matter; what is at `to` was moved already. */
static void move_known(struct exchange *x, const char *from, const char *to)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		AUTO_FREE char *a = known_path(x, i, from);
		AUTO_FREE char *b = known_path(x, i, to);

		if (!fs_exists(b) && rename(a, b))
			continue;
	}
}

/* The texts alone, by links: they are replaced, and never written. */
static void share_known(struct exchange *x, const char *from, const char *to)
{
	AUTO_FREE char *a = known_path(x, 0, from);
	AUTO_FREE char *b = known_path(x, 0, to);
	AUTO_STRVEC names = STRVEC_INIT;
	struct err ignored = ERR_INIT;

	if (fs_list(a, &names, &ignored) || !names.nr ||
		fs_mkdirs(b, 0755, &ignored))
		return;
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *one = fs_join(a, names.v[i]);
		AUTO_FREE char *other = fs_join(b, names.v[i]);

		if (link(one, other))
			continue;
	}
}

static void forget_known(struct exchange *x, const char *name)
{
	AUTO_FREE char *texts = known_path(x, 0, name);
	AUTO_FREE char *facts = known_path(x, 1, name);
	struct err ignored = ERR_INIT;

	fs_remove_tree(texts, &ignored);
	unlink(facts);
}

/* ---- what is where ------------------------------------------------------- */

struct presence {
	bool live, aside, bring;
	int64_t live_bytes;
};

static int look(struct db_copies *db, const struct exchange_plan *plan,
	struct presence *ret, struct err *err)
{
	int live = db_copies_size(db, NULL, &ret->live_bytes, err), aside = 0;
	int64_t ignored;
	int bring = live < 0 ? -1
			     : db_copies_size(
				       db, plan->bring.name, &ignored, err);

	if (bring >= 0 && plan->aside.name)
		aside = db_copies_size(db, plan->aside.name, &ignored, err);
	if (live < 0 || bring < 0 || aside < 0)
		return -1;
	/* An empty file is none: a program has looked for the database while
	 * there was none of the name (file_copies.c). */
	ret->live = live > 0 && (ret->live_bytes || !aside);
	ret->aside = aside > 0;
	ret->bring = bring > 0;
	return 0;
}

static int refuse_all_three(
	struct exchange *x, const struct exchange_plan *plan, struct err *err)
{
	return err_set_kind(err, ERR_ADVISED,
		"'%s' was made by somebody else while its databases were "
		"changing places: that of '%s' is '%s', that of '%s' is '%s'\n"
		"rename or drop '%s' where nothing in it is needed, and "
		"'hookrun db list' goes on",
		x->target->database, plan->aside.label, plan->aside.name,
		plan->bring.label, plan->bring.name, x->target->database);
}

/* ---- to one end or the other --------------------------------------------- */

static int finish(
	struct exchange *x, const struct exchange_plan *plan, struct err *err)
{
	if (!plan->aside.name) {
		copies_set(x->copies, &plan->bring);
	} else {
		if (!plan->absent) {
			move_known(x, x->target->key, plan->aside.name);
			copies_set(x->copies, &plan->aside);
		}
		move_known(x, plan->bring.name, x->target->key);
		copies_forget(x->copies, plan->bring.name);
		if (plan->live.label)
			copies_set(x->copies, &plan->live);
	}
	return copies_save(x->copies, err) ? -1 : remove_journal(x, err);
}

/* What was being copied when it was killed. */
static void remove_half_files(struct exchange *x, const char *name)
{
	const char *file = arena_printf(x->arena, "%s.sqlite3", name);

	if (x->target->path)
		remove_temporary(
			copies_folder(x->repo, x->target->key, x->arena), file);
}

static int undo(struct exchange *x, struct db_copies *db,
	const struct exchange_plan *plan, struct err *err)
{
	if (plan->made != MADE_ALREADY) {
		remove_half_files(x, plan->bring.name);
		if (db_copies_drop(db, plan->bring.name, err))
			return -1;
		forget_known(x, plan->bring.name);
	}
	return remove_journal(x, err);
}

static int bring_in(struct exchange *x, struct db_copies *db,
	const struct exchange_plan *plan, struct err *err)
{
	if (!db_copies_rename(db, plan->bring.name, NULL, err))
		return 0;
	return err_prefix(err,
		"'%s' is not there: that of '%s' is '%s', that of '%s' is "
		"'%s', "
		"and could not take its place",
		x->target->database, plan->aside.label, plan->aside.name,
		plan->bring.label, plan->bring.name);
}

/* Somebody may have made another database meanwhile, which stays. */
static int settle_absent(struct exchange *x, struct db_copies *db,
	const struct exchange_plan *plan, const struct presence *is,
	struct err *err)
{
	if (is->live == is->bring)
		return undo(x, db, plan, err) ? -1 : 0;
	if (is->bring && db_copies_rename(db, plan->bring.name, NULL, err))
		return -1;
	return finish(x, plan, err) ? -1 : 1;
}

/* What was begun, seen from what there is.  1: it is done now; 0: nothing of it
 * is; -1. */
static int settle(struct exchange *x, struct db_copies *db,
	const struct exchange_plan *plan, struct err *err)
{
	struct presence is = { .live = false };

	if (look(db, plan, &is, err))
		return -1;
	if (plan->absent)
		return settle_absent(x, db, plan, &is, err);
	if (is.live && is.aside && is.bring)
		return refuse_all_three(x, plan, err);
	if (is.live && is.aside)
		return finish(x, plan, err) ? -1 : 1;
	if (is.live || !is.aside)
		return undo(x, db, plan, err) ? -1 : 0;
	if (is.bring)
		return bring_in(x, db, plan, err) || finish(x, plan, err) ? -1
									  : 1;
	/* Somebody has dropped what was to come. */
	if (db_copies_rename(db, plan->aside.name, NULL, err))
		return -1;
	return undo(x, db, plan, err) ? -1 : 0;
}

static struct db_copies *open_copies(struct exchange *x, struct err *err)
{
	struct db_copies *db = NULL;
	const char *folder = copies_folder(x->repo, x->target->key, x->arena);

	return db_copies_open(x->target, folder, true, &db, err) ? NULL : db;
}

static void tell_end(struct exchange *x, const struct exchange_plan *plan,
	bool done, struct strbuf *out)
{
	const char *database = x->target->database;

	if (!plan->aside.name)
		strbuf_addf(out,
			"%s: a copy, '%s', that was cut off is removed\n",
			database, plan->bring.label);
	else if (done && plan->absent)
		strbuf_addf(out,
			"%s: an exchange that was cut off is finished: it is "
			"'%s' now\n",
			database, plan->bring.label);
	else if (done)
		strbuf_addf(out,
			"%s: an exchange that was cut off is finished: it is "
			"'%s' now, what it was before is kept as '%s'\n",
			database, plan->bring.label, plan->aside.label);
	else
		strbuf_addf(out,
			"%s: an exchange that was cut off is undone: it is as "
			"it was before, and not '%s'\n",
			database, plan->bring.label);
}

int exchange_settle(struct exchange *x, struct strbuf *told, struct err *err)
{
	struct exchange_plan plan;
	struct db_copies *db;
	int done;

	if (!exchange_is_open_for(x->repo, x->target->key))
		return 0;
	/* A damaged one was never on the disk, so nothing was begun. */
	if (!read_journal(x, &plan))
		return remove_journal(x, err);
	db = open_copies(x, err);
	if (!db)
		return -1;
	done = settle(x, db, &plan, err);
	db_copies_close(db);
	if (done < 0)
		return -1;
	tell_end(x, &plan, done, told);
	return 0;
}

/* ---- the way there ------------------------------------------------------- */

static int check_places(struct exchange *x, struct db_copies *db,
	const struct exchange_plan *plan, struct presence *ret, struct err *err)
{
	const char *taken = NULL;

	if (look(db, plan, ret, err))
		return -1;
	if (plan->made != MADE_IF_ABSENT && !ret->live)
		return err_set_kind(err, ERR_ABSENT,
			"database '%s' does not exist", x->target->database);
	if (plan->made == MADE_ALREADY && !ret->bring)
		return err_set_kind(err, ERR_ABSENT, "'%s' does not exist",
			plan->bring.name);
	if (plan->made != MADE_ALREADY && plan->made != MADE_IF_ABSENT &&
		ret->bring)
		taken = plan->bring.name;
	if (ret->aside && ret->live)
		taken = plan->aside.name;
	if (taken)
		return err_set(err,
			"'%s', which hookrun did not make, has the name of a "
			"copy that is wanted: rename it",
			taken);
	return 0;
}

static int make(struct exchange *x, struct db_copies *db,
	const struct exchange_plan *plan, struct err *err)
{
	const char *source = plan->made == MADE_OF_COPY ? plan->source : NULL;

	if (plan->made == MADE_ALREADY)
		return 0;
	if (db_copies_make(db, source, plan->bring.name, err))
		return -1;
	share_known(x, source ? source : x->target->key, plan->bring.name);
	return 0;
}

/* Of an earlier one of that name, which somebody has dropped. */
static void forget_absent(struct exchange *x, const struct exchange_plan *plan)
{
	if (plan->aside.name && !plan->absent)
		forget_known(x, plan->aside.name);
	if (plan->absent)
		forget_known(x, x->target->key);
	if (plan->made != MADE_ALREADY)
		forget_known(x, plan->bring.name);
}

static int change_places(struct exchange *x, struct db_copies *db,
	const struct exchange_plan *plan, struct err *err)
{
	if (plan->absent)
		return db_copies_rename(db, plan->bring.name, NULL, err);
	if (!plan->aside.name)
		return 0;
	return db_copies_rename(db, NULL, plan->aside.name, err) ||
	       bring_in(x, db, plan, err);
}

static int run(struct exchange *x, struct db_copies *db,
	struct exchange_plan *plan, struct err *err)
{
	struct err first = ERR_INIT;
	struct presence is = { .live = false };

	if (check_places(x, db, plan, &is, err))
		return -1;
	plan->aside.size_bytes = is.live_bytes;
	if (plan->made == MADE_IF_ABSENT) {
		plan->made = is.bring ? MADE_ALREADY : MADE_OF_LIVE;
		plan->live.own = is.bring && plan->own_if_there;
		plan->absent = !is.live;
		if (!is.bring &&
			(plan->absent || is.live_bytes > plan->max_bytes))
			return 1;
	}
	forget_absent(x, plan);
	if (write_journal(x, plan, err))
		return -1;
	if (!make(x, db, plan, &first) && !change_places(x, db, plan, &first))
		return finish(x, plan, err);
	if (settle(x, db, plan, err) < 0)
		return err_prefix(err, "%s", first.msg);
	*err = first;
	return -1;
}

int exchange_run(
	struct exchange *x, struct exchange_plan *plan, struct err *err)
{
	struct db_copies *db = open_copies(x, err);
	int64_t size;
	int done = -1;

	if (!db)
		return -1;
	done = run(x, db, plan, err);
	/* Of what was only made. */
	if (!done && !plan->aside.name &&
		db_copies_size(db, plan->bring.name, &size, err) > 0) {
		plan->bring.size_bytes = size;
		copies_set(x->copies, &plan->bring);
		done = copies_save(x->copies, err);
	}
	db_copies_close(db);
	return done;
}

int exchange_drop(struct exchange *x, const struct copy *copy, struct err *err)
{
	struct db_copies *db;
	int failed;

	if (copy->own || !copy->name || !copies_is_named_so(copy->name))
		return err_set_kind(err, ERR_REFUSED,
			"'%s' was not made by hookrun, which does not drop it",
			copy->name ? copy->name : x->target->database);
	db = open_copies(x, err);
	if (!db)
		return -1;
	failed = db_copies_drop(db, copy->name, err);
	db_copies_close(db);
	if (failed)
		return -1;
	forget_known(x, copy->name);
	copies_forget(x->copies, copy->name);
	return copies_save(x->copies, err);
}
