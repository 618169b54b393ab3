/* What tells that a database was changed by somebody else. */
#ifndef MIGRATE_SIGNS_H
#define MIGRATE_SIGNS_H

#include "migrate/ledger.h"

#include "hookrun/steps/state.h"

/* Take the sign of `db`, before it is asked what it has applied: what changes
 * in between then counts as a change. */
void signs_take(struct migrate *m, struct database *db);

/* Write down the signs that were taken. */
void signs_record(struct migrate *m, struct state *state);

/* What they say today of the databases that `state` tells of. */
enum ledger_trust signs_trust(struct migrate *m, struct state *state);

#endif
