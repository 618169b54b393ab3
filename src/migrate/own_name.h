/*
 * What the databases of a linked work tree are called, by the variable that the
 * application has their names from.
 */
#ifndef MIGRATE_OWN_NAME_H
#define MIGRATE_OWN_NAME_H

#include "hookrun/base/arena.h"

#include <stdbool.h>

/* What to set the variable to, to see where its value goes. */
#define OWN_PROBE "hookrunprobe"

/* What all names have that hookrun makes for work trees. */
#define OWN_MARK "wt_"

/* Whether a database that is called `probed` then has its name from the
 * variable, once. */
bool own_name_is_governed(const char *probed);

/* The value of the variable where it makes a name `name`, `probed` being the
 * one with the probe; NULL: none does.  In `arena`. */
const char *own_name_value(
	const char *probed, const char *name, struct arena *arena);

/* A value for the work tree that git calls `tree`, from the value `base` ("":
 * none is needed; NULL: the name has another form without the variable). `nr`
 * from 1: the next where that one is taken. */
const char *own_name_new(
	const char *base, const char *tree, unsigned nr, struct arena *arena);

#endif
