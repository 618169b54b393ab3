/* Ruby code that sets variables of its own process. */
#ifndef HOOKRUN_DB_ENVCODE_H
#define HOOKRUN_DB_ENVCODE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `text` seems to set a variable that matters.  The callback is given
 * its name, or NULL where only running the code would tell. */
bool envcode_sets(const char *text,
	bool (*matters)(void *data, const char *name, size_t len), void *data);

/* Call `found` with each literal that a line of `text` with require or load
 * has in quotes. */
void envcode_each_load(const char *text,
	void (*found)(void *data, const char *path, size_t len), void *data);

#endif
