/*
 * Programs colour their output and show progress only on a terminal, so a job
 * whose output ends on ours gets one of its own.
 *
 * What it writes is passed on to a real terminal, which adds the carriage
 * returns; a second time they would only spoil the output that is searched and
 * stored.  Echo is off as nobody types here.
 */
#include "proc/pty.h"

#include "hookrun/base/fs.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int set_modes(int fd)
{
	struct termios modes;

	if (tcgetattr(fd, &modes))
		return -1;
	modes.c_oflag &= ~(tcflag_t)OPOST;
	modes.c_lflag &= ~(tcflag_t)ECHO;
	return tcsetattr(fd, TCSANOW, &modes);
}

void pty_copy_size(int fd)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		ioctl(fd, TIOCSWINSZ, &size);
}

int pty_open(int *ret_ours, int *ret_theirs)
{
	AUTO_FD int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	AUTO_FD int theirs = -1;
	char name[PATH_MAX];

	if (ours < 0 || grantpt(ours) || unlockpt(ours) ||
		ptsname_r(ours, name, sizeof(name)))
		return -1;
	theirs = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (theirs < 0 || set_modes(theirs))
		return -1;
	pty_copy_size(ours);
	*ret_ours = ours;
	*ret_theirs = theirs;
	ours = theirs = -1;
	return 0;
}
