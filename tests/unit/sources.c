/* Where the text of a migration is found, in real repositories. */
#include "git_fixture.h"

#include "migrate/keep.h"
#include "migrate/sources.h"

static const char *const dirs[] = { "db/migrate", NULL };

struct scene {
	struct arena arena;
	struct repo *repo;
	char *dir;
	struct migrations kept;
	struct items items;
	struct sources in;
};

/* A repository whose main has migration 1. */
static int setup(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	fixture_setup(state);
	fixture_run("git init -q r && cd r && mkdir -p db/migrate &&"
		    "echo one > db/migrate/1_one.rb && git add . &&"
		    "git commit -qm base");
	s->dir = fixture_path("r");
	s->kept.arena = &s->arena;
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	repo_free(s->repo);
	arena_release(&s->arena);
	free(s->dir);
	free(s);
	return fixture_teardown(state);
}

/* Look for `version` with HEAD as it is; `prev` may be NULL. */
static struct item *open_for(struct scene *s, int64_t version, const char *prev)
{
	s->repo = fixture_open("r");
	s->in = (struct sources){ .repo = s->repo,
		.arena = &s->arena,
		.app_rel = "",
		.dirs = dirs,
		.head = fixture_rev(s->dir, "HEAD"),
		.kept = &s->kept };
	if (prev) {
		s->in.has_prev = true;
		s->in.prev = fixture_rev(s->dir, prev);
	}
	s->items.v = arena_alloc(&s->arena, sizeof(*s->items.v));
	s->items.nr = 1;
	s->items.v[0] = (struct item){ .kind = ITEM_DOWN, .version = version };
	return s->items.v;
}

static struct item *find(struct scene *s, int64_t version, const char *prev)
{
	struct item *item = open_for(s, version, prev);
	struct err err = ERR_INIT;

	if (sources_find(&s->in, &s->items, &err))
		fail_msg("%s", err.msg);
	return item;
}

#define TOPIC                                                                  \
	"cd r && git switch -qc topic && echo two > db/migrate/2_two.rb &&"    \
	"git add . && git commit -qm two && git switch -q main "

static void previous_head_first(void **state)
{
	struct scene *s = *state;
	struct item *item;

	fixture_run(TOPIC);
	item = find(s, 2, "topic");
	fixture_is(&item->blob, s->dir, "topic:db/migrate/2_two.rb");
	fixture_is(&item->commit, s->dir, "topic");
	assert_string_equal(item->name, "2_two.rb");
	assert_non_null(strstr(item->origin, "topic "));
	assert_non_null(strstr(item->origin, "previous head"));
}

static bool differs(int64_t version, const struct oid *blob, void *data)
{
	(void)blob;
	return version == *(int *)data;
}

static void kept_text_where_the_previous_head_never_was_applied(void **state)
{
	struct scene *s = *state;
	struct migration kept = { .version = 2, .name = "2_old.rb" };
	struct item *item;
	struct err err = ERR_INIT;
	int version = 2;

	fixture_run(TOPIC);
	item = open_for(s, 2, "topic");
	kept.blob = fixture_rev(s->dir, "main:db/migrate/1_one.rb");
	migrations_add(&s->kept, &kept);
	s->in.prev_differs = differs;
	s->in.data = &version;
	assert_int_equal(sources_find(&s->in, &s->items, &err), 0);
	assert_string_equal(item->name, "2_old.rb");
	assert_string_equal(item->origin, "kept by hookrun");
}

static void a_kept_text_survives_branch_and_gc(void **state)
{
	struct scene *s = *state;
	struct migrations list = { .arena = &s->arena };
	struct migration file = { .version = 2, .name = "2_two.rb" };
	struct repo *repo;
	struct item *item;
	struct err err = ERR_INIT;

	fixture_run(TOPIC);
	file.blob = fixture_rev(s->dir, "topic:db/migrate/2_two.rb");
	migrations_add(&list, &file);
	repo = fixture_open("r");
	assert_int_equal(keep_write(repo, "app-1", &list, &err), 0);
	assert_int_equal(keep_write(repo, "app-1", &list, &err), 0);
	repo_free(repo);
	fixture_run("cd r && git branch -qD topic &&"
		    "git reflog expire --expire=now --all &&"
		    "git gc -q --prune=now");
	item = open_for(s, 2, NULL);
	keep_read(s->repo, "app-1", &s->kept);
	keep_read(s->repo, "other", &s->kept);
	assert_int_equal(s->kept.nr, 1);
	assert_int_equal(sources_find(&s->in, &s->items, &err), 0);
	assert_string_equal(item->blob.hex, file.blob.hex);
	assert_true(keep_has(s->repo, "app-1", &item->blob));
}

