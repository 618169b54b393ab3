/* When an event may be passed over without a look at the database. */
#include "git_fixture.h"

#include "migrate/engine.h"
#include "migrate/signs.h"

static const char *folders[] = { "db/migrate", NULL };

struct scene {
	struct arena arena;
	struct step_ctx ctx;
	struct migrate m;
	struct database db;
};

/* Read the repository anew, as each event does. */
static void look(struct scene *s, const char *prev)
{
	AUTO_FREE char *dir = fixture_path("r");

	repo_free(s->ctx.repo);
	s->ctx.repo = fixture_open("r");
	s->ctx.arena = &s->arena;
	s->db = (struct database){ .name = "primary",
		.label = "app",
		.key = "app-1",
		.dirs = folders };
	s->m = (struct migrate){ .ctx = &s->ctx,
		.engine = &migrate_engine_rails,
		.app = arena_strdup(&s->arena, dir),
		.app_rel = "",
		.state_name = "migrate",
		.native = true,
		.opts = { .ledger_max_age_ms = 600000 },
		.dbs = &s->db,
		.ndbs = 1 };
	s->m.heads.cur = fixture_rev(dir, "HEAD");
	s->m.heads.has_prev = prev;
	if (prev)
		s->m.heads.prev = fixture_rev(dir, prev);
}

static bool fresh(struct scene *s, const char *prev)
{
	look(s, prev);
	return ledger_trust(&s->m) == LEDGER_HOLDS;
}

static void record(struct scene *s)
{
	struct err err = ERR_INIT;

	look(s, NULL);
	if (ledger_record(&s->m, &err))
		fail_msg("%s", err.msg);
}

static int setup(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	fixture_setup(state);
	unsetenv("DATABASE_URL");
	unsetenv("LEDGER_DB");
	fixture_run("git init -q r && cd r && mkdir -p db/migrate config &&"
		    "echo one > db/migrate/1_one.rb &&"
		    "echo '<%= ENV[\"LEDGER_DB\"] %>' > config/database.yml &&"
		    "git add . && git commit -qm base");
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

static void nothing_recorded_is_not_fresh(void **state)
{
	assert_false(fresh(*state, NULL));
}

static void recorded_is_fresh(void **state)
{
	record(*state);
	assert_true(fresh(*state, NULL));
	assert_true(fresh(*state, "HEAD"));
}

static void commits_beside_the_migrations_stay_fresh(void **state)
{
	record(*state);
	fixture_run("cd r && git switch -qc topic && echo x > x &&"
		    "git add . && git commit -qm x");
	assert_true(fresh(*state, "main"));
	fixture_run("cd r && git switch -q main");
	assert_true(fresh(*state, "topic"));
}

static void another_migration_is_not_fresh(void **state)
{
	record(*state);
	fixture_run("cd r && echo two > db/migrate/2_two.rb && git add . &&"
		    "git commit -qm two");
	assert_false(fresh(*state, NULL));
}

static void commit_and_reset_is_noticed(void **state)
{
	record(*state);
	fixture_run("cd r && echo two > db/migrate/2_two.rb && git add . &&"
		    "git commit -qm two && git reset -q --hard HEAD~1");
	assert_false(fresh(*state, NULL));
	record(*state);
	assert_true(fresh(*state, NULL));
}

static void previous_head_with_others_is_not_fresh(void **state)
{
	fixture_run("cd r && git switch -qc topic &&"
		    "echo two > db/migrate/2_two.rb && git add . &&"
		    "git commit -qm two && git switch -q main");
	record(*state);
	assert_true(fresh(*state, NULL));
	assert_false(fresh(*state, "topic"));
}

static void files_on_disk_count(void **state)
{
	record(*state);
	fixture_file("r/db/migrate/2_untracked.rb", "two");
	assert_false(fresh(*state, NULL));
	record(*state);
	assert_true(fresh(*state, NULL));
	fixture_run("rm r/db/migrate/2_untracked.rb");
	assert_false(fresh(*state, NULL));
}

static void configuration_counts(void **state)
{
	record(*state);
	setenv("LEDGER_DB", "other", 1);
	assert_false(fresh(*state, NULL));
	unsetenv("LEDGER_DB");
	assert_true(fresh(*state, NULL));
	setenv("DATABASE_URL", "postgres:///x", 1);
	assert_false(fresh(*state, NULL));
	unsetenv("DATABASE_URL");
	setenv("LEDGER_OTHER", "1", 1);
	assert_true(fresh(*state, NULL));
	unsetenv("LEDGER_OTHER");
	fixture_file("r/config/database.yml", "development: {}\n");
	assert_false(fresh(*state, NULL));
}

static void each_file_that_may_set_a_variable_counts(void **state)
{
	static const char *const files[] = { "r/.env.development.local",
		"r/.env.custom", "r/config/boot.rb", "r/config/local_env.yml",
		"r/config/environments/development.rb",
		"r/config/initializers/env.rb",
		"r/config/credentials.yml.enc" };

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		AUTO_STRBUF remove = STRBUF_INIT;

		record(*state);
		fixture_file(files[i], "LEDGER_DB=other\n");
		assert_false(fresh(*state, NULL));
		record(*state);
		fixture_file(files[i], "LEDGER_DB=third\n");
		assert_false(fresh(*state, NULL));
		strbuf_addf(&remove, "rm %s", files[i]);
		fixture_run(remove.buf);
		assert_false(fresh(*state, NULL));
	}
}

