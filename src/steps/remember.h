/* Bringing ledgers and private refs up to date. */
#ifndef STEPS_REMEMBER_H
#define STEPS_REMEMBER_H

#include "ledger.h"
#include "progress.h"

/* The databases were looked at and agree with the tree. */
int remember_agreement(struct migrate *m, struct err *err);

/* Rails has been at work, with success or not. */
int remember_work(struct migrate *m, const struct progress *progress,
	bool success, struct err *err);

#endif
