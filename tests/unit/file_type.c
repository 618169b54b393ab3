/*
 * What files are, by their content; the MIME types as lefthook 2.2.2 gives
 * them.
 */
#include "git_fixture.h"

#include "hookrun/base/mime.h"

#include "files/file_type.h"
#include "files/magic.h"
#include "files/mime_sniff.h"

static void check(const char *text, size_t len, const char *want)
{
	const char *got = sniff_source(text, len);

	if (!got || strcmp(got, want) != 0)
		fail_msg("'%.40s' is %s, not %s", text, got ? got : "nothing",
			want);
	assert_true(sniff_knows(want));
	assert_string_equal(mime_find(want), want);
}

static void check_all(const char *want, const char *const *texts)
{
	for (; *texts; texts++)
		check(*texts, strlen(*texts), want);
}

#define CHECK(want, ...)                                                       \
	check_all(want, (const char *const[]){ __VA_ARGS__, NULL })

static void test_scripts(void **state)
{
	(void)state;
	CHECK("text/x-shellscript", "#!/bin/sh", "#!/bin/bash -e\n",
		"#! /bin/sh\n", "#!/bin/sh\r\n", "#!/usr/bin/env bash\n",
		"#!/usr/bin/env -S bash -e\n", "#!/usr/bin/zsh\n");
	CHECK("text/x-python", "#!/usr/bin/python\n",
		"#!/usr/bin/env python3.11\n", "#!/usr/bin/python3 -u\n");
	CHECK("text/x-perl", "#!/usr/bin/perl -w\n", "#!/usr/bin/env perl\n");
	CHECK("text/x-lua", "#!/usr/bin/lua\n", "#!/usr/bin/lua5.3\n");
	CHECK("text/x-ruby", "#!/usr/bin/env ruby\nputs 1\n");
	CHECK("text/javascript", "#!/usr/bin/env node\nlet a;\n",
		"#!/usr/bin/nodejs\n");
	CHECK("text/x-php", "<?php echo 1;", "<?PHP x", "<? x", "<?phpx",
		"#!/usr/bin/php -q\n");
	CHECK("text/plain", "", "let a = 1;\n", "import os\n", "<?php", "<?= 1",
		" <?php\n", "\n#!/bin/sh\n", "\xef\xbb\xbf#!/bin/sh\n", "#!\n",
		"#!/usr/bin/env\n", "#!/bin/fish\n", "#!/usr/bin/env deno\n",
		"#!/bin/shx\n");
}

