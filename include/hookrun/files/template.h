/*
 * Templates in commands: {staged_files}, {push_files}, {all_files}, {files},
 * {deleted_files}, {0}, {1}, ..., {lefthook_job_name}, and the user's own.
 *
 * Substitution is a single pass over the text: what was put in is never looked
 * at again.  An unknown token stays as it is.  File names are quoted for sh so
 * that they arrive unexecuted wherever the token stands: bare, within "..." or
 * '...', in a substitution or a here-document.  `${name}`, and a token behind a
 * backslash or in a comment, are no tokens.
 */
#ifndef HOOKRUN_FILES_TEMPLATE_H
#define HOOKRUN_FILES_TEMPLATE_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

#include <stdbool.h>
#include <stddef.h>

enum file_set {
	SET_STAGED,
	SET_PUSH,
	SET_ALL,
	SET_FILES,
	SET_DELETED,
	SET_COUNT
};

/* Which file tokens the text uses: bit 1 << enum file_set. */
unsigned template_sets(const char *text);

struct template_pair {
	const char *name, *value;
};

struct template_values {
	const struct strvec
		*files[SET_COUNT]; /* NULL: an error if it is used */
	char *const *args;	   /* git's arguments, for {0}, {1}... */
	size_t nargs;
	const char *job_name;
	bool prefix_dashes;		 /* "-x" becomes "./-x" */
	const struct template_pair *own; /* the config's templates */
	size_t nown;
};

/* Longest command text handed to sh, in bytes. */
#define TEMPLATE_MAX 130000

/* Expand `text` into one or more commands, none longer than `max` unless a
 * single file makes it so; every file occurs in exactly one of them.  Where
 * the text has no file token, or all lists are short, one command results.
 * Two file tokens that both need splitting go through their lists in step, a
 * file of each in turn; a list at its end, as an empty one, expands to nothing.
 * -1 where names cannot be written safely (nested backquotes, $'...', a line
 * break in a here-document). */
int template_expand(const char *text, const struct template_values *values,
	size_t max, struct strvec *ret_commands, struct err *err);

/* `path` quoted for sh, only if needed; appended. */
void template_quote(struct strbuf *out, const char *str);

#endif
