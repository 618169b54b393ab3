/*
 * A short run spends more of its time in page faults than in anything else: on
 * a virtual machine one costs some ten microseconds, as much as ten system
 * calls.  One madvise(2) for each kind of memory that is written to costs about
 * as much as one fault: the program's variables, the heap and the stack of an
 * ordinary run.  The text is left to the kernel, which brings in sixteen pages
 * at a fault: a run touches a fifth of it, and what is mapped must be unmapped.
 */
#include "hookrun/base/prefault.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define PAGE_BYTES ((uintptr_t)4096)
#define HEAP_BYTES ((uintptr_t)96 << 10)
#define STACK_BYTES ((uintptr_t)32 << 10)
#define NEW_BYTES ((size_t)64 << 10) /* from there on it pays */

/* The linker's. */
extern char __data_start[], _end[];

static void populate(uintptr_t from, uintptr_t to)
{
	from &= ~(PAGE_BYTES - 1);
	if (from < to)
		madvise((void *)from, to - from, MADV_POPULATE_WRITE);
}

/* The first small allocation makes the heap, and the kernel gives it more than
 * was asked for.  An allocator that keeps its memory elsewhere is left alone.
 */
static void populate_heap(void)
{
	void *first = malloc(1);
	uintptr_t start = (uintptr_t)first, end = (uintptr_t)sbrk(0);

	free(first);
	if (start < end && end - start > HEAP_BYTES &&
		end - start < 4 * HEAP_BYTES)
		populate(start, start + HEAP_BYTES);
}

void prefault(void)
{
	char here;
	uintptr_t top = (uintptr_t)&here;

	populate((uintptr_t)__data_start, (uintptr_t)_end);
	populate(top - STACK_BYTES, top);
	populate_heap();
}

void prefault_new(void *ptr, size_t size)
{
	if (size >= NEW_BYTES)
		populate((uintptr_t)ptr, (uintptr_t)ptr + size);
}
