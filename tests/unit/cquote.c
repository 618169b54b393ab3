#include "git_fixture.h"

#include "hookrun/base/cquote.h"

static void quotes(const char *name, const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT, back = STRBUF_INIT;

	cquote_add(&out, name);
	assert_string_equal(out.buf, want);
	strbuf_addstr(&out, " rest");
	assert_string_equal(cquote_read(out.buf, &back), " rest");
	assert_string_equal(back.buf, name);
}

static void test_quote(void **state)
{
	(void)state;
	quotes("plain", "\"plain\"");
	quotes("", "\"\"");
	quotes("a\nb\"c\\d", "\"a\\nb\\\"c\\\\d\"");
	quotes("\3777", "\"\\3777\"");
	quotes("\x1b[31m\x7f", "\"\\033[31m\\177\"");
	quotes("\303\274", "\"\\303\\274\"");
}

static void shows(const char *name, const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;

	cquote_show(&out, name);
	assert_string_equal(out.buf, want);
}

static void test_show(void **state)
{
	(void)state;
	shows("plain name", "'plain name'");
	shows("\303\274", "'\303\274'");
	shows("\342\202\254", "'\342\202\254'");
	shows("\033[2J", "\"\\033[2J\"");
	shows("\302\233", "\"\\302\\233\"");	      /* C1 */
	shows("\342\200\256", "\"\\342\\200\\256\""); /* right to left */
	shows("\303", "\"\\303\"");		      /* cut off */
	shows("\377", "\"\\377\"");
}

static void test_refuse(void **state)
{
	static const char *const bad[] = { "plain", "\"open", "\"a\nb\"",
		"\"\\q\"", "\"\\000\"", "\"\\08x\"", "\"\\777\"", "\"\\",
		"\"\\1" };
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		AUTO_STRBUF out = STRBUF_INIT;

		assert_null(cquote_read(bad[i], &out));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
