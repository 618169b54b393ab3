#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/files/filter.h"

#include "hookrun/base/keymap.h"

#include <sys/stat.h>
#include <unistd.h>

static char *dir;

static void put(const char *name, const void *data, size_t len, mode_t mode)
{
	AUTO_FREE char *path = fs_join(dir, name);
	AUTO_FREE char *parent = fs_dirname(path);
	struct err err;

	assert_int_equal(fs_mkdirs(parent, 0755, &err), 0);
	assert_int_equal(fs_write_atomic(path, data, len, mode, &err), 0);
}

static int setup(void **state)
{
	AUTO_FREE char *link = NULL;
	struct err err;

	(void)state;
	if (fs_temp_dir("hookrun-filter", &dir, &err))
		return -1;
	link = fs_join(dir, "link");
	put("text", "abc\n", 4, 0644);
	put("empty", "", 0, 0644);
	put("run", "#!/bin/sh\n", 10, 0755);
	put("nul", "ab\0c", 4, 0644);
	put("esc", "\x1b[0m\t\f\n", 7, 0644);
	put("bom", "\xef\xbb\xbf\0", 4, 0644);
	put("utf16",
		"\xff\xfe"
		"a\0b\0",
		6, 0644);
	put("prog",
		"\x7f"
		"ELF\2\1",
		6, 0755);
	put("sub/in", "x", 1, 0644);
	return symlink("text", link);
}

static int teardown(void **state)
{
	struct err err;

	(void)state;
	fs_remove_tree(dir, &err);
	free(dir);
	return 0;
}

/* Split at blanks. */
static struct strvec words(const char *text)
{
	struct strvec vec = STRVEC_INIT;

	while (*text) {
		size_t len = strcspn(text, " ");

		strvec_pushn(&vec, text, len);
		text += len;
		text += strspn(text, " ");
	}
	return vec;
}

#define STRS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void check(struct filter_opts opts, const char *files, const char *want)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	AUTO_STRVEC in = words(files);
	AUTO_STRVEC out = STRVEC_INIT;
	AUTO_STRBUF got = STRBUF_INIT;
	struct filter *filter;

	opts.worktree = dir;
	if (filter_compile(&arena, &opts, &filter, &err) ||
		filter_apply(filter, &in, &out, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < out.nr; i++)
		strbuf_addf(&got, "%s%s", i ? " " : "", out.v[i]);
	assert_string_equal(got.buf, want);
	arena_release(&arena);
}

#define CHECK(files, want, ...)                                                \
	check((struct filter_opts){ __VA_ARGS__ }, files, want)

static void test_glob(void **state)
{
	(void)state;
	CHECK("a.js x/b.JS c.rb", "a.js x/b.JS c.rb", .glob = NULL);
	CHECK("a.js x/b.JS c.rb", "a.js x/b.JS", .glob = STRS("*.js"));
	CHECK("a.js c.rb d.ts", "a.js c.rb", .glob = STRS("*.rb", "*.js"));
	CHECK("a.js c.rb", "a.js c.rb", .glob = STRS(""));
	CHECK("a.js c.rb", "c.rb", .glob = STRS("", "*.rb"));
	CHECK("a.js x/a.js", "a.js", .glob = STRS("*.js"), .doublestar = true);
	CHECK("a.js", "", .glob = STRS("*.rb"));
	CHECK("", "", .glob = STRS("*"));
}

static void test_each_once(void **state)
{
	(void)state;
	CHECK("a.js b.js a.js", "a.js b.js", .glob = STRS("*.js", "a*"));
	CHECK("b a b a", "b a", .glob = NULL);
}

static void test_exclude(void **state)
{
	(void)state;
	CHECK("a.js b.js", "b.js", .exclude = STRS("a*"));
	CHECK("a.js A.js", "A.js", .exclude = STRS("a*")); /* case counts */
	CHECK("docs/a docsx src", "docs/a docsx src", .exclude = STRS("docs/"));
	CHECK("docs/a docs/b/c src", "src", .exclude = STRS("docs/*"));
	CHECK("docs/a docs/b/c", "docs/b/c", .exclude = STRS("docs/*"),
		.doublestar = true);
	CHECK("a b", "a b", .exclude = STRS(""));
	CHECK("a.js b.js c.rb", "b.js", .glob = STRS("*.js"),
		.exclude = STRS("a*", "x"));
}

