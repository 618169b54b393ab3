#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/frame.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
	int ours, theirs;
};

static struct pair pair_new(void)
{
	int fds[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	return (struct pair){ .ours = fds[0], .theirs = fds[1] };
}

static void pair_close(const struct pair *pair)
{
	close(pair->ours);
	close(pair->theirs);
}

static void texts_arrive(void **state)
{
	struct pair pair = pair_new();
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_FRAME frame = FRAME_INIT;
	struct err err = ERR_INIT;

	(void)state;
	for (int round = 0; round < 2; round++) {
		frame_begin(&out);
		frame_add(&out, "word");
		frame_add(&out, NULL);
		frame_add(&out, "");
		frame_add(&out, "two\nlines");
		assert_int_equal(frame_send(pair.ours, &out, &err), 0);
		assert_int_equal(
			frame_receive(pair.theirs, -1, &frame, &err), 1);
		assert_int_equal(frame.nr, 4);
		assert_string_equal(frame_text(&frame, 0), "word");
		assert_null(frame_text(&frame, 1));
		assert_string_equal(frame_text(&frame, 2), "");
		assert_string_equal(frame_text(&frame, 3), "two\nlines");
		assert_null(frame_text(&frame, 4));
	}
	pair_close(&pair);
}

static void an_end_is_no_error(void **state)
{
	struct pair pair = pair_new();
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_FRAME frame = FRAME_INIT;
	struct err err = ERR_INIT;

	(void)state;
	frame_begin(&out);
	assert_int_equal(frame_send(pair.ours, &out, &err), 0);
	assert_int_equal(shutdown(pair.ours, SHUT_WR), 0);
	assert_int_equal(frame_receive(pair.theirs, -1, &frame, &err), 1);
	assert_int_equal(frame.nr, 0);
	assert_int_equal(frame_receive(pair.theirs, -1, &frame, &err), 0);
	close(pair.theirs);
	/* And to whom nobody listens nothing can be sent; no SIGPIPE. */
	assert_int_equal(frame_send(pair.ours, &out, &err), -1);
	close(pair.ours);
}

static void a_deadline_passes(void **state)
{
	struct pair pair = pair_new();
	AUTO_FRAME frame = FRAME_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
		frame_receive(pair.theirs, clock_now_ms() + 20, &frame, &err),
		-1);
	assert_string_equal(err.msg, "no answer in time");
	/* Half a message does not help. */
	assert_int_equal(write(pair.ours, "\5\0\0\0\1\0\0\0\1", 9), 9);
	assert_int_equal(
		frame_receive(pair.theirs, clock_now_ms() + 20, &frame, &err),
		-1);
	assert_string_equal(err.msg, "no answer in time");
	pair_close(&pair);
}

/* What nobody writes: numbers as this (little-endian) machine has them. */
static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
		{ "\5\0\0", 3 },		     /* half a head */
		{ "\377\377\377\377\1\0\0\0", 8 },   /* too long */
		{ "\0\0\0\0\1\0\0\0", 8 },	     /* no such text */
		{ "\1\0\0\0\377\377\377\377\0", 9 }, /* far too many */
		{ "\3\0\0\0\1\0\0\0\1ab", 11 },	     /* without its end */
		{ "\3\0\0\0\1\0\0\0\0ab", 11 },	     /* more behind it */
		{ "\1\0\0\0\1\0\0\0\1", 9 },	     /* no bytes at all */
		{ "\11\0\0\0\1\0\0\0\1abc", 12 },    /* breaks off */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pair pair = pair_new();
		AUTO_FRAME frame = FRAME_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(write(pair.ours, cases[i].bytes, cases[i].len),
			cases[i].len);
		close(pair.ours);
		assert_int_equal(
			frame_receive(pair.theirs, -1, &frame, &err), -1);
		assert_string_equal(
			err.msg, "a message that nobody here writes");
		close(pair.theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_arrive),
		cmocka_unit_test(an_end_is_no_error),
		cmocka_unit_test(a_deadline_passes),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
