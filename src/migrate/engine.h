/*
 * What migrates an application's databases.
 *
 * An engine is what hookrun must know of it before anything is started, and a
 * program of its own, embedded from hooks/, that does the work in the
 * application's process: it gets plan.json (stage.h), answers with events on
 * descriptor 3 (progress.h) and asks on descriptor 4.  A new one is a file
 * src/migrate/engine_NAME.c, which defines `migrate_engine_NAME`, and a row
 * here.
 *
 * Files are VERSION_NAME.rb for all engines (migration.h), and what is applied
 * is asked of schema_migrations (the drivers of db).
 */
#ifndef MIGRATE_ENGINE_H
#define MIGRATE_ENGINE_H

#include "migrate/migrate.h"

/* NAME is what stands in `engine`; the first is the default. */
#define MIGRATE_ENGINES(E) E(rails)

/* What a refusal may tell a user to do with it. */
enum engine_task {
	TASK_DOWN,	  /* roll `version` of `database` back, here */
	TASK_PREPARE,	  /* make databases that do not exist */
	TASK_ANEW,	  /* make all of them anew, without their rows */
	TASK_ENVIRONMENT, /* let `database` belong to the present environment */
	TASK_LIBRARIES,	  /* install what the application needs */
	TASK_DATA,	  /* run the data migrations that are pending */
	TASK_TENANTS,	  /* bring what is pending to tenants in schemas */
};

struct migrate_engine {
	const char *title; /* for people */
	/* Paths in the application, NULL-ended: what its tasks write the
	 * schema to. */
	const char *const *schemas;
	/* In the application: the folder of data migrations as its settings
	 * have it, in the arena (NULL: they do not say it plainly), the file
	 * with such settings, and the one that is there where data migrations
	 * are used.  No such function: it has none (datamig.h). */
	const char *(*data)(const struct migrate *m);
	const char *data_settings, *data_schema;
	/* The same, as patterns ('*' in the last part): what decides which
	 * database it is, and names variables that do; the code that may set
	 * such; what names the libraries.  The last two may be NULL. */
	const char *const *settings, *const *code, *const *libraries;
	/* As patterns too: what says exactly which libraries it has.  NULL:
	 * what its migrations send is not recorded (replay.h). */
	const char *const *locked;
	/* Variables that say so too, as patterns; may be NULL. */
	const char *const *steering;
	/* Whether `m->app` is an application of its kind with migrations; heads
	 * and folder are known. */
	bool (*is_here)(struct migrate *m);
	/* Its databases without starting it, as db_targets_read(). */
	int (*targets)(const char *app, const char *environment,
		struct arena *arena, struct db_targets *ret,
		const char **ret_why, struct err *err);
	/* The lock file (absolute, in the arena) that its start might change,
	 * and that has to stay as it is, or NULL.  No such function: none. */
	const char *(*lockfile)(const struct migrate *m);
	/* The command that loads this tree's schema into the databases of its
	 * tests, appended; what it is to be run with is in `env` then.  NULL:
	 * it has no such databases. */
	void (*load_test)(const struct migrate *m, struct strvec *env,
		struct strvec *argv);
	/* Its program, with the files that it loads from its own folder:
	 * names in hooks/, NULL-ended. */
	const char *const *scripts;
	/* The same, of its program that tries migrations (trial.h). */
	const char *const *check_scripts;
	/* How `driver`, the first of either, is started: arguments are appended
	 * to `argv`, `env` is filled in. */
	void (*command)(const struct migrate *m, const char *driver,
		struct strvec *env, struct strvec *argv);
	/* Whether the application has TASK_TENANTS; no such function: none. */
	bool (*has_tenants)(const struct migrate *m);
	/* What makes a shell leave the environment 'production'. */
	const char *leave_production;
	/* Whether the output of its program, which did not even start the
	 * application, complains of libraries that are not there. */
	bool (*lacks_libraries)(const char *output);
	/* The command for a task, to be typed in the application's folder;
	 * appended.  It leaves the files of `schemas` alone. */
	void (*type)(const struct migrate *m, enum engine_task task,
		const char *database, int64_t version, struct strbuf *out);
};

#define MIGRATE_ENGINE_EXTERN(name)                                            \
	extern const struct migrate_engine migrate_engine_##name;
MIGRATE_ENGINES(MIGRATE_ENGINE_EXTERN)

#endif
