/*
 * The one place that talks to the dynamic loader, in the library host only:
 * hookrun itself is static, and loading libpq takes 7 ms.  RTLD_NOW, because
 * an unresolved symbol must show here, as a message, and not later as a crash;
 * RTLD_LOCAL, so that a library brings its own idea of OpenSSL along without
 * others seeing it.  Nothing is ever closed: libraries like libpq register
 * handlers that would then point nowhere.
 */
#include "hookrun/base/dl.h"

#include <dlfcn.h>
#include <string.h>

static void *open_first(const char *const *sonames, struct err *err)
{
	void *handle = NULL;

	for (size_t i = 0; sonames[i] && !handle; i++) {
		handle = dlopen(sonames[i], RTLD_NOW | RTLD_LOCAL);
		if (!handle && i == 0) {
			const char *why = dlerror();

			err_set(err, "cannot load '%s': %s", sonames[0],
				why ? why : "unknown reason");
		}
	}
	return handle;
}

int dl_load(const char *const *sonames, const struct dl_symbol *symbols,
	void *table, struct err *err)
{
	void *handle = open_first(sonames, err);

	if (!handle)
		return -1;
	/* All are looked up before the first is stored. */
	for (const struct dl_symbol *s = symbols; s->name; s++)
		if (!dlsym(handle, s->name))
			return err_set(err, "'%s' has no function '%s'",
				sonames[0], s->name);
	for (const struct dl_symbol *s = symbols; s->name; s++) {
		void *address = dlsym(handle, s->name);

		memcpy((char *)table + s->offset, &address, sizeof(address));
	}
	return 0;
}
