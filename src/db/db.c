/*
 * The face of the layer: which driver a target needs, and one call through its
 * table.  A driver for another database is one more line in `drivers` and a
 * file of its own.  What has no driver is left to Rails, which is slower and
 * always right.
 */
#include "db/driver.h"
#include "hookrun/base/alloc.h"

#include <string.h>

struct db {
	const struct db_driver *driver;
	void *conn;
};

static const struct db_driver *const drivers[] = { &pg_driver };

static const struct db_driver *driver_of(const struct db_target *target)
{
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		for (const char *const *a = drivers[i]->adapters; *a; a++)
			if (target->adapter && !strcmp(*a, target->adapter))
				return drivers[i];
	return NULL;
}

bool db_supported(const struct db_target *target)
{
	return driver_of(target) != NULL;
}

int db_open(const struct db_target *target, int timeout_ms, struct db **ret,
	struct err *err)
{
	const struct db_driver *driver = driver_of(target);
	void *conn = NULL;

	if (!driver)
		return err_set(err, "no driver for the adapter '%s'",
			target->adapter ? target->adapter : "");
	if (driver->open(target, timeout_ms, &conn, err) < 0)
		return -1;
	*ret = xmalloc(sizeof(**ret));
	(*ret)->driver = driver;
	(*ret)->conn = conn;
	return 0;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db->driver->close(db->conn);
	free(db);
}

int db_read_facts(struct db *db, struct arena *arena, struct db_facts *ret,
	struct err *err)
{
	return db->driver->facts(db->conn, arena, ret, err);
}

int db_migration_lock_holder(struct db *db, struct arena *arena,
	const char **ret_holder, struct err *err)
{
	return db->driver->lock_holder(db->conn, arena, ret_holder, err);
}

int db_blockers(struct db *db, const char *application, struct arena *arena,
	const char **ret_lines, struct err *err)
{
	return db->driver->blockers(
		db->conn, application, arena, ret_lines, err);
}
