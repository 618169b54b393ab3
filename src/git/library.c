/*
 * Versions of libgit2 and zlib, asked of the libraries themselves: where they
 * are shared ones, those of the headers may be others.  Neither needs to be
 * started for that.
 */
#include "hookrun/git/library.h"

#include <git2.h>
#include <zlib.h>

void library_git2_version(struct strbuf *out)
{
	int major, minor, revision;

	git_libgit2_version(&major, &minor, &revision);
	strbuf_addf(out, "%d.%d.%d", major, minor, revision);
}

void library_zlib_version(struct strbuf *out)
{
	strbuf_addstr(out, zlibVersion());
}
