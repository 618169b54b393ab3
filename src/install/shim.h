/*
 * The text of a hook file, and what kind of file stands in its place.
 */
#ifndef INSTALL_SHIM_H
#define INSTALL_SHIM_H

#include "hookrun/install/install.h"

#define SHIM_FILE_MAX (1024 * 1024) /* a larger hook is nobody's shim */

enum shim_kind {
	SHIM_ABSENT,
	SHIM_FOREIGN,  /* somebody's hook, a link, a folder */
	SHIM_MENTIONS, /* has the word LEFTHOOK, but no shim's mark */
	SHIM_LEFTHOOK, /* written by lefthook */
	SHIM_OURS,     /* written by hookrun, now or earlier */
};

/* What stands at `path`; its text in `text` where it is a regular file. */
enum shim_kind shim_look(const char *path, struct strbuf *text);

/* The shim for `hook`, replacing `out`.  `there` is our shim that stands in its
 * place, or NULL; where that goes another way, what is `automatic` goes through
 * sh. */
int shim_render(const struct install_opts *opts, const char *hook,
	const struct strbuf *there, struct strbuf *out, struct err *err);

/* Why a first line cannot name opts->program, or NULL. */
const char *shim_obstacle(const struct install_opts *opts);

/* The program that the first line of our shim names, malloc'd; NULL where that
 * is a shell. */
char *shim_program(const struct strbuf *shim);

/* Where our shim knows a program to be, malloc'd; NULL where that cannot be
 * read. */
char *shim_path(const struct strbuf *shim);

/* Equal but for the binary that ran install, and its PATH? */
bool shim_same(const struct strbuf *shim, const struct strbuf *expected);

/* A text as a word for sh. */
void shim_quote(struct strbuf *out, const char *text);

#endif
