/*
 * What the driver of an engine reports, gathered from its event lines.  Pure,
 * so that a test can feed it lines.
 */
#ifndef MIGRATE_PROGRESS_H
#define MIGRATE_PROGRESS_H

#include "migrate/obstacle.h"

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/config/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One migration that was run; still to be lost while its transaction is open.
 */
struct change {
	const char *db, *file;
	const char *name; /* of its class; NULL: not told */
	int64_t version;
	int64_t from; /* it only got another number: the one before; or 0 */
	bool down;
	bool loose; /* in no transaction at all: may be done in part */
};

struct note {
	const char *text; /* a line for people */
	bool kept;	  /* says where rows are that are gone */
	/* Says that `version` of `db` was left applied, because the `culprit`
	 * cannot be rolled back; else 0. */
	const char *db;
	int64_t version, culprit;
};

/* Whether the database is as it was before; the driver looks if it can. */
enum sameness { SAME_UNKNOWN, SAME_NO, SAME_YES };

enum failure_kind {
	FAILURE_OTHER,
	FAILURE_IRREVERSIBLE, /* it cannot be rolled back */
	FAILURE_LOCKED,	      /* by another session, for too long */
	FAILURE_CODE,	      /* code or a file was missing that it names */
	FAILURE_LIBRARIES,    /* the application lacks some */
	FAILURE_EARLY,	      /* its start needs what the migrations bring */
};

struct failure {
	bool set;
	enum failure_kind kind;
	enum sameness same;
	const char *phase; /* "down", "up", "connect"; NULL: none of these */
	const char *db, *file, *error, *message, *at;
	int64_t version;
	bool atomic; /* the database is as before */
};

/* A database that Rails told of. */
struct introduced {
	const char *name, *adapter, *database, *host, *port;
	const char *kind; /* its adapter in the configuration */
	const char *username, *search_path, *pool;
	const char *table; /* of what is applied, where it is not Rails' own */
	bool secret;	   /* it has a password, which was not told */
	/* Of the application's own environment, for what is not set. */
	const char *default_host, *default_port, *service;
	const char *stored_env, *rails_env;
	bool has_table, has_tables;
	int64_t *applied;
	size_t napplied;
	const char *dirs;	  /* joined by ':' */
	const char *data_applied; /* as db_facts' */
};

#define PROGRESS_DBS_MAX 64

struct progress {
	struct arena *arena;
	bool booted, boot_failed, done;
	bool replayed; /* all of it was done without the engine (replay.h) */
	bool begun;    /* something was asked of a database */
	struct change *changes;
	size_t nchanges, changes_cap;
	struct note *notes;
	size_t nnotes, notes_cap;
	size_t mark_changes, mark_notes; /* where the open transaction began */
	bool in_transaction;
	/* After `nchanges`, `nnotes`: of a transaction whose end nobody saw. */
	size_t nopen, nopen_notes;
	bool stepwise;	     /* some database was not done in one transaction */
	struct change doing; /* file is NULL: nothing under way */
	const char *waiting_db;
	struct failure failure;
	const char *refused, *refused_db;
	enum obstacle obstacle; /* refused */
	const char *impact;	/* what would be lost, a line for each */
	const char *unknown;	/* why that is not known, or NULL */
	const char *restored, *not_restored; /* by a restore, a line for each */
	struct introduced dbs[PROGRESS_DBS_MAX];
	size_t ndbs;
	/* What the configuration says, without a look at any database. */
	struct introduced layout[PROGRESS_DBS_MAX];
	size_t nlayout;
	const char *layout_line; /* that event as it came */
	const char *rails_env;	 /* that the application runs in */
	const char *files;	 /* read at the start, joined by line breaks */
};

enum progress_ask {
	PROGRESS_GO_ON,
	PROGRESS_LAYOUT,     /* whether that is what the plan was made for */
	PROGRESS_WANTS_PLAN, /* everything is introduced */
	PROGRESS_WANTS_YES,  /* `impact`, `unknown` */
	PROGRESS_WAITS,	     /* for somebody's lock on `waiting_db` */
};

/* Take one line (without its end).  -1 where it is no event. */
int progress_feed(struct progress *progress, const char *line, size_t len,
	enum progress_ask *ret_ask, struct err *err);

/* The driver is gone: what an open transaction had done is undone, unless a
 * look at the database shows another thing (progress_take_open). */
void progress_end(struct progress *progress);

/* It was committed just before the end. */
void progress_take_open(struct progress *progress);

/* What was under way outside a transaction was done to its end. */
void progress_take_doing(struct progress *progress);

/* Those that went down, or up; not those with another number. */
size_t progress_count(const struct progress *progress, bool down);

#endif
