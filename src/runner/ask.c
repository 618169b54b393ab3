/*
 * A question is only worth asking where somebody can answer it, and no answer
 * is a no.  Hooks have /dev/null for stdin, so the terminal itself is read; a
 * deadline keeps a forgotten window from holding locks of ours for ever.
 *
 * Only a step's child asks: it may wait as long as it likes, and a signal or
 * the job's timeout ends it like any other.  Two that ask at once would read
 * each other's answers, so one waits for the other.
 */
#include "hookrun/runner/ask.h"

#include "runner/board.h"

#include "hookrun/runner/step.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/filelock.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/loop.h"

#include <errno.h>
#include <signal.h>
#include <sys/select.h>
#include <unistd.h>

#define ASK_TIMEOUT_MS (5 * 60 * 1000)
#define ANSWER_MAX 256

/* Until `fd` can be read: 1; 0: nobody answers, or a loop's signal came, which
 * must not be lost between the look at it and the wait. */
static int wait_for_answer(int fd, int64_t deadline)
{
	int left = clock_left_ms(deadline), got = 0;
	struct timespec timeout = { left / 1000, left % 1000 * 1000000L };
	sigset_t all, old;
	fd_set fds;

	FD_ZERO(&fds);
	FD_SET(fd, &fds);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	if (!loop_interrupted())
		got = pselect(fd + 1, &fds, NULL, NULL, &timeout, &old);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return got;
}

/* One line, without its end; false at end of file, too late, or at a signal. */
static bool read_line(int fd, char *buf, size_t size)
{
	int64_t deadline = clock_now_ms() + ASK_TIMEOUT_MS;
	size_t len = 0;

	for (;;) {
		int got = wait_for_answer(fd, deadline);
		char c;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 1 || read(fd, &c, 1) != 1)
			return false;
		if (c == '\n' || c == '\r')
			break;
		if (len + 1 < size)
			buf[len++] = c;
	}
	buf[len] = 0;
	return true;
}

/* A git directory that cannot be written to has nobody's turn. */
static int wait_for_turn(const struct repo *repo)
{
	AUTO_FREE char *path = fs_join(repo_gitdir(repo), "hookrun/ask.lock");
	struct err ignored = ERR_INIT;

	fs_mkdirs_for(path, &ignored);
	return filelock(path, ASK_TIMEOUT_MS, &ignored);
}

bool ask_yes(const struct step_ctx *ctx, const char *question)
{
	static const char choice[] = " [y/N] ";
	AUTO_FD int turn = -1;
	int tty = ctx->tty_fd;
	char answer[ANSWER_MAX];
	bool answered;

	if (tty < 0)
		return false;
	if (ctx->repo)
		turn = wait_for_turn(ctx->repo);
	board_take(ctx->board);
	answered = !fs_write_all(tty, question, strlen(question)) &&
		   !fs_write_all(tty, choice, sizeof(choice) - 1) &&
		   read_line(tty, answer, sizeof(answer));
	board_give(ctx->board);
	return answered &&
	       (!strcasecmp(answer, "y") || !strcasecmp(answer, "yes"));
}

void step_tell(const struct step_ctx *ctx, const char *text)
{
	if (ctx->tty_fd < 0)
		return;
	board_take(ctx->board);
	if (!fs_write_all(ctx->tty_fd, text, strlen(text)))
		(void)fs_write_all(ctx->tty_fd, "\n", 1);
	board_give(ctx->board);
}
