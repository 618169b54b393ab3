/* Which gems a machine has, by specifications and what Bundler named. */
#include "step_fixture.h"

#include "deps/gems.h"

#include <sys/utsname.h>

static struct gem_places places;

static int make_home(void **unused)
{
	(void)unused;
	if (make_dir("hookrun-gems"))
		return -1;
	sh("mkdir -p one/specifications two/specifications/default");
	return 0;
}

static int drop_home(void **unused)
{
	(void)unused;
	gem_places_release(&places);
	return drop_dir();
}

static void read_lock(
	const char *text, struct arena *arena, struct gemfile_lock *ret)
{
	struct err err = ERR_INIT;

	assert_int_equal(
		gemfile_lock_read(text, strlen(text), arena, ret, &err), 0);
}

/* Learn from paths below the folder, one a word. */
static bool learn(const char *lock_text, const char *paths)
{
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STRVEC words = STRVEC_INIT;
	AUTO_STRBUF text = STRBUF_INIT;
	struct gemfile_lock lock;
	bool ret;

	gem_places_release(&places);
	strvec_split(&words, paths, strlen(paths), ' ');
	for (size_t i = 0; i < words.nr; i++)
		strbuf_addf(&text, "%s/%s\n", dir, words.v[i]);
	read_lock(lock_text, &arena, &lock);
	ret = gem_places_learn(&lock, &text, &places);
	gemfile_lock_release(&lock);
	return ret;
}

static enum gems_are look(const char *lock_text, const struct timespec *since,
	struct strvec *news)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct gemfile_lock lock;
	enum gems_are are;

	read_lock(lock_text, &arena, &lock);
	are = gems_look(&lock, &places, since, news);
	gemfile_lock_release(&lock);
	return are;
}

#define LOCK(specs, wanted) "GEM\n  specs:\n" specs "\nDEPENDENCIES\n" wanted

static void test_folders(void **unused)
{
	static const char lock[] = LOCK("    a (1.0)\n      b\n    b (2)\n"
					"      bundler\n",
		"  a\n");

	(void)unused;
	assert_int_equal(look(lock, NULL, NULL), GEMS_DOUBT);
	assert_true(learn(lock, "one/gems/a-1.0 two/gems/b-2 "
				"x/gems/bundler-2.3.15/lib/gems/bundler-2"));
	assert_int_equal(places.folders.nr, 2);
	assert_int_equal(places.absent.nr, 0);
	assert_int_equal(look(lock, NULL, NULL), GEMS_MISSING);
	sh("touch one/specifications/a-1.0.gemspec");
	assert_int_equal(look(lock, NULL, NULL), GEMS_MISSING);
	sh("touch two/specifications/default/b-2.gemspec");
	assert_int_equal(look(lock, NULL, NULL), GEMS_INSTALLED);
	assert_int_equal(
		look(LOCK("    a (1.1)\n", "  a\n"), NULL, NULL), GEMS_MISSING);
}

static void test_what_the_lock_does_not_have(void **unused)
{
	(void)unused;
	learn(LOCK("    a (1)\n", "  a\n"), "one/gems/a-1");
	sh("touch one/specifications/a-1.gemspec");
	assert_int_equal(
		look(LOCK("    a (1)\n      gone\n", "  a\n"), NULL, NULL),
		GEMS_DOUBT);
	assert_int_equal(look(LOCK("    a (1)\n", "  a\n  gone\n"), NULL, NULL),
		GEMS_DOUBT);
	assert_int_equal(look("PATH\n  remote: x\n  specs:\n    p (1)\n"
			      "DEPENDENCIES\n",
				 NULL, NULL),
		GEMS_DOUBT);
}

/* A circle ends, and what nobody asks for does not count. */
static void test_needs(void **unused)
{
	static const char lock[] = LOCK("    a (1)\n      b\n    b (1)\n"
					"      a\n    c (1)\n",
		"  a\n");

	(void)unused;
	learn(lock, "one/gems/a-1");
	sh("touch one/specifications/a-1.gemspec "
	   "one/specifications/b-1.gemspec");
	assert_int_equal(look(lock, NULL, NULL), GEMS_INSTALLED);
}

static void test_absent(void **unused)
{
	static const char lock[] = LOCK("    a (1)\n    out (1)\n      deep\n"
					"    deep (1)\n    bundler-audit (1)\n",
		"  a\n  bundler-audit\n  out\n");

	(void)unused;
	learn(lock, "one/gems/a-1 one/gems/bundler-audit-1");
	assert_int_equal(places.absent.nr, 1);
	assert_string_equal(places.absent.v[0], "out");
	sh("touch one/specifications/a-1.gemspec "
	   "one/specifications/bundler-audit-1.gemspec");
	assert_int_equal(look(lock, NULL, NULL), GEMS_INSTALLED);
	assert_int_equal(look(LOCK("    a (1)\n      out\n    out (1)\n",
				      "  a\n  out\n"),
				 NULL, NULL),
		GEMS_MISSING);
}

