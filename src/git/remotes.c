/*
 * A hook must not wait for the network longer than needs be, nor ask for
 * passwords, nor lose the rules it had because a server is away.  So:
 *
 * - A fetch makes a new shallow clone beside the old one and exchanges the two
 *   in one step; whatever ends it before leaves the old one.
 * - Before that, one `git ls-remote` tells whether there is anything new.
 * - It has a deadline, and a failure is remembered: the next attempt of a hook
 *   is a minute later, then two, then four, up to an hour.
 * - Whoever finds another process fetching goes on with the copy there is.
 * - A commit is the same for ever: once it is here nobody is asked any more.
 *
 * The name of the folder has a hash of url and ref in it, since two remotes
 * may well end in the same word.
 */
#include "hookrun/git/remotes.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/exchange.h"
#include "hookrun/base/filelock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/proc/cmd.h"
#include "hookrun/proc/env.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HOOK_DEADLINE_MS 10000 /* for a hook that has a copy already */
#define FIRST_DEADLINE_MS 30000
#define USER_DEADLINE_MS 120000
#define RETRY_FIRST_MS 60000
#define RETRY_LAST_MS (60 * 60 * 1000)
#define NAME_MAX_BYTES 80 /* of the url in the folder's name */

struct copy {
	struct repo *repo;
	const struct remote *remote;
	char *home;   /* the remote's folder */
	char *tree;   /* the clone in it */
	char *failed; /* a byte for each failure since the last success */
};

static char *remotes_home(struct repo *repo)
{
	return fs_join(repo_commondir(repo), "info/hookrun-remotes");
}

/* "https://example.org/a/rules.git" is called "rules". */
static void add_name(struct strbuf *out, const char *url)
{
	const char *name = strrchr(url, '/');
	size_t len;

	name = name ? name + 1 : url;
	len = strcspn(name, ".");
	for (size_t i = 0; i < len && i < NAME_MAX_BYTES; i++)
		strbuf_addch(out, strchr("/:\\ ", name[i]) ? '-' : name[i]);
}

static void copy_init(
	struct copy *copy, struct repo *repo, const struct remote *remote)
{
	AUTO_FREE char *home = remotes_home(repo);
	AUTO_STRBUF path = STRBUF_INIT;
	uint64_t hash = hash_str(HASH_START, remote->url);

	strbuf_addf(&path, "%s/", home);
	add_name(&path, remote->url);
	strbuf_addf(&path, "-%016" PRIx64,
		hash_str(hash, remote->ref ? remote->ref : ""));
	*copy = (struct copy){ .repo = repo, .remote = remote };
	copy->home = strbuf_detach(&path, NULL);
	copy->tree = fs_join(copy->home, "tree");
	copy->failed = fs_join(copy->home, "failed");
}

static void copy_release(struct copy *copy)
{
	free(copy->home);
	free(copy->tree);
	free(copy->failed);
}

/* ---- when ---------------------------------------------------------------- */

/* Milliseconds since the file was written; -1 where there is none.  A time in
 * the future, from a clock that was set back, is long ago. */
static int64_t age_ms(const char *path, off_t *ret_size)
{
	struct timespec now;
	struct stat st;
	int64_t age;

	if (stat(path, &st) || clock_gettime(CLOCK_REALTIME, &now))
		return -1;
	if (ret_size)
		*ret_size = st.st_size;
	age = (int64_t)(now.tv_sec - st.st_mtim.tv_sec) * 1000 +
	      (now.tv_nsec - st.st_mtim.tv_nsec) / 1000000;
	return age < 0 ? INT64_MAX : age;
}

static bool is_held_back(const struct copy *copy)
{
	int64_t wait = RETRY_FIRST_MS, age;
	off_t failures = 0;

	age = age_ms(copy->failed, &failures);
	if (age < 0)
		return false;
	for (; failures > 1 && wait < RETRY_LAST_MS; failures--)
		wait *= 2;
	return age < (wait < RETRY_LAST_MS ? wait : RETRY_LAST_MS);
}

