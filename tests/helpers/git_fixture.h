/*
 * A throwaway folder for tests that need real repositories, with a git that
 * reads nobody's configuration, and shell scripts run inside it.
 */
#ifndef TESTS_GIT_FIXTURE_H
#define TESTS_GIT_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/repo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A script that makes a repository with `init` (which changes into it): three
 * commits on main and topic, folders, a link, an annotated tag and another. */
#define FIXTURE_HISTORY(init)                                                  \
	init "\n"                                                              \
	     "export GIT_AUTHOR_DATE='2020-01-01T00:00:00Z'\n"                 \
	     "export GIT_COMMITTER_DATE='2020-01-01T00:00:01Z'\n"              \
	     "mkdir -p db/migrate && echo one > db/migrate/1.rb && echo a > "  \
	     "a\n"                                                             \
	     "ln -s a link && git add . && git commit -qm one\n"               \
	     "git switch -qc topic\n"                                          \
	     "export GIT_COMMITTER_DATE='2020-01-01T00:00:02Z'\n"              \
	     "echo two > 'db/migrate/2 x.rb' && git add . && git commit -qm "  \
	     "two\n"                                                           \
	     "git switch -q main\n"                                            \
	     "export GIT_COMMITTER_DATE='2020-01-01T00:00:03Z'\n"              \
	     "echo b > b && git add . && git commit -qm three\n"               \
	     "git tag -a -m v1 v1 && git tag light main~1\n"

static char *fixture_dir; /* absolute, no symbolic links in it */

static inline char *fixture_path(const char *name)
{
	return fs_join(fixture_dir, name);
}

static inline void fixture_file(const char *name, const char *text)
{
	AUTO_FREE char *path = fixture_path(name);
	AUTO_FREE char *folder = fs_dirname(path);
	struct err err = ERR_INIT;

	assert_int_equal(fs_mkdirs(folder, 0755, &err), 0);
	assert_int_equal(fs_write_cache(path, text, strlen(text), &err), 0);
}

static inline void fixture_text(const char *name, struct strbuf *out)
{
	AUTO_FREE char *path = fixture_path(name);
	struct err err = ERR_INIT;

	strbuf_reset(out);
	assert_int_equal(fs_read(path, out, 1 << 20, &err), 1);
}

static inline bool fixture_has(const char *name)
{
	AUTO_FREE char *path = fixture_path(name);

	return fs_exists(path);
}

/* Run `script` with sh in the fixture's folder; its status, both of its
 * outputs appended to `out`. */
static inline int fixture_sh(const char *script, struct strbuf *out)
{
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (chdir(fixture_dir) || dup2(fds[1], 1) < 0 ||
			dup2(fds[1], 2) < 0)
			_exit(99);
		close(fds[0]);
		close(fds[1]);
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(99);
	}
	close(fds[1]);
	while (strbuf_read_once(out, fds[0], 65536) > 0)
		;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The same; it must succeed. */
static inline void fixture_run(const char *script)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRBUF strict = STRBUF_INIT;

	strbuf_addf(&strict, "set -e\n%s", script);
	if (fixture_sh(strict.buf, &out))
		fail_msg("script failed: %s\n%s", script, out.buf);
}

/* The object id that `rev` has in the repository `dir`. */
static inline struct oid fixture_rev(const char *dir, const char *rev)
{
	AUTO_STRBUF script = STRBUF_INIT, out = STRBUF_INIT;
	struct oid oid;

	strbuf_addf(&script, "git -C '%s' rev-parse --verify '%s'", dir, rev);
	assert_int_equal(fixture_sh(script.buf, &out), 0);
	strbuf_rtrim(&out);
	assert_true(oid_parse(out.buf, &oid));
	return oid;
}

/* `oid` is what `rev` is in the repository `dir`. */
static inline void fixture_is(
	const struct oid *oid, const char *dir, const char *rev)
{
	struct oid want = fixture_rev(dir, rev);

	assert_string_equal(oid->hex, want.hex);
}

/* Callbacks of repo.h: list the ids; stop with 5 at the second. */
static inline int fixture_push_oid(const struct oid *oid, void *data)
{
	strvec_push(data, oid->hex);
	return 0;
}

static inline int fixture_stop_oid(const struct oid *oid, void *data)
{
	(void)oid;
	return ++*(int *)data == 2 ? 5 : 0;
}

static inline struct repo *fixture_open(const char *name)
{
	AUTO_FREE char *path = fixture_path(name);
	struct repo *repo = NULL;
	struct err err = ERR_INIT;

	if (repo_open(path, &repo, &err))
		fail_msg("%s", err.msg);
	return repo;
}

static inline int fixture_setup(void **state)
{
	static const char *const gone[] = { "GIT_DIR", "GIT_WORK_TREE",
		"GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
		"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES",
		"GIT_PREFIX", "HOOKRUN", "LEFTHOOK", "HOOKRUN_BIN",
		"HOOKRUN_VERBOSE", "LEFTHOOK_VERBOSE", "HOOKRUN_CONFIG",
		"LEFTHOOK_CONFIG", "GIT_CONFIG_PARAMETERS" };
	struct err err = ERR_INIT;
	AUTO_FREE char *temp = NULL;
	AUTO_FREE char *config = NULL;

	(void)state;
	assert_int_equal(fs_temp_dir("hookrun-test", &temp, &err), 0);
	fixture_dir = realpath(temp, NULL);
	assert_non_null(fixture_dir);
	for (size_t i = 0; i < ARRAY_SIZE(gone); i++)
		unsetenv(gone[i]);
	config = fixture_path("gitconfig");
	setenv("HOME", fixture_dir, 1);
	setenv("GIT_CONFIG_GLOBAL", config, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	fixture_file("gitconfig",
		"[user]\n\tname = T\n\temail = t@example.com\n"
		"[init]\n\tdefaultBranch = main\n"
		"[protocol \"file\"]\n\tallow = always\n"
		"[advice]\n\tdetachedHead = false\n");
	return 0;
}

/* With such a repository in the folder r, and one with SHA-256 in s256. */
static inline int fixture_setup_history(void **state)
{
	fixture_setup(state);
	fixture_run(FIXTURE_HISTORY("git init -q r && cd r"));
	fixture_run(FIXTURE_HISTORY(
		"git init -q --object-format=sha256 s256 && cd s256"));
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(fs_remove_tree(fixture_dir, &err), 0);
	free(fixture_dir);
	fixture_dir = NULL;
	return 0;
}

#endif
