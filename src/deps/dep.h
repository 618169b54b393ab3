/*
 * struct dep: one lock file as it stands now, against what was installed from
 * it last.
 */
#ifndef DEPS_DEP_H
#define DEPS_DEP_H

#include "hookrun/runner/step.h"
#include "hookrun/steps/heads.h"
#include "hookrun/steps/state.h"

#include "deps/lockfiles.h"

#define DEPS_STATE "deps"

/* The keys of the step; ended by a NULL name. */
extern const struct key deps_options[];

struct dep {
	const struct lockfile *kind;
	const char *path; /* relative to the work tree */
	const char *file; /* absolute */
	bool on_disk, tracked;
	bool known; /* `base` was remembered from an installation of ours */
	bool has_base;
	struct oid base; /* null with has_base: there was none */
	struct oid cur;	 /* null: there is none */
	bool changed;
	bool settled; /* it was, and is installed already */
};

struct deps {
	const char *root; /* absolute: where the package managers run */
	struct heads heads;
	struct dep *v; /* the lock files that are there; in the arena */
	size_t nr;
};

/* All lock files of the step's root against `state` (loaded).  Lock files that
 * are gone are forgotten in `state`. */
int deps_read(struct step_ctx *ctx, const struct heads *heads,
	struct state *state, struct deps *ret, struct err *err);

/* The contents of the file in the work tree, appended.  -1 also where git left
 * both sides of a conflict in it. */
int dep_text(const struct dep *dep, struct strbuf *out, struct err *err);

/* In `state`: installed as it is now; or nothing more than that it differs from
 * `base`, so that the difference is not lost before it is dealt with. */
void dep_remember(struct state *state, const struct dep *dep);
void dep_assume_base(struct state *state, const struct dep *dep);

/* Append "Gemfile.lock: rails 6.1.7 → 7.0.8 (major), +3 −1" and a line break;
 * `text` is the file's.  What cannot be read makes the line shorter, never an
 * error. */
void dep_describe(struct step_ctx *ctx, const struct deps *deps,
	const struct dep *dep, const struct strbuf *text, struct strbuf *out);

#endif
