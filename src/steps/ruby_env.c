/*
 * hookrun may itself be started by `bundle exec` (a binstub, a gem that wraps
 * it).  Bundler then steers every Ruby below it to the bundle it was started
 * with, by variables, and `bundle install` for the branch that was just
 * switched to would look at the old one's.  Bundler keeps what it replaced in
 * BUNDLER_ORIG_*, which is put back.
 */
#include "hookrun/steps/ruby_env.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/proc/env.h"

#include <string.h>

#define NO_VALUE "BUNDLER_ENVIRONMENT_PRESERVER_INTENTIONALLY_NIL"

static const char *const replaced[] = { "RUBYOPT", "RUBYLIB", "BUNDLE_GEMFILE",
	"BUNDLE_BIN_PATH", NULL };

static bool under_bundler(const struct strvec *env)
{
	const char *rubyopt = env_get(env, "RUBYOPT");

	return env_get(env, "BUNDLE_BIN_PATH") ||
	       (rubyopt && strstr(rubyopt, "bundler/setup"));
}

static void put_back(struct strvec *env, const char *name)
{
	AUTO_STRBUF orig_name = STRBUF_INIT;
	AUTO_FREE char *copy = NULL;
	const char *orig;

	strbuf_addf(&orig_name, "BUNDLER_ORIG_%s", name);
	orig = env_get(env, orig_name.buf);
	if (orig && strcmp(orig, NO_VALUE) != 0)
		copy = xstrdup(orig);
	env_set(env, name, copy);
}

static void drop_own_variables(struct strvec *env)
{
	AUTO_STRVEC names = STRVEC_INIT;

	for (size_t i = 0; i < env->nr; i++)
		if (!strncmp(env->v[i], "BUNDLER_", 8))
			strvec_pushn(
				&names, env->v[i], strcspn(env->v[i], "="));
	for (size_t i = 0; i < names.nr; i++)
		env_set(env, names.v[i], NULL);
}

void ruby_env_fill(struct strvec *env)
{
	env_clean(env);
	if (!under_bundler(env))
		return;
	for (const char *const *name = replaced; *name; name++)
		put_back(env, *name);
	drop_own_variables(env);
}
