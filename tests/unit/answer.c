/* What Rails said of an application, and for how long it holds. */
#include "migrate/engine.h"

#include "git_fixture.h"

#include "hookrun/base/alloc.h"

#define LAYOUT                                                                 \
	"{\"ev\":\"layout\",\"rails_env\":\"development\","                    \
	"\"files\":[\"lib/env.rb\"],\"databases\":[{\"db\":\"primary\","       \
	"\"kind\":\"postgresql\",\"database\":\"real\",\"secret\":%s,"         \
	"\"paths\":[\"db/migrate\",\"engines/blog/db/migrate\","               \
	"\"/gems/x/db/migrate\"]}]}"

static const char *const own[] = { "db/migrate", NULL };

struct scene {
	struct arena arena;
	struct step_ctx ctx;
	struct migrate m;
	struct db_target target;
	struct db_targets told;
};

/* A run of its own: nothing is remembered but what is on the disk. */
static void look(struct scene *s)
{
	AUTO_FREE char *dir = fixture_path("r");
	struct err err = ERR_INIT;

	repo_free(s->ctx.repo);
	if (repo_open(dir, &s->ctx.repo, &err))
		fail_msg("%s", err.msg);
	s->ctx.arena = &s->arena;
	s->m = (struct migrate){ .ctx = &s->ctx,
		.engine = &migrate_engine_rails,
		.app = arena_strdup(&s->arena, dir),
		.app_rel = "",
		.state_name = "migrate" };
	answer_read(&s->m);
}

/* What config/database.yml says. */
static void tell(struct scene *s, const char *database)
{
	s->target = (struct db_target){
		.name = "primary", .adapter = "postgresql", .database = database
	};
	db_target_identify(&s->target, s->m.app, &s->arena);
	s->told = (struct db_targets){ .v = &s->target, .nr = 1 };
}

static void learn(struct scene *s, const char *database, const char *secret)
{
	struct progress p = { .arena = &s->arena };
	enum progress_ask ask = PROGRESS_GO_ON;
	struct err err = ERR_INIT;
	char line[1000];

	snprintf(line, sizeof(line), LAYOUT, secret);
	if (progress_feed(&p, line, strlen(line), &ask, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(ask, PROGRESS_LAYOUT);
	tell(s, database);
	answer_learn(&s->m, &p, &s->told);
	look(s);
}

static int setup(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	fixture_setup(state);
	fixture_run("git init -q r && mkdir -p r/config r/lib &&"
		    "echo 1 > r/lib/env.rb && echo 1 > r/config/database.yml");
	look(s);
	*state = s;
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

static void nothing_was_said(void **state)
{
	struct scene *s = *state;

	assert_null(s->m.answer);
	assert_null(s->m.remembered);
	assert_false(s->m.distrust);
	assert_null(migrate_dirs(&s->m, "primary", own)[1]);
}

static void an_answer_holds_while_its_files_do(void **state)
{
	struct scene *s = *state;

	learn(s, "real", "false");
	assert_non_null(s->m.answer);
	fixture_file("r/lib/env.rb", "other\n");
	look(s);
	assert_null(s->m.answer);
	assert_non_null(s->m.remembered);
	fixture_file("r/lib/env.rb", "1\n");
	look(s);
	assert_non_null(s->m.answer);
	fixture_file("r/.env.local", "X=1\n");
	look(s);
	assert_null(s->m.answer);
	fixture_run("rm r/.env.local && echo 'gem \"x\"' > r/Gemfile");
	look(s);
	assert_null(s->m.answer);
}

static void each_of_two_branches_has_its_answer(void **state)
{
	struct scene *s = *state;

	learn(s, "real", "false");
	fixture_file("r/lib/env.rb", "other\n");
	look(s);
	learn(s, "real", "false");
	assert_non_null(s->m.answer);
	fixture_file("r/lib/env.rb", "1\n");
	look(s);
	assert_non_null(s->m.answer);
}

static void a_wrong_guess_is_not_believed_again(void **state)
{
	struct scene *s = *state;

	learn(s, "guessed", "false");
	assert_true(s->m.distrust);
	assert_null(answer_match(answer_of(s->m.answer, "primary"), &s->told));
	fixture_file("r/lib/env.rb", "other\n");
	look(s);
	assert_true(s->m.distrust);
	learn(s, "real", "false");
	assert_false(s->m.distrust);
	assert_ptr_equal(
		answer_match(answer_of(s->m.answer, "primary"), &s->told),
		&s->target);
}

static void a_password_is_not_written_down(void **state)
{
	struct scene *s = *state;

	learn(s, "real", "true");
	assert_non_null(
		strstr(answer_of(s->m.answer, "primary")->closed, "password"));
}

static void folders_are_those_of_the_answer(void **state)
{
	struct scene *s = *state;
	const char *const none[] = { "old/migrate", NULL };
	const char **dirs;

	learn(s, "real", "false");
	dirs = migrate_dirs(&s->m, "primary", none);
	assert_string_equal(dirs[0], "db/migrate");
	assert_string_equal(dirs[1], "engines/blog/db/migrate");
	assert_string_equal(dirs[2], "/gems/x/db/migrate");
	assert_null(dirs[3]);
	assert_string_equal(migrate_dirs(&s->m, "animals", own)[0], own[0]);
	fixture_file("r/lib/env.rb", "other\n");
	look(s);
	dirs = migrate_dirs(&s->m, "primary", none);
	assert_string_equal(dirs[0], "old/migrate");
	assert_string_equal(dirs[1], "db/migrate");
	assert_string_equal(dirs[2], "engines/blog/db/migrate");
	assert_null(dirs[3]); /* the gem's may be of another version by now */
}

static void folders_of_others_are_remembered(void **state)
{
	struct scene *s = *state;
	const char *unlisted[] = { "engines/blog/db/migrate", "spec/x", NULL };

	s->m.unlisted = unlisted;
	learn(s, "real", "false");
	assert_string_equal(s->m.answer->foreign[0], "spec/x");
	assert_null(s->m.answer->foreign[1]);
}

static void damage_is_no_answer(void **state)
{
	struct scene *s = *state;

	learn(s, "real", "false");
	fixture_run("cd r/.git/hookrun && sed -i 's/^\\(answer.[^ ]*\\) .*/"
		    "\\1 {\"ev\": [/' migrate-answers");
	look(s);
	assert_null(s->m.answer);
	fixture_file("r/.git/hookrun/migrate-answers", "answer");
	look(s);
	assert_null(s->m.answer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_was_said),
		TEST(an_answer_holds_while_its_files_do),
		TEST(each_of_two_branches_has_its_answer),
		TEST(a_wrong_guess_is_not_believed_again),
		TEST(a_password_is_not_written_down),
		TEST(folders_are_those_of_the_answer),
		TEST(folders_of_others_are_remembered),
		TEST(damage_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
