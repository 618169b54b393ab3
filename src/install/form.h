/*
 * The form of a repository's hook files: what the user who installed them
 * chose, and the PATH that the shell had then.
 */
#ifndef INSTALL_FORM_H
#define INSTALL_FORM_H

#include "hookrun/install/install.h"

struct form {
	bool direct;	/* the first line names the program */
	bool config;	/* git's configuration names them: confighook.h */
	bool no_search; /* PATH is not recorded */
	char *search;	/* what is recorded, or NULL */
};

/* What is remembered; all empty where nothing is. */
void form_read(const struct repo *repo, struct form *ret);
void form_release(struct form *form);
#define AUTO_FORM __attribute__((cleanup(form_release))) struct form

/* Take in what `opts` asks for.  The PATH of somebody who did not ask is taken
 * only where none is known: it is that of whatever started git. */
void form_settle(struct form *form, const struct install_opts *opts);
int form_write(
	const struct repo *repo, const struct form *form, struct err *err);
void form_forget(const struct repo *repo);

#endif
