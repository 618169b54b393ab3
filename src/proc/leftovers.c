/*
 * What a job leaves behind.
 *
 * Linux gives a process whose parent has ended to the nearest ancestor that
 * asked for it, so none can get out of our sight by losing its parents; and the
 * one question whether we have any child at all tells, without a list of all
 * processes, that nothing was left behind, as nearly always.
 *
 * Elsewhere what was left is known by the session that its job had, and by a
 * look at all processes after every run: who has both left the session and
 * lost its parent is out of sight, and goes on as if it were detached; so does
 * what a job in our own session (interactive) has left.  What others have open
 * nobody tells there: but an output that has come to its end is nobody's.
 *
 * Children that we had before the first job, from the shell that became
 * hookrun, are none of a job's.
 *
 * Whoever puts a process into the background and sends its output elsewhere
 * (`ctags -R >/dev/null 2>&1 &` after a checkout) wants it to go on.  A shell
 * that has just forked has not got there yet, which is why an end that comes by
 * itself first waits a moment.
 */
#include "hookrun/proc/leftovers.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/proc/libhost.h"
#include "hookrun/proc/process.h"
#include "proc/loop_census.h"
#include "proc/tree.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS 2000 /* between TERM and KILL, and for who is stuck then */
#define HASTY_MS 450  /* the same for who has pressed Ctrl-C and waits */
#define LOOK_MS 20    /* between two looks, at most */
#define SETTLE_MS 100 /* from fork to setsid, or to a redirection */

struct leftovers {
	struct loop *loop;
	pid_t our_pid, our_session;
	struct tree spared, doomed;
	bool is_spared_known;
	int sig; /* the last that was sent, 0: none */
	int grace_ms;
	int64_t deadline_ms;
	int64_t settled_ms; /* until then none is ended; 0: at once */
	struct strvec ended;
	int pause_ms;
	uint64_t timer;
	void (*on_done)(void *data);
	void *data;
};

static bool have_children(void)
{
	siginfo_t info;

	return !waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
}

static bool may_have_left(const struct loop *loop)
{
	return loop_adopts(loop) ? have_children() : loop_had_children(loop);
}

struct leftovers *leftovers_new(struct loop *loop)
{
	struct leftovers *leftovers = xcalloc(1, sizeof(*leftovers));
	const struct census *census;

	libhost_end_all();
	leftovers->loop = loop;
	leftovers->grace_ms = GRACE_MS;
	leftovers->our_pid = getpid();
	leftovers->our_session = getsid(0);
	if (have_children() && (census = loop_census(loop)))
		for (size_t i = 0; i < census->nr; i++)
			if (census->v[i].parent == leftovers->our_pid)
				tree_add(&leftovers->spared, &census->v[i]);
	loop_adopt(loop);
	return leftovers;
}

void leftovers_free(struct leftovers *leftovers)
{
	if (!leftovers)
		return;
	loop_cancel(leftovers->loop, leftovers->timer);
	tree_release(&leftovers->spared);
	tree_release(&leftovers->doomed);
	strvec_release(&leftovers->ended);
	free(leftovers);
}

static bool has_parent_in_session(
	const struct census *census, const struct process *process)
{
	for (size_t i = 0; census && i < census->nr; i++)
		if (census->v[i].pid == process->parent)
			return census->v[i].session == process->session;
	return false;
}

/* Its parent has ended: it was given to us, or else to somebody who is not of
 * its job. */
static bool is_orphan(
	const struct leftovers *leftovers, const struct process *process)
{
	if (loop_is_child(leftovers->loop, process->pid))
		return false;
	if (loop_adopts(leftovers->loop))
		return process->parent == leftovers->our_pid;
	return loop_is_child(leftovers->loop, process->session) &&
	       !has_parent_in_session(loop_census(leftovers->loop), process);
}

static bool is_detached(
	const struct leftovers *leftovers, const struct process *process)
{
	bool own_session = process->session != leftovers->our_session &&
			   !loop_is_child(leftovers->loop, process->session);

	return is_orphan(leftovers, process) &&
	       (own_session || process->ignores_hup);
}

/* A terminal and a pipe are ours, or lead to who reads us. */
static bool has_own_output(
	const struct leftovers *leftovers, const struct process *process)
{
	bool silent = !loop_adopts(leftovers->loop) &&
		      loop_is_silent(leftovers->loop, process->session);

	return is_orphan(leftovers, process) &&
	       (silent || process_writes_elsewhere(process->pid));
}

