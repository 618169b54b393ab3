/*
 * The files that the option `copy` names, and what is to be done about each.
 */
#ifndef NEWTREE_WANTED_H
#define NEWTREE_WANTED_H

#include "hookrun/runner/step.h"

enum wanted_state {
	WANTED_COPY,
	WANTED_HERE,	/* it is there: it stays as it is */
	WANTED_ABSENT,	/* the other tree has none either */
	WANTED_TRACKED, /* git's own matter, or has such files in it */
	WANTED_VISIBLE, /* not ignored: it could be committed by mistake */
	WANTED_ODD,	/* no file, folder or link */
	WANTED_LINKED,	/* a folder on its way is a link */
};

struct wanted {
	const char *path; /* from the top of the work tree */
	bool is_dir;	  /* in the other tree */
	enum wanted_state state;
};

struct wanted_list {
	struct wanted *v;
	size_t nr;
	size_t ncopy; /* in WANTED_COPY */
};

/* What is named, in the folder of the job, compared with the tree `donor`
 * (absolute).  In the arena.  -1: a path leads out of the work tree, or into
 * .git, or git cannot say what is ignored. */
int wanted_read(struct step_ctx *ctx, const char *const *names,
	const char *donor, struct wanted_list *ret, struct err *err);

/* The paths in that state, ", " between them, appended. */
void wanted_paths(const struct wanted_list *list, enum wanted_state state,
	struct strbuf *out);

#endif
