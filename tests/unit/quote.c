/*
 * The names that break quoting, in every place a token can stand, handed to a
 * real shell: what arrives is compared with what was sent, and a name that is
 * executed leaves a file behind.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/files/template.h"
#include "hookrun/proc/cmd.h"

#include "files/quote.h"

static char long_name[256];

static const char *const nasty[] = { "plain.js", "two words", "$(touch HACKED)",
	"`touch HACKED`", "it's", "say \"hi\"", "-rf", "--", "back\\slash",
	"end\\", "a;touch HACKED;b", "&touch HACKED&", "|touch HACKED",
	"\xff\xfe", "*", "?", "~", "$HOME", "${HOME}", "!", "#x", "\xc3\xa9",
	"{all_files}", "{0}", "tab\tstop", "$'x'", "(", ")", "<x", ">HACKED",
	"'", "\"", "''", "\"$(touch HACKED)\"", "';touch HACKED;'",
	"\\'\\\";touch HACKED", "\\`touch HACKED\\`", "\\$(touch HACKED)",
	" lead", "trail ", "a=b", "[x]", "%s", "EOFX", long_name };
static const char *const lines[] = { "two\nlines", "\n", "x\n# y",
	"a\ntouch HACKED\nb", "'\ntouch HACKED\n'" };

static char *dir;

static int setup(void **state)
{
	struct err err;

	(void)state;
	memset(long_name, 'n', sizeof(long_name) - 1);
	return fs_temp_dir("hookrun-quote", &dir, &err);
}

static int teardown(void **state)
{
	struct err err;

	(void)state;
	fs_remove_tree(dir, &err);
	free(dir);
	return 0;
}

/* What sh prints for `command`. */
static void run_sh(const char *command, struct strbuf *out)
{
	AUTO_FREE char *text = xstrdup(command);
	AUTO_FREE char *trap = fs_join(dir, "HACKED");
	char *const argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, text, NULL };
	struct cmd cmd = { .argv = argv, .cwd = dir };
	AUTO_STRBUF errout = STRBUF_INIT;
	struct err err;
	int status;

	assert_int_equal(cmd_run(&cmd, &status, out, &errout, &err), 0);
	if (status || errout.len || fs_exists(trap))
		fail_msg("status %d, '%s', from: %s", status, errout.buf,
			command);
}

/* Expand `text` with `files` for {files}, run it, and compare what it prints:
 * every name, each followed by `end`. */
static void check_form(const char *text, const struct strvec *files, char end)
{
	struct template_values values = { .files = { [SET_FILES] = files } };
	AUTO_STRVEC commands = STRVEC_INIT;
	AUTO_STRBUF want = STRBUF_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;

	for (size_t i = 0; i < files->nr; i++) {
		strbuf_addstr(&want, files->v[i]);
		strbuf_addch(&want, end);
	}
	if (template_expand(text, &values, TEMPLATE_MAX, &commands, &err))
		fail_msg("%s: %s", text, err.msg);
	assert_int_equal(commands.nr, 1);
	run_sh(commands.v[0], &out);
	if (out.len != want.len || memcmp(out.buf, want.buf, want.len) != 0)
		fail_msg("%s became: %s\nprinted: %s", text, commands.v[0],
			out.buf);
}

static void fill(struct strvec *files, bool with_lines)
{
	for (size_t i = 0; i < ARRAY_SIZE(nasty); i++)
		strvec_push(files, nasty[i]);
	for (size_t i = 0; with_lines && i < ARRAY_SIZE(lines); i++)
		strvec_push(files, lines[i]);
}

static void test_words(void **state)
{
	static const char *const forms[] = {
		"printf '%s\\0' {files}",
		"printf '%s\\0' \"{files}\"",
		"printf '%s\\0' '{files}'",
		"printf \"%s\\0\" {files}; :",
		"(printf '%s\\0' {files})",
		"{ printf '%s\\0' '{files}' ; }",
		"# don't stop here\nprintf '%s\\0' {files} # isn't it",
		"x=a#b'c'; printf '%s\\0' \"{files}\"",
		"x=$((1 << 2)); y=$(( (2 << 3) + 1 )); printf '%s\\0' {files}",
		"x=\"it's\"; printf '%s\\0' {files}",
		"x=\\'; printf '%s\\0' {files}; x=\\\"",
		"x=\"a\\\"b'\"; printf '%s\\0' {files}",
		"x=\"$(echo \"a'b\" ')')\"; printf '%s\\0' {files}",
		"x=`echo \"a\"'b'`; printf '%s\\0' \"{files}\"",
		"cat <<EOF >/dev/null\nit's\nEOF\nprintf '%s\\0' {files}",
		"cat <<-\\EOF >/dev/null\n\t`\n\tEOF\nprintf '%s\\0' '{files}'",
		"cat <<A <<'B C' >/dev/null\n'\nA\n\"\nB C\n"
		"printf '%s\\0' {files}",
	};
	AUTO_STRVEC files = STRVEC_INIT;

	(void)state;
	fill(&files, true);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(forms[i], &files, '\0');
}

static void test_other_shell(void **state)
{
	static const char *const forms[] = {
		"sh -c \"printf '%s\\\\0' {files}\"",
		"sh -c 'printf \"%s\\0\" {files}'",
		"sh -c 'printf \"%s\\0\" \"{files}\"'",
		"sh -c \"printf '%s\\\\0' '{files}'\"",
		"sh -c \"printf '%s\\\\0' \\\"{files}\\\"\"",
		"sh -c \"set -e; printf '%s\\\\0' {files}; :\"",
		"sh -c \"$(printf %s \"printf '%s\\\\0' {files}\")\"",
	};
	AUTO_STRVEC files = STRVEC_INIT;

	(void)state;
	fill(&files, true);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(forms[i], &files, '\0');
}

