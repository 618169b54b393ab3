/*
 * What a server on a socket says to a glance: whatever it is, the answer is a
 * sign or none, and no byte beyond it is looked at.
 */
#include "db/pg_glance.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pg_who who = { "user", "app", "public" };
	AUTO_STRBUF sign = STRBUF_INIT;
	int fds[2];

	if (size > 65536 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		return 0;
	if (send(fds[0], data, size, 0) != (ssize_t)size)
		abort();
	shutdown(fds[0], SHUT_WR);
	if (pg_glance_over(fds[1], &who, &sign) ? !sign.len : sign.len)
		abort();
	close(fds[0]);
	close(fds[1]);
	return 0;
}
