/*
 * The shim as sh and git run it: which binary it starts with which arguments,
 * and what it says where there is none.
 */
#include "install_fixture.h"

#include "hookrun/base/selfpath.h"

/* Prints its arguments, one a line in brackets. */
static const char fake[] = "#!/bin/sh\n"
			   "printf '%s:' \"${0##*/}\"\n"
			   "for arg; do printf '[%s]' \"$arg\"; done; echo\n";

static int setup(void **state)
{
	fixture_setup(state);
	fixture_file("bin/hookrun", fake);
	fixture_file("it's a \"dir\"/run $me", fake);
	fixture_run("chmod +x bin/hookrun it*/run*");
	return 0;
}

/* Run r/.git/hooks/pre-commit in r, without a hookrun in PATH unless `env` says
 * so; the test's own binary, which installed, is put out of the way. */
static int run_shim(const char *env, const char *args, struct strbuf *out)
{
	AUTO_STRBUF script = STRBUF_INIT;

	fixture_run(
		"cd r/.git/hooks\n"
		"sed 's,^\\(hookrun_path=\\).*,\\1/gone/hookrun,' pre-commit "
		"> x && cat x > pre-commit && rm x");
	strbuf_addf(&script,
		"top=$PWD; cd r && env PATH=/usr/bin:/bin %s "
		".git/hooks/pre-commit %s",
		env, args);
	strbuf_reset(out);
	return fixture_sh(script.buf, out);
}

static void test_arguments(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	install("r", &opts, &out);
	assert_int_equal(run_shim("PATH=\"$top/bin:$PATH\"",
				 "-f '' 'a  b' '$x' --help", &out),
		0);
	assert_string_equal(out.buf,
		"hookrun:[run][pre-commit][--][-f][][a  b][$x][--help]\n");
}

static void test_named_binary(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	install("r", &opts, &out);
	assert_int_equal(run_shim("PATH=\"$top/bin:$PATH\" HOOKRUN_BIN=\"$top/"
				  "it's a \\\"dir\\\"/run \\$me\"",
				 "x", &out),
		0);
	assert_string_equal(out.buf, "run $me:[run][pre-commit][--][x]\n");
	/* named and missing is not replaced by another in silence */
	fixture_file("r/hookrun.yml", "");
	assert_int_equal(run_shim("PATH=\"$top/bin:$PATH\" HOOKRUN_BIN=/no/bin",
				 "x", &out),
		1);
	assert_non_null(strstr(out.buf, "is '/no/bin'"));
}

/* The path of the binary that ran install, with what a shell would read. */
static void test_own_path(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT, own = STRBUF_INIT;
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	(void)state;
	assert_true(len > 0);
	path[len] = '\0';
	install("r", &opts, &out);
	fixture_text("r/.git/hooks/pre-commit", &own);
	strbuf_reset(&out);
	strbuf_addf(&out, "\nhookrun_path='%s'\n", path);
	assert_non_null(strstr(own.buf, out.buf));
	fixture_run("cd r/.git/hooks && cat > x <<'END'\n"
		    "hookrun_path='./gone'\\'' $x'\n"
		    "END\n"
		    "sed -e '/^hookrun_path=/{r x' -e 'd;}' pre-commit > y\n"
		    "cat y > pre-commit && rm x y\n"
		    "cp \"$OLDPWD/bin/hookrun\" \"../../gone' \\$x\"");
	strbuf_reset(&out);
	assert_int_equal(fixture_sh("cd r && PATH=/usr/bin:/bin "
				    ".git/hooks/pre-commit a",
				 &out),
		0);
	assert_string_equal(out.buf, "gone' $x:[run][pre-commit][--][a]\n");
	fixture_run("rm \"r/gone' \\$x\"");
}

