/* Putting a struct db_facts together, the same for every driver. */
#ifndef HOOKRUN_DB_FACTS_H
#define HOOKRUN_DB_FACTS_H

#include "hookrun/db/db.h"

#define FACTS_MAX_VERSIONS 200000 /* more rows than that are an error */

/* Add one row of schema_migrations, where Rails itself could have written it:
 * digits that fit 63 bits.  `facts->applied` has room for it. */
void facts_add_version(struct db_facts *facts, const char *text);

/* All are there: ascending, each once. */
void facts_sort_versions(struct db_facts *facts);

#endif