static void other_work_trees_doings_count(void **state)
{
	struct scene *s = *state;
	struct err err = ERR_INIT;

	record(s);
	assert_int_equal(ledger_touch(&s->m, &s->db, &err), 0);
	assert_false(fresh(s, NULL));
	record(s);
	assert_true(fresh(s, NULL));
}

static void forgotten_is_not_fresh(void **state)
{
	struct scene *s = *state;

	record(s);
	ledger_forget(&s->m);
	assert_false(fresh(s, NULL));
}

static void rewritten_reflog_is_not_fresh(void **state)
{
	record(*state);
	fixture_run("cd r && git reflog expire --expire=now --all");
	assert_false(fresh(*state, NULL));
}

static void damage_is_not_fresh(void **state)
{
	record(*state);
	fixture_file("r/.git/hookrun/migrate", "trees");
	assert_false(fresh(*state, NULL));
}

static void changed_texts_are_remembered(void **state)
{
	struct scene *s = *state;
	struct migration here = { .version = 7, .name = "7_x.rb" };
	struct item item = { .kind = ITEM_CHANGED, .version = 7 };
	struct oid other = { "bb" };

	look(s, NULL);
	here.blob = (struct oid){ "aa" };
	s->db.present.arena = &s->arena;
	migrations_add(&s->db.present, &here);
	s->db.items = (struct items){ &item, 1 };
	assert_false(ledger_differs(&s->m, &s->db, 7, &here.blob));
	ledger_mark_changed(&s->m, &s->db);
	assert_true(ledger_differs(&s->m, &s->db, 7, &here.blob));
	assert_false(ledger_differs(&s->m, &s->db, 7, &other));
	assert_false(ledger_differs(&s->m, &s->db, 8, &here.blob));
}

/* No cheap sign of this database is to be had. */
static enum ledger_trust trust_at(struct scene *s, int64_t max_age_ms)
{
	look(s, NULL);
	s->m.opts.ledger_max_age_ms = max_age_ms;
	return ledger_trust(&s->m);
}

static void agreement_ages(void **state)
{
	record(*state);
	assert_int_equal(trust_at(*state, 600000), LEDGER_HOLDS);
	assert_int_equal(trust_at(*state, 0), LEDGER_OLD);
	fixture_run(
		"sed -i 's/^looked .*/looked 1000/' r/.git/hookrun/migrate");
	assert_int_equal(trust_at(*state, 600000), LEDGER_OLD);
	/* Of a clock that was put back. */
	fixture_run("sed -i 's/^looked .*/looked 99999999999/' "
		    "r/.git/hookrun/migrate");
	assert_int_equal(trust_at(*state, 600000), LEDGER_OLD);
	/* What only Rails can tell of does not. */
	fixture_run("sed -i '/^native /d' r/.git/hookrun/migrate");
	assert_int_equal(trust_at(*state, 0), LEDGER_HOLDS);
}

static void a_schema_that_a_task_wrote_is_a_doubt(void **state)
{
	fixture_run("cd r && echo one > db/schema.rb && git add . &&"
		    "git commit -qm schema");
	record(*state);
	fixture_run("cd r && git commit -q --allow-empty -m x");
	assert_int_equal(trust_at(*state, 600000), LEDGER_HOLDS);
	fixture_run("echo two > r/db/schema.rb");
	assert_int_equal(trust_at(*state, 600000), LEDGER_DOUBT);
	record(*state);
	assert_int_equal(trust_at(*state, 600000), LEDGER_HOLDS);
}

static void a_file_that_was_written_to_is_a_doubt(void **state)
{
	struct scene *s = *state;
	struct db_target target = { .name = "primary",
		.adapter = "sqlite3",
		.database = "db.sqlite3" };
	struct err err = ERR_INIT;

	fixture_run("echo one > r/db.sqlite3");
	look(s, NULL);
	db_target_identify(&target, s->m.app, &s->arena);
	s->db.target = &target;
	signs_take(&s->m, &s->db);
	fixture_run("echo row >> r/db.sqlite3"); /* while it is asked */
	assert_int_equal(ledger_record(&s->m, &err), 0);
	assert_int_equal(trust_at(s, 0), LEDGER_DOUBT);
	s->db.target = &target;
	signs_take(&s->m, &s->db);
	assert_int_equal(ledger_record(&s->m, &err), 0);
	assert_int_equal(trust_at(s, 0), LEDGER_HOLDS);
	fixture_run("rm r/db.sqlite3");
	assert_int_equal(trust_at(s, 0), LEDGER_DOUBT);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(nothing_recorded_is_not_fresh),
		TEST(recorded_is_fresh),
		TEST(commits_beside_the_migrations_stay_fresh),
		TEST(another_migration_is_not_fresh),
		TEST(commit_and_reset_is_noticed),
		TEST(previous_head_with_others_is_not_fresh),
		TEST(files_on_disk_count),
		TEST(configuration_counts),
		TEST(each_file_that_may_set_a_variable_counts),
		TEST(other_work_trees_doings_count),
		TEST(forgotten_is_not_fresh),
		TEST(rewritten_reflog_is_not_fresh),
		TEST(damage_is_not_fresh),
		TEST(changed_texts_are_remembered),
		TEST(agreement_ages),
		TEST(a_schema_that_a_task_wrote_is_a_doubt),
		TEST(a_file_that_was_written_to_is_a_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
