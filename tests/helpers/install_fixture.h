/*
 * Hooks installed into a fresh repository, for the tests of the hook files and
 * of what is in them.
 */
#ifndef TESTS_INSTALL_FIXTURE_H
#define TESTS_INSTALL_FIXTURE_H

#include "git_fixture.h"

#include "hookrun/install/install.h"

static char word_commit[] = "pre-commit";
static char *one_hook[] = { word_commit, NULL };

static inline int fresh_repo(void **state)
{
	(void)state;
	fixture_run("rm -rf r && git init -q r && cd r\n"
		    "git commit -q --allow-empty -m one");
	return 0;
}

static inline struct install_opts options(char *const *hooks)
{
	return (struct install_opts){ .hooks = hooks, .config_id = "id1" };
}

static inline void install(
	const char *name, const struct install_opts *opts, struct strbuf *notes)
{
	struct repo *repo = fixture_open(name);
	struct err err = ERR_INIT;

	if (install_hooks(repo, opts, NULL, notes, &err))
		fail_msg("%s", err.msg);
	repo_free(repo);
}

#endif
