/*
 * Work that goes on after the hook has ended: one shell command in the
 * background, its output in a log, its state in a state file.
 */
#ifndef TESTMAP_BACKGROUND_H
#define TESTMAP_BACKGROUND_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct background {
	const char *git_dir;
	const char *name;    /* of the lock, the state and the log in
				`git_dir`/hookrun */
	const char *command; /* for sh -c */
	const char *cwd;
	/* Called after the command failed or was ended. */
	void (*clean_up)(const void *data);
	const void *data;
};

enum background_phase {
	BACKGROUND_NEVER, /* nothing was ever started */
	BACKGROUND_RUNNING,
	BACKGROUND_INTERRUPTED, /* it was killed before it could say how it
				   ended */
	BACKGROUND_OK,
	BACKGROUND_FAILED,
};

struct background_state {
	enum background_phase phase;
	pid_t pid;		/* RUNNING: who watches over it */
	int status;		/* FAILED: as a shell has it */
	int64_t started, ended; /* seconds since the epoch; 0 unknown */
};

/* How it stands with the last one of that name. */
void background_look(
	const char *git_dir, const char *name, struct background_state *ret);

/* Start it and return: 1, 0 where one is running already, -1. */
int background_start(const struct background *job, struct err *err);

/* The same in the foreground with output on our stdout and stderr: 1 and the
 * exit status in `ret_status`. */
int background_wait(
	const struct background *job, int *ret_status, struct err *err);

/* Append the path of the log. */
void background_log(const char *git_dir, const char *name, struct strbuf *out);

#endif
