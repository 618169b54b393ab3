/* The program of the library host, as the build made it. */
#ifndef HOOKRUN_PROC_LIBHOST_IMAGE_H
#define HOOKRUN_PROC_LIBHOST_IMAGE_H

#include <stddef.h>

extern const char libhost_image[];
extern const size_t libhost_image_len;

#endif
