/* Doing what the migrate step's plan says. */
#ifndef MIGRATE_APPLY_H
#define MIGRATE_APPLY_H

#include "migrate/migrate.h"

#include "hookrun/base/strbuf.h"

enum consent { CONSENT_GIVEN, CONSENT_ASK, CONSENT_NONE, CONSENT_STOP };

/* Whether the plan of `m` may be done, by its mode, the limit of roll backs and
 * what is to get another number.  ASK: the user has to be asked `question`.
 * ASK, NONE, STOP: `refusal` is what to say where it may not be; STOP: as a
 * failure.  Both are appended to. */
enum consent apply_consent(
	struct migrate *m, struct strbuf *question, struct strbuf *refusal);

/* He agreed, after a while. */
void apply_approve(struct migrate *m);

/* In the child: lock, run the driver, remember, report; and look again first
 * where what was planned may not hold any more.  -1 with an empty message where
 * the failure was reported too. */
int apply(struct migrate *m, struct err *err);

#endif
