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

struct glob {
	struct state *states;
	size_t nr;
	struct range *ranges;
	size_t nranges;
	unsigned flags;
	size_t tail; /* state from which on all are ASCII characters */
};

/* The character at `s` (`left` is not 0), its bytes in `ret_len`.  A byte that
 * is not UTF-8 is a character of its own, beyond all others. */
uint32_t glob_decode(const char *s, size_t left, size_t *ret_len);

/* The lower case of a character, where it has one of the same kind. */
uint32_t glob_fold(uint32_t code);

#endif
