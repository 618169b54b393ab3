/*
 * What we who draw the screen share with the child of a step: its words for
 * its line, and whose turn the terminal is.
 */
#ifndef RUNNER_BOARD_H
#define RUNNER_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>

#define BOARD_TEXT_MAX 200

struct board {
	/* Always ended by NUL; a reader may see half of a change. */
	char doing[BOARD_TEXT_MAX];
	atomic_bool speaks; /* the child wants the terminal, or has it */
	atomic_bool drawn;  /* there is something of ours on it */
};

/* In memory that whoever is forked shares; NULL where there is none to be had,
 * which every function here takes.  `drawn`: lines are there already. */
struct board *board_new(bool drawn);
void board_free(struct board *board);

/* The child's: nothing is drawn between these. */
void board_take(struct board *board);
void board_give(struct board *board);

/* Ours, before lines are drawn: false where it is the child's turn. */
bool board_may_draw(struct board *board);
void board_wiped(struct board *board);

#endif
