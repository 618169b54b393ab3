/*
 * Databases of a linked work tree's own (`database: per_worktree`): copies of
 * those of the tree that it was made from.
 */
#ifndef MIGRATE_OWN_H
#define MIGRATE_OWN_H

#include "migrate/migrate.h"

/* Whether this event, of those that steps ignore, is the one that makes them.
 */
bool own_wants(const struct migrate *m);

/* Whether this work tree is to have some and has not yet.  Until it has,
 * nothing is done to those of the other tree. */
bool own_is_due(const struct migrate *m);

/* What they will be called; m->own is set.  Nothing is connected to.  -1: it
 * cannot be told, or the application would not find them. */
int own_plan(struct migrate *m, struct err *err);

/* In the child: make them, tell the application, and set our own environment;
 * what was done is printed. */
int own_make(struct migrate *m, struct err *err);

/* "app_development_wt_x, a copy of app_development of '../app'", appended. */
void own_describe(const struct migrate *m, struct strbuf *out);

#endif
