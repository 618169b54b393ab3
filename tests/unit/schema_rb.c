/* db/schema.rb in three versions: what is merged, and what stays a conflict. */
#include "hookrun/schemafile/schemafile.h"

#include "hookrun/base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "ActiveRecord::Schema[7.1].define(version: 2024_01_01_000000) do\n"
#define TABLE(name, lines)                                                     \
	"  create_table \"" name "\", force: :cascade do |t|\n" lines "  "     \
	"end\n"
#define NAME "    t.string \"name\"\n"
#define AGE "    t.integer \"age\"\n"
#define NICK "    t.string \"nick\"\n"
#define KEY(from, to) "  add_foreign_key \"" from "\", \"" to "\"\n"
#define END "end\n"

/* The merge of three texts, and whether it has conflicts. */
static int merge(const char *base, const char *ours, const char *theirs,
	struct strbuf *out)
{
	const char *const texts[] = { base, ours, theirs };
	const struct text_marks marks = {
		.labels = { "base", "ours", "theirs" }, .size = 7
	};
	struct strbuf sides[TEXT_SIDES];
	struct err err;
	int ret;

	for (int i = 0; i < TEXT_SIDES; i++) {
		strbuf_init(&sides[i]);
		strbuf_addstr(&sides[i], texts[i]);
	}
	schemafile_settle("db/schema.rb", sides);
	ret = text_merge(sides, &marks, out, &err);
	for (int i = 0; i < TEXT_SIDES; i++)
		strbuf_release(&sides[i]);
	return ret;
}

static void merges(const char *base, const char *ours, const char *theirs,
	const char *wanted)
{
	AUTO_STRBUF out = STRBUF_INIT;

	assert_int_equal(merge(base, ours, theirs, &out), 0);
	assert_string_equal(out.buf, wanted);
}

static void conflicts(const char *base, const char *ours, const char *theirs,
	const char *wanted)
{
	AUTO_STRBUF out = STRBUF_INIT;

	assert_int_equal(merge(base, ours, theirs, &out), 1);
	assert_string_equal(out.buf, wanted);
}

static void the_greater_version_counts(void **state)
{
	(void)state;
	merges("ActiveRecord::Schema.define(version: 2019_01_01_000000) "
	       "do\nend\n",
		"ActiveRecord::Schema.define(version: 2020_01_01_000000) do\n"
		"end\n",
		"ActiveRecord::Schema.define(version: 2020_01_02_000000) do\n"
		"end\n",
		"ActiveRecord::Schema.define(version: 2020_01_02_000000) do\n"
		"end\n");
	merges("ActiveRecord::Schema.define(version: 20190101000000) "
	       "do\n\nend\n",
		"ActiveRecord::Schema.define(version: 20210101000000) do\n\n"
		"end\n",
		"ActiveRecord::Schema.define(version: 20200102000000) do\n\n"
		"end\n",
		"ActiveRecord::Schema.define(version: 20210101000000) do\n\n"
		"end\n");
}

static void a_version_keeps_the_form_of_its_line(void **state)
{
	(void)state;
	merges("ActiveRecord::Schema.define(version: 20190101000000) do\nend\n",
		"ActiveRecord::Schema[7.0].define(version: 2020_01_01_000000) "
		"do\nend\n",
		"ActiveRecord::Schema.define(version: 20210102000000) do\n"
		"end\n",
		"ActiveRecord::Schema[7.0].define(version: 2021_01_02_000000) "
		"do\nend\n");
	merges("ActiveRecord::Schema.define(:version => \"9\") do\nend\n",
		"ActiveRecord::Schema.define(:version => \"10\") do\nend\n",
		"ActiveRecord::Schema.define(:version => \"11\") do\nend\n",
		"ActiveRecord::Schema.define(:version => \"11\") do\nend\n");
}

static void who_alone_changed_the_version_may_go_back(void **state)
{
	(void)state;
	merges("ActiveRecord::Schema.define(version: 5) do\nend\n",
		"ActiveRecord::Schema.define(version: 4) do\nend\n",
		"ActiveRecord::Schema.define(version: 5) do\nend\n",
		"ActiveRecord::Schema.define(version: 4) do\nend\n");
}

static void tables_at_one_place_come_in_order(void **state)
{
	(void)state;
	merges(HEAD TABLE("a", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("c", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", AGE) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", AGE) "\n" TABLE("c", NAME)
			END);
}

static void a_table_that_one_side_drops_goes(void **state)
{
	(void)state;
	merges(HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) END,
		HEAD TABLE("b", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME NICK) END,
		HEAD TABLE("b", NAME NICK) END);
}

static void columns_of_both_sides_stay_ours_first(void **state)
{
	(void)state;
	merges(HEAD TABLE("a", NAME) END, HEAD TABLE("a", NAME NICK) END,
		HEAD TABLE("a", NAME AGE) END,
		HEAD TABLE("a", NAME NICK AGE) END);
}

