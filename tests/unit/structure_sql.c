/* db/structure.sql in three versions: the versions are a set. */
#include "hookrun/schemafile/schemafile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define INSERT "INSERT INTO \"schema_migrations\" (version) VALUES\n"
#define ONE(version)                                                           \
	"INSERT INTO schema_migrations (version) VALUES ('" version "');\n\n"

static void merges(const char *base, const char *ours, const char *theirs,
	int conflicts, const char *wanted)
{
	const char *const texts[] = { base, ours, theirs };
	const struct text_marks marks = {
		.labels = { "base", "ours", "theirs" }, .size = 7
	};
	struct strbuf sides[TEXT_SIDES];
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;

	for (int i = 0; i < TEXT_SIDES; i++) {
		strbuf_init(&sides[i]);
		strbuf_addstr(&sides[i], texts[i]);
	}
	schemafile_settle("db/structure.sql", sides);
	assert_int_equal(
		schemafile_merge(sides, &marks, &out, &err), conflicts);
	assert_string_equal(out.buf, wanted);
	for (int i = 0; i < TEXT_SIDES; i++)
		strbuf_release(&sides[i]);
}

static void versions_are_added_and_taken_away(void **state)
{
	(void)state;
	merges("a\n" INSERT "('20'),\n('30'),\n('40');\n\n\n",
		"a\n" INSERT "('20'),\n('30'),\n('40'),\n('60');\n\n\n",
		"b\n" INSERT "('20'),\n('40'),\n('50');\n\n\n", 0,
		"b\n" INSERT "('20'),\n('40'),\n('50'),\n('60');\n\n\n");
}

static void the_order_is_the_files(void **state)
{
	(void)state;
	merges(INSERT "('40'),\n('20');\n",
		INSERT "('50'),\n('40'),\n('20');\n",
		INSERT "('100'),\n('40'),\n('20');\n", 0,
		INSERT "('100'),\n('50'),\n('40'),\n('20');\n");
	/* Rails 7.1 has come to one side */
	merges(INSERT "('20'),\n('40');\n",
		INSERT "('20'),\n('40'),\n('50');\n",
		INSERT "('60'),\n('40'),\n('20');\n", 0,
		INSERT "('60'),\n('50'),\n('40'),\n('20');\n");
}

static void each_version_may_have_its_statement(void **state)
{
	(void)state;
	merges("a\n" ONE("20") ONE("30"), "a\n" ONE("20") ONE("30") ONE("50"),
		"a\n" ONE("20") ONE("30") ONE("40"), 0,
		"a\n" ONE("20") ONE("30") ONE("40") ONE("50"));
}

static void the_word_of_pg_dump_is_no_change(void **state)
{
	(void)state;
	merges("--\n\\restrict a\nx\n\\unrestrict a\n",
		"--\n\\restrict b\nx\n\\unrestrict b\n",
		"--\n\\restrict c\ny\n\\unrestrict c\n", 0,
		"--\n\\restrict b\ny\n\\unrestrict b\n");
}

static void the_rest_is_text(void **state)
{
	(void)state;
	merges("a\n" INSERT "('20');\n", "b\n" INSERT "('20'),\n('30');\n",
		"c\n" INSERT "('20'),\n('40');\n", 1,
		"<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n" INSERT
		"('20'),\n('30'),\n('40');\n");
}

#define SECTION(name, type, text)                                              \
	"--\n-- Name: " name "; Type: " type "; Schema: public; Owner: -\n"    \
	"--\n\n" text "\n\n\n"
#define TABLE(name, columns)                                                   \
	SECTION(name, "TABLE", "CREATE TABLE public." name " (\n" columns ");")
#define KEY(name) SECTION(name " id", "DEFAULT", "ALTER TABLE " name)
#define DONE "--\n-- PostgreSQL database dump complete\n--\n\n"
#define ID "    id bigint NOT NULL"

static void sections_are_laid_in_order(void **state)
{
	(void)state;
	merges("SET x;\n" TABLE("m", ID "\n") KEY("m") DONE,
		"SET x;\n" TABLE("b", ID "\n") TABLE("m", ID "\n") KEY("b")
			KEY("m") DONE,
		"SET x;\n" TABLE("a", ID "\n") TABLE("m", ID "\n") KEY("a")
			KEY("m") DONE,
		0,
		"SET x;\n" TABLE("a", ID "\n") TABLE("b", ID "\n")
			TABLE("m", ID "\n") KEY("a") KEY("b") KEY("m") DONE);
}

