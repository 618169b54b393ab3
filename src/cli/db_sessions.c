/*
 * `hookrun db blockers` and `unblock`: a migration that waits for a lock says
 * so when it is too late to ask; here one sees beforehand who is in the way,
 * and ends it.
 */
#include "cli/db.h"

#include "hookrun/db/db.h"
#include "hookrun/migrate/targets.h"

#define CONNECT_MS 5000
#define FILE_MS 500 /* for what another program has locked */

static int connect_to(
	const struct db_target *target, struct db **ret, struct err *err)
{
	if (db_open(target, target->path ? FILE_MS : CONNECT_MS, ret, err))
		return err_prefix(err, "'%s'", target->database);
	return 0;
}

static void put_lines(const char *text)
{
	AUTO_STRBUF out = STRBUF_INIT;

	strbuf_add_printable(&out, text, true);
	printf("%s\n", out.buf);
}

/* Their number, or -1. */
static int show_sessions(const struct db_target *target, struct arena *arena,
	bool *ret_hidden, struct err *err)
{
	struct db_sessions all = { 0 };
	struct db *db;
	const char *holder = NULL;
	int done;

	if (connect_to(target, &db, err))
		return -1;
	done = db_sessions(db, NULL, arena, &all, err) ||
	       (!target->path &&
		       db_migration_lock_holder(db, arena, &holder, err));
	db_close(db);
	if (done)
		return -1;
	if (all.nr || holder || all.hidden)
		printf("%s:\n", target->database);
	for (size_t i = 0; i < all.nr; i++)
		put_lines(all.v[i].text);
	if (holder)
		put_lines(holder);
	if (all.hidden)
		printf("what %zu sessions of other users do is not shown to "
		       "this user (see pg_read_all_stats)\n",
			all.hidden);
	*ret_hidden |= all.hidden > 0;
	return (int)all.nr + !!holder;
}

int db_show_blockers(struct step_ctx *ctx)
{
	struct db_targets targets;
	struct err err;
	bool hidden = false, failed = false, at_server = false;
	int found = 0;

	if (migrate_targets(ctx, &targets, &err))
		return complain(&err);
	for (size_t i = 0; i < targets.nr; i++) {
		int n = show_sessions(&targets.v[i], ctx->arena, &hidden, &err);

		if (n < 0)
			failed = complain(&err);
		else
			found += n;
		at_server |= n > 0 && !targets.v[i].path;
	}
	if (!found && !failed && !hidden)
		puts("nobody waits for a lock, and no idle transaction holds "
		     "one");
	if (at_server)
		puts("'hookrun db unblock PID' cancels what a session runs, "
		     "with --terminate it ends the session");
	return found || failed;
}

/* ---- db unblock ---------------------------------------------------------- */

static int tell_end(const char *pid, enum db_ended ended, bool terminate)
{
	switch (ended) {
	case DB_ENDED:
		printf("pid %s: %s has ended\n", pid,
			terminate ? "the session" : "that query");
		return 0;
	case DB_ENDED_BEFORE:
		printf("pid %s: %s had ended before it was told to\n", pid,
			terminate ? "the session" : "that query");
		return 0;
	case DB_ENDED_LATE:
		break;
	}
	return complain_text("pid %s: %s was told to end, and had not after "
			     "10 s",
		pid, terminate ? "the session" : "the query");
}

/* The exit code. */
static int end_session(struct db *db, const struct db_session *session,
	const struct args *args)
{
	bool terminate = args_has(args, "terminate");
	enum db_ended ended = DB_ENDED_LATE;
	struct err err;

	put_lines(session->text);
	if (!terminate && session->idle)
		return complain_text(
			"pid %s runs no query that could be cancelled; "
			"'hookrun db unblock %s --terminate' ends its session, "
			"which undoes what its transaction has done",
			session->pid, session->pid);
	if (terminate &&
		!confirmed(args,
			"end this session, and undo what its transaction has "
			"done",
			"nothing was ended"))
		return 1;
	if (db_end(db, session, terminate, &ended, &err))
		return complain(&err);
	return tell_end(session->pid, ended, terminate);
}

/* 1: it is there, and `ret_status` the exit code; 0: it is not; -1. */
static int unblock_in(const struct db_target *target, const struct args *args,
	struct arena *arena, int *ret_status, struct err *err)
{
	struct db_sessions found = { 0 };
	struct db *db;
	int ret;

	if (target->path)
		return 0;
	if (connect_to(target, &db, err))
		return -1;
	ret = db_sessions(db, args->words.v[1], arena, &found, err);
	if (!ret && found.nr) {
		*ret_status = end_session(db, &found.v[0], args);
		ret = 1;
	}
	db_close(db);
	return ret;
}

static bool is_pid(const char *word)
{
	size_t len = strspn(word, "0123456789");

	return len && len < 10 && !word[len];
}

int db_unblock(struct step_ctx *ctx, const struct args *args)
{
	const char *pid = args->words.v[1];
	struct db_targets targets;
	bool failed = false;
	struct err err;
	int status = 1;

	if (!is_pid(pid))
		return complain_text("'%s' is no pid; 'hookrun db blockers' "
				     "has them",
			pid);
	if (migrate_targets(ctx, &targets, &err))
		return complain(&err);
	for (size_t i = 0; i < targets.nr; i++) {
		int found = unblock_in(
			&targets.v[i], args, ctx->arena, &status, &err);

		if (found > 0)
			return status;
		if (found < 0)
			failed = complain(&err);
	}
	if (failed)
		return 1;
	return complain_text("no session of the databases at a server has the "
			     "pid %s; 'hookrun db blockers' has who is in the "
			     "way",
		pid);
}
