/*
 * Running the program of an engine: one process, its events, questions to the
 * user.
 */
#ifndef MIGRATE_DRIVER_H
#define MIGRATE_DRIVER_H

#include "migrate/progress.h"
#include "migrate/stage.h"

struct driver {
	struct migrate *m;
	struct stage *stage;
	struct progress progress;
	struct strbuf output; /* the end of what migrations printed */
	struct strbuf said;   /* lines about what the start did, for a user */
	const char *blockers; /* who blocked us when last looked, or NULL */
	int status;	      /* of the driver, as child_status() */
	int signal;	      /* that interrupted us, or 0 */
	bool asked_only;      /* `plan` found nothing that may be done */
	int64_t ms;
	/* In answer to PROGRESS_LAYOUT: whether the plan was made for what
	 * `progress` has now; NULL: yes. */
	bool (*stands)(struct driver *driver);
	/* In answer to PROGRESS_WANTS_PLAN: make the plan from what
	 * `progress` has and write it.  1 go on, 0 nothing to do, -1. */
	int (*plan)(struct driver *driver, struct err *err);
};

/* Run it to its end.  -1 only where it could not be run or what it sent makes
 * no sense; whether the migrations went well is in `progress`. */
int driver_run(struct driver *driver, struct err *err);
void driver_release(struct driver *driver);

#endif
