/*
 * The library host: a process of ours in which shared libraries are loaded.
 *
 * hookrun itself is linked statically, since a short run would spend more time
 * in the dynamic loader than in its work; and such a program cannot load libpq
 * or libmagic.  So a small program that can is embedded in it, runs only when a
 * library is needed, and answers questions (src/libhost).  It ends when its
 * socket closes, or when we die.
 */
#ifndef HOOKRUN_PROC_LIBHOST_H
#define HOOKRUN_PROC_LIBHOST_H

#include "hookrun/base/err.h"
#include "hookrun/base/frame.h"

#include <sys/types.h>

struct libhost {
	pid_t pid, owner; /* `owner` started it */
	int fd;		  /* -1: it failed us and was ended */
	struct libhost *next;
};

/* Start one; -1 where this system cannot run it (no glibc). */
int libhost_start(struct libhost **ret, struct err *err);

/* Ask `request` (a frame whose first text names the question) and wait for the
 * answer: its texts follow a NULL in `reply`.  -1 with what the other side
 * said; after a timeout, or if it ended, every further question fails. */
int libhost_ask(struct libhost *host, struct strbuf *request, int timeout_ms,
	struct frame *reply, struct err *err);

/* libhost_ask() with a question of two texts; `text` may be NULL. */
int libhost_ask_about(struct libhost *host, const char *word, const char *text,
	int timeout_ms, struct frame *reply, struct err *err);

/* End it and reap it; NULL is fine. */
void libhost_free(struct libhost *host);

/* End those that are still there: none of them is what a job left behind.
 * They stay to be freed by their owners. */
void libhost_end_all(void);

#endif