static void test_root(void **state)
{
	AUTO_FREE char *absolute = fs_join(dir, "sub");

	(void)state;
	CHECK("sub/a subway/b sub/c/d sub x/sub/e", "./a ./c/d", .root = "sub");
	CHECK("sub/a subway/b", "./a", .root = "sub/");
	CHECK("sub/a subway/b", "./a", .root = "./sub");
	CHECK("sub/a subway/b", "./a", .root = ".//sub//");
	CHECK("sub/a subway/b", "./a", .root = "x/../sub");
	CHECK("sub/a subway/b", "./a", .root = absolute);
	CHECK("sub/c/d sub/a", "./d", .root = "sub/c");
	CHECK("sub/a b", "sub/a b", .root = "");
	CHECK("sub/a b", "sub/a b", .root = ".");
	CHECK("sub/a b", "sub/a b", .root = "./");
	CHECK("sub/a b", "", .root = "../sub");
	CHECK("sub/a b", "", .root = "/sub");
	CHECK("sub/-a", "./-a", .root = "sub");
	/* Globs see the whole name. */
	CHECK("sub/a.js sub/b.rb a.js", "./a.js", .root = "sub",
		.glob = STRS("sub/*.js"));
	CHECK("sub/a.js", "", .root = "sub", .glob = STRS("a.js"));
	CHECK("sub/a sub/b", "./b", .root = "sub", .exclude = STRS("sub/a"));
}

#define ALL "text empty run nul esc bom utf16 prog link sub/in"

static void test_types(void **state)
{
	(void)state;
	CHECK(ALL, "text empty run esc bom utf16 sub/in",
		.file_types = STRS("text"));
	CHECK(ALL, "nul prog", .file_types = STRS("binary"));
	CHECK(ALL, "run prog", .file_types = STRS("executable"));
	CHECK(ALL, "text empty nul esc bom utf16 link sub/in",
		.file_types = STRS("not executable"));
	CHECK(ALL, "link", .file_types = STRS("symlink"));
	CHECK(ALL, "text empty run nul esc bom utf16 prog sub/in",
		.file_types = STRS("not symlink"));
	CHECK(ALL, "run", .file_types = STRS("text", "executable"));
	CHECK(ALL, "", .file_types = STRS("text", "binary"));
	CHECK(ALL, ALL, .file_types = STRS(""));
	CHECK("gone sub text/x", "", .file_types = STRS("text"));
	CHECK("sub/in text", "./in", .file_types = STRS("text"), .root = "sub");
}

/* Only the first block is looked at. */
static void test_type_of_long_file(void **state)
{
	char data[2048];

	(void)state;
	memset(data, 'x', sizeof(data));
	data[1024] = '\0';
	put("long", data, sizeof(data), 0644);
	CHECK("long", "long", .file_types = STRS("text"));
	data[1023] = '\0';
	put("long", data, sizeof(data), 0644);
	CHECK("long", "long", .file_types = STRS("binary"));
	/* types that there are not */
	CHECK("long", "long", .file_types = STRS("bin", "text/x-foo", ""));
	CHECK("long", "", .file_types = STRS("bin", "text"));
}

static void check_error(struct filter_opts opts, const char *part)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct filter *filter = NULL;

	opts.worktree = dir;
	assert_int_equal(filter_compile(&arena, &opts, &filter, &err), -1);
	assert_null(filter);
	if (!strstr(err.msg, part))
		fail_msg("'%s' is not in: %s", part, err.msg);
	arena_release(&arena);
}

static void test_errors(void **state)
{
	struct filter_opts glob = { .glob = STRS("a", "[b") };
	struct filter_opts exclude = { .exclude = STRS("{b") };

	(void)state;
	check_error(glob, "invalid glob '[b'");
	check_error(exclude, "invalid glob '{b'");
}

static void test_keymap_as_a_set(void **state)
{
	AUTO_KEYMAP set = KEYMAP_INIT;
	AUTO_STRVEC names = STRVEC_INIT;

	(void)state;
	for (int i = 0; i < 5000; i++)
		strvec_pushf(&names, "%d", i * 7919);
	for (size_t i = 0; i < names.nr; i++)
		assert_true(keymap_put(&set, names.v[i], NULL));
	for (size_t i = 0; i < names.nr; i++)
		assert_false(keymap_put(&set, names.v[i], NULL));
	assert_true(keymap_put(&set, "", NULL));
	assert_false(keymap_put(&set, "", NULL));
	assert_int_equal(set.nr, 5001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_glob),
		cmocka_unit_test(test_each_once),
		cmocka_unit_test(test_exclude),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_type_of_long_file),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_keymap_as_a_set),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
