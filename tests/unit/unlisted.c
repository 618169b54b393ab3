/* Migrations that a switch brings into folders nobody has named. */
#include "migrate/unlisted.h"

#include "git_fixture.h"

#include "hookrun/base/alloc.h"

#define TEXT "class X < ActiveRecord::Migration[6.1]"

static const char *const known[] = { "db/migrate", NULL };

struct scene {
	struct arena arena;
	struct step_ctx ctx;
	struct migrate m;
};

static void commit(const char *script)
{
	AUTO_STRBUF all = STRBUF_INIT;

	strbuf_addf(&all,
		"cd r && put() { mkdir -p $(dirname $1) && "
		"echo '" TEXT "' > $1; } && %s && git add -A && "
		"git commit -qm x",
		script);
	fixture_run(all.buf);
}

/* From `since` to HEAD, seen from the application at `app`. */
static const char *look(struct scene *s, const char *app, const char *since)
{
	AUTO_FREE char *dir = fixture_path("r");
	AUTO_FREE char *root = fs_join(dir, app);
	struct oid from = { "" };
	struct err err = ERR_INIT;

	repo_free(s->ctx.repo);
	if (repo_open(dir, &s->ctx.repo, &err))
		fail_msg("%s", err.msg);
	s->ctx.arena = &s->arena;
	s->m = (struct migrate){ .ctx = &s->ctx,
		.app = arena_strdup(&s->arena, root),
		.app_rel = app };
	s->m.heads.cur = fixture_rev(dir, "HEAD");
	if (since)
		from = fixture_rev(dir, since);
	unlisted_find(&s->m, &from);
	return unlisted_first(&s->m, known);
}

static int setup(void **state)
{
	fixture_setup(state);
	*state = xcalloc(1, sizeof(struct scene));
	fixture_run("git init -q r");
	commit("put db/migrate/1_one.rb");
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	repo_free(s->ctx.repo);
	arena_release(&s->arena);
	free(s);
	return fixture_teardown(state);
}

static void what_is_listed_is_no_news(void **state)
{
	commit("put db/migrate/2_two.rb && put db/migrate/sub/3_three.rb");
	assert_null(look(*state, "", "HEAD~1"));
}

static void a_new_folder_is(void **state)
{
	commit("put engines/a/db/migrate/2_two.rb");
	assert_string_equal(look(*state, "", "HEAD~1"), "engines/a/db/migrate");
	assert_null(look(*state, "", "HEAD"));
	commit("rm -r engines");
	assert_null(look(*state, "", "HEAD~1"));
	assert_string_equal(
		((struct scene *)*state)->m.gone[0], "engines/a/db/migrate");
}

static void where_nobody_has_looked_all_counts(void **state)
{
	commit("put engines/a/db/migrate/2_two.rb");
	commit("echo > other");
	assert_string_equal(look(*state, "", NULL), "engines/a/db/migrate");
}

static void folders_are_seen_from_the_application(void **state)
{
	commit("put apps/back/config/environment.rb && "
	       "put apps/back/db/migrate/2_two.rb && "
	       "put shared/migrate/3_three.rb");
	assert_string_equal(
		look(*state, "apps/back", "HEAD~1"), "../../shared/migrate");
}

static void other_files_are_no_migrations(void **state)
{
	commit("put db/data/2_two.rb && put x/y_three.rb && mkdir spec && "
	       "echo 'describe' > spec/01_first_spec.rb");
	assert_null(look(*state, "", "HEAD~1"));
}

static void nor_are_those_of_another_application(void **state)
{
	commit("put other/config/environment.rb && "
	       "put other/db/migrate/2_two.rb");
	assert_null(look(*state, "", "HEAD~1"));
}

static void what_rails_called_foreign_is_not_asked_again(void **state)
{
	const char *foreign[] = { "engines/a/db", NULL };
	struct answer answer = { .foreign = foreign };
	struct scene *s = *state;

	commit("put engines/a/db/migrate/2_two.rb");
	assert_non_null(look(s, "", "HEAD~1"));
	s->m.answer = &answer;
	assert_null(unlisted_first(&s->m, known));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_listed_is_no_news),
		TEST(a_new_folder_is),
		TEST(where_nobody_has_looked_all_counts),
		TEST(folders_are_seen_from_the_application),
		TEST(other_files_are_no_migrations),
		TEST(nor_are_those_of_another_application),
		TEST(what_rails_called_foreign_is_not_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
