/*
 * The hooks that were there before ours and are run with them (`chain: true`):
 * NAME.old beside our hook file, and NAME in a shared folder that this
 * repository has overruled.
 */
#ifndef HOOKRUN_INSTALL_CHAIN_H
#define HOOKRUN_INSTALL_CHAIN_H

#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

/* Absolute paths of those for `hook`, in the order in which they run, pushed
 * to `ret`.  Hook files of hookrun or lefthook are never among them.  One that
 * is not executable, which git would not run either, is a line in `notes`. */
void chain_find(struct repo *repo, const char *hook, struct strvec *ret,
	struct strbuf *notes);

/* The hooks in the overruled folder, by name, pushed to `ret`: without a hook
 * file of our own they would not run any more. */
void chain_names(struct repo *repo, struct strvec *ret);

#endif