static void reflog_has_what_was_reset_away(void **state)
{
	struct scene *s = *state;
	struct item *item;

	fixture_run("cd r && echo two > db/migrate/2_two.rb && git add . &&"
		    "git commit -qm two && git reset -q --hard HEAD~1");
	item = find(s, 2, NULL);
	fixture_is(&item->blob, s->dir, "HEAD@{1}:db/migrate/2_two.rb");
	assert_non_null(strstr(item->origin, "reflog"));
}

static void stash_has_what_was_never_committed(void **state)
{
	struct scene *s = *state;
	struct item *item;

	fixture_run("cd r && echo two > db/migrate/2_two.rb &&"
		    "git stash -qu");
	item = find(s, 2, NULL);
	fixture_is(&item->blob, s->dir, "stash^3:db/migrate/2_two.rb");
}

static void history_of_all_refs_is_the_last_resort(void **state)
{
	struct scene *s = *state;
	struct item *item;

	fixture_run(TOPIC "&& git switch -q topic &&"
			  "git rm -q db/migrate/2_two.rb &&"
			  "git commit -qm gone && git switch -q main &&"
			  "git reflog expire --expire=now --all");
	item = find(s, 2, NULL);
	fixture_is(&item->blob, s->dir, "topic~1:db/migrate/2_two.rb");
	assert_non_null(strstr(item->origin, "history"));
}

static void nowhere_is_no_error(void **state)
{
	struct scene *s = *state;
	struct item *item;

	fixture_run(TOPIC);
	item = find(s, 99, "topic");
	assert_string_equal(item->blob.hex, "");
	assert_null(item->origin);
}

static void lost_previous_head_is_no_error(void **state)
{
	struct scene *s = *state;
	struct item *item;
	struct err err = ERR_INIT;
	bool unsure;

	fixture_run(TOPIC);
	item = open_for(s, 2, "topic");
	memset(s->in.prev.hex, '7', 40);
	assert_int_equal(
		sources_mark_removed(&s->in, &s->items, &unsure, &err), 0);
	assert_int_equal(sources_find(&s->in, &s->items, &err), 0);
	fixture_is(&item->blob, s->dir, "topic:db/migrate/2_two.rb");
}

static bool removed(
	struct scene *s, int64_t version, const char *prev, bool *unsure)
{
	struct item *item = open_for(s, version, prev);
	struct err err = ERR_INIT;

	if (sources_mark_removed(&s->in, &s->items, unsure, &err))
		fail_msg("%s", err.msg);
	return item->removed_here;
}

static void squashed_ones_are_marked(void **state)
{
	bool unsure;

	fixture_run("cd r && git branch old && git rm -q db/migrate/1_one.rb &&"
		    "mkdir -p db/migrate && echo all > db/migrate/3_all.rb && "
		    "git add . &&"
		    "git commit -qm squash");
	assert_true(removed(*state, 1, "old", &unsure));
	assert_false(unsure);
}

static void reverted_merges_are_marked(void **state)
{
	bool unsure;

	fixture_run(TOPIC "&& git merge -q --no-ff -m m topic &&"
			  "git revert -m 1 --no-edit HEAD >/dev/null");
	assert_true(removed(*state, 2, "topic", &unsure));
}

static void other_branches_ones_are_not_marked(void **state)
{
	bool unsure = true;

	fixture_run(TOPIC);
	assert_false(removed(*state, 2, "topic", &unsure));
	assert_false(unsure);
}

static void shallow_history_is_unsure(void **state)
{
	bool unsure = false;

	fixture_run(TOPIC "&& echo x > x && git add . && git commit -qm x &&"
			  "cd .. && mv r full &&"
			  "git clone -q --depth 1 \"file://$PWD/full\" r");
	assert_false(removed(*state, 2, NULL, &unsure));
	assert_true(unsure);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(previous_head_first),
		TEST(kept_text_where_the_previous_head_never_was_applied),
		TEST(a_kept_text_survives_branch_and_gc),
		TEST(reflog_has_what_was_reset_away),
		TEST(stash_has_what_was_never_committed),
		TEST(history_of_all_refs_is_the_last_resort),
		TEST(nowhere_is_no_error),
		TEST(lost_previous_head_is_no_error),
		TEST(squashed_ones_are_marked),
		TEST(reverted_merges_are_marked),
		TEST(other_branches_ones_are_not_marked),
		TEST(shallow_history_is_unsure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
