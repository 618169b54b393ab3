/*
 * What keeps the step from beginning, as far as it decides what leads out of
 * it: hookrun finds out by itself, or the engine's program does.
 */
#ifndef MIGRATE_OBSTACLE_H
#define MIGRATE_OBSTACLE_H

enum obstacle {
	OBSTACLE_OTHER,
	OBSTACLE_SERVER,      /* the database cannot be used at all */
	OBSTACLE_ABSENT,      /* there is no such database */
	OBSTACLE_ENVIRONMENT, /* it belongs to another environment */
	OBSTACLE_PRODUCTION,  /* we are in that environment */
	OBSTACLE_NO_VERSIONS, /* what is applied is written nowhere */
};

#endif