/* The whole id of a commit in place of a branch or tag. */
static bool is_pinned(const struct copy *copy)
{
	struct oid id;

	return copy->remote->ref && oid_parse(copy->remote->ref, &id);
}

static bool is_due(const struct copy *copy, enum remote_fetch fetch)
{
	AUTO_FREE char *fetched = fs_join(copy->home, "fetched");
	int64_t age = age_ms(fetched, NULL);

	if (fetch == REMOTE_NOW)
		return true;
	if (fetch == REMOTE_CACHED || is_held_back(copy))
		return false;
	if (age < 0 || !fs_is_dir(copy->tree))
		return true;
	return !is_pinned(copy) && copy->remote->max_age_ms >= 0 &&
	       age >= copy->remote->max_age_ms;
}

/* ---- git ----------------------------------------------------------------- */

static void fill_env(struct strvec *env)
{
	env_clean(env);
	env_set(env, "LEFTHOOK", "0");
	env_set(env, "HOOKRUN", "0");
	env_set(env, "GIT_TERMINAL_PROMPT", "0");
	if (!env_get(env, "GIT_ASKPASS"))
		env_set(env, "GIT_ASKPASS", "true");
	env_set(env, "SSH_ASKPASS_REQUIRE", "never");
	if (!env_get(env, "GIT_SSH_COMMAND") && !env_get(env, "GIT_SSH"))
		env_set(env, "GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
}

/* `git ARGS...`, -1 also where it fails. */
static int run_git(const struct copy *copy, const char *const *args,
	int deadline_ms, struct strbuf *out, struct err *err)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	AUTO_STRVEC env = STRVEC_INIT;
	AUTO_STRBUF errout = STRBUF_INIT;
	struct cmd cmd = { .cwd = repo_worktree(copy->repo),
		.timeout_ms = deadline_ms };
	int status;

	git_argv(&argv, args);
	fill_env(&env);
	cmd.argv = argv.v;
	cmd.env = env.v;
	if (cmd_run(&cmd, &status, out, &errout, err))
		return -1;
	if (!status)
		return 0;
	strbuf_rtrim(&errout);
	return err_set(err, "%s",
		errout.len ? errout.buf : "git failed without a message");
}

/* The id in the line of `git ls-remote` that names `ref`; empty where there is
 * none. */
static void find_listed(
	struct strbuf *ret, const struct strbuf *list, const char *ref)
{
	for (const char *line = list->buf; *line;) {
		const char *end = strchrnul(line, '\n');
		const char *tab = memchr(line, '\t', (size_t)(end - line));

		if (!ret->len && tab &&
			strlen(ref) == (size_t)(end - tab - 1) &&
			!strncmp(tab + 1, ref, strlen(ref)))
			strbuf_add(ret, line, (size_t)(tab - line));
		line = *end ? end + 1 : end;
	}
}

/* True where the copy is what the remote has.  False, too, where that cannot
 * be told: the clone will say why. */
static bool is_current(const struct copy *copy, int deadline_ms)
{
	static const char *const forms[] = { "refs/heads/%s", "refs/tags/%s^{}",
		"refs/tags/%s", NULL };
	const char *ref = copy->remote->ref;
	AUTO_STRBUF list = STRBUF_INIT, id = STRBUF_INIT, head = STRBUF_INIT;
	AUTO_STRBUF peeled = STRBUF_INIT;
	struct err ignored;

	strbuf_addf(&peeled, "%s^{}", ref ? ref : "");
	if (!fs_is_dir(copy->tree) ||
		run_git(copy, GIT_ARGS("-C", copy->tree, "rev-parse", "HEAD"),
			deadline_ms, &head, &ignored))
		return false;
	strbuf_rtrim(&head);
	if (is_pinned(copy))
		return !strcasecmp(head.buf, ref);
	if (run_git(copy,
		    GIT_ARGS("ls-remote", "--", copy->remote->url,
			    ref ? ref : "HEAD", ref ? peeled.buf : NULL),
		    deadline_ms, &list, &ignored))
		return false;
	if (!ref)
		find_listed(&id, &list, "HEAD");
	for (size_t i = 0; ref && forms[i]; i++) {
		AUTO_STRBUF name = STRBUF_INIT;

		strbuf_add(&name, forms[i], strcspn(forms[i], "%"));
		strbuf_addf(&name, "%s%s", ref, strchr(forms[i], '%') + 2);
		find_listed(&id, &list, name.buf);
	}
	return id.len && !strcmp(id.buf, head.buf);
}

