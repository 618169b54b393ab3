/*
 * ps(1) is all that POSIX has to look at other processes: five milliseconds a
 * look.  It is started here by hand, since commands have a group to end, and
 * for that one has to look.
 */
#include "proc/ps.h"

#include "hookrun/base/fs.h"
#include "hookrun/base/strvec.h"
#include "hookrun/proc/child.h"

#include <fcntl.h>
#include <unistd.h>

#define READ_MAX 65536
#define TEXT_MAX (16 << 20) /* bytes of a list */

static int start(const char *const *options, int out, pid_t *ret)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	struct child_opts opts = { .fds = { { out, STDOUT_FILENO } },
		.nfds = 1,
		.new_session = true };
	struct err ignored = ERR_INIT;

	strvec_push(&argv, "ps");
	for (; *options; options++)
		strvec_push(&argv, *options);
	opts.argv = argv.v;
	return child_spawn(&opts, ret, &ignored);
}

pid_t ps_read(const char *const *options, struct strbuf *out)
{
	AUTO_FD int ours = -1;
	int fds[2];
	bool failed;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	ours = fds[0];
	failed = start(options, fds[1], &pid);
	close(fds[1]);
	if (failed)
		return -1;
	while (out->len < TEXT_MAX && strbuf_read_once(out, ours, READ_MAX) > 0)
		;
	fs_auto_close(&ours);
	ours = -1;
	return child_wait(pid) ? -1 : pid;
}
