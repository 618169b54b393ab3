/*
 * Its program lies in our memory (image.h).
 *
 * A session of its own keeps it out of a Ctrl-C, which is for the jobs and for
 * us, who may still have a question.  What a library does in there (a name
 * server that does not answer, a crash) cannot hold or end us: each question
 * has its deadline, and who misses one is killed.
 */
#include "hookrun/proc/libhost.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/child.h"
#include "proc/image.h"
#include "proc/libhost_image.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define END_MS 1000 /* for a polite goodbye to a server */

static struct libhost *hosts; /* all that were not freed */

static int spawn(int socket_fd, pid_t *ret, struct err *err)
{
	struct image image;
	char *argv[] = { NULL, NULL };
	struct child_opts opts = { .argv = argv,
		.fds = { { socket_fd, 0 }, { STDERR_FILENO, 2 } },
		.nfds = 2,
		.new_session = true,
		.death_signal = SIGKILL };
	int failed;

	if (image_open(
		    &image, "hookrun-libs", libhost_image, libhost_image_len))
		return err_errno(err, "cannot lay out a program");
	argv[0] = image.path;
	if (image.fd >= 0)
		opts.fds[opts.nfds++] = (struct child_fd){ image.fd, IMAGE_FD };
	failed = child_spawn(&opts, ret, err);
	image_close(&image);
	return failed;
}

int libhost_start(struct libhost **ret, struct err *err)
{
	struct libhost *host;
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return err_errno(err, "cannot make a socket");
	if (spawn(fds[1], &pid, err) < 0) {
		close(fds[0]);
		close(fds[1]);
		return err_prefix(err, "cannot run what loads shared "
				       "libraries, which needs glibc");
	}
	close(fds[1]);
	host = xcalloc(1, sizeof(*host));
	host->pid = pid;
	host->owner = getpid();
	host->fd = fds[0];
	host->next = hosts;
	hosts = host;
	*ret = host;
	return 0;
}

/* shutdown() and not only close(), since a process that we forked may have a
 * copy of the socket; in such a process the host is not ours to end. */
static void end(struct libhost *host, int patience_ms)
{
	int64_t deadline_ms = clock_now_ms() + patience_ms;
	AUTO_FRAME rest = FRAME_INIT;
	AUTO_FD int fd = host->fd;
	struct err ignored;

	host->fd = -1;
	if (fd < 0 || host->owner != getpid())
		return;
	shutdown(fd, SHUT_WR);
	while (patience_ms &&
		frame_receive(fd, deadline_ms, &rest, &ignored) > 0)
		;
	kill(host->pid, SIGKILL);
	child_wait(host->pid);
}

int libhost_ask(struct libhost *host, struct strbuf *request, int timeout_ms,
	struct frame *reply, struct err *err)
{
	int64_t deadline_ms = clock_now_ms() + timeout_ms;
	const char *kind;
	int got;

	if (host->fd < 0)
		return err_set(err, "the process with the library has ended");
	if (frame_send(host->fd, request, err) < 0)
		got = 0;
	else
		got = frame_receive(host->fd, deadline_ms, reply, err);
	if (got == 0)
		err_set(err, "the process with the library has ended");
	if (got != 1 || reply->nr == 0) {
		end(host, 0);
		return -1;
	}
	if (!reply->v[0])
		return 0;
	kind = frame_text(reply, 1);
	return err_set_kind(err,
		kind ? (enum err_kind)strtol(kind, NULL, 10) : ERR_PLAIN, "%s",
		reply->v[0]);
}

int libhost_ask_about(struct libhost *host, const char *word, const char *text,
	int timeout_ms, struct frame *reply, struct err *err)
{
	AUTO_STRBUF question = STRBUF_INIT;

	frame_begin(&question);
	frame_add(&question, word);
	frame_add(&question, text);
	return libhost_ask(host, &question, timeout_ms, reply, err);
}

void libhost_end_all(void)
{
	for (struct libhost *host = hosts; host; host = host->next)
		end(host, END_MS);
}

void libhost_free(struct libhost *host)
{
	if (!host)
		return;
	for (struct libhost **at = &hosts; *at; at = &(*at)->next)
		if (*at == host) {
			*at = host->next;
			break;
		}
	end(host, END_MS);
	free(host);
}
