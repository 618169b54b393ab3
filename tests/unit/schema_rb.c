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
	ret = schemafile_merge(sides, &marks, out, &err);
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

static void columns_are_sorted_since_rails_8_1(void **state)
{
#define SORTED                                                                 \
	"ActiveRecord::Schema[8.10].define(version: 2024_01_01_000000) do\n"
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

static void a_changed_line_moves_to_its_place(void **state)
{
#define NULLIFY "  add_foreign_key \"b\", \"a\", on_delete: :nullify\n"
#define NAMED "  add_foreign_key \"b\", \"a\", column: \"x_id\"\n"
	(void)state;
	merges(HEAD KEY("b", "a") END, HEAD KEY("b", "a") NAMED END,
		HEAD NULLIFY END, HEAD NAMED NULLIFY END);
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

/* ---- what no database would take, or is there twice ---------------------- */

/* That it is a conflict, which has this among its lines. */
static void has_conflict(const char *base, const char *ours, const char *theirs,
	const char *wanted)
{
	AUTO_STRBUF out = STRBUF_INIT;

	assert_int_equal(merge(base, ours, theirs, &out), 1);
	if (!strstr(out.buf, wanted))
		fail_msg("no '%s' in: %s", wanted, out.buf);
	assert_null(strchr(out.buf, '\001'));
}

#define BY(column, name) "    t.index [\"" column "\"], name: \"" name "\"\n"
#define THEIRS_ADDED(line) "<<<<<<< ours\n=======\n" line ">>>>>>> theirs\n"

static void what_stands_on_a_column_that_is_gone_is_a_conflict(void **state)
{
	(void)state;
	has_conflict(HEAD TABLE("a", NAME AGE) END, HEAD TABLE("a", NAME) END,
		HEAD TABLE("a", NAME AGE BY("age", "i")) END,
		THEIRS_ADDED(BY("age", "i")));
	has_conflict(HEAD TABLE("a", NAME AGE) END,
		HEAD TABLE("a", NAME AGE "    t.check_constraint \"age > 1\"\n")
			END,
		HEAD TABLE("a", NAME) END,
		"<<<<<<< ours\n    t.check_constraint \"age > 1\"\n"
		"=======\n>>>>>>> theirs\n");
	/* renamed */
	has_conflict(HEAD TABLE("a", NAME) END, HEAD TABLE("a", NICK) END,
		HEAD TABLE("a", NAME BY("lower((name)::text)", "i")) END,
		THEIRS_ADDED(BY("lower((name)::text)", "i")));
	has_conflict(HEAD TABLE("a", NAME) END, HEAD TABLE("a", NICK) END,
		HEAD TABLE("a",
			NAME "    t.virtual \"n\", as: \"upper(name)\"\n") END,
		THEIRS_ADDED("    t.virtual \"n\", as: \"upper(name)\"\n"));
	/* an option of that name, another table's column */
	merges(HEAD TABLE("a", NAME AGE) "\n" TABLE("b", NAME) END,
		HEAD TABLE("a", AGE) "\n" TABLE("b", NAME) END,
		HEAD TABLE("a", NAME AGE BY("age", "i")) "\n" TABLE(
			"b", NAME BY("name", "j")) END,
		HEAD TABLE("a", AGE BY("age", "i")) "\n" TABLE(
			"b", NAME BY("name", "j")) END);
}

static void a_foreign_key_to_what_is_gone_is_a_conflict(void **state)
{
#define A_ID "    t.bigint \"a_id\"\n"
	(void)state;
	has_conflict(HEAD TABLE("a", NAME) "\n" TABLE("b", A_ID) END,
		HEAD TABLE("b", A_ID) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", A_ID) "\n" KEY("b", "a")
			END,
		THEIRS_ADDED(KEY("b", "a")));
	has_conflict(HEAD TABLE("a", NAME) "\n" TABLE("b", A_ID AGE) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", AGE) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", A_ID AGE) "\n" KEY(
			"b", "a") END,
		THEIRS_ADDED(KEY("b", "a")));
}

static void an_enum_or_extension_that_is_gone_is_a_conflict(void **state)
{
#define ENUM "  create_enum \"e\", [\"x\"]\n\n"
#define HSTORE "  enable_extension \"hstore\"\n\n"
	(void)state;
	has_conflict(HEAD ENUM TABLE("a", NAME) END, HEAD TABLE("a", NAME) END,
		HEAD ENUM TABLE("a", NAME "    t.enum \"x\", enum_type: "
					  "\"e\"\n") END,
		THEIRS_ADDED("    t.enum \"x\", enum_type: \"e\"\n"));
	has_conflict(HEAD HSTORE TABLE("a", NAME) END,
		HEAD TABLE("a", NAME) END,
		HEAD HSTORE TABLE("a", NAME "    t.hstore \"x\"\n") END,
		THEIRS_ADDED("    t.hstore \"x\"\n"));
}

static void a_view_of_what_is_gone_is_a_conflict(void **state)
{
	(void)state;
	has_conflict(HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) END,
		HEAD TABLE("b", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) "\n" VIEW("v") END,
		THEIRS_ADDED("      FROM a;\n"));
}

