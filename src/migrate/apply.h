/* Doing what the migrate step's plan says. */
#ifndef MIGRATE_APPLY_H
#define MIGRATE_APPLY_H

#include "migrate/migrate.h"

#include "hookrun/base/strbuf.h"

/* Whether the plan of `m` may be done: by its mode, the limit of roll backs,
 * and the user.  1 yes; 0 no, and what to say is appended to `say`. */
int apply_allowed(struct migrate *m, struct strbuf *say);

/* In the child: lock, look again, run Rails, remember, report. */
int apply(struct migrate *m, struct err *err);

#endif