static void columns_of_rails_8_1_are_sorted(void **state)
{
#define SORTED                                                                 \
	"ActiveRecord::Schema[8.1].define(version: 2024_01_01_000000) do\n"
	(void)state;
	merges(SORTED TABLE("a", NAME) END,
		SORTED TABLE("a", NAME "    t.string \"zip\"\n") END,
		SORTED TABLE("a", NAME NICK) END,
		SORTED TABLE("a", NAME NICK "    t.string \"zip\"\n") END);
}

static void neighbours_within_a_table_are_no_conflict(void **state)
{
	(void)state;
	merges(HEAD TABLE("a", NAME AGE NICK) END,
		HEAD TABLE("a", AGE NICK) END,
		HEAD TABLE("a", NAME "    t.bigint \"age\"\n" NICK
				     "    t.index [\"nick\"], name: \"n\"\n")
			END,
		HEAD TABLE("a", "    t.bigint \"age\"\n" NICK
				"    t.index [\"nick\"], name: \"n\"\n") END);
}

static void padded_columns_are_the_same_columns(void **state)
{
	(void)state;
	merges(HEAD TABLE("a", NAME) END,
		HEAD TABLE("a", "    t.string   \"name\"\n"
				"    t.datetime \"at\"\n") END,
		HEAD TABLE("a", NAME NICK) END,
		HEAD TABLE("a", "    t.string   \"name\"\n"
				"    t.datetime \"at\"\n" NICK) END);
}

static void one_column_changed_by_both_is_one_conflict(void **state)
{
	(void)state;
	conflicts(HEAD TABLE("a", NAME AGE) END,
		HEAD TABLE("a", "    t.text \"name\"\n" AGE NICK) END,
		HEAD TABLE("a", "    t.binary \"name\"\n" AGE) "\n" TABLE(
			"b", NAME) END,
		HEAD "  create_table \"a\", force: :cascade do |t|\n"
		     "<<<<<<< ours\n"
		     "    t.text \"name\"\n"
		     "=======\n"
		     "    t.binary \"name\"\n"
		     ">>>>>>> theirs\n" AGE NICK "  end\n\n" TABLE("b", NAME)
			     END);
}

static void a_table_dropped_here_and_changed_there_is_a_conflict(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	assert_int_equal(
		merge(HEAD TABLE("a", NAME) "\n" TABLE("b", AGE) END,
			HEAD TABLE("a", NAME) END,
			HEAD TABLE("a", NAME) "\n" TABLE("b", AGE NICK) END,
			&out),
		1);
	assert_non_null(strstr(out.buf, "<<<<<<< ours\n=======\n"));
	assert_non_null(strstr(out.buf, NICK));
}

static void foreign_keys_come_in_order(void **state)
{
	(void)state;
	merges(HEAD TABLE("a", NAME) "\n" KEY("c", "a") END,
		HEAD TABLE("a", NAME) "\n" KEY("c", "a") KEY("d", "a") END,
		HEAD TABLE("a", NAME) "\n" KEY("b", "a") KEY("c", "a")
			KEY("c", "b") END,
		HEAD TABLE("a", NAME) "\n" KEY("b", "a") KEY("c", "a")
			KEY("c", "b") KEY("d", "a") END);
}

static void one_foreign_key_of_both_is_a_conflict(void **state)
{
	(void)state;
	conflicts(HEAD KEY("c", "a") END,
		HEAD
		"  add_foreign_key \"c\", \"a\", on_delete: :cascade\n" END,
		HEAD
		"  add_foreign_key \"c\", \"a\", on_delete: :nullify\n" KEY(
			"d", "a") END,
		HEAD "<<<<<<< ours\n"
		     "  add_foreign_key \"c\", \"a\", on_delete: :cascade\n"
		     "=======\n"
		     "  add_foreign_key \"c\", \"a\", on_delete: :nullify\n"
		     ">>>>>>> theirs\n" KEY("d", "a") END);
}

/* Rails 6.1: the last table has a blank line behind it. */
static void blank_lines_are_where_this_rails_has_them(void **state)
{
#define OLD "ActiveRecord::Schema.define(version: 2024_01_01_000000) do\n\n"
	(void)state;
	merges(OLD TABLE("a", NAME) "\n" END,
		OLD TABLE("a", NAME) "\n" TABLE("c", NAME) "\n" END,
		OLD TABLE("a", NAME) "\n" TABLE("b", NAME) "\n" KEY("b", "a")
			END,
		OLD TABLE("a", NAME) "\n" TABLE("b", NAME) "\n" TABLE(
			"c", NAME) "\n" KEY("b", "a") END);
	merges(OLD TABLE("a", NAME) "\n" KEY("a", "a") END,
		OLD TABLE("a", NAME) "\n" END,
		OLD TABLE("a", NAME) "\n" KEY("a", "a") KEY("a", "c") END,
		OLD TABLE("a", NAME) "\n" KEY("a", "c") END);
}