/* Part of an id is no ref, which git does not think of. */
static int explain_part(const char *ref, struct err *err)
{
	AUTO_FREE char *why = xstrdup(err->msg);

	if (!ref || strlen(ref) < 7 || ref[strspn(ref, "0123456789abcdef")])
		return -1;
	return err_set(err,
		"%s (a commit is named by its whole id, all 40 characters)",
		why);
}

static int clone_branch(const struct copy *copy, const char *path,
	int deadline_ms, struct err *err)
{
	AUTO_STRVEC args = STRVEC_INIT;

	strvec_push(&args, "-c");
	strvec_push(&args, "core.hooksPath=/dev/null");
	strvec_push(&args, "-c");
	strvec_push(&args, "advice.detachedHead=false");
	strvec_push(&args, "clone");
	strvec_push(&args, "--quiet");
	strvec_push(&args, "--depth=1");
	if (copy->remote->ref)
		strvec_pushf(&args, "--branch=%s", copy->remote->ref);
	strvec_push(&args, "--");
	strvec_push(&args, copy->remote->url);
	strvec_push(&args, path);
	if (run_git(copy, strvec_words(&args), deadline_ms, NULL, err))
		return explain_part(copy->remote->ref, err);
	return 0;
}

/* A server may give out no more than its refs name: then all of these. */
static int clone_commit(const struct copy *copy, const char *path,
	int deadline_ms, struct err *err)
{
	const char *id = copy->remote->ref, *url = copy->remote->url;
	const char *format = strlen(id) == OID_HEX_MAX
				     ? "--object-format=sha256"
				     : "--object-format=sha1";
	AUTO_FREE char *gitdir = fs_join(path, ".git");

	if (run_git(copy, GIT_ARGS("init", "--quiet", format, "--", path),
		    deadline_ms, NULL, err))
		return -1;
	if (run_git(copy,
		    GIT_ARGS("--git-dir", gitdir, "-c",
			    "core.hooksPath=/dev/null", "fetch", "--quiet",
			    "--depth=1", "--", url, id),
		    deadline_ms, NULL, err) &&
		run_git(copy,
			GIT_ARGS("--git-dir", gitdir, "-c",
				"core.hooksPath=/dev/null", "fetch", "--quiet",
				"--", url, "+refs/*:refs/remotes/all/*"),
			deadline_ms, NULL, err))
		return -1;
	return run_git(copy,
		GIT_ARGS("-C", path, "-c", "core.hooksPath=/dev/null", "-c",
			"advice.detachedHead=false", "checkout", "--quiet",
			"--detach", id),
		deadline_ms, NULL, err);
}

static int clone_into(const struct copy *copy, const char *path,
	int deadline_ms, struct err *err)
{
	return is_pinned(copy) ? clone_commit(copy, path, deadline_ms, err)
			       : clone_branch(copy, path, deadline_ms, err);
}

/* Put the new clone where the old one is, if there is one, in one step. */
static int exchange(const char *fresh, const char *tree, struct err *err)
{
	if (!exchange_files(fresh, tree))
		return fs_remove_tree(fresh, err);
	if (errno != ENOENT && fs_remove_tree(tree, err))
		return -1;
	if (rename(fresh, tree))
		return err_errno(err, "cannot rename '%s'", fresh);
	return 0;
}

