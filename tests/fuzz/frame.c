/*
 * A message from the process with the shared libraries, which reads files and
 * talks to servers: each text that is taken must end inside it.
 */
#include "hookrun/base/frame.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame = FRAME_INIT;
	struct err err = ERR_INIT;
	int fds[2];
	size_t seen = 0;

	if (size > 65536 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		return 0;
	if (send(fds[0], data, size, 0) != (ssize_t)size)
		abort();
	close(fds[0]);
	while (frame_receive(fds[1], -1, &frame, &err) > 0)
		for (size_t i = 0; i < frame.nr; i++)
			if (frame.v[i])
				seen += strlen(frame.v[i]);
	if (seen > size)
		abort();
	frame_release(&frame);
	close(fds[1]);
	return 0;
}