static void test_command(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	opts.binary = " \"$top/bin/hookrun\" --more 'a b'\n";
	install("r", &opts, &out);
	assert_int_equal(run_shim("top=\"$top\"", "-x", &out), 0);
	assert_string_equal(
		out.buf, "hookrun:[--more][a b][run][pre-commit][--][-x]\n");
	/* not installed: the next place is tried */
	assert_int_equal(
		run_shim("top=/no PATH=\"$top/bin:$PATH\"", "-x", &out), 0);
	assert_string_equal(out.buf, "hookrun:[run][pre-commit][--][-x]\n");
	fixture_file("r/hookrun.yml", "");
	assert_int_equal(run_shim("top=/no", "", &out), 1);
	assert_non_null(strstr(out.buf,
		"configuration's command: \"$top/bin/hookrun\" --more 'a b'"));
	/* more than words */
	opts.binary = "A=1; cd . && FOO=2 $top/bin/hookrun";
	install("r", &opts, &out);
	assert_int_equal(run_shim("top=\"$top\"", "-x", &out), 0);
	assert_string_equal(out.buf, "hookrun:[run][pre-commit][--][-x]\n");
	assert_int_equal(run_shim("top=/no", "", &out), 127);
}

static void test_missing(void **state)
{
	static const char *const configs[] = { "lefthook.yml", ".hookrun.toml",
		".config/lefthook.jsonc", "hookrun-local.json",
		".lefthook-local.yaml" };
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	install("r", &opts, &out);
	fixture_file("r/lefthook.yml.example", "");
	assert_int_equal(run_shim("", "", &out), 0);
	assert_string_equal(out.buf, "");
	for (size_t i = 0; i < ARRAY_SIZE(configs); i++) {
		AUTO_FREE char *path = fs_join("r", configs[i]);
		AUTO_FREE char *full = fixture_path(path);

		fixture_file(path, "");
		assert_int_equal(run_shim("", "", &out), 1);
		assert_non_null(strstr(out.buf, "/gone/hookrun"));
		assert_non_null(strstr(out.buf, "pre-commit"));
		assert_non_null(strstr(out.buf, "HOOKRUN=0"));
		assert_int_equal(unlink(full), 0);
	}
	fixture_file("r/other.yml", "");
	assert_int_equal(run_shim("LEFTHOOK_CONFIG=other.yml", "", &out), 1);
	assert_int_equal(run_shim("LEFTHOOK_CONFIG=none.yml", "", &out), 0);
}

/* As git starts it: in the root of a commit, in .git for a push received. */
static void test_missing_under_git(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	install("r", &opts, &out);
	fixture_file("r/lefthook.yml", "");
	assert_int_equal(run_shim("", "", &out), 1);
	fixture_run("mkdir r/sub\n"
		    "cp r/.git/hooks/pre-commit r/.git/hooks/post-update\n"
		    "git -C r config receive.denyCurrentBranch updateInstead");
	strbuf_reset(&out);
	assert_int_not_equal(
		fixture_sh("cd r/sub && PATH=/usr/bin:/bin git commit -q "
			   "--allow-empty -m x",
			&out),
		0);
	assert_non_null(strstr(out.buf, "no hookrun found"));
	fixture_run("rm -rf c && git clone -q r c && cd c\n"
		    "git commit -q --allow-empty -m pushed");
	strbuf_reset(&out);
	fixture_sh("cd c && PATH=/usr/bin:/bin git push origin main", &out);
	assert_non_null(strstr(out.buf, "no hookrun found"));
	fixture_run(
		"rm r/.git/hooks/pre-commit\n"
		"git -C r worktree add -q ../w2 && cd w2\n"
		"cp ../r/.git/hooks/post-update ../r/.git/hooks/pre-commit\n"
		"git commit -q --allow-empty -m 'no file here'\n"
		"touch .lefthook.yml && ! git commit --allow-empty -m x");
}

static void test_switched_off(void **state)
{
	static const char *const off[] = { "HOOKRUN=0", "HOOKRUN=false",
		"LEFTHOOK=0", "LEFTHOOK=false", "HOOKRUN=1 LEFTHOOK=0" };
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	opts.rc = "rc";
	fixture_file("r/rc", "echo rc ran\n");
	fixture_file("r/lefthook.yml", "");
	install("r", &opts, &out);
	for (size_t i = 0; i < ARRAY_SIZE(off); i++) {
		assert_int_equal(run_shim(off[i], "", &out), 0);
		assert_string_equal(out.buf, "");
	}
	assert_int_equal(run_shim("HOOKRUN=1", "", &out), 1);
	assert_memory_equal(out.buf, "rc ran\n", 7);
}

