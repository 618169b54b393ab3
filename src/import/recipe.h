/*
 * A configuration that is being written: hooks with jobs, and what was not
 * taken over.
 */
#ifndef IMPORT_RECIPE_H
#define IMPORT_RECIPE_H

#include "hookrun/base/arena.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/config/node.h"

#include <stdbool.h>
#include <stddef.h>

/* Strings in the arena. */
struct words {
	const char **v;
	size_t nr, cap;
};

struct recipe_job {
	const char *name, *run, *files;
	const char *uses; /* a step, instead of `run` */
	const char *root; /* the folder that it is about, or NULL */
	const char *path; /* before $PATH while it runs, or NULL */
	const char *off;  /* why it is switched off, or NULL */
	struct words glob, exclude, types, comments;
	bool stage_fixed, show;
	struct recipe_job *next;
};

struct recipe_hook {
	const char *name;
	bool piped, fail_on_changes;
	struct recipe_job *jobs, **tail;
	struct recipe_hook *next;
};

struct recipe {
	struct arena *arena;
	bool doublestar;  /* how its globs are meant */
	bool crosses;	  /* or they need a '*' that crosses '/' */
	bool lint_staged; /* it has those of lint-staged */
	struct recipe_hook *hooks, **tail;
	struct words notes; /* "FILE:LINE: TEXT": what was not taken over */
	size_t njobs;
};

void words_add(struct recipe *recipe, struct words *words, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Those of `list`, which has blanks between them; NULL has none. */
void words_split(struct recipe *recipe, struct words *words, const char *list);

void recipe_init(struct recipe *recipe, struct arena *arena);
void recipe_release(struct recipe *recipe); /* the arena stays */

/* The hook of that name, made where there is none. */
struct recipe_hook *recipe_hook(struct recipe *recipe, const char *name);

/* A new last job; a name that the hook has already gets a number. */
struct recipe_job *recipe_add(
	struct recipe *recipe, struct recipe_hook *hook, const char *name);

/* Note "FILE:LINE: TEXT" with the place of `node`. */
void recipe_note(struct recipe *recipe, const struct node *node,
	const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Append the file, with `head` (lines without '#') as a comment above. */
void recipe_write(
	const struct recipe *recipe, const char *head, struct strbuf *out);

/* Append `text` as one word of sh. */
void recipe_quote(struct strbuf *out, const char *text);

#endif
