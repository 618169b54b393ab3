/*
 * The repository we stand in and its configuration, opened once for whichever
 * command needs them.
 */
#include "cli/cli.h"

#include "hookrun/base/strbuf.h"
#include "hookrun/proc/env.h"
#include "hookrun/proc/interrupt.h"
#include "hookrun/steps/tree_env.h"

#include <signal.h>
#include <unistd.h>

bool switched_off(void)
{
	const char *names[] = { "HOOKRUN", "LEFTHOOK" };

	for (size_t i = 0; i < 2; i++) {
		const char *value = getenv(names[i]);

		if (value && (!strcmp(value, "0") || !strcmp(value, "false")))
			return true;
	}
	return false;
}

struct fetcher {
	struct repo *repo;
	enum remote_fetch fetch;
	const char *hook; /* that runs, or NULL */
};

static char *fetch_remote(
	const struct config_remote *wanted, void *data, struct strbuf *note)
{
	const struct fetcher *fetcher = data;
	struct remote remote = { .url = wanted->url,
		.ref = wanted->ref,
		.max_age_ms = wanted->max_age_ms };
	enum remote_fetch fetch = fetcher->fetch;

	if (fetch == REMOTE_WHEN_DUE && wanted->no_auto)
		fetch = REMOTE_CACHED;
	/* A hook that only watches has no use for a newer one, but for one. */
	if (fetch == REMOTE_WHEN_DUE && fetcher->hook &&
		install_only_watches(fetcher->repo, fetcher->hook))
		remote.max_age_ms = -1;
	return remote_folder(fetcher->repo, &remote, fetch, note);
}

/* What of the configuration's problems is printed. */
enum tell { TELL_ALL, TELL_ERRORS, TELL_NOTHING };

static int load(struct workspace *ws, const char *hook, enum tell tell,
	enum remote_fetch fetch)
{
	struct fetcher fetcher = { ws->repo, fetch, hook };
	const struct config_remotes remotes = { fetch_remote, &fetcher };
	struct err err;
	int got = config_load(
		repo_worktree(ws->repo), &remotes, false, &ws->config, &err);

	if (got < 0)
		return tell == TELL_NOTHING ? 1 : complain(&err);
	ws->has_config = got > 0;
	for (size_t i = 0; ws->has_config && tell == TELL_ALL &&
			   i < ws->config.warnings.nr;
		i++)
		warn_text("%s", ws->config.warnings.v[i]);
	return 0;
}

int workspace_validate(struct repo *repo, struct strbuf *out)
{
	struct fetcher fetcher = { repo, REMOTE_CACHED, NULL };
	const struct config_remotes remotes = { fetch_remote, &fetcher };

	return config_validate(repo_worktree(repo), &remotes, out);
}

/* What hook files do before hookrun is started cannot be asked about then: an
 * `rc` in the tree would be whatever a branch makes of it. */
static bool is_of_tree(const struct repo *repo, const char *rc)
{
	static const char *const homes[] = { "~/", "$HOME/", "${HOME}/" };
	const char *root = repo_worktree(repo);
	size_t len = strlen(root);

	for (size_t i = 0; i < 3; i++)
		if (!strncmp(rc, homes[i], strlen(homes[i])))
			return false;
	return *rc != '/' || (!strncmp(rc, root, len) && rc[len] == '/');
}

static void hold_back(struct workspace *ws)
{
	struct config *config = &ws->config;

	if (ws->nunseen)
		config->binary = config->rc = NULL;
	if (!config->rc || !is_of_tree(ws->repo, config->rc))
		return;
	config->rc = NULL;
	ws->rc_left_out = true;
}

static bool names_remotes(const struct config *config)
{
	return node_get(config->root, "remotes") != NULL;
}

/* Nothing is fetched from where a configuration says that nobody approved. */
static int load_asking(struct workspace *ws, const char *hook, enum tell tell,
	enum remote_fetch fetch)
{
	bool twice = fetch != REMOTE_CACHED;
	int status = load(ws, hook, twice ? TELL_ERRORS : tell, REMOTE_CACHED);

	if (!status && ws->has_config)
		status = trust_look(ws);
	if (!status && twice && !ws->nunseen && ws->has_config &&
		names_remotes(&ws->config)) {
		config_release(&ws->config);
		trust_set_release(&ws->unseen);
		status = load(ws, hook, tell, fetch);
		if (!status)
			status = trust_look(ws);
	}
	if (!status && ws->has_config)
		hold_back(ws);
	return status;
}

static int load_trusted(struct workspace *ws, const char *hook, enum tell tell,
	enum remote_fetch fetch)
{
	bool asks = false;
	int status = trust_asks(ws->repo, &asks);

	if (status)
		return status;
	return asks ? load_asking(ws, hook, tell, fetch)
		    : load(ws, hook, tell, fetch);
}

int workspace_open_repo(struct workspace *ws)
{
	struct err err;
	int status;

	memset(ws, 0, sizeof(*ws));
	if (repo_open(NULL, &ws->repo, &err))
		return persona_no_repo(&err);
	if (!repo_worktree(ws->repo)) {
		err_set_kind(&err, ERR_NO_REPO,
			"this is a bare repository: there is no work "
			"tree to run hooks for");
		repo_free(ws->repo);
		return persona_no_repo(&err);
	}
	tree_env_apply(ws->repo);
	status = recover_work(ws->repo);
	if (status)
		workspace_close(ws);
	return status;
}

static int open_with(struct workspace *ws, const char *hook,
	bool quiet_warnings, enum remote_fetch fetch)
{
	int status = workspace_open_repo(ws);

	if (status)
		return status;
	status = load_trusted(
		ws, hook, quiet_warnings ? TELL_ERRORS : TELL_ALL, fetch);
	if (status)
		workspace_close(ws);
	return status;
}

int workspace_load_silently(struct workspace *ws)
{
	return load_trusted(ws, NULL, TELL_NOTHING, REMOTE_CACHED);
}

int workspace_open(struct workspace *ws, bool quiet_warnings)
{
	return open_with(ws, NULL, quiet_warnings, REMOTE_CACHED);
}

int workspace_open_fetching(
	struct workspace *ws, const char *hook, enum remote_fetch fetch)
{
	return open_with(ws, hook, false, fetch);
}

void workspace_close(struct workspace *ws)
{
	if (ws->has_config)
		config_release(&ws->config);
	trust_set_release(&ws->unseen);
	repo_free(ws->repo);
}

int finish(int result)
{
	fflush(stdout);
	if (interrupt_noted())
		result = 128 + interrupt_noted();
	/* A shell script around us sees from our end that it is to end too;
	 * lefthook's callers know its code. */
	if (result == 128 + SIGINT && persona_is_lefthook())
		return complain_text("Interrupted");
	if (result > 128 && result < 128 + NSIG && result != EXIT_NO_REPO) {
		signal(result - 128, SIG_DFL);
		raise(result - 128);
	}
	return result;
}
