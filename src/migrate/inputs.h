/*
 * What an application was made of when its migrations were recorded: files,
 * folders, variables (hooks/rails_inputs.rb writes the lists).
 */
#ifndef MIGRATE_INPUTS_H
#define MIGRATE_INPUTS_H

#include "migrate/migrate.h"

/* Zero but for the first two. */
struct inputs {
	struct migrate *m;
	const char *dir;   /* of recordings */
	const char *held;  /* the list that was found to hold last */
	struct strvec env; /* of the engine's program, once it is needed */
};

void inputs_release(struct inputs *inputs);

/* NULL: what the list `name`, which must live as long, has is as it was.  Else
 * what is not, for people, in the arena. */
const char *inputs_differ(struct inputs *inputs, const char *name);

#endif