static void what_both_have_renamed_is_a_conflict(void **state)
{
	(void)state;
	has_conflict(HEAD TABLE("a", NAME AGE) END,
		HEAD TABLE("a", "    t.string \"x\"\n" AGE) END,
		HEAD TABLE("a", "    t.string \"y\"\n" AGE) END,
		"<<<<<<< ours\n    t.string \"x\"\n=======\n"
		"    t.string \"y\"\n>>>>>>> theirs\n");
	has_conflict(HEAD TABLE("a", NAME AGE) END,
		HEAD TABLE("b", NAME AGE) END, HEAD TABLE("c", NAME AGE) END,
		"<<<<<<< ours\n  create_table "
		"\"b\"");
}

static void what_one_side_renamed_and_the_other_dropped_is_a_conflict(
	void **state)
{
#define ON_NAME(name) BY("name", name)
#define CHECK(least) "    t.check_constraint \"age > " least "\"\n"
	(void)state;
	has_conflict(HEAD TABLE("a", NAME AGE) END, HEAD TABLE("a", AGE) END,
		HEAD TABLE("a", NICK AGE) END, THEIRS_ADDED(NICK));
	has_conflict(HEAD TABLE("a", NAME ON_NAME("i")) END,
		HEAD TABLE("a", NAME) END,
		HEAD TABLE("a", NAME ON_NAME("j")) END,
		THEIRS_ADDED(ON_NAME("j")));
	has_conflict(HEAD TABLE("a", NAME AGE) "\n" TABLE("z", NICK) END,
		HEAD TABLE("z", NICK) END,
		HEAD TABLE("b", NAME AGE) "\n" TABLE("z", NICK) END,
		THEIRS_ADDED("  create_table \"b\", force: :cascade do |t|\n"));
	has_conflict(HEAD TABLE("z", NICK) "\n" KEY("z", "boxes") END,
		HEAD TABLE("z", NICK) END,
		HEAD TABLE("z", NICK) "\n"
				      "  add_foreign_key \"z\", \"b\", column: "
				      "\"box_id\"\n" END,
		">>>>>>> theirs\n");
	/* a constraint that Rails has named is known by what it says */
	has_conflict(HEAD TABLE("a", AGE CHECK("1")) END,
		HEAD TABLE("a", AGE CHECK("2")) END,
		HEAD TABLE("a", AGE CHECK("3")) END,
		"<<<<<<< ours\n" CHECK("2") "=======\n" CHECK("3"));
	has_conflict(HEAD TABLE("a", AGE CHECK("1")) END,
		HEAD TABLE("a", AGE) END, HEAD TABLE("a", AGE CHECK("3")) END,
		THEIRS_ADDED(CHECK("3")));
	merges(HEAD TABLE("a", AGE) END, HEAD TABLE("a", AGE CHECK("2")) END,
		HEAD TABLE("a", AGE CHECK("3")) END,
		HEAD TABLE("a", AGE CHECK("2") CHECK("3")) END);
	/* dropped by both, and another one added behind */
	merges(HEAD TABLE("a", NAME AGE) END, HEAD TABLE("a", AGE) END,
		HEAD TABLE("a", AGE NICK) END, HEAD TABLE("a", AGE NICK) END);
}

static void a_table_that_both_have_made_is_a_conflict(void **state)
{
	(void)state;
	has_conflict(HEAD TABLE("a", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME ON_NAME("i")) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME AGE) END,
		"=======\n" AGE);
	merges(HEAD TABLE("a", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) END);
}

