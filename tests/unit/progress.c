/* What is known of the Rails driver's work after each of its lines. */
#include "migrate/progress.h"

#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static int setup(void **state)
{
	struct progress *p = xcalloc(1, sizeof(*p));

	p->arena = xcalloc(1, sizeof(*p->arena));
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct progress *p = *state;

	arena_release(p->arena);
	free(p->arena);
	free(p);
	return 0;
}

static enum progress_ask feed(struct progress *p, const char *line)
{
	enum progress_ask ask = PROGRESS_GO_ON;
	struct err err = ERR_INIT;

	if (progress_feed(p, line, strlen(line), &ask, &err))
		fail_msg("%s: %s", line, err.msg);
	return ask;
}

#define BEGIN "{\"ev\":\"begin\",\"db\":\"a\",\"atomic\":true}"
#define STEPS "{\"ev\":\"begin\",\"db\":\"a\",\"atomic\":false}"
#define COMMIT "{\"ev\":\"committed\",\"db\":\"a\"}"
#define UNDO "{\"ev\":\"rolled_back\",\"db\":\"a\"}"

static void change(struct progress *p, const char *phase, int version)
{
	char line[200];
	static const char *const events[] = { "start", "end" };

	for (size_t i = 0; i < 2; i++) {
		snprintf(line, sizeof(line),
			"{\"ev\":\"%s\",\"db\":\"a\",\"phase\":\"%s\","
			"\"version\":\"%d\",\"file\":\"%d_x.rb\"}",
			events[i], phase, version, version);
		feed(p, line);
	}
}

static void committed_changes_count(void **state)
{
	struct progress *p = *state;

	feed(p, "{\"ev\":\"booted\",\"rails\":\"6.1\",\"ms\":12}");
	assert_true(p->booted);
	feed(p, BEGIN);
	change(p, "down", 2);
	change(p, "up", 3);
	change(p, "up", 4);
	feed(p, COMMIT);
	feed(p, "{\"ev\":\"done\"}");
	progress_end(p);
	assert_true(p->done);
	assert_int_equal(progress_count(p, true), 1);
	assert_int_equal(progress_count(p, false), 2);
	assert_int_equal(p->changes[2].version, 4);
	assert_string_equal(p->changes[2].file, "4_x.rb");
	assert_false(p->stepwise);
}

static void a_death_inside_a_transaction_undoes_it(void **state)
{
	struct progress *p = *state;

	feed(p, BEGIN);
	change(p, "down", 2);
	feed(p, COMMIT);
	feed(p, BEGIN);
	change(p, "up", 3);
	progress_end(p);
	assert_int_equal(p->nchanges, 1);
	assert_true(p->changes[0].down);
}

static void a_death_between_steps_undoes_nothing(void **state)
{
	struct progress *p = *state;

	feed(p, "{\"ev\":\"not_atomic\",\"db\":\"a\",\"because\":\"1_x.rb\"}");
	feed(p, STEPS);
	change(p, "down", 2);
	change(p, "up", 3);
	progress_end(p);
	assert_int_equal(p->nchanges, 2);
	assert_true(p->stepwise);
	assert_int_equal(p->nnotes, 1);
}

static void rehearsals_leave_nothing(void **state)
{
	struct progress *p = *state;

	feed(p, BEGIN);
	change(p, "down", 2);
	feed(p, "{\"ev\":\"left\",\"version\":\"1\",\"why\":\"so\"}");
	feed(p, UNDO);
	assert_int_equal(p->nchanges, 0);
	assert_int_equal(p->nnotes, 0);
	feed(p, BEGIN);
	change(p, "down", 2);
	feed(p, "{\"ev\":\"left\",\"version\":\"1\",\"why\":\"so\"}");
	feed(p, COMMIT);
	assert_int_equal(p->nchanges, 1);
	assert_int_equal(p->nnotes, 1);
	assert_string_equal(p->notes[0].text, "left applied: 1, so");
}

static void failures_are_told_apart(void **state)
{
	struct progress *p = *state;

	feed(p, BEGIN);
	change(p, "down", 2);
	feed(p, "{\"ev\":\"failed\",\"error\":\"PG::E\",\"message\":\"a\\nb\","
		"\"at\":null,\"db\":\"a\",\"phase\":\"up\",\"atomic\":true,"
		"\"version\":\"3\",\"file\":\"3_x.rb\"}");
	assert_int_equal(p->nchanges, 0);
	assert_true(p->failure.set);
	assert_true(p->failure.atomic);
	assert_int_equal(p->failure.version, 3);
	assert_string_equal(p->failure.message, "a\nb");
	assert_null(p->failure.at);
}

static void boot_failures_are_no_boot(void **state)
{
	struct progress *p = *state;

	feed(p, "{\"ev\":\"boot_failed\",\"error\":\"KeyError\","
		"\"message\":\"key \\\"X\\\"\",\"at\":\"config/a.rb:3\"}");
	assert_true(p->boot_failed);
	assert_false(p->booted);
	assert_string_equal(p->failure.message, "key \"X\"");
	assert_string_equal(p->failure.at, "config/a.rb:3");
}