/* As pg_dump puts them, whatever their names. */
static void kinds_come_in_their_order(void **state)
{
	(void)state;
	merges(DONE,
		SECTION("z", "TABLE ATTACH", "A") SECTION("a", "INDEX", "I")
			SECTION("a", "FK CONSTRAINT", "F") DONE,
		KEY("m") SECTION("b", "INDEX ATTACH", "J")
			SECTION("b", "TRIGGER", "T") DONE,
		0,
		SECTION("z", "TABLE ATTACH", "A") KEY("m") SECTION(
			"a", "INDEX", "I") SECTION("b", "INDEX ATTACH", "J")
			SECTION("b", "TRIGGER", "T")
				SECTION("a", "FK CONSTRAINT", "F") DONE);
}

static void what_is_about_an_object_stays_behind_it(void **state)
{
#define COMMENT(name) SECTION("TABLE " name, "COMMENT", "COMMENT " name)
	(void)state;
	merges(DONE, TABLE("a", ID "\n") COMMENT("a") DONE,
		TABLE("b", ID "\n") COMMENT("b") DONE, 0,
		TABLE("a", ID "\n") COMMENT("a") TABLE("b", ID "\n")
			COMMENT("b") DONE);
}

static void columns_of_both_sides_stay(void **state)
{
	(void)state;
	merges(TABLE("a", ID ",\n    x text\n") DONE,
		TABLE("a", ID ",\n    x text,\n    y text\n") DONE,
		TABLE("a", ID ",\n    z text,\n"
			      "    CONSTRAINT k CHECK ((z > 1))\n") DONE,
		0,
		TABLE("a", ID ",\n    y text,\n    z text,\n"
			      "    CONSTRAINT k CHECK ((z > 1))\n") DONE);
}

static void one_column_changed_by_both_is_text(void **state)
{
	(void)state;
	merges(TABLE("a", ID "\n") DONE, TABLE("a", "    id integer\n") DONE,
		TABLE("a", "    id text\n") DONE, 1,
		"--\n-- Name: a; Type: TABLE; Schema: public; Owner: -\n--\n\n"
		"CREATE TABLE public.a (\n"
		"<<<<<<< ours\n    id integer\n=======\n    id text\n"
		">>>>>>> theirs\n);\n\n\n" DONE);
}

static void what_is_not_understood_is_text(void **state)
{
	(void)state;
	/* no order, a value that is no number, a list without an end */
	merges(INSERT "('20'),\n('40'),\n('30');\n",
		INSERT "('20'),\n('40'),\n('30');\n",
		INSERT "('20'),\n('40'),\n('30'),\n('50');\n", 0,
		INSERT "('20'),\n('40'),\n('30'),\n('50');\n");
	merges(INSERT "('x');\n", INSERT "('x');\n", INSERT "('y');\n", 0,
		INSERT "('y');\n");
	merges(INSERT "('20'),\n", INSERT "('20'),\n", INSERT "('20')", 0,
		INSERT "('20')");
}

static void short_versions_are_sorted_as_text(void **state)
{
	(void)state;
	merges(INSERT "('1'),\n('10'),\n('2'),\n('20240101000000');\n",
		INSERT "('1'),\n('10'),\n('2'),\n('20240101000000'),\n"
		       "('20240101000001');\n",
		INSERT "('1'),\n('10'),\n('2'),\n('20240101000000'),\n"
		       "('20240101000002');\n",
		0,
		INSERT "('1'),\n('10'),\n('2'),\n('20240101000000'),\n"
		       "('20240101000001'),\n('20240101000002');\n");
}

static void all_versions_may_be_in_one_line(void **state)
{
#define LINE "INSERT INTO schema_migrations (version) VALUES "
	(void)state;
	merges(LINE "('10'), ('20');\n\n", LINE "('10'), ('20'), ('40');\n\n",
		LINE "('10'), ('30');\n\n", 0,
		LINE "('10'), ('30'), ('40');\n\n");
}

