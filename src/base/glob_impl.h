/* What the two halves of the glob code share: the automaton. */
#ifndef HOOKRUN_BASE_GLOB_IMPL_H
#define HOOKRUN_BASE_GLOB_IMPL_H

#include "hookrun/base/glob.h"

#include <stdint.h>

enum op {
	OP_CHAR,  /* the character `code` */
	OP_ANY,	  /* one character, with doublestar not '/' */
	OP_SET,	  /* one character of ranges[] */
	OP_STAR,  /* any number of characters, with doublestar not '/' */
	OP_DEEP,  /* any number of characters, '/' too */
	OP_SPLIT, /* the next state, or `to` */
	OP_JUMP,  /* `to` */
	OP_MATCH,
	OP_NONE, /* nothing: behind the last of several patterns */
};

struct range {
	uint32_t lo, hi;
};

struct state {
	enum op op;
	bool negate; /* OP_SET */
	union {
		uint32_t code;
		size_t to;
		struct {
			size_t first, nr;
		} set;
	} u;
};

struct dfa; /* glob_dfa.c */

struct glob {
	struct state *states;
	size_t nr;
	struct range *ranges;
	size_t nranges;
	unsigned flags;
	size_t tail;	 /* state from which on all are ASCII characters */
	struct dfa *dfa; /* NULL: of a single pattern */
};

/* The active states, and when each state was last made active. */
struct active {
	size_t *list, nr;
	size_t *seen;
	size_t step;
};

/* Make a state active, and all that it leads to without a character. */
void glob_activate(const struct glob *glob, struct active *set, size_t at);

/* The same for all that the states of `list` lead to with a character. */
void glob_step(const struct glob *glob, const size_t *list, size_t nr,
	uint32_t code, struct active *next);

bool glob_accepts(const struct glob *glob, const size_t *list, size_t nr);

struct dfa *dfa_new(struct arena *arena, size_t nstates);

/* 1 or 0, -1 where it would take too much memory to tell this way. */
int dfa_match(const struct glob *glob, const char *text, size_t len);

/* The character at `s` (`left` is not 0), its bytes in `ret_len`.  A byte that
 * is not UTF-8 is a character of its own, beyond all others. */
uint32_t glob_decode(const char *s, size_t left, size_t *ret_len);

/* The lower case of a character, where it has one of the same kind. */
uint32_t glob_fold(uint32_t code);

#endif