static void questions_are_asked(void **state)
{
	struct progress *p = *state;

	assert_int_equal(
		feed(p, "{\"ev\":\"discovered\"}"), PROGRESS_WANTS_PLAN);
	assert_int_equal(
		feed(p, "{\"ev\":\"impact\",\"items\":[\"table w (2 rows)\","
			"\"column u.x (1 value)\"],\"unknown\":\"\"}"),
		PROGRESS_WANTS_YES);
	assert_string_equal(
		p->impact, "table w (2 rows)\ncolumn u.x (1 value)");
	assert_null(p->unknown);
	feed(p, "{\"ev\":\"impact\",\"items\":[],\"unknown\":\"no\"}");
	assert_string_equal(p->impact, "");
	assert_string_equal(p->unknown, "no");
}

static void databases_are_introduced(void **state)
{
	struct progress *p = *state;

	feed(p, "{\"ev\":\"database\",\"db\":\"primary\",\"adapter\":"
		"\"SQLite\","
		"\"database\":\"db/dev.sqlite3\",\"host\":\"\",\"port\":\"\","
		"\"environment\":null,\"rails_env\":\"development\","
		"\"has_table\":true,\"has_tables\":false,"
		"\"applied\":[\"20240302000000\",\"1\"],"
		"\"data_applied\":\"\","
		"\"paths\":[\"db/migrate\",\"/gem/db/migrate\"]}");
	assert_int_equal(p->ndbs, 1);
	assert_string_equal(p->dbs[0].name, "primary");
	assert_null(p->dbs[0].host);
	assert_null(p->dbs[0].stored_env);
	assert_true(p->dbs[0].has_table);
	assert_int_equal(p->dbs[0].napplied, 2);
	assert_int_equal(p->dbs[0].applied[0], 1);
	assert_int_equal(p->dbs[0].applied[1], 20240302000000);
	assert_string_equal(p->dbs[0].dirs, "db/migrate:/gem/db/migrate");
	assert_string_equal(p->dbs[0].data_applied, "");
	feed(p, "{\"ev\":\"database\",\"db\":\"other\",\"data_applied\":null}");
	assert_null(p->dbs[1].data_applied);
}

static void a_wait_names_its_database(void **state)
{
	struct progress *p = *state;

	assert_int_equal(feed(p, "{\"ev\":\"waiting\",\"db\":\"animals\"}"),
		PROGRESS_WAITS);
	assert_string_equal(p->waiting_db, "animals");
}

static void other_text_is_an_error(void **state)
{
	static const char *const lines[] = { "", "hello", "{", "[1]", "{}",
		"{\"ev\":\"unheard_of\"}", "{\"ev\":[1]}" };
	enum progress_ask ask;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(progress_feed(*state, lines[i],
					 strlen(lines[i]), &ask, &err),
			-1);
		assert_true(*err.msg);
	}
}

static void any_number_of_changes(void **state)
{
	struct progress *p = *state;

	feed(p, BEGIN);
	for (int i = 0; i < 100; i++)
		change(p, "up", i);
	feed(p, COMMIT);
	assert_int_equal(p->nchanges, 100);
	assert_int_equal(p->changes[99].version, 99);
}

static void what_is_kept_is_undone_with_its_transaction(void **state)
{
	static const char kept[] = "{\"ev\":\"kept\",\"id\":\"7\","
				   "\"items\":[\"table a (1 row)\"]}";
	struct progress *p = *state;

	feed(p, BEGIN);
	feed(p, kept);
	feed(p, UNDO);
	assert_int_equal(p->nnotes, 0);
	feed(p, BEGIN);
	feed(p, kept);
	feed(p, COMMIT);
	assert_int_equal(p->nnotes, 1);
	assert_string_equal(p->notes[0].text,
		"kept what is gone now: table a (1 row); 'hookrun db restore "
		"7' brings it back");
}

static void a_migration_that_commits_is_loose_from_then_on(void **state)
{
	struct progress *p = *state;

	feed(p, STEPS);
	feed(p, "{\"ev\":\"start\",\"phase\":\"up\",\"version\":\"3\","
		"\"file\":\"3_x.rb\",\"loose\":false}");
	assert_false(p->doing.loose);
	feed(p, "{\"ev\":\"loose\"}");
	assert_true(p->doing.loose);
}

static void what_was_open_at_the_end_can_be_taken_back(void **state)
{
	struct progress *p = *state;

	feed(p, BEGIN);
	change(p, "down", 2);
	feed(p, COMMIT);
	feed(p, BEGIN);
	change(p, "down", 1);
	change(p, "up", 3);
	feed(p, "{\"ev\":\"kept\",\"db\":\"a\",\"id\":\"1\",\"items\":[\"x\"]"
		"}");
	progress_end(p);
	assert_int_equal(p->nnotes, 0);
	assert_int_equal(p->nchanges, 1);
	assert_int_equal(p->nopen, 2);
	progress_take_open(p);
	assert_int_equal(p->nchanges, 3);
	assert_int_equal(p->changes[2].version, 3);
	assert_int_equal(p->nnotes, 1);
	assert_true(p->notes[0].kept);
	progress_take_open(p);
	assert_int_equal(p->nchanges, 3);
}

