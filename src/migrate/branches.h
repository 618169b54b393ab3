/*
 * `database: per_branch`: whoever leaves a branch leaves its database, and
 * finds it as it was when he comes back.
 */
#ifndef MIGRATE_BRANCHES_H
#define MIGRATE_BRANCHES_H

#include "migrate/migrate.h"

/* Whether a database of `m` has to change places with another one before
 * anything is migrated: m->exchange.  Connects to nothing; whose they are is
 * remembered at the first look.  Why one stays that should not is in `say`. */
bool branches_look(struct migrate *m, struct strbuf *say);

/* Then: by the step's mode, the verdict.  0. */
int branches_decide(struct migrate *m, struct step_check *ret);

/* What would be exchanged, one text in the arena, or NULL: nothing; m->exchange
 * as well.  Nothing is remembered. */
const char *branches_plan(struct migrate *m);

/* Exchange them; lines for the user, appended.  -1: at least one is not that of
 * the branch. */
int branches_exchange(struct migrate *m, struct strbuf *out, struct err *err);

/* With `database: shared`, a line for each database that had been exchanged
 * before: whose it is, and how many are kept; appended. */
void branches_text(struct migrate *m, struct strbuf *out);

/* When all is done: say which go with the next switch, since there are more
 * than the options want kept, and drop those of which that was said before. */
void branches_limit(struct migrate *m);

#endif