/* Another version than the lock's was used: it is wanted all the same. */
static void test_other_version_is_not_absent(void **unused)
{
	(void)unused;
	learn(LOCK("    a (1-x86_64-darwin)\n", "  a\n"), "one/gems/a-1");
	assert_int_equal(places.absent.nr, 0);
}

static void test_platforms(void **unused)
{
	struct utsname name;
	AUTO_STRBUF lock = STRBUF_INIT, path = STRBUF_INIT;

	(void)unused;
	uname(&name);
	strbuf_addf(&path, "one/gems/a-1-x86_64-%s", name.sysname);
	strbuf_addf(&lock,
		LOCK("    a (1)\n      mini\n    a (1-x86_64-%s)\n"
		     "    a (1-java)\n      gone\n    mini (1)\n",
			"  a\n"),
		name.sysname);
	sh("cd one/specifications; touch a-1.gemspec mini-1.gemspec "
	   "a-1-x86_64-$(uname -s).gemspec");
	/* Which one Bundler would take was never seen. */
	learn(LOCK("    b (1)\n", "  b\n"), "one/gems/b-1");
	assert_int_equal(look(lock.buf, NULL, NULL), GEMS_DOUBT);
	learn(lock.buf, path.buf);
	assert_int_equal(places.platforms.nr, 1);
	sh("rm one/specifications/a-1.gemspec one/specifications/mini*");
	assert_int_equal(look(lock.buf, NULL, NULL), GEMS_INSTALLED);
	/* Of other systems' variants none counts. */
	sh("touch one/specifications/a-1.gemspec");
	assert_int_equal(
		look(LOCK("    a (1)\n    a (1-java)\n      gone\n", "  a\n"),
			NULL, NULL),
		GEMS_INSTALLED);
	assert_int_equal(look(LOCK("    a (1-java)\n", "  a\n"), NULL, NULL),
		GEMS_DOUBT);
}

static void test_git(void **unused)
{
	static const char lock[] =
		"GIT\n  remote: git@example.org:me/mine.git\n"
		"  revision: 0123456789abcdef\n  specs:\n    mine (1)\n"
		"    part (1)\n"
		"DEPENDENCIES\n  mine!\n  part!\n";

	(void)unused;
	assert_true(learn(lock, "one/bundler/gems/mine-0123456789ab"));
	assert_int_equal(places.absent.nr, 0);
	sh("mkdir -p one/bundler/gems/mine-0123456789ab/part\n"
	   "cd one/bundler/gems/mine-0123456789ab; touch mine.gemspec");
	assert_int_equal(look(lock, NULL, NULL), GEMS_MISSING);
	sh("cd one/bundler/gems/mine-0123456789ab/part; touch part.gemspec");
	assert_int_equal(look(lock, NULL, NULL), GEMS_INSTALLED);
}

static void test_lists_that_are_none(void **unused)
{
	(void)unused;
	assert_false(learn(LOCK("    a (1)\n", "  a\n"), ""));
	assert_false(
		learn(LOCK("    a (1)\n", "  a\n"), "one/gems/a-1 warning"));
}

static void test_news(void **unused)
{
	static const char lock[] = LOCK(
		"    a (1)\n    b (2)\n    c (3)\n", "  a\n  b\n  c\n");
	struct timespec past = { .tv_sec = 1 },
			future = { .tv_sec = INT32_MAX };
	AUTO_STRVEC news = STRVEC_INIT;

	(void)unused;
	learn(lock, "one/gems/a-1 one/gems/b-2 one/gems/c-3");
	sh("cd one/specifications; touch a-1.gemspec c-3.gemspec");
	look(lock, &future, &news);
	assert_int_equal(news.nr, 0);
	look(lock, &past, &news);
	strvec_sort(&news);
	assert_int_equal(news.nr, 2); /* in spite of the one that is missing */
	assert_string_equal(news.v[0], "a 1");
	assert_string_equal(news.v[1], "c 3");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_home, drop_home)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_folders),
		TEST(test_what_the_lock_does_not_have),
		TEST(test_needs),
		TEST(test_absent),
		TEST(test_other_version_is_not_absent),
		TEST(test_platforms),
		TEST(test_git),
		TEST(test_lists_that_are_none),
		TEST(test_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