static void a_failure_in_a_commit_leaves_it_open(void **state)
{
	struct progress *p = *state;

	feed(p, BEGIN);
	change(p, "down", 2);
	feed(p, "{\"ev\":\"failed\",\"db\":\"a\",\"phase\":\"down\","
		"\"same\":null}");
	progress_end(p);
	assert_int_equal(p->nchanges, 0);
	assert_int_equal(p->nopen, 1);
	assert_int_equal(p->failure.same, SAME_UNKNOWN);
}

static void a_rehearsal_leaves_nothing_open(void **state)
{
	struct progress *p = *state;

	feed(p, BEGIN);
	change(p, "down", 2);
	feed(p, UNDO);
	progress_end(p);
	assert_int_equal(p->nopen, 0);
}

static void sameness_is_what_the_driver_found(void **state)
{
	struct progress *p = *state;

	assert_false(p->begun);
	feed(p, BEGIN);
	assert_true(p->begun);
	feed(p, "{\"ev\":\"failed\",\"phase\":\"up\",\"same\":true}");
	assert_int_equal(p->failure.same, SAME_YES);
	feed(p, "{\"ev\":\"failed\",\"phase\":\"up\",\"same\":false}");
	assert_int_equal(p->failure.same, SAME_NO);
	feed(p, "{\"ev\":\"failed\",\"phase\":\"up\",\"same\":null}");
	assert_int_equal(p->failure.same, SAME_UNKNOWN);
}

static void a_new_number_is_neither_up_nor_down(void **state)
{
	static const char *const renumbered =
		"{\"ev\":\"renumbered\",\"db\":\"primary\",\"from\":\"3\","
		"\"version\":\"5\"}";
	struct progress *p = *state;

	feed(p, BEGIN);
	feed(p, renumbered);
	feed(p, UNDO);
	assert_int_equal(p->nchanges, 0);
	feed(p, BEGIN);
	feed(p, renumbered);
	feed(p, COMMIT);
	assert_int_equal(p->nchanges, 1);
	assert_int_equal(p->changes[0].from, 3);
	assert_int_equal(p->changes[0].version, 5);
	assert_int_equal(progress_count(p, false), 0);
	assert_int_equal(progress_count(p, true), 0);
}

static void kinds_of_failures_and_refusals_are_read(void **state)
{
	struct progress *p = *state;

	feed(p, "{\"ev\":\"failed\",\"kind\":\"irreversible\"}");
	assert_int_equal(p->failure.kind, FAILURE_IRREVERSIBLE);
	feed(p, "{\"ev\":\"failed\",\"kind\":\"early\"}");
	assert_int_equal(p->failure.kind, FAILURE_EARLY);
	feed(p, "{\"ev\":\"failed\",\"kind\":null}");
	assert_int_equal(p->failure.kind, FAILURE_OTHER);
	feed(p, "{\"ev\":\"refused\",\"why\":\"x\",\"kind\":\"absent\"}");
	assert_int_equal(p->obstacle, OBSTACLE_ABSENT);
	feed(p, "{\"ev\":\"refused\",\"why\":\"x\"}");
	assert_int_equal(p->obstacle, OBSTACLE_OTHER);
}

static void what_is_left_names_its_culprit(void **state)
{
	struct progress *p = *state;

	feed(p, "{\"ev\":\"left\",\"db\":\"primary\",\"version\":\"3\","
		"\"culprit\":\"4\",\"why\":\"x\"}");
	feed(p, "{\"ev\":\"left\",\"db\":\"primary\",\"version\":\"3\","
		"\"why\":\"x\"}");
	assert_int_equal(p->nnotes, 2);
	assert_string_equal(p->notes[0].db, "primary");
	assert_int_equal(p->notes[0].version, 3);
	assert_int_equal(p->notes[0].culprit, 4);
	assert_int_equal(p->notes[1].culprit, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(committed_changes_count),
		TEST(a_death_inside_a_transaction_undoes_it),
		TEST(a_death_between_steps_undoes_nothing),
		TEST(rehearsals_leave_nothing),
		TEST(failures_are_told_apart),
		TEST(boot_failures_are_no_boot),
		TEST(questions_are_asked),
		TEST(databases_are_introduced),
		TEST(a_wait_names_its_database),
		TEST(other_text_is_an_error),
		TEST(any_number_of_changes),
		TEST(what_is_kept_is_undone_with_its_transaction),
		TEST(a_migration_that_commits_is_loose_from_then_on),
		TEST(sameness_is_what_the_driver_found),
		TEST(what_was_open_at_the_end_can_be_taken_back),
		TEST(a_failure_in_a_commit_leaves_it_open),
		TEST(a_rehearsal_leaves_nothing_open),
		TEST(a_new_number_is_neither_up_nor_down),
		TEST(kinds_of_failures_and_refusals_are_read),
		TEST(what_is_left_names_its_culprit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
