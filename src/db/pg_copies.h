/* Copies of a PostgreSQL database; struct db_driver_copies tells of each. */
#ifndef DB_PG_COPIES_H
#define DB_PG_COPIES_H

#include "hookrun/db/driver.h"

extern const struct db_driver_copies pg_copies;

#endif
