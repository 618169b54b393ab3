/*
 * Two write to one terminal: we draw lines there, and the child of a step may
 * have a question.  Each says first what it wants and then looks at what the
 * other wants, so that never both go on.  The child waits for at most a moment:
 * a question among leftovers of a line is better than none.
 */
#include "runner/board.h"

#include "hookrun/base/clock.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/runner/ask.h"
#include "hookrun/runner/step.h"

#include <sys/mman.h>
#include <time.h>

#define TURN_MS 2000
#define NAP_NS 10000000

struct board *board_new(bool drawn)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (board == MAP_FAILED)
		return NULL;
	board->drawn = drawn;
	return board;
}

void board_free(struct board *board)
{
	if (board)
		munmap(board, sizeof(*board));
}

void board_take(struct board *board)
{
	const struct timespec nap = { .tv_nsec = NAP_NS };
	int64_t deadline = clock_now_ms() + TURN_MS;

	if (!board)
		return;
	board->speaks = true;
	while (board->drawn && clock_left_ms(deadline) > 0)
		nanosleep(&nap, NULL);
}

void board_give(struct board *board)
{
	if (board)
		board->speaks = false;
}

bool board_may_draw(struct board *board)
{
	if (!board)
		return true;
	board->drawn = true;
	return !board->speaks;
}

void board_wiped(struct board *board)
{
	if (board)
		board->drawn = false;
}

bool step_doing(const struct step_ctx *ctx, const char *text)
{
	if (!ctx->board)
		return false;
	snprintf(ctx->board->doing, BOARD_TEXT_MAX, "%s", text);
	return true;
}
