/*
 * The terminal of a run.  It is opened when the first job asks for it: most
 * hooks have none that does, and where stdin is a terminal although /dev/tty is
 * not to be had (a container without one), that is the user's as well.
 */
#include "runner/execution.h"

#include <fcntl.h>
#include <unistd.h>

int execution_tty(struct execution *execution)
{
	if (execution->tty_asked || execution->opts->no_tty)
		return execution->tty_fd;
	execution->tty_asked = true;
	execution->tty_fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (execution->tty_fd < 0 && isatty(STDIN_FILENO))
		execution->tty_fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return execution->tty_fd;
}