/* At an end that comes by itself; anew at each look while they settle. */
static void spare_settled(struct leftovers *leftovers)
{
	const struct census *census = loop_census(leftovers->loop);

	for (size_t i = 0; census && i < census->nr; i++)
		if (is_detached(leftovers, &census->v[i]) ||
			has_own_output(leftovers, &census->v[i]))
			tree_add(&leftovers->spared, &census->v[i]);
	if (census)
		tree_follow(&leftovers->spared, census);
	tree_release(&leftovers->doomed);
}

void leftovers_spare(struct leftovers *leftovers, int sig)
{
	const struct census *census = loop_census(leftovers->loop);

	if (sig == SIGINT)
		leftovers->grace_ms = HASTY_MS;

	if (leftovers->is_spared_known || !census)
		return;
	leftovers->is_spared_known = true;
	for (size_t i = 0; i < census->nr; i++)
		if (is_detached(leftovers, &census->v[i]))
			tree_add(&leftovers->spared, &census->v[i]);
	tree_follow(&leftovers->spared, census);
}

/* Who is spared is no member, and so neither are its children. */
static void look(struct leftovers *leftovers)
{
	const struct census *census = loop_census(leftovers->loop);

	if (!census)
		return;
	for (size_t i = 0; i < census->nr; i++)
		if (is_orphan(leftovers, &census->v[i]) &&
			!tree_has(&leftovers->spared, &census->v[i]))
			tree_add(&leftovers->doomed, &census->v[i]);
	tree_follow(&leftovers->doomed, census);
}

static void note_names(struct leftovers *leftovers)
{
	for (size_t i = 0; i < leftovers->doomed.nr; i++) {
		AUTO_STRBUF name = STRBUF_INIT;

		process_name(leftovers->doomed.v[i].pid, &name);
		if (name.len && !strvec_has(&leftovers->ended, name.buf))
			strvec_push(&leftovers->ended, name.buf);
	}
}

const struct strvec *leftovers_ended(const struct leftovers *leftovers)
{
	return &leftovers->ended;
}

static void send_signal(struct leftovers *leftovers, int sig)
{
	leftovers->sig = sig;
	leftovers->deadline_ms = clock_now_ms() + leftovers->grace_ms;
	tree_signal(&leftovers->doomed, sig, 0);
	if (sig == SIGTERM)
		tree_signal(&leftovers->doomed, SIGCONT, 0);
}

/* Who survives KILL is stuck in the kernel. */
static bool is_over(const struct leftovers *leftovers)
{
	return !leftovers->doomed.nr ||
	       (leftovers->sig == SIGKILL &&
		       !clock_left_ms(leftovers->deadline_ms));
}

static void end_politely(struct leftovers *leftovers)
{
	note_names(leftovers);
	send_signal(leftovers, SIGTERM);
}

static void on_look(void *data)
{
	struct leftovers *leftovers = data;

	bool settling = clock_left_ms(leftovers->settled_ms) > 0;

	leftovers->timer = 0;
	if (settling)
		spare_settled(leftovers);
	look(leftovers);
	if (is_over(leftovers)) {
		leftovers->on_done(leftovers->data);
		return;
	}
	if (!leftovers->sig && !settling)
		end_politely(leftovers);
	else if (leftovers->sig == SIGTERM &&
		 !clock_left_ms(leftovers->deadline_ms))
		send_signal(leftovers, SIGKILL);
	else if (leftovers->sig == SIGKILL)
		tree_signal(&leftovers->doomed, SIGKILL, 0);
	if (leftovers->pause_ms < LOOK_MS)
		leftovers->pause_ms++;
	leftovers->timer = loop_timer(leftovers->loop,
		clock_now_ms() + leftovers->pause_ms, on_look, leftovers);
}

void leftovers_end(
	struct leftovers *leftovers, void (*on_done)(void *data), void *data)
{
	libhost_end_all();
	if (!may_have_left(leftovers->loop)) {
		on_done(data);
		return;
	}
	leftovers->on_done = on_done;
	leftovers->data = data;
	if (!leftovers->is_spared_known)
		leftovers->settled_ms = clock_now_ms() + SETTLE_MS;
	on_look(leftovers);
}

void leftovers_kill(struct leftovers *leftovers)
{
	if (!leftovers->timer)
		return;
	look(leftovers);
	send_signal(leftovers, SIGKILL);
}
