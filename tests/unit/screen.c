/* What is written to draw the lines of a run anew, byte by byte, in terminals
 * of several sizes. */
#include "runner/screen.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int master, terminal;
static struct screen screen;

static void resize(unsigned short columns, unsigned short rows)
{
	struct winsize size = { .ws_col = columns, .ws_row = rows };

	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
}

static int open_terminal(void **unused)
{
	(void)unused;
	memset(&screen, 0, sizeof(screen));
	if (openpty(&master, &terminal, NULL, NULL, NULL))
		return -1;
	resize(40, 10);
	return 0;
}

static int close_terminal(void **unused)
{
	(void)unused;
	return close(terminal) || close(master);
}

/* `text`: lines, divided by line breaks. */
static void assert_draws(const char *text, const char *want)
{
	AUTO_STRVEC lines = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;

	strvec_split(&lines, text, strlen(text), '\n');
	screen_draw(&screen, terminal, &lines, &out);
	assert_string_equal(out.buf, want);
}

static void assert_wipes(const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;

	screen_wipe(&screen, terminal, &out);
	assert_string_equal(out.buf, want);
	assert_int_equal(screen.nr, 0);
}

static void the_size_is_the_terminals(void **unused)
{
	size_t columns, rows;
	int none = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)unused;
	screen_size(terminal, &columns, &rows);
	assert_int_equal(columns, 40);
	assert_int_equal(rows, 10);
	resize(0, 0); /* as some serial lines have it */
	screen_size(terminal, &columns, &rows);
	assert_int_equal(columns, 80);
	assert_int_equal(rows, 24);
	screen_size(none, &columns, &rows);
	assert_int_equal(columns, 80);
	assert_int_equal(rows, 24);
	close(none);
}

static void lines_are_written_over_those_before(void **unused)
{
	(void)unused;
	assert_draws("a\nb", "a\033[K\nb\033[K\033[J");
	assert_draws("c\nd", "\r\033[1Ac\033[K\nd\033[K\033[J");
	assert_draws("e\nf\ng", "\r\033[1Ae\033[K\nf\033[K\ng\033[K\033[J");
	assert_draws("h", "\r\033[2Ah\033[K\033[J");
	assert_draws("i", "\ri\033[K\033[J");
}

static void what_was_drawn_is_wiped_once(void **unused)
{
	(void)unused;
	assert_draws("a\nb\nc", "a\033[K\nb\033[K\nc\033[K\033[J");
	assert_wipes("\r\033[2A\033[J");
	assert_draws("d", "d\033[K\033[J");
	assert_wipes("\r\033[J");
}

static void no_line_reaches_the_last_column(void **unused)
{
	(void)unused;
	resize(6, 10);
	assert_draws("12345", "12345\033[K\033[J");
	assert_draws("123456", "\r1234…\033[K\033[J");
	assert_draws("日本語", "\r日本…\033[K\033[J");
	assert_draws("e\xcc\x81tat", "\re\xcc\x81tat\033[K\033[J");
}

/* A line of 30 columns is three, where there are ten. */
static void the_way_up_is_that_of_the_narrower_terminal(void **unused)
{
	(void)unused;
	assert_draws("123456789012345678901234567890\nb",
		"123456789012345678901234567890\033[K\nb\033[K\033[J");
	resize(10, 10);
	assert_draws("a\nb", "\r\033[3Aa\033[K\nb\033[K\033[J");
	resize(40, 10);
	assert_draws("c\nd", "\r\033[1Ac\033[K\nd\033[K\033[J");
}

static void nobody_goes_above_the_top(void **unused)
{
	(void)unused;
	assert_draws("1\n2\n3\n4\n5",
		"1\033[K\n2\033[K\n3\033[K\n4\033[K\n5\033[K\033[J");
	resize(40, 3);
	assert_draws("6", "\r\033[2A6\033[K\033[J");
}

static void there_is_a_most_of_lines(void **unused)
{
	AUTO_STRVEC lines = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	size_t breaks = 0;

	(void)unused;
	for (size_t i = 0; i < SCREEN_LINES_MAX + 5; i++)
		strvec_pushf(&lines, "%zu", i);
	screen_draw(&screen, terminal, &lines, &out);
	for (size_t i = 0; i < out.len; i++)
		breaks += out.buf[i] == '\n';
	assert_int_equal(screen.nr, SCREEN_LINES_MAX);
	assert_int_equal(breaks, SCREEN_LINES_MAX - 1);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, open_terminal, close_terminal)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_size_is_the_terminals),
		TEST(lines_are_written_over_those_before),
		TEST(what_was_drawn_is_wiped_once),
		TEST(no_line_reaches_the_last_column),
		TEST(the_way_up_is_that_of_the_narrower_terminal),
		TEST(nobody_goes_above_the_top),
		TEST(there_is_a_most_of_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