static void sql_about_a_column_of_another_type_is_a_conflict(void **state)
{
#define BIG "    t.bigint \"age\"\n"
#define PART "    t.index [\"name\"], name: \"i\", where: \"(age > 1)\"\n"
#define MADE "    t.integer \"b\", default: -> { \"twice(age)\" }\n"
	(void)state;
	has_conflict(HEAD TABLE("a", NAME AGE) END,
		HEAD TABLE("a", NAME BIG) END,
		HEAD TABLE("a", NAME AGE CHECK("1")) END,
		THEIRS_ADDED(CHECK("1")));
	has_conflict(HEAD TABLE("a", NAME AGE) END,
		HEAD TABLE("a", NAME BIG) END,
		HEAD TABLE("a", NAME AGE PART) END, THEIRS_ADDED(PART));
	has_conflict(HEAD TABLE("a", NAME AGE) END,
		HEAD TABLE("a", NAME BIG) END,
		HEAD TABLE("a", NAME AGE MADE) END, THEIRS_ADDED(MADE));
	merges(HEAD TABLE("a", NAME AGE) END, HEAD TABLE("a", NAME BIG) END,
		HEAD TABLE("a", NAME AGE BY("age", "i")) END,
		HEAD TABLE("a", NAME BIG BY("age", "i")) END);
}

/* Rails writes a comment for it, whatever a branch has done with it. */
static void a_table_that_one_side_cannot_dump_is_a_conflict(void **state)
{
#define UNSEEN                                                                 \
	"# Could not dump table \"a\" because of following StandardError\n"    \
	"#   Unknown type 'mood' for column 'mood'\n\n"
	(void)state;
	has_conflict(HEAD UNSEEN TABLE("b", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) END,
		HEAD UNSEEN TABLE("b", NAME AGE) END, "=======\n# Could not");
	has_conflict(HEAD UNSEEN TABLE("b", NAME) END,
		HEAD TABLE("b", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) END,
		THEIRS_ADDED(TABLE("a", NAME) "\n"));
	merges(HEAD UNSEEN TABLE("b", NAME) END,
		HEAD UNSEEN TABLE("b", NAME AGE) END, HEAD TABLE("b", NAME) END,
		HEAD TABLE("b", NAME AGE) END);
}

static void two_rails_are_a_conflict(void **state)
{
#define RAILS(version, last)                                                   \
	"ActiveRecord::Schema" version ".define(version: " last ") do\n"
	(void)state;
	/* a datetime without a precision is another one since 7.0 */
	has_conflict(RAILS("", "1") TABLE("a", NAME) END,
		RAILS("[7.0]", "1") TABLE("a", NAME) END,
		RAILS("", "1") TABLE("a", NAME "    t.datetime \"at\"\n") END,
		"<<<<<<< ours\n" RAILS("[7.0]", "1") "=======\n" RAILS(
			"", "1"));
	/* who stays with the old one has no line of his own */
	merges(RAILS("", "1") TABLE("a", NAME) END,
		RAILS("[7.0]", "1") TABLE("a", NICK) END,
		RAILS("", "2") TABLE("a", NAME) END,
		RAILS("[7.0]", "2") TABLE("a", NICK) END);
}

/* ---- what is not as it looks --------------------------------------------- */

static void a_mark_of_a_heredoc_in_a_string_is_none(void **state)
{
#define ODD "    t.string \"odd\", default: \"<<EOS\"\n"
	(void)state;
	merges(HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) "\n" TABLE("c", NAME)
			END,
		HEAD TABLE("a", NAME ODD) "\n" TABLE("b", NAME) "\n" TABLE(
			"c", NAME) END,
		HEAD TABLE("a", NAME) "\n" TABLE("b", NAME) END,
		HEAD TABLE("a", NAME ODD) "\n" TABLE("b", NAME) END);
}

static void a_function_is_one_text(void **state)
{
#define FUNCTION(name, value)                                                  \
	"  create_function :" name ", sql_definition: <<-'SQL'\n"              \
	"      CREATE FUNCTION " name "() RETURNS integer AS $$\n\n"           \
	"      SELECT " value "\n\n"                                           \
	"      $$\n"                                                           \
	"  SQL\n"
	(void)state;
	/* dropped here, changed there */
	has_conflict(HEAD FUNCTION("f", "1") "\n" TABLE("a", NAME) END,
		HEAD TABLE("a", NAME) END,
		HEAD FUNCTION("f", "2") "\n" TABLE("a", NAME) END,
		THEIRS_ADDED(FUNCTION("f", "2") "\n"));
	/* in front of the tables, as it was */
	merges(HEAD TABLE("b", NAME) END,
		HEAD FUNCTION("f", "1") "\n" TABLE("b", NAME) END,
		HEAD "  enable_extension \"x\"\n\n" TABLE("a", NAME) "\n" TABLE(
			"b", NAME) END,
		HEAD "  enable_extension \"x\"\n\n" FUNCTION("f",
			"1") "\n" TABLE("a", NAME) "\n" TABLE("b", NAME) END);
}

