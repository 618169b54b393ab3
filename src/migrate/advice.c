/*
 * Advice that was never typed leads into the next dead end, so that all of it
 * has one form, by which tests find the commands in a message, type them in
 * the state that provoked it, and see that they lead out.
 *
 * A branch is named as the user left it; where that cannot be told, a commit
 * is as good, since the database belongs to the tree.
 */
#include "migrate/advice.h"

#include "hookrun/git/gitcmd.h"

#include <stdarg.h>

#define TYPED "\n    "

void advice_words(struct strbuf *out, const char *words)
{
	strbuf_addf(out, "\n%s:", words);
}

void advice_type(struct strbuf *out, const char *fmt, ...)
{
	va_list ap;

	strbuf_addstr(out, TYPED);
	va_start(ap, fmt);
	strbuf_vaddf(out, fmt, ap);
	va_end(ap);
}

void advice_task(const struct migrate *m, enum engine_task task,
	const char *database, int64_t version, struct strbuf *out)
{
	AUTO_STRBUF command = STRBUF_INIT;

	m->engine->type(m, task, database, version, &command);
	if (*m->app_rel)
		advice_type(out, "(cd %s && %s)", m->app_rel, command.buf);
	else
		advice_type(out, "%s", command.buf);
}

void advice_again(const struct migrate *m, struct strbuf *out)
{
	advice_type(out, "%s", m->again ? m->again : "hookrun sync");
}

void advice_sync(const struct migrate *m, struct strbuf *out, const char *words)
{
	advice_words(out, words);
	advice_again(m, out);
}

void advice_set(struct strbuf *out, const char *words, const char *setting)
{
	advice_words(out, words);
	advice_type(out, "hookrun sync --set %s", setting);
}

void advice_history(struct strbuf *out)
{
	advice_words(out, "or fetch the history that is missing");
	advice_type(out, "git fetch --unshallow");
	advice_type(out, "hookrun sync");
}

/* The branch that `rev` names, if it is at `commit`; in the arena. */
static const char *branch_of(
	struct migrate *m, const char *rev, const struct oid *commit)
{
	struct repo *repo = m->ctx->repo;
	struct err ignored = ERR_INIT;
	AUTO_STRBUF name = STRBUF_INIT;
	struct oid oid;
	int status;

	if (gitcmd(repo, GIT_ARGS("rev-parse", "--abbrev-ref", rev), &status,
		    &name, &ignored) ||
		status)
		return NULL;
	strbuf_rtrim(&name);
	if (!name.len || !strcmp(name.buf, "HEAD") ||
		repo_resolve(repo, name.buf, &oid, &ignored) != 1 ||
		!oid_eq(&oid, commit))
		return NULL;
	return arena_strdup(m->ctx->arena, name.buf);
}

void advice_switch(
	struct migrate *m, const struct oid *commit, struct strbuf *out)
{
	const char *name = branch_of(
		m, commit ? "@{-1}" : "HEAD", commit ? commit : &m->heads.cur);

	if (name)
		advice_type(out, "git switch %s", name);
	else
		advice_type(out, "git switch --detach %.12s",
			(commit ? commit : &m->heads.cur)->hex);
}

void advice_back(struct migrate *m, struct strbuf *out, const char *words)
{
	if (strcmp(m->ctx->event->hook, "post-checkout") != 0 ||
		!m->heads.has_prev || m->heads.same)
		return;
	advice_words(out, words);
	advice_switch(m, &m->heads.prev, out);
}