/* ---- a fetch ------------------------------------------------------------- */

static int fetch_copy(const struct copy *copy, int deadline_ms, struct err *err)
{
	AUTO_FREE char *fetched = fs_join(copy->home, "fetched");
	AUTO_FREE char *fresh = fs_join(copy->home, "new");

	if (!is_current(copy, deadline_ms)) {
		if (fs_remove_tree(fresh, err) ||
			clone_into(copy, fresh, deadline_ms, err) ||
			exchange(fresh, copy->tree, err))
			return -1;
	}
	unlink(copy->failed);
	return fs_write_cache(fetched, "", 0, err);
}

static void remember_failure(const struct copy *copy)
{
	AUTO_STRBUF failures = STRBUF_INIT;
	struct err ignored;

	fs_read(copy->failed, &failures, 4096, &ignored);
	strbuf_addch(&failures, '.');
	fs_write_cache(copy->failed, failures.buf, failures.len, &ignored);
}

/* The lock of the remote's folder, or -1: another process is at it. */
static int take_lock(const struct copy *copy, struct err *err)
{
	AUTO_FREE char *path = fs_join(copy->home, "lock");
	int fd;

	if (fs_mkdirs(copy->home, 0755, err))
		return -1;
	fd = filelock(path, 0, err);
	if (fd == -2)
		return err_set(err, "another process is fetching it");
	return fd;
}

static void fetch_and_note(
	const struct copy *copy, enum remote_fetch fetch, struct strbuf *note)
{
	bool there = fs_is_dir(copy->tree);
	int deadline_ms = fetch == REMOTE_NOW ? USER_DEADLINE_MS
			  : there	      ? HOOK_DEADLINE_MS
					      : FIRST_DEADLINE_MS;
	struct err err;
	AUTO_FD int lock = take_lock(copy, &err);

	if (lock >= 0) {
		if (!fetch_copy(copy, deadline_ms, &err))
			return;
		remember_failure(copy);
	} else if (there) {
		return;
	}
	strbuf_addf(note, "cannot fetch the remote '%s', %s: %s",
		copy->remote->url,
		there ? "its last copy is used" : "there is no copy of it",
		err.msg);
}

char *remote_folder(struct repo *repo, const struct remote *remote,
	enum remote_fetch fetch, struct strbuf *note)
{
	char *folder = NULL;
	struct copy copy;

	copy_init(&copy, repo, remote);
	if (is_due(&copy, fetch))
		fetch_and_note(&copy, fetch, note);
	else if (!fs_is_dir(copy.tree))
		strbuf_addf(note,
			"the remote '%s' was not fetched yet ('hookrun "
			"install' fetches it)",
			remote->url);
	if (fs_is_dir(copy.tree))
		folder = xstrdup(copy.tree);
	copy_release(&copy);
	return folder;
}

int remote_commit(struct repo *repo, const char *folder, struct strbuf *out,
	struct err *err)
{
	const struct copy copy = { .repo = repo };

	if (run_git(&copy, GIT_ARGS("-C", folder, "rev-parse", "HEAD"),
		    HOOK_DEADLINE_MS, out, err))
		return -1;
	strbuf_rtrim(out);
	return 0;
}

int remotes_prune(
	struct repo *repo, const struct strvec *folders, struct err *err)
{
	AUTO_FREE char *home = remotes_home(repo);
	AUTO_STRVEC names = STRVEC_INIT;
	struct err ignored;

	if (!folders)
		return fs_remove_tree(home, err);
	fs_list(home, &names, &ignored);
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *path = fs_join(home, names.v[i]);
		AUTO_FREE char *tree = fs_join(path, "tree");

		if (!strvec_has(folders, tree) && fs_remove_tree(path, err))
			return -1;
	}
	return 0;
}
