/*
 * `hookrun trust`.  What the configuration itself says comes first, and only
 * when that is approved the remotes that it names are fetched, to be shown in
 * turn.  What is approved is what was shown, not what is there by then.
 */
#include "cli/cli.h"

#include <unistd.h>

/* Show and approve what `ws` has: 0, or an exit code. */
static int approve(
	struct workspace *ws, const struct args *args, size_t *ret_approved)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err;

	if (!ws->nunseen)
		return 0;
	if (trust_show(ws->repo, &ws->unseen, 0, &text, &err))
		return complain(&err);
	put_printable(stdout, text.buf);
	if (!confirmed(
		    args, "let this run in this clone", "nothing is approved"))
		return 1;
	if (trust_approve(ws->repo, &ws->unseen, &err))
		return complain(&err);
	*ret_approved += ws->nunseen;
	ws->nunseen = 0;
	return 0;
}

/* With the copies of remotes that there are, or fetched; what nobody asked to
 * be asked about can be approved ahead. */
static int look_and_approve(const struct args *args, enum remote_fetch fetch,
	bool *ret_remotes, size_t *ret_approved)
{
	struct workspace ws;
	int status = fetch == REMOTE_CACHED
			     ? workspace_open(&ws, true)
			     : workspace_open_fetching(&ws, NULL, fetch);

	if (status)
		return status;
	if (!ws.has_config) {
		persona_no_config(repo_worktree(ws.repo));
		status = 1;
	} else {
		if (!ws.unseen.nr)
			status = trust_look(&ws);
		*ret_remotes = node_get(ws.config.root, "remotes") != NULL;
	}
	if (!status)
		status = approve(&ws, args, ret_approved);
	workspace_close(&ws);
	return status;
}

int cmd_trust(const struct args *args)
{
	size_t approved = 0;
	bool remotes = false;
	int status = look_and_approve(args, REMOTE_CACHED, &remotes, &approved);

	if (!status && remotes)
		status = look_and_approve(
			args, REMOTE_WHEN_DUE, &remotes, &approved);
	if (status)
		return status;
	if (approved)
		printf("approved: %zu\n", approved);
	else
		puts("everything that hooks would run is approved");
	return 0;
}
