/*
 * A folder with configurations, loaded, and what is said of a text that is
 * wrong; for the tests of each stage of loading.
 */
#ifndef TESTS_CONFIG_FIXTURE_H
#define TESTS_CONFIG_FIXTURE_H

#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "config_text.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/config.h"

#include <string.h>
#include <unistd.h>

struct fixture {
	char *root;
	struct config config;
	struct err err;
};

static inline int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	struct err err;

	unsetenv("HOOKRUN_CONFIG");
	unsetenv("LEFTHOOK_CONFIG");
	if (fs_temp_dir("hookrun-config", &f->root, &err))
		return -1;
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;
	struct err err;

	fs_remove_tree(f->root, &err);
	free(f->root);
	config_release(&f->config);
	test_free(f);
	return 0;
}

static inline void put(struct fixture *f, const char *name, const char *text)
{
	char *path = fs_join(f->root, name), *dir = fs_dirname(path);
	struct err err;

	assert_int_equal(fs_mkdirs(dir, 0755, &err), 0);
	assert_int_equal(fs_write_cache(path, text, strlen(text), &err), 0);
	free(dir);
	free(path);
}

static inline void drop(struct fixture *f, const char *name)
{
	char *path = fs_join(f->root, name);

	assert_int_equal(unlink(path), 0);
	free(path);
}

static inline int load(struct fixture *f)
{
	config_release(&f->config);
	return config_load(f->root, NULL, false, &f->config, &f->err);
}

static inline struct hook_config *load_hook(struct fixture *f, const char *name)
{
	struct hook_config *hook;

	if (load(f) != 1)
		fail_msg("not loaded: %s", f->err.msg);
	hook = config_hook(&f->config, name);
	assert_non_null(hook);
	return hook;
}

/* The text is refused, with exactly this message. */
static inline void assert_refused(const char *text, const char *want)
{
	struct config config;
	struct err err;

	assert_int_equal(config_load_text("f.yml", text, strlen(text), false,
				 &config, &err),
		-1);
	assert_string_equal(err.msg, want);
}

/* The text is accepted with exactly this warning, and refused when strict. */
static inline void assert_warned(const char *text, const char *want)
{
	struct config config;
	struct err err;

	if (config_load_text("f.yml", text, strlen(text), false, &config, &err))
		fail_msg("refused: %s", err.msg);
	assert_int_equal(config.warnings.nr, 1);
	assert_string_equal(config.warnings.v[0], want);
	config_release(&config);
	assert_int_equal(config_load_text("f.yml", text, strlen(text), true,
				 &config, &err),
		-1);
	assert_string_equal(err.msg, want);
}

static inline void assert_accepted(const char *text)
{
	struct config config;
	struct err err;

	if (config_load_text("f.yml", text, strlen(text), true, &config, &err))
		fail_msg("%s\nis refused: %s", text, err.msg);
	config_release(&config);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

#endif
