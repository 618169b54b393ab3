/*
 * `self-update` downloads nothing: a program on the path of every commit is
 * brought up to date by whatever brought it here, which is told apart by where
 * it stands.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/selfpath.h"

#include "hookrun/base/version.h"

/* Every package of Debian has this file. */
#define DEBIAN_COPYRIGHT "/usr/share/doc/hookrun/copyright"

static bool below(const char *path, const char *folder)
{
	return strstr(path, folder) != NULL;
}

static void print_source(const char *path)
{
	AUTO_FREE char *bin = fs_dirname(path);
	AUTO_FREE char *prefix = fs_dirname(bin);

	printf("  in hookrun's source: git pull && make && make install "
	       "prefix='%s'\n",
		prefix);
}

int cmd_self_update(const struct args *args)
{
	AUTO_FREE char *path = selfpath_find();

	(void)args;
	printf("hookrun %s is '%s'.  It does not replace itself; update it "
	       "with\n",
		HOOKRUN_VERSION, path);
	if (below(path, "/node_modules/.pnpm/"))
		puts("  pnpm update hookrun");
	else if (below(path, "/.yarn/"))
		puts("  yarn up hookrun");
	else if (below(path, "/node_modules/"))
		puts("  npm update hookrun      or yarn's upgrade, yarn up");
	else if (below(path, "/gems/hookrun-"))
		puts("  bundle update hookrun");
	else if (!strncmp(path, "/usr/bin/", 9) && fs_exists(DEBIAN_COPYRIGHT))
		puts("  apt-get install --only-upgrade hookrun");
	else if (below(path, "/build/"))
		puts("  git pull && make        in hookrun's source, where it "
		     "was built");
	else
		print_source(path);
	return 0;
}
