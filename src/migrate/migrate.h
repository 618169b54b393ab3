/*
 * The migrate step's working state, shared by its parts.  Everything lives in
 * the run's arena.
 */
#ifndef MIGRATE_MIGRATE_H
#define MIGRATE_MIGRATE_H

#include "migrate/answer.h"
#include "migrate/obstacle.h"
#include "migrate/reconcile.h"

#include "hookrun/db/db.h"
#include "hookrun/steps/heads.h"
#include "hookrun/runner/step.h"

/* The keys of the step (application.c). */
extern const struct key migrate_options[];

enum renumbered { RENUMBERED_ASK, RENUMBERED_AUTO, RENUMBERED_STOP };
enum migrate_mode { MODE_AUTO, MODE_ASK, MODE_NOTIFY };

struct migrate_opts {
	const char *on_data_loss;  /* "snapshot", "ask", "allow", "stop" */
	const char *irreversible;  /* "stop", "skip" */
	const char *test_database; /* "warn", "reload", "off" */
	enum migrate_mode mode;
	enum renumbered renumbered;
	int64_t lock_timeout_ms, max_rollbacks, ledger_max_age_ms;
	int64_t max_copies, max_copies_mb; /* of branches' databases */
	bool atomic, redo, replay;
	bool per_worktree, per_branch;
	const char *database_env; /* or NULL */
	const char *env_file;
};

/* One that is made for this work tree. */
struct own_db {
	const struct db_target *from, *to;
	bool governed; /* its name comes from the variable */
	bool tests;    /* of the environment 'test': a copy is welcome */
};

/* own.h */
struct own {
	const char *variable;		/* NULL: none is needed */
	const char *value, *base, *was; /* as of struct tree_env */
	const char *donor; /* the other tree, for the user; NULL: unknown */
	struct own_db *v;
	size_t nr;
	const char
		*shared; /* databases that remain so, ", " between; or NULL */
};

/* One database of the application. */
struct database {
	const char *name;		/* "primary" */
	const char *label;		/* its name at the server, for people */
	const char *key;		/* as db_target's */
	const char **dirs;		/* migration folders, NULL-ended */
	const char **places;		/* and where such once were */
	const struct db_target *target; /* NULL where Rails told of it */
	struct db_facts facts;
	struct migrations present, kept, prev; /* sorted */
	struct items items;
	const char *stamp;  /* the ledger's before the facts were read */
	const char *sign;   /* its own, from then too, or NULL (signs.h) */
	const char *holder; /* of Rails' migration lock then, or NULL */
	bool unsure; /* a shallow history could not tell what was removed */
	int lock_fd;
};

struct migrate {
	struct step_ctx *ctx;
	const struct migrate_engine *engine; /* engine.h */
	struct migrate_opts opts;
	const char *app;     /* the application's folder, absolute */
	const char *app_rel; /* the same below the work tree, "" for its top */
	const char *state_name; /* of this work tree's ledger */
	const char *data; /* its folder of data migrations, or NULL: none, or it
			     cannot be told */
	struct heads heads;
	const struct answer *answer, *remembered; /* answer_read() */
	bool distrust;
	const char *settings; /* settings_print(), where it was made already */
	const struct db_targets *told; /* what was found without Rails, or NULL
					*/
	const char **unlisted, **gone; /* unlisted_find() */
	bool native;		       /* the databases are known without it */
	const char *why;	       /* why not */
	const char *environment;
	struct database *dbs;
	size_t ndbs;
	const char *approved; /* the plan that the user said yes to, as text */
	enum obstacle obstacle; /* where nothing was begun */
	const char *obstructed; /* by name, the database that has it; or NULL */
	const char *again;  /* the command for this work; NULL: hookrun sync */
	bool begun;	    /* the engine was started for work */
	const char **tests; /* databases of tests with another schema, by
			       name, NULL-ended (testdb.h) */
	bool idle;	    /* but for them there is nothing to do */
	bool stale; /* time has passed since the databases were looked at */
	struct own *own; /* to be made before anything else (own.h), or NULL */
	bool own_is_due; /* found by who only looks */
	bool hurried; /* in the check, which nothing can end: wait for nobody */
	bool late;    /* so a database was given up that may yet answer */
	const char *branch; /* where that matters, the one checked out; NULL:
			       none is */
	bool exchange; /* databases have to change places before (branches.h) */
	bool exchanged; /* they have, as far as they can */
};

/* Read options, heads and application.  1: go on; 0: nothing to do, and the
 * reason; -1. */
int migrate_init(struct step_ctx *ctx, struct migrate *m,
	const char **ret_reason, struct err *err);

/* Find the databases; where they cannot be told natively m->native is false
 * and there are none. */
int migrate_resolve(struct migrate *m, struct err *err);

/* Both, for who wants to talk to the databases himself: -1 also where they
 * cannot be told (targets.c). */
int migrate_open(struct step_ctx *ctx, struct migrate *m, struct err *err);

/* The folders of a database's migrations: what Rails said of them, where that
 * holds; else `own` with what it said earlier (places.c). */
const char **migrate_dirs(
	struct migrate *m, const char *name, const char *const *own);

/* `dirs` with each other one that is known to have had migrations. */
const char **migrate_places(
	struct migrate *m, const char *name, const char **dirs);

/* Connect to each database, read its facts and plan (database.c).  Where the
 * facts are such that only Rails can tell, m->native becomes false. */
int migrate_plan(struct migrate *m, struct err *err);

/* Plan one database whose facts are there. */
int database_plan(struct migrate *m, struct database *db, struct err *err);

bool migrate_has_work(const struct migrate *m);
size_t migrate_count(const struct migrate *m, enum item_kind kind);

/* The other live work tree whose database is `key` and that has the version
 * (WORKTREES_ANY: whatever it has) on disk, or NULL (worktrees.c). */
#define WORKTREES_ANY 0
const char *worktrees_using(
	struct migrate *m, const char *key, int64_t version);

/* Leftovers of a merge in migration folders or the schema files: -1 with
 * "resolve first".  `ask_git`: also those without markers, which takes a git
 * command. */
int migrate_check_conflicts(struct migrate *m, bool ask_git, struct err *err);

#endif
