/*
 * Which databases hookrun has made for which linked work tree: a file for each,
 * GIT_COMMON_DIR/hookrun/db/trees/KEY.  It is written before the database is
 * made: what stands nowhere is never dropped.
 */
#ifndef MIGRATE_OWN_LEDGER_H
#define MIGRATE_OWN_LEDGER_H

#include "hookrun/base/arena.h"
#include "hookrun/db/target.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>

enum own_ledger_owner { OWN_LEDGER_NOBODY, OWN_LEDGER_US, OWN_LEDGER_OTHER };

/* For whom the database `key` was made: us is the work tree of `repo`, as long
 * as git has not removed it and made another one of that name. */
enum own_ledger_owner own_ledger_owner(struct repo *repo, const char *key);

/* It is going to be made for us; on the disk when this returns. */
int own_ledger_claim(
	struct repo *repo, const struct db_target *target, struct err *err);
int own_ledger_forget(struct repo *repo, const char *key, struct err *err);

/* One whose work tree is gone. */
struct own_gone {
	const char *key, *adapter, *database;
	const char *path; /* of a file, absolute, or NULL */
	const char *tree; /* as git called it */
};

struct own_gone_list {
	struct own_gone *v;
	size_t nr;
};

int own_ledger_gone(struct repo *repo, struct arena *arena,
	struct own_gone_list *ret, struct err *err);

#endif
