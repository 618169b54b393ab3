/*
 * Why a job does not run, or what has to be asked first whether it does.  A
 * reason is pointers into the configuration; nothing is formatted before
 * somebody reads it.
 */
#ifndef HOOKRUN_RUNNER_REASON_H
#define HOOKRUN_RUNNER_REASON_H

#include "hookrun/config/config.h"

#include <stdbool.h>

struct reason {
	enum reason_kind {
		REASON_NONE,
		/* it is skipped */
		REASON_NOT_NAMED,  /* --job names others */
		REASON_OTHER_TAG,  /* --tag names others */
		REASON_TAG,	   /* exclude_tags has one of its tags */
		REASON_NAME,	   /* exclude_tags has its name */
		REASON_SKIP,	   /* a condition of `skip` holds */
		REASON_ONLY,	   /* none of `only` holds */
		REASON_NO_FILES,   /* its list or its `files` command's is empty
				    */
		REASON_NO_COMMAND, /* {files} without a `files` command */
		REASON_ELSEWHERE,  /* pushed files that the work tree has not */
		REASON_NO_STAGED,  /* nothing staged passes its filters */
		REASON_NO_PUSHED,  /* nothing pushed does */
		REASON_NO_SCRIPT,  /* what has the script's name is no file */
		REASON_NO_COMMIT,  /* nothing to check out is pushed */
		/* it is open until its turn comes */
		REASON_ASKS_CONDITION, /* a condition with `run` */
		REASON_ASKS_FILES,     /* a `files` command */
		REASON_ASKS_CHECKOUT,  /* it looks at a commit checked out */
		REASON_ASKS_STEP,      /* a built-in step looks for work */
	} kind;
	/* The key that has decided: of the configuration, a variable of the
	 * environment, or an option. */
	const char *key;
	const char *value;     /* which of its values did; NULL: its only one */
	const struct node *at; /* where that is written; NULL: nowhere */
	/* The condition of `skip` that holds; all of `only`, none of which
	 * does. */
	struct conditions asked;
	const char *now; /* what those were compared with, "on 'main'", or NULL
			  */
	/* All values, NULL-ended, where it is all of them that decided; NULL:
	 * see above. */
	const char *const *values;
	/* What the filter `key` had to choose from ("staged"), and how many;
	 * NULL: it is not about files. */
	const char *from;
	size_t nfrom;
	bool astray; /* a `files` command's names count from another folder */
};

/* In the words of lefthook's report, "by condition". */
const char *reason_text(const struct reason *reason);

/* One word for programs, "no-staged"; they do not change. */
const char *reason_word(const struct reason *reason);

/* Append which key decided, by what, and its line: "only.ref 'main', on 'topic'
 * (lefthook.yml:4)", "glob '*.rb' matched none of 3 staged files". */
void reason_add(struct strbuf *out, const struct reason *reason);

/* What was meant to be checked and is not: said even where skips are not. */
bool reason_is_odd(const struct reason *reason);

/* A `files` command names files, and a filter lets none of them through. */
bool reason_is_filtered_command(const struct reason *reason);

bool reason_is_open(const struct reason *reason);

#endif
