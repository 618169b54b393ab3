/*
 * The one place that talks to the dynamic loader, in the library host only:
 * hookrun itself is static, and loading libpq takes 7 ms.  RTLD_NOW, because
 * an unresolved symbol must show here, as a message, and not later as a crash;
 * RTLD_LOCAL, so that a library brings its own idea of OpenSSL along without
 * others seeing it.  Nothing is ever closed: libraries like libpq register
 * handlers that would then point nowhere.
 */
#include "hookrun/base/dl.h"

#include "base/dl_places.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void *open_library(const char *name)
{
	void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; !handle && dl_places[i]; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/%s", dl_places[i], name);
		if (!access(path, R_OK))
			handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	}
	return handle;
}

/* The message is of the first name that libraries can have here. */
static void *open_first(
	const char *const *sonames, const char **ret_first, struct err *err)
{
	void *handle = NULL;

	*ret_first = NULL;
	for (size_t i = 0; sonames[i] && !handle; i++) {
		if (!dl_is_name(sonames[i]))
			continue;
		handle = open_library(sonames[i]);
		if (!handle && !*ret_first) {
			const char *why = dlerror();

			err_set(err, "cannot load '%s': %s", sonames[i],
				why ? why : "unknown reason");
		}
		if (!*ret_first)
			*ret_first = sonames[i];
	}
	if (!*ret_first)
		err_set(err, "this system has no name for the library");
	return handle;
}

int dl_load(const char *const *sonames, const struct dl_symbol *symbols,
	void *table, struct err *err)
{
	const char *first;
	void *handle = open_first(sonames, &first, err);

	if (!handle)
		return -1;
	/* All are looked up before the first is stored. */
	for (const struct dl_symbol *s = symbols; s->name; s++)
		if (!dlsym(handle, s->name))
			return err_set(err, "'%s' has no function '%s'", first,
				s->name);
	for (const struct dl_symbol *s = symbols; s->name; s++) {
		void *address = dlsym(handle, s->name);

		memcpy((char *)table + s->offset, &address, sizeof(address));
	}
	return 0;
}