/* pg_dump sorts by the name of the constraint, and writes the table first. */
static void constraints_are_sorted_by_their_own_names(void **state)
{
#define CONSTRAINT(name) SECTION(name, "CONSTRAINT", "ALTER TABLE " name)
	(void)state;
	merges(CONSTRAINT("m m_pkey") DONE,
		CONSTRAINT("m m_pkey") CONSTRAINT("a z_unique") DONE,
		CONSTRAINT("m m_pkey") CONSTRAINT("n n_pkey") DONE, 0,
		CONSTRAINT("m m_pkey") CONSTRAINT("n n_pkey")
			CONSTRAINT("a z_unique") DONE);
}

static void settings_stay_in_front_of_the_first_table(void **state)
{
#define TYPE(name) SECTION(name, "TYPE", "CREATE TYPE " name)
#define SETTINGS                                                               \
	"SET default_tablespace = '';\n\n"                                     \
	"SET default_table_access_method = heap;\n\n"
	(void)state;
	merges(TYPE("a") SETTINGS TABLE("m", ID "\n") DONE,
		TYPE("a") TYPE("b") SETTINGS TABLE("m", ID "\n") DONE,
		TYPE("a") TYPE("c") SETTINGS TABLE("l", ID "\n")
			TABLE("m", ID "\n") DONE,
		0,
		TYPE("a") TYPE("b") TYPE("c") SETTINGS TABLE("l", ID "\n")
			TABLE("m", ID "\n") DONE);
}

static void what_no_database_would_take_is_a_conflict(void **state)
{
#define INDEX(name, on) SECTION(name, "INDEX", "CREATE INDEX " name " ON " on)
	(void)state;
	/* a table, a column, one that both have renamed */
	merges(TABLE("a", ID "\n") TABLE("b", ID "\n") DONE,
		TABLE("b", ID "\n") DONE,
		TABLE("a", ID "\n") TABLE("b", ID "\n")
			INDEX("i", "public.a (id);") DONE,
		1,
		TABLE("b",
			ID "\n") "--\n-- Name: i; Type: INDEX; Schema: public; "
				 "Owner: -\n--\n\n<<<<<<< ours\n=======\n"
				 "CREATE INDEX i ON public.a (id);\n>>>>>>> "
				 "theirs\n\n\n" DONE);
	merges(TABLE("a", ID ",\n    x text\n") DONE,
		TABLE("a", ID ",\n    x text\n")
			INDEX("i", "public.a USING btree (x);") DONE,
		TABLE("a", ID "\n") DONE, 1,
		TABLE("a",
			ID "\n") "--\n-- Name: i; Type: INDEX; Schema: public; "
				 "Owner: -\n--\n\n<<<<<<< ours\n"
				 "CREATE INDEX i ON public.a USING btree (x);\n"
				 "=======\n>>>>>>> theirs\n\n\n" DONE);
	merges(TABLE("a", ID ",\n    x text\n") DONE,
		TABLE("a", ID ",\n    y text\n") DONE,
		TABLE("a", ID ",\n    z text\n") DONE, 1,
		"--\n-- Name: a; Type: TABLE; Schema: public; Owner: -\n--\n\n"
		"CREATE TABLE public.a (\n" ID ",\n<<<<<<< ours\n    y text,\n"
		"=======\n    z text\n>>>>>>> theirs\n);\n\n\n" DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_added_and_taken_away),
		cmocka_unit_test(the_order_is_the_files),
		cmocka_unit_test(each_version_may_have_its_statement),
		cmocka_unit_test(the_word_of_pg_dump_is_no_change),
		cmocka_unit_test(the_rest_is_text),
		cmocka_unit_test(sections_are_laid_in_order),
		cmocka_unit_test(kinds_come_in_their_order),
		cmocka_unit_test(what_is_about_an_object_stays_behind_it),
		cmocka_unit_test(columns_of_both_sides_stay),
		cmocka_unit_test(one_column_changed_by_both_is_text),
		cmocka_unit_test(what_is_not_understood_is_text),
		cmocka_unit_test(short_versions_are_sorted_as_text),
		cmocka_unit_test(all_versions_may_be_in_one_line),
		cmocka_unit_test(constraints_are_sorted_by_their_own_names),
		cmocka_unit_test(settings_stay_in_front_of_the_first_table),
		cmocka_unit_test(what_no_database_would_take_is_a_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
