/*
 * struct err: how a failure travels up.
 *
 * It lives on the caller's stack and is always the last argument.  Functions
 * return 0 or -1; the layer that decides to tell the user prints it once.
 * Messages read as git's: lower case, no full stop, the subject in single
 * quotes.  A message may have several lines (the source line and a caret).
 * They are for people: what depends on the failure asks for its kind.
 */
#ifndef HOOKRUN_BASE_ERR_H
#define HOOKRUN_BASE_ERR_H

#define ERR_MAX 4096

enum err_kind {
	ERR_PLAIN,	 /* any other */
	ERR_NO_REPO,	 /* not in a git repository, or not in its work tree */
	ERR_REFUSED,	 /* hookrun never does that: trying again is no help */
	ERR_ADVISED,	 /* the message itself says what to do next */
	ERR_ABSENT,	 /* there is no such database */
	ERR_UNREACHABLE, /* a server does not answer: nothing is known of it */
};

struct err {
	enum err_kind kind;
	char msg[ERR_MAX]; /* NUL-terminated; cut where it does not fit */
};

#define ERR_INIT                                                               \
	{                                                                      \
		.msg = ""                                                      \
	}

/* Set the message of an ERR_PLAIN; returns -1, so that `return err_set(...)`
 * reads well. */
int err_set(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* As err_set(), of another kind. */
int err_set_kind(struct err *err, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As err_set(), followed by ": " and the text of the current errno. */
int err_errno(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Put "context: " before the message that is there, whose kind stays; returns
 * -1. */
int err_prefix(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
