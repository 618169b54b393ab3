/*
 * core.hooksPath: what it says, where it is set, and what to do about it.
 */
#ifndef HOOKRUN_INSTALL_HOOKSPATH_H
#define HOOKRUN_INSTALL_HOOKSPATH_H

#include "hookrun/install/install.h"

struct hookspath {
	struct strbuf scope;  /* "local", "global", ...; "": it is not set */
	struct strbuf origin; /* the file, or as git tells it */
	struct strbuf value;  /* as written, "~" expanded */
	struct strbuf dir;    /* the same, absolute */
	bool foreign;	      /* set, and not to this repository's own folder */
};

#define HOOKSPATH_INIT                                                         \
	{                                                                      \
		.scope = STRBUF_INIT, .origin = STRBUF_INIT,                   \
		.value = STRBUF_INIT, .dir = STRBUF_INIT                       \
	}

/* Ask git; -1 where it cannot say. */
int hookspath_read(struct repo *repo, struct hookspath *ret, struct err *err);
/* Is it the folder that the hooks were written to, or our own? */
bool hookspath_is_ours(struct repo *repo, const struct hookspath *path);
void hookspath_release(struct hookspath *path);
#define AUTO_HOOKSPATH                                                         \
	__attribute__((cleanup(hookspath_release))) struct hookspath

/* Does the folder serve other repositories too? */
bool hookspath_is_shared(const struct hookspath *path);

/* Before hooks are written: unset it, overrule it, or refuse, as `opts` says;
 * what was done is said in `notes`. */
int hookspath_settle(struct repo *repo, const struct install_opts *opts,
	struct strbuf *notes, struct err *err);

/* The shared folder that hookspath_settle() has overruled, malloc'd; NULL
 * where it has not. */
char *hookspath_overruled(const struct repo *repo);

/* Take that back. */
int hookspath_restore(struct repo *repo, struct strbuf *notes, struct err *err);

#endif
