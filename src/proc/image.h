/* A program that lies in our memory. */
#ifndef PROC_IMAGE_H
#define PROC_IMAGE_H

#include <stddef.h>

#define IMAGE_FD 3 /* in the child */

struct image {
	char *path; /* what the child executes */
	int fd;	    /* what it has to have as IMAGE_FD; -1: nothing */
};

/* Make the program ready to be executed, under the name `name`.  -1 with errno.
 * image_close() when the child runs, or could not be started. */
int image_open(
	struct image *image, const char *name, const void *bytes, size_t len);
void image_close(struct image *image);

#endif
