/* Where this system's loader has to be told to look. */
#ifndef BASE_DL_PLACES_H
#define BASE_DL_PLACES_H

#include <stdbool.h>

/* Whether libraries are called so here. */
bool dl_is_name(const char *name);

/* Folders with libraries that the loader does not look into by itself; ended by
 * NULL. */
extern const char *const dl_places[];

#endif