static void test_markup(void **state)
{
	(void)state;
	CHECK("text/html", "<!DOCTYPE html>\n", "<html>", "<HTML lang=x>",
		"\n \t<html>", "<p\n>", "<a href=x>", "<!-- c -->",
		"\xef\xbb\xbf<html>");
	CHECK("text/plain", "<htmlx>", "<html", "<br/>", "x<html>", "<h2>",
		"<span>", "<!DOCTYPE>", "<!--c-->", "<?xml?>", "<a/>");
	CHECK("text/xml", "<?xml version=\"1.0\"?>\n<a/>", "\n<?XML\tversion",
		"\xef\xbb\xbf<?xml version=\"1.0\"?>");
	CHECK("image/svg+xml", "<?xml version=\"1.0\"?><svg xmlns=\"x\"/>",
		"<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
	CHECK("application/rss+xml", "<?xml version=\"1.0\"?><rss/>");
}

static void test_json(void **state)
{
	AUTO_STRBUF deep = STRBUF_INIT;
	AUTO_STRBUF cut = STRBUF_INIT;

	(void)state;
	CHECK("application/json", "{}", "[]", " \n{\"a\": 1}\n", "[1, 2.5e3]",
		"{\"a\":[true,false,null,{\"b\":\"\\u00e4\\n\"}]}",
		"{\"a\":1,}", "[\"\xe4\"]");
	CHECK("text/plain", "\"a\"", "1", "null", "{a:1}", "{\"a\":1} x",
		"{\"a\":", "[1,", "// c\n{}", "{\"a\":1}\n{\"a\":2}\n", "[1 2]",
		"{\"a\":NaN}", "[\"\\x\"]", "[\"\\u12\"]", "[}", "-", "]",
		"\xef\xbb\xbf{}");
	for (int i = 0; i < 4000; i++)
		strbuf_addch(&deep, '[');
	for (int i = 0; i < 4000; i++)
		strbuf_addch(&deep, ']');
	check(deep.buf, deep.len, "application/json");
	/* Only the beginning of a long file is read. */
	while (cut.len < SNIFF_BYTES)
		strbuf_addstr(&cut, cut.len ? ",{\"a\":\"b\"}" : "[1");
	check(cut.buf, SNIFF_BYTES, "application/json");
	check(cut.buf, SNIFF_BYTES - 1, "text/plain");
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(mime_find("text/x-sh"), "text/x-shellscript");
	assert_string_equal(mime_find("TEXT/HTML; charset=utf-8"), "text/html");
	assert_string_equal(mime_find("application/xml"), "text/xml");
	assert_null(mime_find("text/x-pyton"));
	assert_null(mime_find("text/"));
	assert_null(mime_find(""));
	assert_null(mime_find("text/*"));
	assert_non_null(strstr(mime_words(), "|text/x-python|"));
}

static int match(const char *name, const char *const *wanted)
{
	struct file_types types = { 0 };
	struct err err = ERR_INIT;
	int result;

	for (; *wanted; wanted++)
		if (file_type_parse(*wanted, &types, &err))
			fail_msg("%s", err.msg);
	result = file_type_match(fixture_dir, name, &types, &err);
	if (result < 0)
		fail_msg("%s", err.msg);
	return result;
}

#define MATCH(name, ...) match(name, (const char *const[]){ __VA_ARGS__, NULL })

/* Plain types must all hold, one of the MIME types is enough. */
static void test_together(void **state)
{
	(void)state;
	fixture_run("printf '#!/bin/sh\\n' >run; chmod +x run; ln -s run link;"
		    "printf '#!/bin/sh\\n' >lib; printf '<html>' >page;"
		    "printf '{\"a\":\"\\001\"}' >binary; mkdir dir");
	assert_true(MATCH("run", "text/x-sh"));
	assert_true(MATCH("run", "text/html", "text/x-sh"));
	assert_true(MATCH("run", "text/x-sh", "executable"));
	assert_false(MATCH("lib", "text/x-sh", "executable"));
	assert_true(MATCH("page", "text/html", "text"));
	assert_false(MATCH("page", "text/plain"));
	assert_false(MATCH("binary", "application/json"));
	assert_true(MATCH("binary", "binary"));
	assert_false(MATCH("link", "text/x-sh"));
	assert_false(MATCH("dir", "text/x-sh"));
	assert_false(MATCH("gone", "text/x-sh"));
}

/* By the name; a program without an ending by its first line. */
static void test_languages(void **state)
{
	(void)state;
	fixture_run("mkdir -p d.py && printf '#!/usr/bin/env python3\\n' >tool;"
		    "cp tool lib-tool; chmod +x tool; cp tool tool.sh;"
		    "for f in d.py/a.PY a.pyi a.js Dockerfile Dockerfile.dev "
		    ".Dockerfile.dev x.bash README.md a.h Rakefile; do"
		    " echo x >$f; done; ln -s a.js link.js");
	assert_true(MATCH("d.py/a.PY", "python"));
	assert_false(MATCH("a.pyi", "python"));
	assert_true(MATCH("a.pyi", "python", "pyi"));
	assert_true(MATCH("tool", "python"));
	assert_true(MATCH("tool", "python", "executable"));
	assert_false(MATCH("lib-tool", "python"));
	assert_false(MATCH("tool.sh", "python"));
	assert_true(MATCH("tool.sh", "shell"));
	assert_false(MATCH("a.js", "javascript", "executable"));
	assert_true(MATCH("a.js", "javascript", "text"));
	assert_false(MATCH("link.js", "javascript"));
	assert_true(MATCH("Dockerfile", "dockerfile"));
	assert_true(MATCH("Dockerfile.dev", "dockerfile"));
	assert_true(MATCH(".Dockerfile.dev", "dockerfile"));
	assert_true(MATCH("x.bash", "bash"));
	assert_true(MATCH("x.bash", "shell"));
	assert_true(MATCH("a.h", "c"));
	assert_true(MATCH("a.h", "c++"));
	assert_true(MATCH("Rakefile", "ruby"));
	assert_true(MATCH("README.md", "markdown"));
	assert_true(MATCH("README.md", "plain-text"));
	assert_false(MATCH("gone.py", "python"));
	assert_false(MATCH("d.py", "python"));
}

static void test_libmagic(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	if (magic_ready(&err)) {
		assert_non_null(strstr(err.msg, "libmagic"));
		skip();
	}
	fixture_run("printf '\\211PNG\\r\\n\\032\\n\\0\\0\\0\\rIHDR"
		    "\\0\\0\\0\\001\\0\\0\\0\\001\\010\\006\\0\\0\\0' >png;"
		    "printf '%%PDF-1.4\\n' >pdf; printf '<html>' >page");
	assert_true(MATCH("png", "image/png"));
	assert_false(MATCH("png", "image/gif", "text/html"));
	assert_true(MATCH("pdf", "application/pdf"));
	assert_false(MATCH("pdf", "text/plain"));
	assert_true(MATCH("page", "image/png", "text/html"));
}

static void test_errors(void **state)
{
	struct file_types types = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(file_type_parse("text/x-pyton", &types, &err), -1);
	assert_string_equal(err.msg, "unknown MIME type 'text/x-pyton'");
	for (int i = 0; i < FILE_MIMES_MAX; i++)
		assert_int_equal(file_type_parse("text/html", &types, &err), 0);
	assert_int_equal(file_type_parse("text/html", &types, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_markup),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_libmagic),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
