/*
 * Input: a file of git's configuration.  Whatever it has, a path that it
 * includes is a whole one, and a section for us is seen in whichever case.
 */
#include "fuzz_input.h"
#include "git/repo_impl.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_GITCONF all = GITCONF_INIT, some = GITCONF_INIT;
	const char *path = fuzz_file(data, size);
	struct err err = ERR_INIT;

	setenv("HOME", "/home/me", 1);
	if (gitconf_read(path, &all, &err) || gitconf_look(path, &some, &err)) {
		if (!*err.msg)
			abort();
		return 0;
	}
	/* The shorter look misses nothing that is for us. */
	if (all.has_ours != some.has_ours || all.has_hooks != some.has_hooks ||
		all.includes.nr != some.includes.nr)
		abort();
	for (size_t i = 0; i < all.includes.nr; i++)
		if (*all.includes.v[i] != '/')
			abort();
	return 0;
}