static void indexes_of_rails_4_belong_to_their_table(void **state)
{
#define INDEX(table, name)                                                     \
	"  add_index \"" table "\", [\"x\"], name: \"" name "\"\n"
	(void)state;
	merges(OLD TABLE("a", NAME) "\n" TABLE("d", NAME) "\n" END,
		OLD TABLE("a", NAME) "\n" INDEX("a", "x") "\n" TABLE(
			"d", NAME) "\n" END,
		OLD TABLE("a", NAME) "\n" TABLE("c", NAME) "\n" INDEX(
			"c", "y") "\n" TABLE("d", NAME) "\n" END,
		OLD TABLE("a", NAME) "\n" INDEX("a", "x") "\n" TABLE(
			"c", NAME) "\n" INDEX("c", "y") "\n" TABLE("d",
			NAME) "\n" END);
}

static void extensions_and_enums_are_lists(void **state)
{
#define EXTENSIONS "  # These are extensions\n"
	(void)state;
	merges(HEAD EXTENSIONS
		"  enable_extension \"plpgsql\"\n\n" TABLE("a", NAME) END,
		HEAD EXTENSIONS
		"  enable_extension \"hstore\"\n"
		"  enable_extension \"plpgsql\"\n\n"
		"  # Custom types\n"
		"  create_enum \"b\", [\"x\"]\n\n" TABLE("a", NAME) END,
		HEAD EXTENSIONS
		"  enable_extension \"citext\"\n"
		"  enable_extension \"plpgsql\"\n\n" TABLE("a", NAME) END,
		HEAD EXTENSIONS
		"  enable_extension \"citext\"\n"
		"  enable_extension \"hstore\"\n"
		"  enable_extension \"plpgsql\"\n\n"
		"  # Custom types\n"
		"  create_enum \"b\", [\"x\"]\n\n" TABLE("a", NAME) END);
}

static void both_have_made_the_file(void **state)
{
	(void)state;
	merges("", HEAD TABLE("a", NAME) END, HEAD TABLE("b", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) END);
}

static void whose_order_nobody_knows_is_a_conflict(void **state)
{
#define VIEW(name)                                                             \
	"  create_view \"" name "\", sql_definition: <<-SQL\n"                 \
	"      SELECT 1\n\n      FROM a;\n"                                    \
	"  SQL\n"
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	merges(HEAD TABLE("a", NAME) END,
		HEAD TABLE("a", NAME) "\n" VIEW("v") END,
		HEAD TABLE("a", NAME) "\n" KEY("a", "a") END,
		HEAD TABLE("a", NAME) "\n" KEY("a", "a") "\n" VIEW("v") END);
	assert_int_equal(
		merge(HEAD TABLE("a", NAME) END,
			HEAD TABLE("a", NAME) "\n" VIEW("v") END,
			HEAD TABLE("a", NAME) "\n" VIEW("w") END, &out),
		1);
	assert_non_null(strstr(out.buf, "create_view \"v\""));
	assert_non_null(strstr(out.buf, "create_view \"w\""));
}

static void what_is_no_dump_merges_as_text(void **state)
{
	(void)state;
	merges(HEAD "  if x\n\n\n    y\n  end\n" END,
		"ActiveRecord::Schema[7.1].define(version: "
		"2024_01_03_000000) do\n"
		"  if x\n\n\n    y\n  end\n" END,
		"ActiveRecord::Schema[7.1].define(version: "
		"2024_01_02_000000) do\n"
		"  if x\n\n\n    z\n  end\n" END,
		"ActiveRecord::Schema[7.1].define(version: "
		"2024_01_03_000000) do\n"
		"  if x\n\n\n    z\n  end\n" END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_greater_version_counts),
		cmocka_unit_test(a_version_keeps_the_form_of_its_line),
		cmocka_unit_test(who_alone_changed_the_version_may_go_back),
		cmocka_unit_test(tables_at_one_place_come_in_order),
		cmocka_unit_test(a_table_that_one_side_drops_goes),
		cmocka_unit_test(columns_of_both_sides_stay_ours_first),
		cmocka_unit_test(columns_of_rails_8_1_are_sorted),
		cmocka_unit_test(neighbours_within_a_table_are_no_conflict),
		cmocka_unit_test(padded_columns_are_the_same_columns),
		cmocka_unit_test(one_column_changed_by_both_is_one_conflict),
		cmocka_unit_test(
			a_table_dropped_here_and_changed_there_is_a_conflict),
		cmocka_unit_test(foreign_keys_come_in_order),
		cmocka_unit_test(one_foreign_key_of_both_is_a_conflict),
		cmocka_unit_test(blank_lines_are_where_this_rails_has_them),
		cmocka_unit_test(indexes_of_rails_4_belong_to_their_table),
		cmocka_unit_test(extensions_and_enums_are_lists),
		cmocka_unit_test(both_have_made_the_file),
		cmocka_unit_test(whose_order_nobody_knows_is_a_conflict),
		cmocka_unit_test(what_is_no_dump_merges_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