static void test_substitution(void **state)
{
	static const char *const forms[] = {
		"printf %s \"$(printf '%s/' {files})\"",
		"printf %s \"$(printf '%s/' \"{files}\")\"",
		"printf %s \"$(printf '%s/' '{files}')\"",
		"printf %s \"$(printf %s \"$(printf '%s/' {files})\")\"",
		"printf %s \"$( (printf '%s/' {files}) )\"",
		"printf %s \"`printf '%s/' {files}`\"",
		"printf %s \"`printf '%s/' '{files}'`\"",
		"x=`printf '%s/' {files}`; printf %s \"$x\"",
		"x=`printf '%s/' \"{files}\"`; printf %s \"$x\"",
		"x=`# it's\nprintf '%s/' {files}`; printf %s \"$x\"",
	};
	AUTO_STRVEC files = STRVEC_INIT;

	(void)state;
	fill(&files, true);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(forms[i], &files, '/');
}

static void test_here_document(void **state)
{
	static const char *const forms[] = {
		"sh <<EOF\nprintf '%s\\\\0' {files}\nEOF\n",
		"sh <<EOF\nprintf '%s\\\\0' '{files}'\nEOF\n",
		"sh <<EOF\nprintf '%s\\\\0' \"{files}\"\nEOF\n",
		"sh <<'EOF'\nprintf '%s\\0' {files}\nEOF\n",
		"sh <<-\"EOF\"\n\tprintf '%s\\0' {files}\n\tEOF\n",
	};
	AUTO_STRVEC files = STRVEC_INIT;

	(void)state;
	fill(&files, false);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(forms[i], &files, '\0');
}

/* A name with a line break could end a here-document. */
static void test_line_break_in_here_document(void **state)
{
	AUTO_STRVEC files = STRVEC_INIT;
	AUTO_STRVEC commands = STRVEC_INIT;
	struct template_values values = { .files = { [SET_FILES] = &files } };
	struct err err;

	(void)state;
	strvec_push(&files, "x\nEOF\ntouch HACKED");
	assert_int_equal(template_expand("cat <<EOF\n{files}\nEOF", &values,
				 TEMPLATE_MAX, &commands, &err),
		-1);
	assert_non_null(strstr(err.msg, "here-document"));
	assert_non_null(strstr(err.msg, "{files}"));
	assert_int_equal(commands.nr, 0);
}

/* Each name alone, since a list may hide that one swallows its neighbour. */
static void test_single_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nasty); i++) {
		AUTO_STRVEC files = STRVEC_INIT;

		strvec_push(&files, nasty[i]);
		check_form("printf '%s\\0' {files};"
			   "sh -c \"printf ''  {files}\"",
			&files, '\0');
	}
}

static void test_job_name(void **state)
{
	static const char *const forms[] = {
		"printf '%s\\0' {lefthook_job_name}",
		"printf '%s\\0' \"{lefthook_job_name}\"",
		"printf '%s\\0' '{lefthook_job_name}'",
		"sh -c \"printf '%s\\\\0' {lefthook_job_name}\"",
		"sh -c 'printf \"%s\\0\" {lefthook_job_name}'",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct template_values values = {
			.job_name = "a 'b' $(touch HACKED) \"c\""
		};
		AUTO_STRVEC commands = STRVEC_INIT;
		AUTO_STRBUF out = STRBUF_INIT;
		struct err err;

		assert_int_equal(template_expand(forms[i], &values,
					 TEMPLATE_MAX, &commands, &err),
			0);
		run_sh(commands.v[0], &out);
		assert_int_equal(out.len, strlen(values.job_name) + 1);
		assert_string_equal(out.buf, values.job_name);
	}
}

static void check_quote(const char *text, const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;

	template_quote(&out, text);
	assert_string_equal(out.buf, want);
}

static void test_only_if_needed(void **state)
{
	(void)state;
	check_quote("src/a-b_c.js", "src/a-b_c.js");
	check_quote("a@b%c+d=e:f,g", "a@b%c+d=e:f,g");
	check_quote("-rf", "-rf");
	check_quote("", "''");
	check_quote("a b", "'a b'");
	check_quote("it's", "'it'\"'\"'s'");
	check_quote("~", "'~'");
	check_quote("\xc3\xa9", "'\xc3\xa9'");
	check_quote("a\nb", "'a\nb'");
}

static void test_styles(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	quote_add(&out, QUOTE_DOUBLE, "a");
	quote_add(&out, QUOTE_DOUBLE, "$`\"\\'");
	quote_add(&out, QUOTE_SINGLE, "b");
	quote_add(&out, QUOTE_SINGLE, "'$");
	assert_string_equal(out.buf, "\"a\""
				     "\"\\$\\`\\\"\\\\'\""
				     "'b'"
				     "''\\''$'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_other_shell),
		cmocka_unit_test(test_substitution),
		cmocka_unit_test(test_here_document),
		cmocka_unit_test(test_line_break_in_here_document),
		cmocka_unit_test(test_single_names),
		cmocka_unit_test(test_job_name),
		cmocka_unit_test(test_only_if_needed),
		cmocka_unit_test(test_styles),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
