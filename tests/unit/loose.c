#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* As git writes an object: header, NUL and content, packed. */
static void pack(
	struct strbuf *out, const char *header, const char *content, size_t len)
{
	AUTO_STRBUF plain = STRBUF_INIT;
	unsigned long size;

	strbuf_addstr(&plain, header);
	strbuf_add(&plain, "", 1);
	strbuf_add(&plain, content, len);
	size = compressBound(plain.len);
	strbuf_reset(out);
	strbuf_grow(out, size);
	assert_int_equal(compress((unsigned char *)out->buf, &size,
				 (unsigned char *)plain.buf, plain.len),
		Z_OK);
	out->len = size;
}

static void contents_of_every_size(void **state)
{
	static const size_t sizes[] = { 0, 1, 100, 4080, 4086, 4087, 4088, 4096,
		4097, 8192, 100000 };
	AUTO_STRBUF packed = STRBUF_INIT, out = STRBUF_INIT;
	AUTO_FREE char *content = xcalloc(1, 100000);

	(void)state;
	srand(7);
	for (size_t i = 0; i < 100000; i++)
		content[i] = (char)(rand() >> 7);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		AUTO_STRBUF header = STRBUF_INIT;

		strbuf_addf(&header, "tree %zu", sizes[i]);
		pack(&packed, header.buf, content, sizes[i]);
		assert_int_equal(loose_parse(&packed, "tree", &out), 0);
		assert_int_equal(out.len, sizes[i]);
		assert_memory_equal(out.buf, content, sizes[i]);
		assert_int_equal(loose_parse(&packed, "commit", &out), -1);
		assert_int_equal(out.len, 0);
	}
}

static void no_part_of_an_object(void **state)
{
	AUTO_STRBUF packed = STRBUF_INIT, out = STRBUF_INIT, cut = STRBUF_INIT;
	char content[6000];

	(void)state;
	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (char)(i * i >> 3);
	pack(&packed, "blob 6000", content, sizeof(content));
	for (size_t len = 0; len < packed.len; len++) {
		strbuf_reset(&cut);
		strbuf_add(&cut, packed.buf, len);
		assert_int_equal(loose_parse(&cut, "blob", &out), -1);
	}
	assert_int_equal(loose_parse(&packed, "blob", &out), 0);
}

static void headers_that_lie(void **state)
{
	static const char *const headers[] = { "tree 2", "tree 4", "tree",
		"tree ", "tree x", "tree -3", "tree +3", "tree  3", "tree 3 ",
		"trees 3", "tre 3", "tree 99999999999",
		"tree 18446744073709551619" };
	AUTO_STRBUF packed = STRBUF_INIT, out = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		pack(&packed, headers[i], "abc", 3);
		assert_int_equal(loose_parse(&packed, "tree", &out), -1);
	}
	pack(&packed, "tree 3", "abc", 3);
	assert_int_equal(loose_parse(&packed, "tree", &out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contents_of_every_size),
		cmocka_unit_test(no_part_of_an_object),
		cmocka_unit_test(headers_that_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
