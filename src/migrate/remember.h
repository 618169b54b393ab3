/* Bringing ledgers and private refs up to date. */
#ifndef MIGRATE_REMEMBER_H
#define MIGRATE_REMEMBER_H

#include "migrate/ledger.h"
#include "migrate/progress.h"

/* The databases were looked at and agree with the tree. */
int remember_agreement(struct migrate *m, struct err *err);

/* Rails has been at work, with success or not. */
int remember_work(struct migrate *m, const struct progress *progress,
	bool success, struct err *err);

#endif
