/*
 * What of ERB is understood, and that nothing else is.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/erb.h"

#include <string.h>

static bool test_env(void *data, const char *name, const char **ret)
{
	static const char *const vars[][2] = { { "HOST", "db.example" },
		{ "EMPTY", "" }, { "BLANK", " \t" }, { "NUM", "6432" },
		{ "ODD", "12abc" } };

	(void)data;
	if (!strcmp(name, "SECRET"))
		return false;
	*ret = NULL;
	for (size_t i = 0; i < sizeof(vars) / sizeof(vars[0]); i++)
		if (!strcmp(vars[i][0], name))
			*ret = vars[i][1];
	return true;
}

static const struct erb_env env = { .get = test_env };

static void expect(const char *text, const char *wanted)
{
	struct arena arena = ARENA_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	const char *why = NULL;

	if (!erb_expand(&arena, text, strlen(text), &env, &out, &why))
		fail_msg("'%s' was given up: %s", text, why);
	assert_string_equal(out.buf, wanted);
	arena_release(&arena);
}

static void expect_none(const char *text, const char *reason)
{
	struct arena arena = ARENA_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	const char *why = NULL;

	if (erb_expand(&arena, text, strlen(text), &env, &out, &why))
		fail_msg("'%s' became '%s'", text, out.buf);
	assert_non_null(why);
	if (!strstr(why, reason))
		fail_msg("'%s' is not in '%s'", reason, why);
	arena_release(&arena);
}

static void text_stays_as_it_is(void **state)
{
	(void)state;
	expect("", "");
	expect("a: 1\nb: '<'\nc: '%>'\n", "a: 1\nb: '<'\nc: '%>'\n");
	expect("a<%# no\nmatter %>b", "ab");
}

static void variables(void **state)
{
	(void)state;
	expect("h: <%= ENV[\"HOST\"] %>!", "h: db.example!");
	expect("<%=ENV['HOST']%>", "db.example");
	expect("<%= ENV[ 'HOST' ] %>", "db.example");
	expect("[<%= ENV['NONE'] %>]", "[]");
	expect("<%= ENV.fetch('HOST') %>", "db.example");
	expect("<%= ENV['HOST'] %>:<%= ENV['NUM'] %>", "db.example:6432");
}

static void defaults(void **state)
{
	(void)state;
	expect("<%= ENV.fetch('NONE', 'x') %>", "x");
	expect("<%= ENV.fetch('NONE', 5432) %>", "5432");
	expect("<%= ENV.fetch(\"NONE\") { 5 } %>", "5");
	expect("<%= ENV.fetch(\"NONE\"){ENV['HOST']} %>", "db.example");
	expect("<%= ENV.fetch('HOST') { 'x' } %>", "db.example");
	expect("<%= ENV.fetch('NONE', nil) %>", "");
	expect("<%= ENV['NONE'] || 'x' %>", "x");
	expect("<%= ENV['NONE'] || ENV['NADA'] || \"y\" %>", "y");
	expect("<%= (ENV['NONE'] || 'x') %>", "x");
	expect("<%= nil || 1_000 %>", "1000");
}

static void empty_text_is_true_in_ruby(void **state)
{
	(void)state;
	expect("[<%= ENV['EMPTY'] || 'x' %>]", "[]");
	expect("[<%= ENV.fetch('EMPTY', 'x') %>]", "[]");
	expect("<%= ENV['EMPTY'].presence || 'x' %>", "x");
	expect("<%= ENV['BLANK'].presence || 'x' %>", "x");
	expect("<%= ENV['NONE'].presence || 'x' %>", "x");
	expect("<%= ENV['HOST'].presence || 'x' %>", "db.example");
	expect("[<%= ENV['NONE'].to_s || 'x' %>]", "[]");
}

static void numbers(void **state)
{
	(void)state;
	expect("<%= ENV['NUM'].to_i %>", "6432");
	expect("<%= ENV['NONE'].to_i %>", "0");
	expect("<%= ENV.fetch('NONE', 7).to_i.to_s %>", "7");
	expect("<%= 0 %>", "0");
	expect_none("<%= ENV['ODD'].to_i %>", "to_i");
	expect_none("<%= 012 %>", "");
	expect_none("<%= 0x1f %>", "");
	expect_none("<%= 1.5 %>", "no plain integer");
	expect_none("<%= 1e5 %>", "no plain integer");
	expect_none("<%= 1_ %>", "");
}

static void strings(void **state)
{
	(void)state;
	expect("<%= 'a\\'b\\\\c' %>", "a'b\\c");
	expect("<%= \"a\\\"b\" %>", "a\"b");
	expect("<%= 'a#{1}b' %>", "a#{1}b");
	expect_none("<%= \"a#{1}b\" %>", "double-quoted");
	expect_none("<%= \"a\\n\" %>", "escape");
	expect_none("<%= 'a %>", "without end");
	expect_none("<%= 'a' 'b' %>", "Ruby");
}

static void what_is_not_needed_is_not_evaluated(void **state)
{
	(void)state;
	expect("<%= ENV['HOST'] || ENV.fetch('NONE') %>", "db.example");
	expect("<%= ENV['HOST'] || ENV['SECRET'] %>", "db.example");
	expect("<%= ENV.fetch('HOST') { ENV.fetch('NONE') } %>", "db.example");
	expect("<%= ENV['HOST'] || ENV['ODD'].to_i %>", "db.example");
	expect_none("<%= ENV.fetch('HOST', ENV.fetch('NONE')) %>",
		"'NONE' is not set");
	expect_none("<%= ENV.fetch('NONE') %>", "'NONE' is not set");
	expect_none("<%= ENV.fetch('NONE') || 'x' %>", "'NONE' is not set");
}

static void everything_else_is_given_up(void **state)
{
	static const char *const texts[] = { "<%= Rails.env %>",
		"<%= Rails.application.credentials.db %>", "<%= `hostname` %>",
		"<% if true %>x<% end %>", "<%= ENV['HOST'].upcase %>",
		"<%= ENV['HOST'] + 'x' %>", "<%= ENV['HOST'] or 'x' %>",
		"<%= ENV['HOST'] ? 1 : 2 %>", "<%= ENVIRONMENT['HOST'] %>",
		"<%= ENV[HOST] %>", "<%= ENV['HOST' %>", "<%= %>", "<%=%>",
		"<%= ENV['HOST'] -%>", "<%- 1 %>", "<%% 1 %>", "<%= 1 %%>",
		"<%= 'x'", "<%", "<%=", "<%= ENV['HOST'].presence? %>",
		"<%= ENV['HOST'].to_sym %>", "<%= nilly %>", "<%= -1 %>",
		"<%= ENV.fetch 'HOST' %>", "<%= ENV.fetch('A', 1) { 2 } %>",
		"<%= ENV.fetch() %>", "<%= ENV.fetched('A', 1) %>",
		"<%= true %>", "<%= (1 %>", "<%= 1) %>", "<%= 'a' || %>" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect_none(texts[i], "line 1: ");
}

static void says_where(void **state)
{
	(void)state;
	expect_none("a:\nb: <%= ENV['HOST'] %>\nc: <%= foo\n %>\n",
		"line 3: '<%= foo': it takes Ruby to evaluate it");
	expect_none("x\n<%= ENV['SECRET'] %>",
		"line 2: '<%= ENV['SECRET'] %>': 'SECRET' is set by the "
		"application itself");
}

static void comments_of_yaml_may_hold_anything(void **state)
{
	(void)state;
	expect("a: 1\n  # <%= Rails.secret %> x\nb: 2", "a: 1\n  #  x\nb: 2");
	expect("# <%= ENV['HOST'] %>", "# db.example");
	/* But code in there still runs, and may open a block. */
	expect_none("# <% if false %>\na: 1\n# <% end %>", "line 1: ");
	expect_none("a: 1 # <%= foo %>", "line 1: ");
}

static void depth_and_bytes_are_bounded(void **state)
{
	char deep[200];
	struct arena arena = ARENA_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	const char *why = NULL;

	(void)state;
	memset(deep, '(', sizeof(deep));
	memcpy(deep, "<%=", 3);
	memcpy(deep + sizeof(deep) - 4, "1%>", 4);
	expect_none(deep, "too deep");
	assert_int_equal(
		erb_expand(&arena, "a\0<%= x %>", 10, &env, &out, &why), 0);
	assert_non_null(strstr(why, "NUL"));
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_as_it_is),
		cmocka_unit_test(variables),
		cmocka_unit_test(defaults),
		cmocka_unit_test(empty_text_is_true_in_ruby),
		cmocka_unit_test(numbers),
		cmocka_unit_test(strings),
		cmocka_unit_test(what_is_not_needed_is_not_evaluated),
		cmocka_unit_test(everything_else_is_given_up),
		cmocka_unit_test(says_where),
		cmocka_unit_test(comments_of_yaml_may_hold_anything),
		cmocka_unit_test(depth_and_bytes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