static void test_rc(void **state)
{
	static const char *const forms[] = { "a rc", "sub/rc it's", "~/home rc",
		"\"$HOME/home rc\"" };
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	fixture_file("r/a rc", "PATH=$HOME/bin:$PATH\n");
	fixture_file("r/sub/rc it's", "PATH=$HOME/bin:$PATH\n");
	fixture_file("home rc", "PATH=$HOME/bin:$PATH\n");
	fixture_file("home", "PATH=$HOME/bin:$PATH\n");
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (*forms[i] == '~')
			opts.rc = "~/home";
		else if (i == 1)
			opts.rc = "\"sub/rc it's\"";
		else
			opts.rc = forms[i];
		install("r", &opts, &out);
		assert_int_equal(run_shim("", "x", &out), 0);
		assert_string_equal(
			out.buf, "hookrun:[run][pre-commit][--][x]\n");
	}
	opts.rc = "no/such/rc";
	install("r", &opts, &out);
	assert_int_equal(run_shim("", "x", &out), 0);
	assert_string_equal(out.buf, "");
}

static void test_verbose(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	install("r", &opts, &out);
	assert_int_equal(run_shim("LEFTHOOK_VERBOSE=true", "", &out), 0);
	assert_non_null(strstr(out.buf, "+ command -v hookrun"));
	assert_int_equal(run_shim("HOOKRUN_VERBOSE=1", "", &out), 0);
	assert_non_null(strstr(out.buf, "+ command -v hookrun"));
	assert_int_equal(run_shim("HOOKRUN_VERBOSE=0", "", &out), 0);
	assert_string_equal(out.buf, "");
}

/* Up to the exec no process is started: PATH has nothing but hookrun. */
static void test_starts_nothing(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	install("r", &opts, &out);
	fixture_run("rm -rf only && mkdir only\n"
		    "printf '#!/bin/sh\\necho $$ $PPID\\n' > only/hookrun\n"
		    "chmod +x only/hookrun");
	strbuf_reset(&out);
	assert_int_equal(
		fixture_sh("cd r && echo $$ > pid && PATH=\"$HOME/only\" "
			   "exec .git/hooks/pre-commit",
			&out),
		0);
	{
		AUTO_STRBUF pid = STRBUF_INIT;

		fixture_text("r/pid", &pid);
		strbuf_rtrim(&pid);
		assert_memory_equal(out.buf, pid.buf, pid.len);
		assert_int_equal(out.buf[pid.len], ' ');
	}
}

static void test_shellcheck(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	if (fixture_sh("command -v shellcheck", &out))
		skip();
	opts.rc = "\"${XDG_CONFIG_HOME:-$HOME/.config}/rc\"";
	opts.binary = "bundle exec hookrun";
	install("r", &opts, &out);
	strbuf_reset(&out);
	if (fixture_sh("shellcheck -s sh r/.git/hooks/pre-commit", &out))
		fail_msg("%s", out.buf);
	opts.rc = NULL;
	opts.binary = NULL;
	install("r", &opts, &out);
	strbuf_reset(&out);
	if (fixture_sh("shellcheck -s sh r/.git/hooks/pre-commit", &out))
		fail_msg("%s", out.buf);
}

#define REPO_TEST(name) cmocka_unit_test_setup(name, fresh_repo)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		REPO_TEST(test_arguments),
		REPO_TEST(test_named_binary),
		REPO_TEST(test_own_path),
		REPO_TEST(test_command),
		REPO_TEST(test_missing),
		REPO_TEST(test_missing_under_git),
		REPO_TEST(test_switched_off),
		REPO_TEST(test_rc),
		REPO_TEST(test_verbose),
		REPO_TEST(test_starts_nothing),
		REPO_TEST(test_shellcheck),
	};

	/* Shims name the binary that wrote them: this one.  Should one run,
	 * the tests must not start once more from inside themselves. */
	if (argc > 1) {
		fprintf(stderr, "%s: run as a hook\n", argv[0]);
		return 99;
	}
	selfpath_init(argv[0]);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