/* Views have no blank line between them. */
static void a_view_that_one_side_drops_is_not_back(void **state)
{
	(void)state;
	has_conflict(HEAD TABLE("a", NAME) "\n" VIEW("w") END,
		HEAD TABLE("a", NAME) "\n" VIEW("v") VIEW("w") END,
		HEAD TABLE("a", NAME) END, "<<<<<<< ours\n");
}

static void names_in_single_quotes_are_not_guessed(void **state)
{
	(void)state;
	has_conflict(HEAD TABLE("a", "    t.string 'x', default: \"a\"\n") END,
		HEAD TABLE("a", "    t.string 'x', default: \"b\"\n") END,
		HEAD TABLE("a", "    t.string 'x', default: \"c\"\n") END,
		"=======\n    t.string 'x', default: \"c\"\n");
	has_conflict(HEAD TABLE("a", NAME "    t.index ['n'], name: 'i'\n") END,
		HEAD TABLE("a", NAME "    t.index ['n', 'm'], name: 'i'\n") END,
		HEAD TABLE("a", NAME "    t.index ['o'], name: 'i'\n") END,
		"=======\n    t.index ['o'], name: 'i'\n");
}

/* The base of two histories that crossed has marks, and no line of it counts
 * as one that a side has added. */
static void marks_of_a_conflict_are_text(void **state)
{
#define MARKED                                                                 \
	"<<<<<<<<< Temporary merge branch 1\n" KEY(                            \
		"a", "a") "=========\n" KEY("a",                               \
		"b") ">>>>>>>>> Temporary merge branch 2\n"
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	assert_int_equal(
		merge(HEAD TABLE("a", NAME) "\n" MARKED END,
			HEAD TABLE("a", NAME) "\n" KEY("a", "a") END,
			HEAD TABLE("a", NAME) "\n" KEY("a", "b") END, &out),
		1);
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
		cmocka_unit_test(columns_are_sorted_since_rails_8_1),
		cmocka_unit_test(neighbours_within_a_table_are_no_conflict),
		cmocka_unit_test(padded_columns_are_the_same_columns),
		cmocka_unit_test(one_column_changed_by_both_is_one_conflict),
		cmocka_unit_test(
			a_table_dropped_here_and_changed_there_is_a_conflict),
		cmocka_unit_test(foreign_keys_come_in_order),
		cmocka_unit_test(a_changed_line_moves_to_its_place),
		cmocka_unit_test(one_foreign_key_of_both_is_a_conflict),
		cmocka_unit_test(blank_lines_are_where_this_rails_has_them),
		cmocka_unit_test(indexes_of_rails_4_belong_to_their_table),
		cmocka_unit_test(extensions_and_enums_are_lists),
		cmocka_unit_test(both_have_made_the_file),
		cmocka_unit_test(whose_order_nobody_knows_is_a_conflict),
		cmocka_unit_test(what_is_no_dump_merges_as_text),
		cmocka_unit_test(
			what_stands_on_a_column_that_is_gone_is_a_conflict),
		cmocka_unit_test(a_foreign_key_to_what_is_gone_is_a_conflict),
		cmocka_unit_test(
			an_enum_or_extension_that_is_gone_is_a_conflict),
		cmocka_unit_test(a_view_of_what_is_gone_is_a_conflict),
		cmocka_unit_test(what_both_have_renamed_is_a_conflict),
		cmocka_unit_test(
			what_one_side_renamed_and_the_other_dropped_is_a_conflict),
		cmocka_unit_test(a_table_that_both_have_made_is_a_conflict),
		cmocka_unit_test(
			sql_about_a_column_of_another_type_is_a_conflict),
		cmocka_unit_test(
			a_table_that_one_side_cannot_dump_is_a_conflict),
		cmocka_unit_test(two_rails_are_a_conflict),
		cmocka_unit_test(a_mark_of_a_heredoc_in_a_string_is_none),
		cmocka_unit_test(a_function_is_one_text),
		cmocka_unit_test(a_view_that_one_side_drops_is_not_back),
		cmocka_unit_test(names_in_single_quotes_are_not_guessed),
		cmocka_unit_test(marks_of_a_conflict_are_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
