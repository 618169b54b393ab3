/*
 * Libraries that come with macOS (SQLite) are found by their name.  Others are
 * Homebrew's, below another folder on ARM than on Intel, libpq in one that is
 * not linked; or MacPorts', or those of Postgres.app.
 */
#include "base/dl_places.h"

#include <string.h>

const char *const dl_places[] = {
	"/opt/homebrew/opt/libpq/lib",
	"/opt/homebrew/lib",
	"/usr/local/opt/libpq/lib",
	"/usr/local/lib",
	"/opt/local/lib",
	"/Applications/Postgres.app/Contents/Versions/latest/lib",
	NULL,
};

bool dl_is_name(const char *name)
{
	return strstr(name, ".dylib") != NULL;
}
